"""How complex a piece of code is at the most, read off its text.

Whatever radon adds to a complexity is written with a word: `if`, `elif`, `for`, `while`, `except`, `case`, `assert`,
`and`, `or`, and the `else` of a loop or a `try`. So there is no more of it than there are such words.
"""

from __future__ import annotations

import re

# Each of the words holds one of these, `elif` an `if` and `for` an `or`.
_PARTS = ("if", "or", "and", "while", "except", "case", "assert", "else")
_WORDS = re.compile(r"\b(?:if|elif|for|while|except|case|assert|and|or|else)\b")
# A word may follow a number at once: `1if a else 2`, `0xfor b` (which is `0xf or b`).
_GLUED = re.compile(r"\b\d\w*(?:if|or|and|else)")


def complexity_at_most(text: str, limit: int) -> bool:
    """Whether no function written in this text can have a complexity above the limit, as radon counts.

    Right whenever it says yes, whatever the text is: comments and strings count like code.
    """
    if sum(map(text.count, _PARTS)) < limit:
        return True
    return len(_WORDS.findall(text)) < limit and not _GLUED.search(text)
