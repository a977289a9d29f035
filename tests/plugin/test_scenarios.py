"""What each way to start pytest runs: the acceptance test of the plugin.

The project has two tests (`tests/test_top.py`, `tests/unit/test_deep.py`) and seven rule items: `readable`, `baseline`,
`suppressions` and `api-away-from-services` pass, `layering` fails, `soft` warns (which passes), `retired` is off (which
is skipped).
"""

from __future__ import annotations

import shlex
from typing import Any, NamedTuple

import pytest

ALL = {"failed": 1, "passed": 7, "skipped": 1}
TESTS = {"passed": 2}
RULES = {"failed": 1, "passed": 5, "skipped": 1}
RULES_AND_ONE = {"failed": 1, "passed": 6, "skipped": 1}


class Row(NamedTuple):
    command: str
    outcomes: dict[str, int]
    code: int
    auto: bool = False
    ini: str = ""
    cwd: str = "."
    apart: bool = False


TABLE = [
    # Off: nothing of ours is run.
    Row("", TESTS, 0),
    Row("tests/unit", {"passed": 1}, 0),
    Row("--no-archguard", TESTS, 0, auto=True),
    Row("--archguard --no-archguard", TESTS, 0),
    Row("-p no:archguard", TESTS, 0, auto=True),
    Row("--no-archguard", TESTS, 0, ini='addopts = "--archguard"'),
    # With auto: the plain run, however the project says what "everything" is; paths keep the rules out.
    Row("", ALL, 1, auto=True),
    Row("", ALL, 1, auto=True, ini='testpaths = ["tests"]'),
    Row("", ALL, 1, auto=True, ini='addopts = "tests"'),
    Row("", RULES_AND_ONE, 1, auto=True, cwd="tests/unit"),
    Row("--no-header -k test_top", {"passed": 1, "deselected": 8}, 0, auto=True),
    Row("tests/unit", {"passed": 1}, 0, auto=True),
    Row("tests/unit/test_deep.py::test_deep", {"passed": 1}, 0, auto=True),
    Row("tests/unit --archguard", RULES_AND_ONE, 1, auto=True),
    Row("", ALL, 1, ini='addopts = "--archguard"'),
    Row("tests/unit", {"passed": 1}, 0, ini='addopts = "--archguard"'),
    # With the flag: always.
    Row("--archguard", ALL, 1),
    Row("--archguard .", ALL, 1),
    Row("--archguard tests/unit", RULES_AND_ONE, 1),
    Row("--archguard tests/unit/test_deep.py::test_deep", RULES_AND_ONE, 1),
    Row("--archguard", ALL, 1, ini='testpaths = ["tests"]'),
    Row("--archguard", RULES_AND_ONE, 1, cwd="tests/unit"),
    Row("--archguard --ignore=pyproject.toml", ALL, 1),
    Row("--archguard-strict", {"failed": 2, "passed": 6, "skipped": 1}, 1),
    Row("--archguard-show all", ALL, 1),
    # Rules named by an argument, with and without the flag.
    Row("pyproject.toml", RULES, 1),
    Row("pyproject.toml --noconftest", RULES, 1),
    Row("pyproject.toml::layering", {"failed": 1}, 1),
    Row("pyproject.toml::api-away-from-services", {"passed": 1}, 0),
    Row("--archguard pyproject.toml::layering", {"failed": 1}, 1),
    Row("pyproject.toml::layering", {"failed": 1}, 1, auto=True),
    Row("pyproject.toml::layering pyproject.toml::soft tests/unit", {"failed": 1, "passed": 2}, 1),
    Row("pyproject.toml pyproject.toml::soft", RULES, 1),
    Row("--archguard pyproject.toml pyproject.toml::soft tests/unit", RULES_AND_ONE, 1),
    Row("../../pyproject.toml::layering", {"failed": 1}, 1, cwd="tests/unit"),
    Row("{root}/pyproject.toml::layering", {"failed": 1}, 1, cwd="tests/unit"),
    Row("--rootdir=. pyproject.toml::readable", {"passed": 1}, 0),
    Row("--archguard", ALL, 1, ini='testpaths = ["tests", "pyproject.toml"]'),
    Row("", ALL, 1, ini='testpaths = ["tests", "pyproject.toml"]'),
    # Choosing among the items works as for tests.
    Row("--archguard -k layers", {"failed": 1, "deselected": 8}, 1),
    Row("--archguard -k layering", {"failed": 1, "deselected": 8}, 1),
    Row("--archguard -k 'not archguard'", {"passed": 2, "deselected": 7}, 0),
    Row("--archguard -m archguard", {**RULES, "deselected": 2}, 1),
    Row("--archguard -m 'not archguard'", {"passed": 2, "deselected": 7}, 0),
    Row("--archguard -m archguard --strict-markers --strict-config", {**RULES, "deselected": 2}, 1),
    Row("--archguard --deselect pyproject.toml::layering", {"passed": 7, "skipped": 1, "deselected": 1}, 0),
    Row("--archguard --deselect pyproject.toml", {"passed": 2, "deselected": 7}, 0),
    Row("--archguard -x", {"failed": 1, "passed": 3}, 1),
    Row("--archguard-strict --maxfail=2", {"failed": 2, "passed": 4}, 1),
    Row("--archguard --co", {"tests": 9}, 0),
    Row("--archguard --co -q", {"tests": 9}, 0),
    Row("--archguard --co -q -k layers", {"tests": 9, "deselected": 8}, 0),
    # However it is shown, the outcomes are the same.
    Row("--archguard -q", ALL, 1),
    Row("--archguard -vv", ALL, 1),
    Row("--archguard -rA --durations=3 -s", ALL, 1),
    Row("--archguard --tb=short", ALL, 1),
    Row("--archguard --tb=native --full-trace", ALL, 1),
    Row("--archguard -W error", ALL, 1),
    Row("--archguard --import-mode=importlib", ALL, 1),
    Row("--archguard --junitxml=junit.xml", ALL, 1),
    Row("--archguard -p no:cacheprovider", ALL, 1),
    Row("--archguard -n 2", ALL, 1, apart=True),
    Row("-n 2", ALL, 1, auto=True, apart=True),
    Row("-n 2 tests/unit", {"passed": 1}, 0, auto=True, apart=True),
    Row("-n 2 ../pyproject.toml::layering unit", {"failed": 1, "passed": 1}, 1, cwd="tests", apart=True),
]


def _name(row: Row) -> str:
    extras = [text for text in ("auto" * row.auto, row.ini, row.cwd.strip(".")) if text]
    return f"pytest {row.command}" + (f" ({', '.join(extras)})" if extras else "")


@pytest.mark.parametrize("row", TABLE, ids=_name)
def test_each_way_to_start_pytest_runs_what_it_says(row: Row, project: Any, configure: Any) -> None:
    configure(auto=row.auto, ini=row.ini)
    command = row.command.format(root=project.root.as_posix())
    result = project.run(*shlex.split(command), cwd=row.cwd, apart=row.apart)
    assert result.parseoutcomes() == row.outcomes
    assert result.ret == row.code
