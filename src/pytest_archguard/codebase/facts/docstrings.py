"""Definitions without their docstrings."""

from __future__ import annotations

import ast


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a definition behind its docstring, if it has one."""
    first = body[0] if body else None
    if type(first) is ast.Expr and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return body[1:]
    return body
