"""The string constants of a file."""

from __future__ import annotations

import ast

from pytest_archguard.codebase.source import Source

JOINED: tuple[type[ast.AST], ...] = tuple(
    getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name)
)


Text = tuple[str, ast.expr]
"""One string as the program sees it: adjacent literals are one, values in an f-string are `{}`."""


class Texts:
    """All strings of a file, the parts of f-strings among them; made with `source.once(Texts)`. Bytes are not text.

    docs: those that stand alone as a statement: docstrings, and comments in quotes. others: the rest.
    """

    def __init__(self, source: Source) -> None:
        every = source.walk.every
        alone = {node.value for node in every(ast.Expr)}
        self.docs: list[Text] = []
        self.others: list[Text] = []
        docs, others = self.docs, self.others
        for node in every(ast.Constant):
            value = node.value
            if type(value) is str:
                (docs if node in alone else others).append((value, node))
        for kind in JOINED:
            for joined in every(kind):
                value = "".join(_part(part) for part in joined.values)  # type: ignore[attr-defined]
                (docs if joined in alone else others).append((value, joined))  # type: ignore[arg-type]


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
