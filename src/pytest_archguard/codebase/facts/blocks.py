"""Statements inside statements, without a look at expressions."""

from __future__ import annotations

import ast


class _Blocks(dict[type[ast.AST], tuple[str, ...]]):
    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        names = ("body", "handlers", "orelse", "finalbody", "cases")
        holds = not issubclass(kind, ast.expr)  # the body of a lambda is no list of statements
        self[kind] = tuple(name for name in names if holds and name in kind._fields)
        return self[kind]


BLOCKS = _Blocks()
"""For a type of statement, handler or case the fields that hold statements, handlers or cases."""


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a definition behind its docstring, if it has one."""
    first = body[0] if body else None
    if type(first) is ast.Expr and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return body[1:]
    return body
