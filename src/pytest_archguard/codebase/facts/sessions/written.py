"""Expressions as they are written."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def dotted(node: ast.AST) -> str:
    """An expression as a dotted text: `db.session`, `get_settings().factory`, `connections[].cursor`.

    Calls keep their brackets and lose their arguments; what is no name, attribute, call or subscript is `?`.
    """
    kind = type(node)
    if kind is ast.Name:
        return node.id  # type: ignore[attr-defined, no-any-return]
    if kind is ast.Attribute and type(node.value) is ast.Name:  # type: ignore[attr-defined]
        return f"{node.value.id}.{node.attr}"  # type: ignore[attr-defined]
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(f".{node.attr}")
            node = node.value
        elif isinstance(node, ast.Call):
            parts.append("()")
            node = node.func
        elif isinstance(node, ast.Subscript):
            parts.append("[]")
            node = node.value
        elif isinstance(node, ast.Await):
            node = node.value
        else:
            parts.append(node.id if isinstance(node, ast.Name) else "?")
            return "".join(reversed(parts))


def names_among(value: ast.expr | None) -> Iterator[ast.Name | ast.Attribute]:
    """The names among which the value is, and those in a tuple."""
    if isinstance(value, (ast.Name, ast.Attribute)):
        yield value
    elif isinstance(value, ast.IfExp):
        yield from names_among(value.body)
        yield from names_among(value.orelse)
    elif isinstance(value, (ast.Tuple, ast.BoolOp)):
        for each in value.elts if isinstance(value, ast.Tuple) else value.values:
            yield from names_among(each)
