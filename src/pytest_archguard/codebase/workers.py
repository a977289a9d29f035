"""Extracting facts in several processes.

Workers are plain interpreters without site packages (`python -I -S`), which start faster than any pool; each gets a
share of the files, reads them itself and sends back plain data. This process takes a share as well. Whatever a
worker does not deliver (it was killed, it cannot import something) is done here.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Thread
from typing import Any

from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.parse import Unreadable
from pytest_archguard.codebase.worker import Extracted, extract_here
from pytest_archguard.model import Module

WORTHWHILE = 1_500_000
"""Bytes of source from which a second process saves more time than it takes to start."""
_STARTING = 450_000
"""Bytes of source that one process reads while another one starts."""

_COMMAND = "import sys; sys.path[:] = {path!r}; from pytest_archguard.codebase.worker import serve; serve()"


def extract_all(
    root: Path, files: Sequence[tuple[Module, int]], facts: Sequence[Fact], done: Callable[[int], None]
) -> Iterator[Extracted]:
    """The facts of all files, in any order.

    files: each with its size in bytes. done: called with the number of files finished so far.
    """
    shares = _shares(files, _process_count(sum(size for _, size in files)))
    workers = [_Worker(root, share, facts) for share in shares[1:] if share]
    finished = 0
    try:
        for found in extract_here(root, shares[0], facts):
            finished += 1
            done(finished + sum(worker.finished for worker in workers))
            yield found
        for worker in workers:
            delivered = worker.results()
            yield from delivered
            yield from extract_here(root, worker.modules[len(delivered) :], facts)
            finished += len(worker.modules)
            done(finished)
    finally:
        for worker in workers:
            worker.stop()


def _process_count(size: int) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, 1 + size // WORTHWHILE, 16))


def _shares(files: Sequence[tuple[Module, int]], count: int) -> list[list[Module]]:
    """Lists that take about equally long: the largest files first, each to the lightest list; the first is ours."""
    if count == 1:
        return [[module for module, _ in files]]
    shares: list[list[Module]] = [[] for _ in range(count)]
    weights = [0] + [_STARTING] * (count - 1)
    for module, size in sorted(files, key=lambda entry: (-entry[1], entry[0])):
        lightest = weights.index(min(weights))
        shares[lightest].append(module)
        weights[lightest] += size + 500  # an empty file costs something too
    return shares


class _Worker:
    """One worker process with the list of files it was given."""

    def __init__(self, root: Path, modules: list[Module], facts: Sequence[Fact]) -> None:
        self.modules = modules
        self.finished = 0
        self._root = root
        self._received: list[Any] = []
        order = (
            str(root),
            [(module.name, module.path, module.is_package) for module in modules],
            [(fact.name, fact.version, fact.extractor, fact.params, fact.from_text) for fact in facts],
        )
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-W", "ignore", "-c", _COMMAND.format(path=_import_path())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._thread = Thread(target=self._exchange, args=(marshal.dumps(order),), daemon=True)
        self._thread.start()

    def _exchange(self, order: bytes) -> None:
        """Sends the order and reads the answers; a worker that dies leaves its list unfinished."""
        sending, receiving = self._process.stdin, self._process.stdout
        assert sending is not None
        assert receiving is not None
        try:
            with sending, receiving:
                sending.write(order)
                sending.close()
                while True:
                    batch = marshal.load(receiving)
                    self._received += batch
                    self.finished = len(self._received)
        except (OSError, EOFError, ValueError, TypeError):
            return

    def results(self) -> list[Extracted]:
        """Waits, and gives what was delivered, in the order of `modules`."""
        self._thread.join()
        return [
            (module, digest, Unreadable(module.path, module.name, *data) if is_fault else data)
            for module, (digest, is_fault, data) in zip(self.modules, self._received, strict=False)
        ]

    def stop(self) -> None:
        """Ends the process, finished or not."""
        self._process.kill()
        self._process.wait()
        self._thread.join()


def _import_path() -> list[str]:
    """Where a worker finds this package and what extractors import; never the current folder."""
    own = str(Path(__file__).resolve().parent.parent.parent)
    return [own, *(path for path in sys.path if path and path != own)]
