"""The classes, functions and methods of a file by name, and what their bodies are, compared without decoration."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.source import Definition, Function, Source

BODIES = Fact("bodies", 1, "pytest_archguard.codebase.facts.bodies:extract")

Kind = Literal["class", "function", "method"]


class Body(NamedTuple):
    """One definition at module level or in a class; closures belong to the function around them.

    qualname: dotted. line: of `def` or `class`. statements: in the body at any depth, without docstrings.
    digest: equal for bodies that are equal without docstrings, annotations, decorators, parameter lists and the
        definition's own name; empty for classes and for bodies without statements.
    """

    kind: Kind
    qualname: str
    line: int
    statements: int
    digest: str


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[tuple[Any, ...], ...]:  # noqa: ARG001
    """One row a definition, in the order of lines; the fields of `Body`."""
    return tuple(tuple(body) for body in sorted(_bodies(source.tree.body, ""), key=lambda body: body.line))


def _bodies(statements: list[ast.stmt], prefix: str) -> Iterator[Body]:
    for node in _in_blocks(statements):
        if isinstance(node, ast.ClassDef):
            yield Body("class", prefix + node.name, node.lineno, 0, "")
            yield from _bodies(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, Function):
            body = _without_docstring(node.body)
            count = sum(isinstance(inner, ast.stmt) for each in body for inner in ast.walk(each))
            kind: Kind = "method" if prefix else "function"
            yield Body(kind, prefix + node.name, node.lineno, count, _digest(node, body) if count else "")


def _in_blocks(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    stack: list[Any] = list(statements)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, Definition):
            for field in ("body", "orelse", "handlers", "finalbody", "cases"):
                stack.extend(getattr(node, field, ()) if isinstance(getattr(node, field, ()), list) else ())


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return body[1:]
    return body


def _digest(node: Function, body: list[ast.stmt]) -> str:
    # Parameters count by what the body does with them; a method and a function may then be equal.
    text = "\n".join((type(node).__name__, *_dumped(body)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _dumped(body: list[ast.stmt]) -> Iterator[str]:
    """The tree as text, without positions, annotations, docstrings and the decorators of definitions inside."""
    stack: list[Any] = list(reversed(body))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.AST):
            yield type(node).__name__
            stack.extend(reversed(list(_parts(node))))
        elif isinstance(node, list):
            yield f"[{len(node)}"
            stack.extend(reversed(node))
        else:
            yield repr(node)


def _parts(node: ast.AST) -> Iterator[Any]:
    for field in node._fields:
        if field in ("annotation", "returns", "type_comment", "decorator_list", "type_params", "ctx", "kind"):
            continue
        value: Any = getattr(node, field, None)
        yield _without_docstring(value) if field == "body" and isinstance(node, Definition) else value
