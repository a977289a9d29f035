"""Files to what is read off them, or to a record of why they cannot be read."""

from __future__ import annotations

import sys
from collections.abc import Callable
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


def python_version() -> str:
    """The running interpreter as people name it: `3.12`."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"
