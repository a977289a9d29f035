"""Names as they are written, before anything is known of what they mean."""

from __future__ import annotations

import ast


def last_identifier(node: ast.AST | None) -> str:
    """`get` of `get` and of `session.get`; empty for what is neither a name nor an attribute."""
    if type(node) is ast.Attribute:
        return node.attr
    return node.id if type(node) is ast.Name else ""
