"""What `files` rules demand of the lines of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.text_pieces import text_pieces
from pytest_archguard.config.options import Context
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Site, Violation
from pytest_archguard.rules.line_search import Find, finder, matching_lines

_LONGEST = 200  # of a minified file nobody wants to read the one line it has


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression (Python's `re`, searched line by line)."""

    text: str
    regex: re.Pattern[str]

    @classmethod
    def from_toml(cls, value: Any, context: Context) -> Pattern:  # noqa: ARG003 - the protocol of options
        """Compiles one pattern; raises ValueError with what is wrong and where."""
        if not isinstance(value, str):
            raise ValueError(f"a pattern must be a string, not {value!r}")
        try:
            return cls(value, re.compile(value))
        except re.error as error:
            raise ValueError(f'"{value}" is no regular expression: {error}') from None

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Any string: it is compiled when the file is read."""
        return {"type": "string", "minLength": 1}


def faulty_texts(
    codebase: Codebase, paths: Sequence[str], contains: Sequence[Pattern], lacks: Sequence[Pattern]
) -> Iterator[Violation]:
    """The lines that may not be there, and the files that have not the line they must have."""
    finders = {pattern.text: finder(pattern.regex) for pattern in (*contains, *lacks)}
    for path in paths if finders else ():
        try:
            yield from _faults(codebase, path, contains, lacks, finders)
        except OSError as error:
            yield Violation(
                check="unreadable",
                subject=path,
                message="these files must be searched and cannot be read",
                label=f"{path}: {error.strerror or error}",
                sites=(Site(path, 1),),
            )


def whole_text(codebase: Codebase, paths: Sequence[str]) -> str:
    """The text of these files; raises RuleError for one that cannot be read."""
    try:
        return "\n".join(piece for path in paths for piece in text_pieces(codebase.root / path))
    except OSError as error:
        raise RuleError(f"{error.filename} cannot be read: {error.strerror}") from None


def _faults(
    codebase: Codebase,
    path: str,
    contains: Sequence[Pattern],
    lacks: Sequence[Pattern],
    finders: Mapping[str, Find | None],
) -> Iterator[Violation]:
    found: dict[str, list[Site]] = {}
    missing = list(lacks)
    before = 0  # how many lines the pieces before have
    for piece in text_pieces(codebase.root / path):
        for pattern in contains:
            for number, line in matching_lines(piece, pattern.regex, finders[pattern.text]):
                site = Site(path, before + number + 1, 1, _shortened(line.strip()))
                found.setdefault(pattern.text, []).append(site)
        missing = [p for p in missing if not any(matching_lines(piece, p.regex, finders[p.text]))]
        if not contains and not missing:
            break
        before += piece.count("\n")
    for text, sites in sorted(found.items(), key=lambda item: item[1][0].line):
        yield Violation(
            check="contains",
            subject=path,
            object=text,
            message=f"no line may match {text}",
            label=path,
            count=len(sites),
            sites=tuple(sites),
        )
    for pattern in missing:
        yield Violation(
            check="lacks",
            subject=path,
            object=pattern.text,
            message=f"a line must match {pattern.text}",
            label=path,
            sites=(Site(path, 1),),
        )


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ..."
