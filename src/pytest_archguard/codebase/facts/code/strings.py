"""The string constants of a file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from itertools import compress
from typing import Any

from pytest_archguard.codebase.source import Source

JOINED: tuple[type[ast.AST], ...] = tuple(
    getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name)
)


# Values and nodes apart, so that a search is one loop in C over the values.
Strings = tuple[list[str], list[ast.expr]]


class Texts:
    """All strings of a file, the parts of f-strings among them; made with `source.once(Texts)`. Bytes are not text.

    A string is what the program sees: adjacent literals are one, values in an f-string are `{}`.
    """

    def __init__(self, source: Source) -> None:
        self._walk = source.walk
        self._others = self._strings(alone=False)

    def found(self, find: re.Pattern[str], docstrings: bool) -> Iterator[tuple[re.Match[str], ast.expr]]:
        """Where something is found in a string, with its node.

        docstrings: look at those that stand alone as a statement as well: docstrings, and comments in quotes.
        """
        for values, nodes in (self._others, self._docs) if docstrings else (self._others,):
            hits = list(map(find.search, values))
            yield from compress(zip(hits, nodes, strict=True), hits)

    @cached_property
    def _docs(self) -> Strings:
        return self._strings(alone=True)

    def _strings(self, alone: bool) -> Strings:
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
        return values, nodes


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
