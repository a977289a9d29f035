"""The same contracts under `lint-imports` itself, and on a real code base."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter import ContractCheck

from pytest_archguard.check import Analysis
from pytest_archguard.model import RuleResult
from pytest_archguard.rules.configuration import load_configuration
from pytest_archguard.rules.import_linter.classes import built_in_types

FILES = {
    "app/__init__.py": "",
    "app/api/__init__.py": "",
    "app/api/routes.py": "from app.core import a\nimport json\n",
    "app/core/__init__.py": "",
    "app/core/a.py": "import typing\nif typing.TYPE_CHECKING:\n    from app.api import routes\nimport sqlite3\n",
    "app/core/b.py": "import app.core._c\ndef f():\n    from app.tools import t, _t\n",
    "app/core/_c.py": "",
    "app/db/__init__.py": "import sqlite3\n",
    "app/tools/__init__.py": "",
    "app/tools/_t.py": "",
    "app/tools/t.py": "from app.api import routes\n",
    "app/tools/u.py": "from app.core import a\n",
    "checks/__init__.py": "",
    "checks/own.py": (
        "from importlinter import Contract, ContractCheck, fields, output\n"
        "class FewImports(Contract):\n"
        "    most = fields.IntegerField()\n"
        "    def check(self, graph, verbose):\n"
        "        return ContractCheck(kept=graph.count_imports() <= self.most)\n"
        "    def render_broken_contract(self, check):\n"
        "        output.print('too many imports')\n"
    ),
}
SESSION = {
    "root_packages": ["app"],
    "include_external_packages": "True",
    "contract_types": ["few: checks.own.FewImports"],
}
CONTRACTS: list[dict[str, Any]] = [
    {"name": "layers", "type": "layers", "layers": ["app.api", "app.core", "app.db"]},
    {"name": "layers kept", "type": "layers", "layers": ["app.tools", "app.api : app.core", "(app.gone)", "app.db"],
     "ignore_imports": ["app.core.b -> app.tools.*"]},
    {"name": "siblings", "type": "layers", "layers": ["api | core", "db"], "containers": ["app"]},
    {"name": "exhaustive", "type": "layers", "layers": ["db"], "containers": "app", "exhaustive": "True"},
    {"name": "exhaustive kept", "type": "layers", "layers": ["db"], "containers": "app", "exhaustive": "True",
     "exhaustive_ignores": ["api", "core", "tools"]},
    {"name": "forbidden", "type": "forbidden", "source_modules": ["app.api", "app.*.b"],
     "forbidden_modules": ["sqlite3"]},
    {"name": "direct", "type": "forbidden", "source_modules": ["app.api"], "forbidden_modules": ["sqlite3", "urllib"],
     "allow_indirect_imports": "True"},
    {"name": "alone", "type": "forbidden", "source_modules": ["app.core.a"], "forbidden_modules": ["app.api.routes"],
     "as_packages": "False"},
    {"name": "warned", "type": "forbidden", "source_modules": ["app.db"], "forbidden_modules": ["app.core"],
     "ignore_imports": ["app.db -> app.core.a"], "unmatched_ignore_imports_alerting": "warn"},
    {"name": "independence", "type": "independence", "modules": ["app.tools", "app.db", "app.core"]},
    {"name": "independence kept", "type": "independence", "modules": ["app.db", "app.api"]},
    {"name": "protected", "type": "protected", "protected_modules": ["sqlite3", "app.db"],
     "allowed_importers": ["app.db"]},
    {"name": "protected kept", "type": "protected", "protected_modules": ["sqlite3"],
     "allowed_importers": ["app.db", "app.core.**"]},
    {"name": "circular", "type": "acyclic_siblings", "ancestors": ["app"]},
    {"name": "circular kept", "type": "acyclic_siblings", "ancestors": ["app"], "depth": "2",
     "unmatched_ignore_imports_alerting": "none",
     "ignore_imports": ["app.tools.* -> app.api.routes", "app.core.a -> app.api.*", "app.tools.u -> app.core.a"]},
    {"name": "few", "type": "few", "most": "3"},
    {"name": "few kept", "type": "few", "most": "300"},
]  # fmt: skip
if "private_modules" in built_in_types():  # since 2.17
    CONTRACTS += [
        {"name": "private", "type": "private_modules"},
        {"name": "private kept", "type": "private_modules", "packages_with_private_modules": ["app.core", "app.db"]},
    ]


def as_toml(session: Mapping[str, Any], contracts: list[dict[str, Any]]) -> str:
    text = "[tool.importlinter]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in session.items())
    for contract in contracts:
        text += "[[tool.importlinter.contracts]]\n"
        text += "".join(f"{key} = {json.dumps(value)}\n" for key, value in contract.items())
    return text


def as_ini(session: Mapping[str, Any], contracts: list[dict[str, Any]]) -> str:
    def lines(options: Mapping[str, Any]) -> str:
        listed = {k: "\n    " + "\n    ".join(v) if isinstance(v, list) else v for k, v in options.items()}
        return "".join(f"{key} = {value}\n" for key, value in listed.items())

    sections = (f"[importlinter:contract:{number}]\n{lines(contract)}" for number, contract in enumerate(contracts))
    return f"[importlinter]\n{lines(session)}{''.join(sections)}"


def judged(folder: Path) -> dict[str, RuleResult]:
    configuration = load_configuration(folder / "pyproject.toml")
    analysis = Analysis(configuration)
    kinds: dict[str, Any] = {rule.id: rule.kind for rule in configuration.rules if rule.kind_name == "import_linter"}
    return {kind.name: analysis.judge(rule_id) for rule_id, kind in kinds.items()}


@pytest.mark.parametrize("exclude", ["True", "False"])
@pytest.mark.parametrize("file", ["pyproject.toml", ".importlinter", "setup.cfg"])
def test_the_command_gives_the_same_verdicts(file: str, exclude: str, tmp_path: Path) -> None:
    for path, source in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(source, encoding="utf-8")
    session = {**SESSION, "exclude_type_checking_imports": exclude}
    is_toml = file == "pyproject.toml"
    text = as_toml(session, CONTRACTS) if is_toml else as_ini(session, CONTRACTS)
    (tmp_path / "pyproject.toml").write_text("[tool.archguard]\n" + (text if is_toml else ""))
    if not is_toml:
        (tmp_path / file).write_text(text)

    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    environment = {**os.environ, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", env=environment)
    said = dict(re.findall(r"^(.+?) (KEPT|BROKEN)", run.stdout, re.MULTILINE))
    assert set(said) == {contract["name"] for contract in CONTRACTS}, run.stdout + run.stderr

    results = judged(tmp_path)
    ours = {name: {"passed": "KEPT", "failed": "BROKEN"}.get(r.outcome, r.error) for name, r in results.items()}
    assert ours == said
    assert said["alone"] == ("KEPT" if exclude == "True" else "BROKEN")  # an import under TYPE_CHECKING
    assert {name for name in said if name.endswith(" kept")} <= {name for name in said if said[name] == "KEPT"}


DJANGO: list[dict[str, Any]] = [
    {"name": "layers", "type": "layers",
     "layers": ["django.contrib", "django.views | django.template", "django.forms : django.http", "django.db",
                "django.core", "django.utils"]},
    {"name": "layers kept", "type": "layers", "layers": ["django.contrib.gis", "django.dispatch"]},
    {"name": "containers", "type": "layers", "layers": ["(admin)", "(views)", "(models)", "(apps)"],
     "containers": ["django.contrib.*"]},
    {"name": "exhaustive", "type": "layers", "layers": ["sql", "fields"], "containers": ["django.db.models"],
     "exhaustive": "True"},
    {"name": "forbidden", "type": "forbidden", "source_modules": ["django.db", "django.utils.*"],
     "forbidden_modules": ["django.http", "asgiref", "sqlparse"]},
    {"name": "direct", "type": "forbidden", "source_modules": ["django.db"], "forbidden_modules": ["django.conf"],
     "allow_indirect_imports": "True"},
    {"name": "modules", "type": "forbidden", "source_modules": ["django.db.models"],
     "forbidden_modules": ["django.forms"], "as_packages": "False"},
    {"name": "forbidden kept", "type": "forbidden", "source_modules": ["django.utils.tree"],
     "forbidden_modules": ["django.contrib", "jinja2"]},
    {"name": "independence", "type": "independence", "modules": ["django.forms", "django.template", "django.db"]},
    {"name": "wildcards", "type": "independence", "modules": ["django.contrib.*"]},
    {"name": "protected", "type": "protected", "protected_modules": ["django.db.models", "psycopg"],
     "allowed_importers": ["django.db"]},
    {"name": "protected kept", "type": "protected", "protected_modules": ["django.contrib.gis.gdal"],
     "allowed_importers": ["django.contrib.gis"]},
    {"name": "circular", "type": "acyclic_siblings", "ancestors": ["django.db", "django.forms"], "depth": "1"},
    {"name": "circular kept", "type": "acyclic_siblings", "ancestors": ["django.dispatch"]},
]  # fmt: skip
if "private_modules" in built_in_types():
    DJANGO += [
        {"name": "private", "type": "private_modules"},
        {"name": "private kept", "type": "private_modules", "packages_with_private_modules": ["django.db"]},
    ]


def test_django_gets_the_same_verdicts_and_is_mended_by_what_is_listed(
    real_package: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = real_package("django")
    session = {"root_packages": ["django"], "include_external_packages": "True"}
    text = (
        f"[tool.archguard]\npackages = ['django']\nsource_roots = [{json.dumps(os.path.relpath(folder, tmp_path))}]\n"
    )
    (tmp_path / "pyproject.toml").write_text(text + as_toml(session, DJANGO))
    results = judged(tmp_path)

    monkeypatch.syspath_prepend(str(folder))
    graph = grimp.build_graph("django", include_external_packages=True, cache_dir=None)
    for contract in DJANGO:
        result = results[contract["name"]]
        kept = check(graph, session, contract).kept
        assert kept == contract["name"].endswith(" kept"), contract["name"]
        assert (result.outcome, result.error) == ("passed" if kept else "failed", None), contract["name"]
        mended = copy.deepcopy(graph)
        for violation in result.violations:
            assert violation.sites, violation
            if violation.object is not None:
                mended.remove_import(importer=violation.subject, imported=violation.object)
        assert check(mended, session, {**contract, "exhaustive": "False"}).kept, contract["name"]


def check(graph: grimp.ImportGraph, session: dict[str, Any], contract: dict[str, Any]) -> ContractCheck:
    contract_class = built_in_types()[contract["type"]]
    options = {key: value for key, value in contract.items() if key == "type" or hasattr(contract_class, key)}
    made = contract_class(name=contract["name"], session_options=session, contract_options=options)
    return made.check(copy.deepcopy(graph), verbose=False)
