"""Text to a syntax tree, or a record of why there is none."""

from __future__ import annotations

import ast
import gc
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from pytest_archguard.codebase.decode import DecodeError, decode
from pytest_archguard.codebase.source import Source

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
    """Decodes and parses one file; warnings about its code are silenced, whatever the filters say."""
    try:
        text = decode(data)
    except DecodeError as fault:
        return Unreadable(path, module, fault.line, 1, fault.message)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        return _syntax_fault(path, module, error)
    except (RecursionError, MemoryError):
        return Unreadable(path, module, 1, 1, "too long or too deeply nested an expression for Python's parser")
    except ValueError as error:  # lone surrogates, which a few encodings can produce
        return Unreadable(path, module, 1, 1, f"Python cannot parse it: {error}")
    return Source(path, data, text, tree)


def _syntax_fault(path: str, module: str, error: SyntaxError) -> Unreadable:
    line, column = error.lineno or 1, error.offset or 1
    message = error.msg or "invalid syntax"
    return Unreadable(path, module, max(line, 1), max(column, 1), message, "syntax")


@contextmanager
def collector_off() -> Iterator[None]:
    """Switches the cyclic garbage collector off for a batch of parses: trees hold no cycles, and it costs 17 %."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def python_version() -> str:
    """The running interpreter as people name it: `3.12`."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"
