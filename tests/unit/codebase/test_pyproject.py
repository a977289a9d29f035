"""The project's own `pyproject.toml` is read once, for all that ask."""

from __future__ import annotations

import pytest

from pytest_archguard.codebase import codebase as module
from pytest_archguard.codebase.dotted import prefixes
from pytest_archguard.codebase.facts.bindings import BINDINGS
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.rules.entry_points import entry_modules

PYPROJECT = '[project]\ndependencies = ["declared-only>=1"]\n[project.scripts]\nrun = "app.cli:main"\n'


def test_a_name_is_inside_all_packages_before_its_dots() -> None:
    assert list(prefixes("a.b.c")) == ["a.b.c", "a.b", "a"]
    assert list(prefixes("")) == []


def test_dependencies_and_scripts_come_from_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    monkeypatch.setattr(
        module, "tolerant", lambda data: read.append(data) or {"project": {"scripts": {"x": "app.cli:f"}}}
    )
    codebase = codebase_of({"pyproject.toml": PYPROJECT, "app/cli.py": ""}, [BINDINGS])
    assert entry_modules(codebase, ()) == {"app.cli"}
    assert not codebase.externals.knows("declared_only")
    assert read == [PYPROJECT.encode()]


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_what_it_declares_is_known(start: str) -> None:
    codebase = codebase_of({"pyproject.toml": start + PYPROJECT, "app/cli.py": "", "app/other.py": ""}, [BINDINGS])
    assert entry_modules(codebase, ()) == {"app.cli"}
    assert codebase.externals.knows("declared_only")


@pytest.mark.parametrize("data", [b"[project", b"\xff\xfe", b"a = " + b"[" * 100_000, None])
def test_a_file_that_is_no_toml_declares_nothing(data: bytes | None) -> None:
    files: dict[str, str | bytes] = {"app/cli.py": ""} if data is None else {"app/cli.py": "", "pyproject.toml": data}
    assert codebase_of(files).pyproject == {}
