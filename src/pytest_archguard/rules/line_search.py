"""Which lines of a text match a regular expression: looked for in the whole text, which spares most lines a search."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_SPECIAL = frozenset(".^$*+?{}[]\\|()")
# What depends on where the text begins and ends, or can reach from one line into the next.
_BEYOND_LINES = re.compile(r"\(\?(?!:|P<|[aimux]+\))|\\[ABDNUWZnrsuxz0-9]|\[\^|[*+?}]\+")

Find = Callable[[str, int], int]


def finder(regex: re.Pattern[str]) -> Find | None:
    """Finds where, from a position on, a line may match first, -1 for nowhere; None where that needs every line.

    Every match inside a line is one in the whole text as well, where `^` and `$` mean lines in both.
    """
    text = regex.pattern
    if _SPECIAL.isdisjoint(text) and "\n" not in text:
        return lambda piece, start: piece.find(text, start)
    if "\n" in text or "\r" in text or _BEYOND_LINES.search(text):
        return None
    search = re.compile(text, re.MULTILINE).search

    def find(piece: str, start: int) -> int:
        found = search(piece, start)
        return -1 if found is None else found.start()

    return find


def matching_lines(piece: str, regex: re.Pattern[str], find: Find | None) -> Iterator[tuple[int, str]]:
    """Each line that matches, with its number, which counts from 0. find: as `finder` made it."""
    if find is None:
        lines = piece.removesuffix("\n").split("\n") if piece else ()
        yield from ((number, line) for number, line in enumerate(lines) if regex.search(line))
        return
    number = counted = start = 0
    while start < len(piece) and (at := find(piece, start)) != -1:
        first = piece.rfind("\n", 0, at) + 1
        if first == len(piece):
            return  # behind the last line
        end = piece.find("\n", at)
        end = len(piece) if end == -1 else end
        number += piece.count("\n", counted, first)
        counted = first
        line = piece[first:end]
        if regex.search(line):
            yield number, line
        start = end + 1
