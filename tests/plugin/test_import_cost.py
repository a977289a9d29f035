"""A pytest run without rules loads nothing but the entry module."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

HEAVY = {"grimp", "importlinter", "radon", "rich", "tomlkit"}
OURS = {"pytest_archguard", "pytest_archguard.plugin"}


# `python -X importtime` would not do: it says nothing of modules that an entry point loads.
CODE = "import sys, pytest; pytest.main(sys.argv[1:]); print(*sys.modules, sep='\\n')"


def imported(project: Any, *arguments: str) -> set[str]:
    """The modules that are there at the end of a pytest process of its own."""
    blocked = ("-pno:hypothesispytest", "-pno:inline_snapshot", "-pno:anyio")
    command = [sys.executable, "-c", CODE, *blocked, *arguments]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


@pytest.mark.parametrize("auto", [False, True])
def test_off_loads_nothing(project: Any, configure: Any, auto: bool) -> None:
    configure(auto=auto)
    modules = imported(project, "--no-archguard" if auto else "--co")
    assert {name for name in modules if name.startswith("pytest_archguard")} == OURS
    assert not {name.partition(".")[0] for name in modules} & HEAVY


def test_rules_that_only_count_as_not_run_load_no_analysis_library(project: Any, configure: Any) -> None:
    configure(auto=True)
    modules = imported(project, "tests/unit")
    assert "pytest_archguard.plugin.run" in modules
    assert not {name.partition(".")[0] for name in modules} & HEAVY


def test_asserts_in_the_rest_of_the_package_are_not_rewritten(project: Any) -> None:
    # As pytest does for every module of an installed distribution that has a plugin.
    project.write({"conftest.py": "import pytest; pytest.register_assert_rewrite('pytest_archguard')"})
    code = CODE.partition("print")[0] + "print(type(sys.modules['pytest_archguard.check'].__spec__.loader).__name__)"
    command = [sys.executable, "-c", code, "--archguard", "-q"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "SourceFileLoader"
