"""What is known about packages outside the code base."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.externals import declared_dependencies, normalised
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.config.nearest import nearest
from pytest_archguard.config.selectors import Selector

PYPROJECT = """
[project]
dependencies = ["Not-Installed.Thing>=2; python_version > '3'", "also_not_installed[extra] @ https://example.org/x"]
[project.optional-dependencies]
more = ["optional-thing"]
[dependency-groups]
dev = ["group-thing~=1.0", { include-group = "other" }]
[tool.poetry.dependencies]
python = "^3.11"
poetry-thing = "^1"
[tool.poetry.group.dev.dependencies]
poetry-dev-thing = { version = "*" }
"""


@pytest.fixture
def codebase() -> Codebase:
    return codebase_of(
        {
            "app/__init__.py": "",
            "app/a.py": "import requests_like.sessions\nfrom sqlalchemy_like import orm\nfrom app.gone import x",
            "app/b.py": "def f():\n    from sqlalchemy_like.orm import Session",
            "scripts/tool.py": "",
            "pyproject.toml": PYPROJECT,
        },
        packages=("app",),
    )


@pytest.mark.parametrize(
    "name",
    [
        "requests_like",
        "requests_like.sessions",
        "sqlalchemy_like.orm",
        "os",
        "os.path",
        "xml.etree.ElementTree",
        "sys",
        "pytest",
        "_pytest.fixtures",
        "not_installed_thing",
        "not_installed_thing.whatever.is.below",
        "also_not_installed",
        "optional_thing",
        "group_thing",
        "poetry_thing",
        "poetry_dev_thing",
        "scripts",
        "scripts.tool",
    ],
)
def test_a_real_name_is_known(codebase: Codebase, name: str) -> None:
    assert codebase.externals.knows(name)


@pytest.mark.parametrize(
    "name",
    ["sqlalchmy_like", "pytest.nope", "xml.nope", "os.nope", "requests_like.nope", "python", "scripts.nope", "x-y"],
)
def test_a_name_that_nobody_knows_is_not(codebase: Codebase, name: str) -> None:
    assert not codebase.externals.knows(name)


def test_looking_a_name_up_imports_nothing(codebase: Codebase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "looked_up").mkdir()
    (tmp_path / "looked_up/__init__.py").write_text("raise SystemExit('imported')")
    (tmp_path / "looked_up/below.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    assert codebase.externals.knows("looked_up.below")
    assert not codebase.externals.knows("looked_up.beside")
    assert set(sys.modules) == before


def test_candidates_hold_what_one_may_have_meant(codebase: Codebase) -> None:
    candidates = codebase.externals.candidates()
    assert nearest("sqlalchmy_like", candidates)[0] == "sqlalchemy_like"
    assert nearest("subproces", candidates)[0] == "subprocess"
    assert nearest("optional_thng", candidates)[0] == "optional_thing"
    assert nearest("pytset", candidates)[0] == "pytest"


@pytest.mark.parametrize("document", ["", "[project]\nname = 'x'", "[project", "\x00", "project = 1", "tool = 1"])
def test_a_pyproject_that_declares_nothing_or_is_broken_is_no_trouble(document: str) -> None:
    codebase = codebase_of({"a.py": "", "pyproject.toml": document})
    assert not codebase.externals.knows("no_such_package")


def test_lists_of_the_wrong_type_declare_nothing() -> None:
    odd = {"project": {"dependencies": "x", "optional-dependencies": ["y"]}, "tool": {"poetry": {"group": ["z"]}}}
    assert declared_dependencies(odd) == frozenset()


def test_distribution_names_are_compared_normalised() -> None:
    assert normalised("Typing_Extensions.x") == normalised("typing-extensions-X")


# Who imports what


@pytest.fixture
def importers(codebase: Codebase) -> Iterator[tuple[str, str]]:
    return codebase.externals_matching(Selector.parse("sqlalchemy_like"), ("top", "function"))


def test_a_selector_of_a_package_finds_all_imports_of_it_and_below(importers: Iterator[tuple[str, str]]) -> None:
    assert sorted(importers) == [("app.a", "sqlalchemy_like"), ("app.b", "sqlalchemy_like.orm")]


def test_a_selector_of_a_subpackage_finds_the_import_of_its_name(codebase: Codebase) -> None:
    found = codebase.externals_matching(Selector.parse("sqlalchemy_like.orm"), ("top", "function"))
    assert sorted(found) == [("app.a", "sqlalchemy_like.orm"), ("app.b", "sqlalchemy_like.orm")]


def test_only_imports_of_the_styles_count(codebase: Codebase) -> None:
    found = codebase.externals_matching(Selector.parse("sqlalchemy_like"), ("top",))
    assert sorted(found) == [("app.a", "sqlalchemy_like")]


def test_the_lines_of_an_external_import_are_found_by_the_name_given(codebase: Codebase) -> None:
    for importer, name in codebase.externals_matching(Selector.parse("sqlalchemy_like.orm"), ("top", "function")):
        (site,) = codebase.lines_of(importer, name, ("top", "function"))
        assert site.source.startswith("from sqlalchemy_like")


def test_what_is_missing_from_the_code_base_is_not_external(codebase: Codebase) -> None:
    assert not any(name.startswith("app") for name in codebase.external_names)
