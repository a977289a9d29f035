"""The string constants of a file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import compress
from typing import Any

from pytest_archguard.codebase.facts.code.regex_words import needed_words
from pytest_archguard.codebase.source import Source

JOINED: tuple[type[ast.AST], ...] = tuple(
    getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name)
)


class Texts:
    """All strings of a file, the parts of f-strings among them; made with `source.once(Texts)`. Bytes are not text.

    A string is what the program sees: adjacent literals are one, values in an f-string are `{}`.
    """

    def __init__(self, source: Source) -> None:
        self._walk = source.walk

    def found(self, pattern: str, docstrings: bool) -> Iterator[tuple[re.Match[str], ast.expr]]:
        """Where a regular expression finds something in a string, with its node.

        docstrings: look at those that stand alone as a statement as well: docstrings, and comments in quotes.
        """
        yield from self._others.found(pattern)
        if docstrings:
            yield from self._docs.found(pattern)

    @cached_property
    def _others(self) -> _Strings:
        return self._strings(alone=False)

    @cached_property
    def _docs(self) -> _Strings:
        return self._strings(alone=True)

    def _strings(self, alone: bool) -> _Strings:
        every = self._walk.every
        statements = {node.value for node in every(ast.Expr)}
        nodes: list[Any] = [
            node for node in every(ast.Constant) if type(node.value) is str and (node in statements) is alone
        ]
        values = [node.value for node in nodes]
        for kind in JOINED:
            for joined in every(kind):
                if (joined in statements) is alone:
                    nodes.append(joined)
                    values.append("".join(map(_part, joined.values)))  # type: ignore[attr-defined]
        return _Strings(values, nodes)


class _Strings:
    """Strings and their nodes, apart, so that a search is one loop in C over the strings."""

    def __init__(self, values: list[str], nodes: list[ast.expr]) -> None:
        self._values, self._nodes = values, nodes

    def found(self, pattern: str) -> Iterator[tuple[re.Match[str], ast.expr]]:
        words = needed_words(pattern)
        # In other letters a small letter may have several capitals, so there all strings are searched.
        if words and self._text.isascii() and not any(word in self._text for word in words):
            return
        hits = list(map(_regex(pattern).search, self._values))
        yield from compress(zip(hits, self._nodes, strict=True), hits)

    @cached_property
    def _text(self) -> str:
        return "\n".join(self._values).lower()


@lru_cache(maxsize=256)
def _regex(text: str) -> re.Pattern[str]:
    return re.compile(text)


def is_part(node: ast.expr, source: Source) -> bool:
    """Whether a string is a piece of an f-string, or the format in `f"{value:>{width}}"`."""
    parent = source.walk.parent(node)
    return isinstance(parent, JOINED) or getattr(parent, "format_spec", None) is node


def line_of(value: str, node: ast.expr, offset: int) -> int:
    """The line of a character in a string; its first line where the code does not show it."""
    first, last = node.lineno, node.end_lineno or node.lineno
    # With escapes, continued lines or adjacent literals the lines of the code are not those of the value.
    return first + value.count("\n", 0, offset) if value.count("\n") == last - first else first


def _part(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}"
