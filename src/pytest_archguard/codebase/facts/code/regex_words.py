"""What must stand in a text for a regular expression to find something there.

`re` tells nothing of what it has compiled, so the expression is read here, as far as most are written: of what is not
understood nothing is known.
"""

from __future__ import annotations

import re
from functools import lru_cache

_Words = tuple[str, ...]
"""One of them stands in every text with a match; empty where no word is known."""

_FLAGS = re.compile(r"\(\?([imsau]+)\)")
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>|(?!\?))")
_SET = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)
_REPEAT = re.compile(r"(?:[*?]|(\+)|\{(?:\d+(?:,\d*)?|,\d*)\})[?+]?")
_CLASS = re.compile(r"[.^$]|\\[AbBdDsSwWZ]")
_LITERAL = re.compile(r"\\([^0-9A-Za-z])|([^\\])", re.DOTALL)


class _UnknownError(Exception):
    """Indicates something that is not understood."""


@lru_cache(maxsize=256)
def needed_words(pattern: str) -> _Words:
    """Words in lower case: one of them stands in every ASCII text, put in lower case, in which the pattern (a valid
    one) finds something. Empty where nothing of the kind is known."""
    flags = _FLAGS.match(pattern)
    try:
        words, _ = _alternatives(pattern, flags.end() if flags else 0)
    except _UnknownError:
        return ()
    is_known = all(words) and "".join(words).isascii()
    return tuple(word.lower() for word in words) if is_known else ()


def _alternatives(pattern: str, at: int) -> tuple[_Words, int]:
    """The words of `a|b` up to its end or to the bracket that closes it."""
    words, at = _sequence(pattern, at)
    while pattern[at : at + 1] == "|":
        more, at = _sequence(pattern, at + 1)
        words = (*words, *more) if words and more else ()
    return tuple(dict.fromkeys(words)), at


def _sequence(pattern: str, at: int) -> tuple[_Words, int]:
    """The best words of one alternative."""
    best: _Words = ()
    run = ""
    while at < len(pattern) and pattern[at] not in "|)":
        words, char, at = _item(pattern, at)
        repeat = _REPEAT.match(pattern, at)
        if repeat is not None:
            at = repeat.end()
            if repeat[1] is None:  # it may be left out
                words, char = (), ""
        if char:
            run += char
        if not char or repeat is not None:
            best = _better(_better(best, (run,)), words)
            run = ""
    return _better(best, (run,)), at


def _item(pattern: str, at: int) -> tuple[_Words, str, int]:
    """What stands at a place: the words of a group or a literal character, and where it ends."""
    group = _GROUP.match(pattern, at)
    if group is not None:
        words, end = _alternatives(pattern, group.end())
        return words, "", end + 1
    found = _SET.match(pattern, at) or _CLASS.match(pattern, at)
    if found is not None:
        return (), "", found.end()
    literal = _LITERAL.match(pattern, at)
    if literal is None or literal[0] in ("(", "[", "{"):
        raise _UnknownError
    return (), literal[1] or literal[2], literal.end()


def _better(one: _Words, other: _Words) -> _Words:
    """Those of which the shortest is longer."""
    return max(one, other, key=lambda words: min(map(len, words), default=0))
