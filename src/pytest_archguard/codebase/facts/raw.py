"""Raw counts of one file: what `radon.raw.analyze` returns, in linear time.

radon tokenizes every logical line again for each physical line it spans, so a dict or a docstring of n lines costs n
squared: 32 seconds for a package of 200,000 lines. Here one regular expression goes over the text once. It knows just
enough of Python's tokens (strings, comments, brackets, colons) to count what radon counts. The few files it is not
made for (semicolons, a backslash before an empty line, f-strings nested deeply) are tokenized once, as a whole, by
`raw_tokens`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.raw_bounds import raw_counts_within
from pytest_archguard.codebase.source import Source

RAW = Fact("raw", 1, "pytest_archguard.codebase.facts.raw:extract", from_text=True)


def raw_above(sloc: int | None, lloc: int | None) -> Fact:
    """The fact about files above one of two limits; of all others it says that they are empty. None: no limit."""
    return replace(RAW, params=(sloc, lloc))


class RawCounts(NamedTuple):
    """The fields of `radon.raw.Module`, in radon's order and with its meaning.

    loc: all lines. radon splits lines with `str.splitlines`, so a form feed ends a line too.
    lloc: logical lines: one for each simple statement and each clause header. radon takes a colon that is not the
        last token of its logical line for a second one (`if x: return`), in `d = {1: 2}` and `x: int = 1` as well.
    sloc: lines that are neither blank, nor only a comment, nor part of a string that stands alone.
    comments: comments, those after code included.
    multi: the non-blank lines of strings that stand alone and span several lines (docstrings, mostly).
    blank: empty lines and lines of white space only, inside strings too.
    single_comments: lines that are only a comment, and strings on one line that stand alone.
    """

    loc: int
    lloc: int
    sloc: int
    comments: int
    multi: int
    blank: int
    single_comments: int


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[int, ...]:
    """The fields of `RawCounts`, as a plain tuple.

    params: one limit of sloc and one of lloc, each may be None. A file within both counts as an empty one, so that
    nothing is counted where the text shows that it is.
    """
    if not params:
        return tuple(source.once(raw_counts))
    sloc, lloc = (limit if isinstance(limit, int) else sys.maxsize for limit in params)
    if not raw_counts_within(source.text, sloc, lloc):
        counts = source.once(raw_counts)
        if counts.sloc > sloc or counts.lloc > lloc:
            return tuple(counts)
    return (0,) * len(RawCounts._fields)


def raw_counts(source: Source) -> RawCounts:
    """The file's raw counts, equal to `radon.raw.analyze(source.text)` wherever that returns.

    Where radon fails although Python parses the file (a form feed inside a one-line string, a backslash as the last
    thing in a file, identifiers such as `℘` before Python 3.12), the counts follow radon's definitions, on lines that
    end at a newline only.
    """
    counts = _scan(source.text)
    if counts is not None:
        return counts
    source.tree  # noqa: B018 - only what Python parses is sure to have tokens
    # Late, as it is hardly ever needed and loads radon.
    from pytest_archguard.codebase.facts.raw_tokens import count_by_tokens

    return RawCounts(*count_by_tokens(source.text))


# What cannot start or end anything that is counted. A match of _TOKEN is one thing that counts (captured; a colon at
# the end of a line captures nothing) and all that follows it up to the next. A quantifier inside a quantifier would
# take exponential time on some inputs; each loop below starts with a character that its neighbours cannot match.
_PLAIN = r"""[^\n#'"()\[\]{}:;\\]*"""
_TRIPLE = (
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
)  # fmt: skip
_SINGLE = (
    r'"(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"'
    r"|'(?!'')[^'\\\n]*(?:\\.[^'\\\n]*)*'"
)  # fmt: skip
_STRING = f"(?:{_TRIPLE}|{_SINGLE})"
_FORMATTED = "(?!)"
_PREFIX = "[bBfFrRuU]{0,2}"

if sys.version_info >= (3, 12):
    # Since PEP 701 an f-string is several tokens, with code in it: its colons and comments count, and its quotes may
    # stand inside its fields. Fields of names, strings without braces and one level of format are matched here.
    _TAIL = r"""[^{}"'#\\\n]*"""
    _FIELD = rf"""\{{{_TAIL}(?:(?:"[^"\\\n{{}}]*"|'[^'\\\n{{}}]*'|\{{{_TAIL}\}}){_TAIL})*\}}"""
    _BRACES = rf"\{{\{{|\}}\}}|\\.|{_FIELD}"
    _PREFIXED = r"(?:(?<=\b[fFtT])|(?<=\b[fFtT][rR])|(?<=\b[rR][fFtT]))"
    _FORMATTED = _PREFIXED + "(?:" + "|".join((
        rf'"""[^{{}}"\\]*(?:(?:{_BRACES}|"(?!""))[^{{}}"\\]*)*"""',
        rf"'''[^{{}}'\\]*(?:(?:{_BRACES}|'(?!''))[^{{}}'\\]*)*'''",
        rf'"(?!"")[^{{}}"\\\n]*(?:(?:{_BRACES})[^{{}}"\\\n]*)*"',
        rf"'(?!'')[^{{}}'\\\n]*(?:(?:{_BRACES})[^{{}}'\\\n]*)*'",
    )) + ")"  # fmt: skip
    # In `not"a"` this takes the keyword for a prefix: then nothing matches, and the file is tokenized.
    _STRING = rf"(?<![fFtT])(?<![fFtT][rR]){_STRING}"
    _PREFIX = "[bBrRuU]{0,2}"

_REST = rf"{_PLAIN}(?:(?:{_STRING}|:=|\\\n|\({_PLAIN}\)|\[{_PLAIN}\]){_PLAIN})*"
_TOKEN = re.compile(
    rf"(?:(\n#[^\n]*|\n{_PREFIX}{_STRING}(?=\n)|[\n()\[\]{{}}]|#[^\n]*|:(?![ \t]*[\n#])|{_FORMATTED}|[^:])|:){_REST}",
    re.DOTALL,
)
_STEPS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def _scan(text: str) -> RawCounts | None:
    """The counts of a text; None if it is one that the expression cannot be trusted with.

    radon strips every line, so indentation never matters, and blank lines can be counted beforehand and left out:
    then whatever begins a line directly follows a newline. That is not so after a line of nothing but a backslash, and
    a blank line does mean something after a backslash.
    """
    lines = text.splitlines()
    stripped = list(map(str.strip, lines))
    if "\\\n" in text:
        joined = "\n".join(["", *stripped, ""])
        if "\\\n\n" in joined or "\n\\\n" in joined:
            return None
    filled = list(filter(None, stripped))
    tally = _tally(_TOKEN.findall("\n".join(["", *filled, ""])))
    if tally is None:
        return None
    lloc, comments, single_comments, multi = tally
    blank = len(lines) - len(filled)
    sloc = len(filled) - single_comments - multi
    return RawCounts(len(lines), lloc, sloc, comments, multi, blank, single_comments)


def _tally(tokens: list[str]) -> tuple[int, int, int, int] | None:
    """lloc, comments, single_comments and multi; None when a token says that the text is of an unusual kind."""
    comments = second = depth = 0
    colon = False  # whether a colon has made the current logical line count twice
    starts = []  # of logical lines, comments and strings that stand alone included
    for token in tokens:
        if token[:1] == "\n":
            if depth:
                comments += token[1:2] == "#"
            else:
                starts.append(token)
                colon = False
        elif token in _STEPS:
            depth += _STEPS[token]
            if depth < 0:
                return None
        elif not token and not depth:  # the colon that ends a header takes back what those before it added
            second -= colon
            colon = False
        elif not token or token == ":":
            second += not colon
            colon = True
        elif token[0] == "#":
            comments += 1
        elif len(token) > 1:  # an f-string
            if ":" in token and not colon and _holds_colon(token):
                second += 1
                colon = True
        else:
            return None
    return None if depth else _sum_up(starts, second, comments)


def _sum_up(starts: list[str], second: int, comments: int) -> tuple[int, int, int, int]:
    alone = [token for token in starts if len(token) > 1]
    heights = [token.count("\n") for token in alone if token[1] != "#"]
    lines_of_comment = len(alone) - len(heights)
    logical = len(starts) - lines_of_comment - 1  # the newline that ends the text begins no line
    single_strings = heights.count(1)
    multi = sum(heights) - single_strings
    return logical + second, comments + lines_of_comment, lines_of_comment + single_strings, multi


def _holds_colon(fstring: str) -> bool:
    from pytest_archguard.codebase.facts.raw_tokens import fstring_holds_colon

    return fstring_holds_colon(fstring)
