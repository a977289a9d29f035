"""The string constants of a file."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from pytest_archguard.codebase.source import Source

_JOINED: tuple[type[ast.AST], ...] = tuple(
    getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name)
)


@dataclass(frozen=True, slots=True)
class Text:
    """One string as the program sees it: adjacent literals are one, values in an f-string are `{}`.

    is_doc: a string that stands alone as a statement: a docstring, or a comment in quotes.
    """

    node: ast.expr
    value: str
    is_doc: bool

    def line_of(self, offset: int) -> int:
        """The line of a character; the first line of the string where the code does not show it."""
        first, last = self.node.lineno, self.node.end_lineno or self.node.lineno
        # With escapes, continued lines or adjacent literals the lines of the code are not those of the value.
        return first + self.value.count("\n", 0, offset) if self.value.count("\n") == last - first else first


def texts(source: Source) -> tuple[Text, ...]:
    """All strings of a file; for `source.once(texts)`. Bytes are not text."""
    found = []
    walk = source.walk
    for node in walk.by_type.get(ast.Constant, ()):
        value = node.value  # type: ignore[attr-defined]
        if type(value) is str and value:
            parent = walk.parent(node)
            if not isinstance(parent, _JOINED):
                found.append(Text(node, value, type(parent) is ast.Expr))  # type: ignore[arg-type]
    for kind in _JOINED:
        for node in walk.by_type.get(kind, ()):
            if getattr(walk.parent(node), "format_spec", None) is not node:  # `>{width}` in `{value:>{width}}`
                value = "".join(_part(part) for part in node.values)  # type: ignore[attr-defined]
                found.append(Text(node, value, type(walk.parent(node)) is ast.Expr))  # type: ignore[arg-type]
    return tuple(found)


def _part(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}"
