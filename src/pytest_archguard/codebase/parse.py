"""Files to what is read off them, or to a record of why they cannot be read."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar

from pytest_archguard.codebase.decode import DecodeError, decode
from pytest_archguard.codebase.source import Source
from pytest_archguard.codebase.syntax import UnparsableError, silently

T = TypeVar("T")
Fault = Literal["file", "interpreter", "syntax"]


@dataclass(frozen=True, slots=True, order=True)
class Unreadable:
    """A file that could not be read, decoded or parsed; no fact is known about it.

    path: relative to the rules file's folder. module: its name, empty for a folder.
    line, column: count from 1.
    fault: `interpreter` when a newer Python can parse the file, `file` when none can; `syntax` as long as nobody has
    looked which it is (`newer_syntax.blame`).
    """

    path: str
    module: str
    line: int
    column: int
    message: str
    fault: Fault = "file"


def parse(path: str, module: str, data: bytes) -> Source | Unreadable:
    """Decodes and parses one file."""
    with silently():
        return read(path, module, data, _with_tree)


def read(path: str, module: str, data: bytes, make: Callable[[Source], T]) -> T | Unreadable:
    """What `make` makes of one file.

    Whether its text can be parsed is found out in any case; the tree is made only where `make` asks for it. Warnings
    about the code are not silenced.
    """
    try:
        source = Source(path, data, decode(data))
        made = make(source)
        source.check()
    except DecodeError as fault:
        return Unreadable(path, module, fault.line, 1, fault.message)
    except UnparsableError as error:
        why: Fault = "syntax" if error.is_syntax else "file"
        return Unreadable(path, module, error.line, error.column, error.message, why)
    return made


def _with_tree(source: Source) -> Source:
    source.tree  # noqa: B018 - makes it
    return source


_FROZEN_BY_PYTHON = 1_000  # 3.12 starts with a few hundred frozen objects, the others with none


@contextmanager
def collector_off() -> Iterator[None]:
    """Switches the cyclic garbage collector off for a batch of parses: trees hold no cycles, and it costs 17 %.

    What was made meanwhile and is kept counts as old afterwards, or the next allocation would look at all of it.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if gc.get_freeze_count() < _FROZEN_BY_PYTHON:  # what somebody froze stays so
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def python_version() -> str:
    """The running interpreter as people name it: `3.12`."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"
