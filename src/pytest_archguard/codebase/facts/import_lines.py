"""The source lines on which import statements start: for graphs that hold them, as import-linter's contracts need."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.imports import statements
from pytest_archguard.codebase.source import Source

IMPORT_LINES = Fact("import_lines", 1, "pytest_archguard.codebase.facts.import_lines:extract", from_text=True)

# What Rust's `trim` takes off a line; Python's `strip` takes four control characters more.
_WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f"
    "\u205f\u3000"
)


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> dict[int, str]:  # noqa: ARG001
    """For each line on which an import statement starts its text as grimp has it."""
    return lines_at(source.data, source.text, (statement[0] for statement in source.once(statements)))


def lines_at(data: bytes, text: str, numbers: Iterable[int]) -> dict[int, str]:
    """The texts of these lines (from 1) of a file, stripped as grimp strips them.

    data: the undecoded file: grimp leaves a byte order mark in the first line.
    """
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    lines = ("\ufeff" + text if data.startswith(codecs.BOM_UTF8) else text).split("\n")
    return {number: lines[number - 1].strip(_WHITE_SPACE) for number in wanted if number <= len(lines)}
