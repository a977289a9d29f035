"""Files on disk to stored facts, and the process that does it for another one.

Imports little, because every worker pays for it before it reads its first file.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pytest_archguard.codebase.extract import extract_digested, read_file
from pytest_archguard.codebase.fact_store import Digest, Stored, stored
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.parse import Unreadable
from pytest_archguard.model import Module

Extracted = tuple[Module, Digest | None, "dict[str, Stored] | Unreadable"]
"""A file, the digest of what was read (None: not readable at all), and what came of it: its facts by `Fact.key`."""


def extract_here(root: Path, modules: Sequence[Module], facts: Sequence[Fact]) -> Iterator[Extracted]:
    """The facts of files, extracted in this process in the order given."""
    for module, digest, found in extract_digested(partial(read_file, root), modules, facts):
        if isinstance(found, Unreadable):
            yield module, digest, found
        else:
            yield module, digest, {key: stored(data) for key, data in found.items()}


_BATCH = 40


def serve() -> None:
    """What a worker does: read an order from stdin, write batches of results to stdout."""
    root, modules, facts = marshal.load(sys.stdin.buffer)
    answers: list[Any] = []
    wanted = [Fact(*fact) for fact in facts]
    for _, digest, found in extract_here(Path(root), [Module(*module) for module in modules], wanted):
        if isinstance(found, Unreadable):
            answers.append((digest, True, (found.line, found.column, found.message, found.fault)))
        else:
            answers.append((digest, False, found))
        if len(answers) == _BATCH:
            _send(answers)
    _send(answers)


def _send(answers: list[Any]) -> None:
    sys.stdout.buffer.write(marshal.dumps(answers))
    sys.stdout.buffer.flush()
    answers.clear()
