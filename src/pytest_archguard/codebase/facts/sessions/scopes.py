"""Scopes of a file, and for each statement where it stands: in which scope, loop, `finally` or handler."""

from __future__ import annotations

import ast
from typing import NamedTuple

from pytest_archguard.codebase.source import Source

MODULE, FUNCTION, CLASS, LAMBDA = 0, 1, 2, 3

_DEFINITIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_LOOPS = frozenset({ast.For, ast.AsyncFor, ast.While})
_TRIES = frozenset({ast.Try, getattr(ast, "TryStar", ast.Try)})
# Stepping into one of these changes where one is; into everything else it does not.
_SPECIAL = _DEFINITIONS | _LOOPS | _TRIES | {ast.Lambda, ast.ExceptHandler}


class Place(NamedTuple):
    """Where a statement stands, within its innermost scope.

    scope: an index into `Scopes.nodes`. loop: the line of the innermost loop whose body it is in, 0 for none.
    closing: the line of the innermost `try` whose `finally` it is in. handler: whether it is in an `except` that
    catches every Exception. guarded: the line of the innermost `try` with a `finally` or such a handler around it.
    """

    scope: int
    loop: int = 0
    closing: int = 0
    handler: bool = False
    guarded: int = 0


class Scopes:
    """All scopes of a file; index 0 is the module."""

    def __init__(self, source: Source) -> None:
        walk = source.walk
        self.nodes: list[ast.AST] = [source.tree]
        for kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda):
            self.nodes.extend(walk.by_type.get(kind, ()))
        self.index: dict[ast.AST, int] = {node: number for number, node in enumerate(self.nodes)}
        self._parent_of = walk.parent_of
        self._places: dict[ast.AST, Place] = {source.tree: Place(0)}

    def of(self, node: ast.AST) -> Place:
        """Where a node stands."""
        known = self._places
        if node in known:
            return known[node]
        parent_of, special = self._parent_of, _SPECIAL
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
            return Place(self.index[parent]) if child is parent.body else place  # type: ignore[attr-defined]
        if kind in _LOOPS:
            inside = child in parent.body or (kind is ast.While and child is parent.test)  # type: ignore[attr-defined]
            return place._replace(loop=parent.lineno) if inside else place  # type: ignore[attr-defined]
        if kind in _TRIES:
            return _in_try(child, parent, place)
        return place._replace(handler=True) if _catches_everything(parent) else place  # type: ignore[arg-type]


def _in_try(child: ast.AST, parent: ast.AST, place: Place) -> Place:
    line: int = parent.lineno  # type: ignore[attr-defined]
    if child in parent.finalbody:  # type: ignore[attr-defined]
        return place._replace(closing=line)
    return place._replace(guarded=line)


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
