"""Measuring commands as whole processes: wall time, CPU time, and the memory of all their processes together."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command. wall, cpu: seconds, children included. memory: bytes, the peak of the sum over all its
    processes (proportional set sizes, sampled; 0 where the system does not tell)."""

    wall: float
    cpu: float
    memory: int
    status: int


@dataclass(frozen=True, slots=True)
class Command:
    """Something to measure. prepare: puts the disk into the state the run is to start from."""

    name: str
    arguments: Sequence[str]
    folder: Path
    prepare: Callable[[], None] = lambda: None
    environment: tuple[tuple[str, str], ...] = ()


def run(command: Command, memory: bool = False) -> Run:
    """Runs a command once, its output thrown away."""
    command.prepare()
    environment = {**os.environ, **dict(command.environment), "PYTHONDONTWRITEBYTECODE": ""}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(
        list(command.arguments),
        cwd=command.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    sampler = _Sampler(process.pid) if memory else None
    status = process.wait()
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu, sampler.peak() if sampler else 0, status)


def in_turn(commands: Sequence[Command], times: int) -> dict[str, list[Run]]:
    """Runs the commands A B C A B C ..., after one round that is not counted, so that all see the same machine."""
    runs: dict[str, list[Run]] = {command.name: [] for command in commands}
    for number in range(times + 1):
        for command in commands:
            measured = run(command)
            if number:
                runs[command.name].append(measured)
    return runs


def median_wall(runs: Sequence[Run]) -> float:
    """Seconds."""
    return statistics.median(each.wall for each in runs)


def median_cpu(runs: Sequence[Run]) -> float:
    """Seconds."""
    return statistics.median(each.cpu for each in runs)


class _Sampler:
    """Adds up the memory of a process and its descendants while it runs."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def peak(self) -> int:
        self._stopped.set()
        self._thread.join()
        return self._peak

    def _sample(self) -> None:
        while not self._stopped.wait(0.01):
            self._peak = max(self._peak, sum(map(_proportional_size, _family(self._pid))))


def _family(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        try:
            waiting += map(int, Path(f"/proc/{current}/task/{current}/children").read_text().split())
        except OSError:
            continue
    return found


def _proportional_size(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
