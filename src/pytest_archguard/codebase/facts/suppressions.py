"""The comments of a file that suppress findings: `# archguard: ignore[rule-id] until=2027-03-01 reason`."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.source import Source
from pytest_archguard.config.days import parse_day

SUPPRESSIONS = Fact("suppressions", 1, "pytest_archguard.codebase.facts.suppressions:extract", from_text=True)


class Suppression(NamedTuple):
    """One comment, or one of several in one comment.

    line, column: where it starts. first, last: the lines of the statement it stands on; 0 when it stands on none.
    ids: the rules it is for. until: its last day, in ISO form. fault: what is wrong with it, for people.
    """

    line: int
    column: int
    first: int
    last: int
    ids: tuple[str, ...]
    until: str | None
    reason: str
    fault: str | None

    def covers(self, line: int) -> bool:
        """Whether a finding in this line is on the statement."""
        return self.first <= line <= self.last


_MARK = re.compile(r"#\s*archguard\s*:")
_IGNORE = re.compile(r"\s*ignore\s*\[(?P<ids>[^\]]*)\]\s*(?:until\s*=\s*(?P<until>\S+)\s*)?(?P<reason>.*)", re.S)
_NEXT_COMMENT = re.compile(r"\s#\s.*|#$", re.S)  # another comment behind the reason is no part of it; `#123` is
_ID = re.compile(r"[a-z0-9-]+")
_FORM = "write `# archguard: ignore[rule-id] reason`"


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[tuple[object, ...], ...]:  # noqa: ARG001
    """All such comments of a file as the fields of `Suppression`; a file without the word is not tokenised."""
    if b"archguard" not in source.data or not _MARK.search(source.text):
        return ()
    comments, statements, first_code = _tokens(source.text)
    found = []
    for line, column, text in comments:
        first, last = _statement(line, statements)
        if not first and line < first_code:
            first = last = 1  # the comments a file starts with belong to the file, as line 1 does
        for start, part in _parts(text):
            ids, until, reason, fault = _read(part)
            found.append(tuple(Suppression(line, column + start + 1, first, last, ids, until, reason, fault)))
    return tuple(found)


def _tokens(text: str) -> tuple[list[tuple[int, int, str]], list[tuple[int, int]], int]:
    """The comments that matter (line, column from 0, text), the lines of each statement, the first line of code.

    A statement is a logical line; that of a decorated definition starts with its first decorator, and of a compound
    statement only the header counts.
    """
    comments: list[tuple[int, int, str]] = []
    statements: list[tuple[int, int]] = []
    start = decorated = first_code = 0
    is_decorator = False
    # With newline="\n", because a form feed or a lone carriage return in a string does not end a line.
    for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline):
        if token.type == tokenize.COMMENT:
            if _MARK.search(token.string):
                comments.append((*token.start, token.string))
        elif token.type == tokenize.NEWLINE:
            if is_decorator:
                decorated = decorated or start
            else:
                statements.append((decorated or start, token.start[0]))
                decorated = 0
            start = 0
        elif not start and token.type not in _LAYOUT:
            start = token.start[0]
            is_decorator = token.string == "@"
            first_code = first_code or start
    return comments, statements, first_code or text.count("\n") + 2


_LAYOUT = frozenset({tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})


def _statement(line: int, statements: list[tuple[int, int]]) -> tuple[int, int]:
    for first, last in statements:
        if first <= line <= last:
            return first, last
    return 0, 0


def _parts(comment: str) -> Iterator[tuple[int, str]]:
    marks = list(_MARK.finditer(comment))
    ends = [mark.start() for mark in marks[1:]] + [len(comment)]
    for mark, end in zip(marks, ends, strict=True):
        yield mark.start(), comment[mark.end() : end]


def _read(text: str) -> tuple[tuple[str, ...], str | None, str, str | None]:
    """Rule ids, last day, reason, and what is wrong."""
    match = _IGNORE.fullmatch(text)
    if match is None:
        return (), None, "", f"this comment cannot be read; {_FORM}"
    ids = tuple(dict.fromkeys(part.strip() for part in match["ids"].split(",") if part.strip()))
    until = match["until"]
    reason = _NEXT_COMMENT.sub("", match["reason"]).strip()
    return ids, until, reason, _fault(ids, until, reason)


def _fault(ids: tuple[str, ...], until: str | None, reason: str) -> str | None:
    if not ids:
        return f"this suppression names no rule; {_FORM}"
    if any(not _ID.fullmatch(rule_id) for rule_id in ids):
        return f"this suppression names no rule but {', '.join(ids)}; {_FORM}"
    if until is not None:
        try:
            parse_day(until)
        except ValueError as error:
            return f'"until=": {error}'
    if not re.search(r"\w", reason):
        return f"this suppression gives no reason; {_FORM}"
    if re.search(r"\buntil\s*=", reason):
        return '"until=" stands before the reason'
    return None
