"""Running commands as whole processes, in turn: wall time, CPU time, memory, and whether they did what they should."""

from __future__ import annotations

import os
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from memory import Sampler


def succeeded(status: int, output: str) -> str:  # noqa: ARG001
    """The check of a command that has to exit with 0."""
    return "" if status == 0 else f"exit status {status} instead of 0"


@dataclass(frozen=True, slots=True)
class Command:
    """Something to measure.

    prepare: puts the disk into the state the run is to start from.
    check: what is wrong with a finished run (exit status, all it printed), or nothing. A run that did something else
    than expected must not be measured: a crash is quick.
    limit: seconds after which it is ended, and not run again; none: it is waited for.
    """

    name: str
    arguments: Sequence[str]
    folder: Path
    prepare: Callable[[], None] = lambda: None
    environment: tuple[tuple[str, str], ...] = ()
    check: Callable[[int, str], str] = succeeded
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run. wall, cpu: seconds, children included. memory: bytes, the peak of the sum over all its processes (0
    unless asked for). output: what it printed. finished: false if it was ended for taking longer than the limit."""

    wall: float
    cpu: float
    memory: int
    output: str
    finished: bool


def run(command: Command, memory: bool = False) -> Run:
    """Runs a command once; exits, with all it printed, if it did not do what it should."""
    command.prepare()
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            list(command.arguments),
            cwd=command.folder,
            env=_environment(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that the limit ends its workers too
        )
        sampler = Sampler(process.pid) if memory else None
        finished, status, cpu = _wait(process, command.limit)
        wall = time.perf_counter() - started
        peak = sampler.peak() if sampler else 0
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    complaint = command.check(status, text) if finished else ""
    if complaint:
        sys.exit(f"{command.name}: {complaint}\n$ cd {command.folder}; {shlex.join(command.arguments)}\n{text[-5000:]}")
    return Run(wall, cpu, peak, text, finished)


def in_turn(commands: Sequence[Command], times: int, title: str = "") -> dict[str, list[Run]]:
    """Runs the commands A B C A B C ..., after one round that is not counted, so that all see the same machine.

    A command that does not finish has that one run and no more.
    """
    runs: dict[str, list[Run]] = {command.name: [] for command in commands}
    for number in range(times + 1):
        print(f"{title or commands[0].folder.name}: round {number} of {times}", file=sys.stderr)
        for command in commands:
            known = runs[command.name]
            if known and not known[0].finished:
                continue
            measured = run(command)
            if number or not measured.finished:
                known.append(measured)
    return runs


def median_wall(runs: Sequence[Run]) -> float:
    """Seconds."""
    return statistics.median(each.wall for each in runs)


def median_cpu(runs: Sequence[Run]) -> float:
    """Seconds."""
    return statistics.median(each.cpu for each in runs)


def _environment(command: Command) -> dict[str, str]:
    # What is set for the shell that measures (PYTHONPATH, PYTEST_ADDOPTS) must not decide what is measured.
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    return {**plain, "COLUMNS": "200", **dict(command.environment)}


def _wait(process: subprocess.Popen[bytes], limit: float | None) -> tuple[bool, int, float]:
    """Whether it finished in time, its exit status, its CPU seconds.

    Not `Popen.wait(timeout)`, which looks every 50 ms only and so adds up to 50 ms.
    """
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(limit or 0, end)
    if limit is not None:
        timer.start()
    try:
        _, status, used = os.wait4(process.pid, 0)
    except BaseException:
        _kill(process)
        raise
    finally:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return not late.is_set(), process.returncode, used.ru_utime + used.ru_stime


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
