"""A benchmark measures what it says it measures: a crash is no quick run, noise meets no bar."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="benchmarks/ needs processes as POSIX has them")


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """`benchmark("off")`: a module of benchmarks/, which are scripts and find each other in their folder."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield import_module
    for path in BENCHMARKS.glob("*.py"):
        sys.modules.pop(path.stem, None)


@pytest.fixture
def command(benchmark: Any, tmp_path: Path) -> Callable[..., Any]:
    """A command that runs Python code."""

    def make(code: str, **more: Any) -> Any:
        return benchmark("whole_process").Command("it", [sys.executable, "-c", code], tmp_path, **more)

    return make


def test_a_command_that_fails_is_named_with_all_it_printed(benchmark: Any, command: Any, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as raised:
        benchmark("whole_process").run(command("print('found nothing'); raise SystemExit(3)"))

    assert raised.value.code == (
        "it: exit status 3 instead of 0\n"
        f"$ cd {tmp_path}; {sys.executable} -c 'print('\"'\"'found nothing'\"'\"'); raise SystemExit(3)'\n"
        "found nothing\n"
    )


def test_a_command_that_takes_too_long_is_ended_with_its_children_and_not_run_again(
    benchmark: Any, command: Any, tmp_path: Path
) -> None:
    child = f"import time, pathlib; time.sleep(2); pathlib.Path({str(tmp_path / 'alive')!r}).touch()"
    slow = command(
        f"import subprocess, sys; open('starts', 'a').write('x'); subprocess.run([sys.executable, '-c', {child!r}])",
        limit=1,
    )

    (only,) = benchmark("whole_process").in_turn([slow], times=3)["it"]

    assert not only.finished
    assert (tmp_path / "starts").read_text() == "x"
    time.sleep(2)
    assert not (tmp_path / "alive").exists()


def test_the_variables_of_the_shell_that_measures_are_not_those_of_what_is_measured(
    benchmark: Any, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-x")

    run = benchmark("whole_process").run(
        command("import os; print(os.environ.get('PYTHONPATH'), os.environ.get('PYTEST_ADDOPTS'))")
    )

    assert run.output == "None None\n"


def test_cpu_time_is_that_of_the_children_too(benchmark: Any, command: Any) -> None:
    child = "import time\nwhile time.process_time() < 0.2: pass"
    run = benchmark("whole_process").run(
        command(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")
    )

    assert run.cpu > 0.2


SAID = {
    "import-linter": (
        1,
        "order BROKEN\nno-driver KEPT\n\nContracts: 1 kept, 1 broken.\n",
        {"order": 0, "no-driver": 1},
    ),
    "tach": (
        1,
        "[FAIL] app/b.py:9: Cannot use 'app.a'. Layer 'b' ('app.b') is lower than layer 'a' ('app.a').\n",
        {"order": 0},
    ),
    "pytest-archon": (
        1,
        "PASSED test_pytest_archon.py::test_no_driver\nFAILED test_pytest_archon.py::test_order - FAILED Rule 'order':\n",
        {"order": 0, "no-driver": 1},
    ),
    "pytestarch": (
        1,
        'PASSED test_pytestarch.py::test_no_driver\nFAILED test_pytestarch.py::test_order - AssertionError: "app.b\n',
        {"order": 0, "no-driver": 1},
    ),
}
CRASHED = {
    "import-linter": (1, "Traceback (most recent call last):\n"),
    "tach": (1, "[FAIL] Could not read app/b.py\n"),
    "pytest-archon": (
        1,
        "PASSED test_pytest_archon.py::test_no_driver\n"
        "FAILED test_pytest_archon.py::test_order - RecursionError: maximum recursion depth exceeded\n",
    ),
    "pytestarch": (
        1,
        "PASSED test_pytestarch.py::test_no_driver\nFAILED test_pytestarch.py::test_order - KeyError: 'app'\n",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_verdicts_are_read_from_what_a_tool_prints(benchmark: Any, name: str) -> None:
    (tool,) = (each for each in benchmark("tools").TOOLS if each.name == name)
    status, output, expected = SAID[name]

    assert tool.verdicts(status, output) == expected


@pytest.mark.parametrize("name", CRASHED)
def test_a_tool_that_crashes_has_no_verdict(benchmark: Any, name: str) -> None:
    tools = benchmark("tools")
    (tool,) = (each for each in tools.TOOLS if each.name == name)

    with pytest.raises(tools.UnreadableError):
        tool.verdicts(*CRASHED[name])


def test_a_rule_that_cannot_be_judged_is_no_measurement(benchmark: Any) -> None:
    tools = benchmark("tools")
    output = "PASSED pyproject.toml::order\nFAILED pyproject.toml::no-driver - {}\n"

    assert tools.our_verdicts(1, output.format("2 new violations")) == {"order": True, "no-driver": False}
    with pytest.raises(tools.UnreadableError, match=r"^a rule cannot be judged$"):
        tools.our_verdicts(1, output.format("cannot be judged: app.core is no module"))
    with pytest.raises(tools.UnreadableError, match=r"^exit status 4, 0 rules judged$"):
        tools.our_verdicts(4, "ERROR: no rules\n")


def test_a_run_that_says_something_else_than_the_first_is_an_error(benchmark: Any) -> None:
    tools = benchmark("tools")
    check = tools.same(tools.our_verdicts, {"order": True, "no-driver": True})

    assert check(0, "PASSED pyproject.toml::order\nPASSED pyproject.toml::no-driver\n") == ""
    assert check(1, "PASSED pyproject.toml::order\nFAILED pyproject.toml::no-driver - 1 new violation\n") == (
        "says {'order': True, 'no-driver': False} now and {'order': True, 'no-driver': True} before"
    )
    assert check(0, "PASSED pyproject.toml::order\n") == "cannot be read: 'no-driver'"


@pytest.mark.parametrize(
    ("pairs", "verdict"),
    [
        ([1.0] * 50, "bar: at most 3 ms; met"),
        ([4.0] * 50, "bar: at most 3 ms; missed"),
        ([2.0] * 26 + [9.0] * 24, "bar: at most 3 ms; undecided by 50 pairs"),
        ([1.0] * 5, "bar: at most 3 ms; undecided by 5 pairs"),
    ],
)
def test_noise_around_a_bar_leaves_it_undecided(benchmark: Any, pairs: list[float], verdict: str) -> None:
    assert benchmark("off").Difference("off", pairs).verdict(3.0) == verdict


def test_a_changed_file_is_put_back_with_its_time_stamp(benchmark: Any, tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text("import os\n")
    before = path.stat().st_mtime_ns
    change = benchmark("archguard_runs").Change(path)

    change.make()
    first = path.read_text()
    change.make()
    assert first.startswith("import os\n\n# changed ")
    assert path.read_text() != first

    change.undo()
    assert (path.read_text(), path.stat().st_mtime_ns) == ("import os\n", before)
