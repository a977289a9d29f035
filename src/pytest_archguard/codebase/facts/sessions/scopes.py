"""Scopes of a file, and for each node where it stands: in which scope, loop, `finally` or handler.

Scopes are found by a walk over statements alone, which costs a third of a walk over all nodes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from pytest_archguard.codebase.source import Source

MODULE, FUNCTION, CLASS = 0, 1, 2

_TYPE_ALIAS = [kind for kind in (getattr(ast, "TypeAlias", None),) if kind is not None]  # from Python 3.12 on
_DEFINITIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_LOOPS = frozenset({ast.For, ast.AsyncFor, ast.While})
_COMPREHENSIONS = frozenset({ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp})
_TRIES = frozenset({ast.Try, getattr(ast, "TryStar", ast.Try)})
_VALUED = frozenset({ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return})
_YIELDS = frozenset({ast.Yield, ast.YieldFrom})
_KEPT = frozenset({ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, *_TYPE_ALIAS})
_SIMPLE = frozenset({ast.Raise, ast.Assert, ast.Delete, ast.Pass, ast.Break, ast.Continue})
# Stepping into one of these changes where one is; into everything else it does not.
_SPECIAL = _DEFINITIONS | _LOOPS | _COMPREHENSIONS | _TRIES | {ast.Lambda, ast.ExceptHandler}


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
        self.nodes: list[ast.AST] = [source.tree]
        self.parents: list[int] = [0]
        self.generators: set[int] = set()
        self.statements: dict[type[ast.AST], list[tuple[int, Any]]] = {kind: [] for kind in _KEPT}
        self.index: dict[ast.AST, int] = {}
        self._read(source.tree.body)
        self._source = source
        self._places: dict[ast.AST, Place] = {source.tree: Place(0)}

    def _read(self, body: list[ast.stmt]) -> None:
        stack: list[tuple[Iterator[ast.stmt], int]] = [(iter(body), 0)]
        statements, generators = self.statements, self.generators
        while stack:
            rest, scope = stack[-1]
            for node in rest:
                kind = type(node)
                if kind in _VALUED:
                    if type(node.value) in _YIELDS:  # type: ignore[attr-defined]
                        generators.add(scope)
                    if kind in statements:
                        statements[kind].append((scope, node))
                elif kind in statements:
                    statements[kind].append((scope, node))
                elif kind in _DEFINITIONS:
                    number = self.index[node] = len(self.nodes)
                    self.nodes.append(node)
                    self.parents.append(scope)
                    stack.append((iter(node.body), number))  # type: ignore[attr-defined]
                    break
                elif kind not in _SIMPLE:
                    stack.append((_inner(node), scope))
                    break
            else:
                stack.pop()

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
        if kind in _COMPREHENSIONS:
            return place if type(child) is ast.comprehension else place._replace(loop=parent.lineno)  # type: ignore[attr-defined]
        if kind in _TRIES:
            return place._replace(closing=parent.lineno) if child in parent.finalbody else place  # type: ignore[attr-defined]
        return place._replace(handler=True) if _catches_everything(parent) else place  # type: ignore[arg-type]


def _inner(node: Any) -> Iterator[ast.stmt]:
    """The statements inside a compound statement."""
    kind = type(node)
    if kind is ast.If:
        return chain(node.body, node.orelse) if node.orelse else iter(node.body)
    if kind is ast.With or kind is ast.AsyncWith:
        return iter(node.body)
    if kind is ast.Match:
        return chain.from_iterable(case.body for case in node.cases)
    handlers = (handler.body for handler in getattr(node, "handlers", ()))
    return chain(node.body, *handlers, node.orelse, getattr(node, "finalbody", ()))


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException") for kind in kinds)


def scopes_of(source: Source) -> Scopes:
    """The scopes of a file; ask for them with `source.once(scopes_of)`."""
    return Scopes(source)


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
