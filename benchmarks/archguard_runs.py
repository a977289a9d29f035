"""Our own runs, cold, warm and with one file changed, and what they are set against: an empty pytest, plain parsing."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from projects import SCRATCH
from whole_process import Command, Run, median_cpu, median_wall

EMPTY = "pytest, nothing to do"
START = "python, nothing to do"
PARSE = "parse every file, one process"
READING = "import ast, gc, pathlib, sys; gc.disable()"
PARSING = f"{READING}\nfor path in pathlib.Path(sys.argv[1]).rglob('*.py'): ast.parse(path.read_bytes())"
RULES = ["--archguard", "pyproject.toml", "-rA"]


def pytest(commands: Path) -> list[str]:
    """The start of a command line: pytest without the folder that it keeps for itself."""
    return [str(commands / "pytest"), "-q", "-p", "no:cacheprovider"]


def empty(commands: Path, name: str, *arguments: str, rules: str = "") -> Command:
    """pytest in a folder where it collects nothing. rules: a pyproject.toml that is there, its rules not asked for."""
    folder = SCRATCH / ("off" if rules else "empty")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ("pyproject.toml" if rules else "pytest.ini")).write_text(rules or "[pytest]\n", encoding="utf-8")
    return Command(name, [*pytest(commands), "--collect-only", *arguments], folder, check=_collected_nothing)


def beside(commands: Path, package: Path) -> list[Command]:
    """What runs are set against: nothing at all, and parsing every file of a package and nothing else."""
    python = str(commands / "python")
    return [
        empty(commands, EMPTY, "-p", "no:archguard"),
        Command(START, [python, "-c", READING], package.parent),
        Command(PARSE, [python, "-c", PARSING, str(package)], package.parent),
    ]


def cold(commands: Path, name: str, folder: Path, check: Callable[[int, str], str] | None = None) -> Command:
    """The rules of a folder, nothing known about any file."""
    forget = partial(shutil.rmtree, folder / ".archguard_cache", ignore_errors=True)
    return Command(name, [*pytest(commands), *RULES], folder, forget, check=check or judged)


def warm(commands: Path, name: str, folder: Path, check: Callable[[int, str], str] | None = None) -> Command:
    """The same, with what the run before has left."""
    return Command(name, [*pytest(commands), *RULES], folder, check=check or judged)


class Change:
    """Changes one file, never twice in the same way, and puts it back as it was."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._source = path.read_bytes()
        self._stat = path.stat()

    def make(self) -> None:
        self._path.write_bytes(self._source + f"\n# changed {time.time_ns()}\n".encode())

    def undo(self) -> None:
        """With its time stamp: other tools go by that."""
        self._path.write_bytes(self._source)
        os.utime(self._path, ns=(self._stat.st_atime_ns, self._stat.st_mtime_ns))


def outcomes(output: str) -> dict[str, str]:
    """The id of each rule and PASSED or FAILED, from what pytest prints with -rA."""
    found = re.findall(r"^(PASSED|FAILED|ERROR|SKIPPED) pyproject\.toml::([a-z0-9-]+)", output, re.MULTILINE)
    return {rule: outcome for outcome, rule in found}


def judged(status: int, output: str) -> str:
    """The check of a run in which every rule was judged, whatever the verdict."""
    known = outcomes(output)
    if status not in (0, 1) or not known:
        return f"exit status {status}, {len(known)} rules judged"
    if "cannot be judged" in output:
        return "a rule cannot be judged"
    return ", ".join(f"{rule}: {outcome}" for rule, outcome in known.items() if outcome not in ("PASSED", "FAILED"))


def parse_seconds(runs: Mapping[str, Sequence[Run]]) -> float:
    """CPU seconds of parsing every file, the start of Python taken off."""
    return median_cpu(runs[PARSE]) - median_cpu(runs[START])


def wall_on_top(runs: Mapping[str, Sequence[Run]], name: str) -> float:
    """Seconds a command takes on top of a pytest that has nothing to do."""
    return median_wall(runs[name]) - median_wall(runs[EMPTY])


def cpu_on_top(runs: Mapping[str, Sequence[Run]], name: str) -> float:
    """The same in CPU seconds of all processes."""
    return median_cpu(runs[name]) - median_cpu(runs[EMPTY])


def _collected_nothing(status: int, output: str) -> str:  # noqa: ARG001
    return "" if status == 5 else f"exit status {status} instead of 5, no tests collected"
