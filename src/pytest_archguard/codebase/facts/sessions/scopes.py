"""Scopes of a file, and for each node where it stands: in which scope, loop, `finally` or handler."""

from __future__ import annotations

import ast
import sys
from bisect import bisect_right
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from pytest_archguard.codebase.nodes import BLOCKS
from pytest_archguard.codebase.source import Source

MODULE, FUNCTION, CLASS = 0, 1, 2

_TYPE_ALIAS = [kind for kind in (getattr(ast, "TypeAlias", None),) if kind is not None]  # from Python 3.12 on
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LOOPS = frozenset({ast.For, ast.AsyncFor, ast.While})
COMPREHENSIONS = frozenset({ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp})
_TRIES = frozenset({ast.Try, getattr(ast, "TryStar", ast.Try)})
_VALUED = frozenset({ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return})
_YIELDS = (ast.Yield, ast.YieldFrom)
_KEPT = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, *_TYPE_ALIAS)
# Stepping into one of these changes where one is; into everything else it does not.
_SPECIAL = frozenset({*_DEFINITIONS, *_LOOPS, *COMPREHENSIONS, *_TRIES, ast.Lambda, ast.ExceptHandler})


class Place(NamedTuple):
    """Where a node stands, within its innermost function or class.

    scope: an index into `Scopes.nodes`. loop: the line of the innermost loop whose body it is in, 0 for none.
    closing: the line of the innermost `try` whose `finally` it is in. handler: whether it is in an `except` that
    catches every Exception. deferred: whether it is in the body of a lambda.
    """

    scope: int
    loop: int = 0
    closing: int = 0
    handler: bool = False
    deferred: bool = False


class Scopes:
    """All scopes of a file; index 0 is the module. Lambdas are part of the scope they stand in.

    parents: the index of the scope around each. generators: the functions in which a `yield` stands as a statement or
    as the value of one. statements: by type, each with its scope, in source order.
    """

    def __init__(self, source: Source) -> None:
        found = _listed(source) if source.has_walk else _looked_through(source.tree)
        definitions = [node for kind in _DEFINITIONS for node in found.by_type[kind]]
        definitions.sort(key=attrgetter("lineno"))
        self.nodes: list[ast.AST] = [source.tree, *definitions]
        # No two definitions start on one line, and no statement that is not in one stands on a line of it.
        self._starts = [0, *[node.lineno for node in definitions]]
        self._ends = [sys.maxsize, *[node.end_lineno for node in definitions]]
        self.parents = [0]
        for number, line in enumerate(self._starts[1:]):
            self.parents.append(self._outwards(number, line))
        at = self.at_line
        self.statements: dict[type[ast.AST], list[tuple[int, Any]]] = {
            kind: [(at(node.lineno), node) for node in found.by_type[kind]] for kind in _KEPT
        }
        self.generators = {self.at_line(line) for line in found.yielding}
        self._source = source
        self._places: dict[ast.AST, Place] = {source.tree: Place(0)}

    def at_line(self, line: int) -> int:
        """The scope that the statements of a line stand in."""
        return self._outwards(bisect_right(self._starts, line) - 1, line)

    def _outwards(self, number: int, line: int) -> int:
        """The innermost of a scope and those around it that reaches to a line."""
        while self._ends[number] < line:
            number = self.parents[number]
        return number

    @cached_property
    def index(self) -> dict[ast.AST, int]:
        """The numbers of the scopes of functions and classes."""
        return {node: number for number, node in enumerate(self.nodes)}

    def of(self, node: ast.AST) -> Place:
        """Where a node stands."""
        known = self._places
        if node in known:
            return known[node]
        parent_of, special = self._source.walk.parent_of, _SPECIAL
        chain: list[tuple[ast.AST, ast.AST]] = []
        current = node
        while current not in known:
            parent = parent_of[current]
            if type(parent) in special:
                chain.append((current, parent))
            current = parent
        place = known[current]
        for child, parent in reversed(chain):
            place = known[child] = self._inside(child, parent, place)
        known[node] = place
        return place

    def _inside(self, child: ast.AST, parent: ast.AST, place: Place) -> Place:
        kind = type(parent)
        if kind in _DEFINITIONS:
            # Decorators, defaults, annotations and bases belong to the scope around.
            return Place(self.index[parent]) if isinstance(child, ast.stmt) else place
        if kind is ast.Lambda:
            return place._replace(deferred=True) if child is parent.body else place  # type: ignore[attr-defined]
        if kind in _LOOPS:
            inside = child in parent.body or (kind is ast.While and child is parent.test)  # type: ignore[attr-defined]
            return place._replace(loop=parent.lineno) if inside else place  # type: ignore[attr-defined]
        if kind in COMPREHENSIONS:
            return place if type(child) is ast.comprehension else place._replace(loop=parent.lineno)  # type: ignore[attr-defined]
        if kind in _TRIES:
            return place._replace(closing=parent.lineno) if child in parent.finalbody else place  # type: ignore[attr-defined]
        return place._replace(handler=True) if _catches_everything(parent) else place  # type: ignore[arg-type]


class _Statements(NamedTuple):
    """by_type: definitions and what `_KEPT` names, in source order. yielding: the lines of statements that are a
    `yield` or have the value of one."""

    by_type: dict[type[ast.AST], list[Any]]
    yielding: list[int]


def _listed(source: Source) -> _Statements:
    walk = source.walk
    by_type = {kind: walk.every(kind) for kind in (*_DEFINITIONS, *_KEPT)}
    around = [walk.parent_of[node] for kind in _YIELDS for node in walk.every(kind)]
    return _Statements(by_type, [node.lineno for node in around if type(node) in _VALUED])  # type: ignore[attr-defined]


def _looked_through(tree: ast.Module) -> _Statements:
    """The same without a walk over all nodes, which costs three times as much."""
    by_type: dict[type[ast.AST], list[Any]] = {kind: [] for kind in (*_DEFINITIONS, *_KEPT)}
    yielding: list[int] = []
    stack: list[Any] = tree.body[::-1]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind in by_type:
            by_type[kind].append(node)
        if kind not in _VALUED:
            for name in reversed(BLOCKS[kind]):
                if block := getattr(node, name):
                    stack += block[::-1]
        elif type(node.value) in _YIELDS:
            yielding.append(node.lineno)
    return _Statements(by_type, yielding)


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException") for kind in kinds)


def scopes_of(source: Source) -> Scopes:
    """The scopes of a file; ask for them with `source.once(scopes_of)`."""
    return Scopes(source)
