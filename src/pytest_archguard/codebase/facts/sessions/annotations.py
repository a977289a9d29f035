"""Annotations, and other expressions that may stand for a type, as nested tuples."""

from __future__ import annotations

import ast
from typing import Any

from pytest_archguard.codebase.facts.sessions.scopes import dotted

# A dotted text; ("[]", base, arguments...); ("|", left, right); ("()", function, arguments...); None for the rest.
Shape = Any


def shape(node: ast.AST | None, depth: int = 0) -> Shape:
    """The shape of an annotation; strings are read as the expressions they hold."""
    if node is None or depth > 20:
        return None
    kind = type(node)
    if kind is ast.Name:
        return node.id  # type: ignore[attr-defined]
    if isinstance(node, ast.Attribute):
        text = dotted(node)
        return None if "?" in text or "(" in text or "[" in text else text
    if isinstance(node, ast.Constant):
        return _text(node.value, depth) if isinstance(node.value, str) else None
    if isinstance(node, ast.Subscript):
        base = shape(node.value, depth + 1)
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if isinstance(base, str) and base.rpartition(".")[2] == "Literal":
            return None
        return ("[]", base, *(shape(item, depth + 1) for item in inner))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return ("|", shape(node.left, depth + 1), shape(node.right, depth + 1))
    if isinstance(node, ast.Call):
        return _call(node, depth)
    return None


def _call(node: ast.Call, depth: int) -> Shape:
    function = shape(node.func, depth + 1)
    if not isinstance(function, str):
        return None
    if function.rpartition(".")[2] == "cast" and len(node.args) == 2:  # `NEW: Session = cast("Session", None)`
        return shape(node.args[0], depth + 1)
    keywords = [keyword.value for keyword in node.keywords if keyword.arg == "dependency"]
    return ("()", function, *(shape(item, depth + 1) for item in (*node.args, *keywords)))


def _text(text: str, depth: int) -> Shape:
    if len(text) > 300 or not any(sign.isalpha() for sign in text):
        return None
    if text.isidentifier():
        return text
    try:
        return shape(ast.parse(text, mode="eval").body, depth + 1)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
