"""Rules are tested on code bases written as strings; the rules file is TOML, as users write it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pytest_archguard.check import Analysis
from pytest_archguard.model import RuleResult
from pytest_archguard.rules.base import RESERVED_IDS
from pytest_archguard.rules.configuration import load_configuration

Judge = Callable[[str, Mapping[str, str]], RuleResult]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Judges the first rule of some TOML on files given as `path -> source`."""

    def judge_rule(toml: str, files: Mapping[str, str]) -> RuleResult:
        for path, source in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(source), encoding="utf-8")
        rules_file = tmp_path / "pyproject.toml"
        rules_file.write_text("[tool.archguard]\n" + textwrap.dedent(toml), encoding="utf-8")
        configuration = load_configuration(rules_file)
        rule = next(rule for rule in configuration.rules if rule.id not in RESERVED_IDS)
        return Analysis(configuration, {rule.id}).judge(rule.id)

    return judge_rule


@pytest.fixture
def package() -> Callable[..., dict[str, str]]:
    """Files of a package `app`: keyword `api__routes="import x"` is `app/api/routes.py`; packages get `__init__.py`."""

    def files(**modules: str) -> dict[str, str]:
        made = {"app/__init__.py": ""}
        for name, source in modules.items():
            parts = name.split("__")
            for depth in range(1, len(parts)):
                made.setdefault(f"app/{'/'.join(parts[:depth])}/__init__.py", "")
            made[f"app/{'/'.join(parts)}.py"] = source
        return made

    return files
