"""Annotations, and other expressions that may stand for a type, as nested tuples."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from pytest_archguard.codebase.facts.sessions.written import dotted

# A dotted text; ("[]", base, arguments...); ("|", left, right); ("()", function, arguments...); None for the rest.
Shape = Any


def shape(node: ast.AST | None, depth: int = 0) -> Shape:
    """The shape of an annotation; strings are read as the expressions they hold."""
    if node is None or depth > 20:
        return None
    read = _READERS.get(type(node))
    return None if read is None else read(node, depth)


def _name(node: ast.Name, _: int) -> Shape:
    return node.id


def _attribute(node: ast.Attribute, _: int) -> Shape:
    text = dotted(node)
    return None if "?" in text or "(" in text or "[" in text else text


def _constant(node: ast.Constant, depth: int) -> Shape:
    return _text(node.value, depth) if type(node.value) is str else None


def _subscript(node: ast.Subscript, depth: int) -> Shape:
    base = shape(node.value, depth + 1)
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if isinstance(base, str) and base.rpartition(".")[2] == "Literal":
        return None
    return ("[]", base, *[shape(item, depth + 1) for item in inner])


def _union(node: ast.BinOp, depth: int) -> Shape:
    if not isinstance(node.op, ast.BitOr):
        return None
    return ("|", shape(node.left, depth + 1), shape(node.right, depth + 1))


def _call(node: ast.Call, depth: int) -> Shape:
    function = shape(node.func, depth + 1)
    if not isinstance(function, str):
        return None
    if function.rpartition(".")[2] == "cast" and len(node.args) == 2:  # `NEW: Session = cast("Session", None)`
        return shape(node.args[0], depth + 1)
    keywords = [keyword.value for keyword in node.keywords if keyword.arg == "dependency"]
    return ("()", function, *(shape(item, depth + 1) for item in (*node.args, *keywords)))


_READERS: dict[type[ast.AST], Callable[[Any, int], Shape]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Constant: _constant,
    ast.Subscript: _subscript,
    ast.BinOp: _union,
    ast.Call: _call,
}


def _text(text: str, depth: int) -> Shape:
    if len(text) > 300 or not any(sign.isalpha() for sign in text):
        return None
    if text.isidentifier():
        return text
    try:
        return shape(ast.parse(text, mode="eval").body, depth + 1)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
