"""Raw counts by way of Python's own tokenizer: for the few texts that `raw` cannot count with one expression."""

from __future__ import annotations

import io
import warnings
from tokenize import COMMENT, ENDMARKER, ERRORTOKEN, NEWLINE, NL, OP, STRING, TokenError, TokenInfo, generate_tokens

from radon.raw import _logical, is_single_token

# The fields of `raw.RawCounts`, in order.
Counts = tuple[int, int, int, int, int, int, int]

_END = TokenInfo(ENDMARKER, "", (0, 0), (0, 0), "")


def count_by_tokens(text: str) -> Counts:
    """The counts `radon.raw.analyze` returns, from one tokenization of the whole text.

    Where radon fails, its definitions are applied to lines that end at a newline only.
    """
    counts = _count(text.splitlines(), strict=True)
    if counts is None:
        lines = text.split("\n")
        counts = _count(lines if lines[-1] else lines[:-1], strict=False)
    if counts is None:
        raise ValueError("a text that Python parses cannot be tokenized")
    return counts


def fstring_holds_colon(fstring: str) -> bool:
    """Whether an f-string (given without its prefix) has a colon that is a token: of a format, a slice, a lambda."""
    # As a raw string, which reads the same here and never warns of an escape.
    tokens = _tokens("rf" + fstring)
    return tokens is None or any(token[:2] == (OP, ":") for token in tokens)


def _count(lines: list[str], *, strict: bool) -> Counts | None:
    """The counts of these lines, or None if they cannot be tokenized.

    strict: where radon would fail, return None.
    """
    stripped = [line.strip() for line in lines]
    tokens = _tokens("\n".join([*stripped, ""]))
    if tokens is None or (strict and any(token.type == ERRORTOKEN for token in tokens)):
        return None
    total = [0] * 6
    group: list[TokenInfo] = []
    start = depth = 0
    for token in tokens:
        group.append(token)
        if token.type == OP and token.string in "([{":
            depth += 1
        elif token.type == OP and token.string in ")]}":
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0 and token.type in (NEWLINE, NL):
            row = token.start[0]
            if strict and _hangs(stripped, row):
                continue
            for position, number in enumerate(_count_group(group, stripped[start:row])):
                total[position] += number
            group, start = [], row
    if any(token.type != ENDMARKER for token in group):
        return None
    lloc, sloc, comments, multi, blank, single_comments = total
    loc = sloc + blank + multi + single_comments
    return loc, lloc, sloc, comments, multi, blank, single_comments


def _hangs(stripped: list[str], row: int) -> bool:
    """Whether radon goes on to the next line here: an empty line after a backslash is not enough for it."""
    return row > 1 and not stripped[row - 1] and stripped[row - 2].endswith("\\")


def _count_group(tokens: list[TokenInfo], lines: list[str]) -> tuple[int, int, int, int, int, int]:
    """lloc, sloc, comments, multi, blank and single_comments of one logical line, as in `radon.raw.analyze`."""
    lloc = _logical([*tokens, _END])
    comments = sum(token.type == COMMENT for token in tokens)
    filled = sum(map(bool, lines))
    blank = len(lines) - filled
    if is_single_token(COMMENT, tokens):
        return lloc, 0, comments, 0, 0, 1
    if is_single_token(STRING, tokens):
        if tokens[0].start[0] == tokens[0].end[0]:
            return lloc, 0, comments, 0, 0, 1
        return lloc, 0, comments, filled, blank, 0
    return lloc, filled, comments, 0, blank, 0


def _tokens(text: str) -> list[TokenInfo] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `1if x` and the like warn while tokenizing, since Python 3.12
        try:
            return list(generate_tokens(io.StringIO(text).readline))
        except (TokenError, SyntaxError):
            return None
