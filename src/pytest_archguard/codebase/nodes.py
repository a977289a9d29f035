"""The nodes of a tree, one after the other and by type."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of a node that may hold nodes, the last first, so that they leave a stack in source order.

    Looking at these alone halves the cost of a walk. Left out are names, numbers and strings, and what has no parent
    of its own: Load, Store, Del and operators are singletons shared by all trees.
    """

    _NEVER = frozenset(
        {
            "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module",
            "op", "ops", "rest", "simple", "str", "type_comment", "type_ignores",
        }
    )  # fmt: skip

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        never = set(self._NEVER)
        if kind in (ast.Constant, ast.MatchSingleton):
            never.add("value")
        if kind in (ast.Global, ast.Nonlocal):
            never.add("names")
        if kind.__name__ != "TypeAlias":  # everywhere else a string
            never.add("name")
        fields = tuple(name for name in reversed(kind._fields) if name not in never)
        self[kind] = fields
        return fields


FIELDS = _Fields()


class _Blocks(dict[type[ast.AST], tuple[str, ...]]):
    """For a type of statement, handler or case the fields that hold statements, handlers or cases, in source order."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        names = ("body", "handlers", "orelse", "finalbody", "cases")
        holds = not issubclass(kind, ast.expr)  # the body of a lambda is no list of statements
        self[kind] = tuple(name for name in names if holds and name in kind._fields)
        return self[kind]


BLOCKS = _Blocks()


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node, each before the nodes in it, in source order."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        push_children(node, stack)


def push_children(node: ast.AST, stack: list[ast.AST]) -> None:
    """Puts what a node holds on a stack, the last first."""
    for name in FIELDS[type(node)]:
        value = getattr(node, name)
        if type(value) is list:
            stack.extend(filter(None, reversed(value)))
        elif value is not None:
            stack.append(value)


class ByType(dict[type[ast.AST], list[Any]]):
    """The nodes of one tree by type, in source order; a type that is not in it has none.

    A dictionary, because no function of ours could answer as quickly.
    """

    def __init__(self, objects: Iterable[object]) -> None:
        """objects: all nodes in source order, among whatever else; can be gone through twice."""
        super().__init__(_grouped(objects, _OFTEN))
        self._objects: Iterable[object] | None = objects

    def __missing__(self, kind: type[ast.AST]) -> list[Any]:
        if self._objects is not None:
            self.update(_grouped(self._objects, _SELDOM))
            self._objects = None
        return self.setdefault(kind, [])


def _grouped(objects: Iterable[object], kinds: frozenset[type[ast.AST]]) -> dict[type[ast.AST], list[Any]]:
    found: dict[Any, list[Any]] = {kind: [] for kind in kinds}
    for each in objects:
        kind = type(each)
        if kind in found:
            found[kind].append(each)
    return found


def _kinds(base: type[ast.AST]) -> Iterator[type[ast.AST]]:
    yield base
    for kind in base.__subclasses__():
        yield from _kinds(kind)


_SHARED = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
# A third of all nodes, but what most are asked about. To look for the others takes as long again.
_OFTEN: frozenset[type[ast.AST]] = frozenset(
    {
        ast.AnnAssign, ast.Assign, ast.AsyncFor, ast.AsyncFunctionDef, ast.AugAssign, ast.Await, ast.Call, ast.ClassDef,
        ast.Constant, ast.ExceptHandler, ast.Expr, ast.For, ast.FunctionDef, ast.Global, ast.Import, ast.ImportFrom,
        ast.JoinedStr, ast.MatchAs, ast.MatchMapping, ast.MatchStar, ast.NamedExpr, ast.Nonlocal, ast.Raise, ast.Return,
        ast.Subscript, ast.Yield, ast.YieldFrom, ast.alias, ast.arg, ast.comprehension, ast.withitem,
        *(getattr(ast, name) for name in ("TemplateStr", "TypeAlias") if hasattr(ast, name)),
    }
)  # fmt: skip
_SELDOM = frozenset(kind for kind in _kinds(ast.AST) if not issubclass(kind, _SHARED)) - _OFTEN
