"""Names that hide what is called the same around them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from pytest_archguard.codebase.facts.bound_names import CAPTURES, names_in_targets, parameter_names
from pytest_archguard.codebase.facts.sessions.scopes import COMPREHENSIONS, Scopes
from pytest_archguard.codebase.source import Source, Walk

Binder = ast.Name | ast.ExceptHandler | ast.pattern
_FUNCTIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef})


def hiding(
    source: Source, scopes: Scopes, outer: Iterable[str], assignments: Iterable[tuple[int, ast.Assign]]
) -> Iterator[tuple[int, str, Binder]]:
    """(scope, name, where it is bound): variables of functions that are called like something of the module, or like a
    parameter of a function around.

    outer: what the module imports and assigns. assignments: (scope, statement), those to look at.
    """
    shown = _shown(scopes, outer)
    every = frozenset().union(*shown.values())
    for scope, name, node in (*_assigned(assignments, every), *_bound(source, scopes, every)):
        if type(scopes.nodes[scope]) in _FUNCTIONS and name in _around(scope, scopes, shown):
            yield scope, name, node


def _around(scope: int, scopes: Scopes, shown: dict[int, frozenset[str]]) -> frozenset[str]:
    """What the scopes around one show to it."""
    around = scopes.parents[scope]
    while around not in shown:
        around = scopes.parents[around]
    return shown[around]


def _shown(scopes: Scopes, outer: Iterable[str]) -> dict[int, frozenset[str]]:
    """The names that scopes show to the functions in them: the module, and functions with others inside."""
    top = (node for node, parent in zip(scopes.nodes[1:], scopes.parents[1:], strict=True) if not parent)
    shown = {0: frozenset((*outer, *(node.name for node in top)))}  # type: ignore[attr-defined]
    for scope in sorted(set(scopes.parents)):
        node = scopes.nodes[scope]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            shown[scope] = _around(scope, scopes, shown).union(parameter_names(node.args))
    return shown


def _assigned(
    assignments: Iterable[tuple[int, ast.Assign]], names: frozenset[str]
) -> Iterator[tuple[int, str, Binder]]:
    for scope, node in assignments:
        for name in names_in_targets(node.targets):
            if name.id in names:
                yield scope, name.id, name


def _bound(source: Source, scopes: Scopes, names: frozenset[str]) -> Iterator[tuple[int, str, Binder]]:
    """What `with`, loops, `:=`, handlers and patterns bind."""
    every = source.walk.every
    targets: list[Any] = [item.optional_vars for item in every(ast.withitem)]
    for holder in (ast.For, ast.AsyncFor, ast.NamedExpr):
        targets += map(attrgetter("target"), every(holder))
    for name in names_in_targets(targets):
        if name.id in names:
            yield scopes.at_line(name.lineno), name.id, name
    for kind, attribute in CAPTURES:
        for node in every(kind):
            if (own := getattr(node, attribute)) in names:
                yield scopes.at_line(node.lineno), own, node


def bound_outside(node: ast.AST, text: str, walk: Walk) -> str:
    """A name that a lambda or a comprehension binds is no name of the scope around: it gets a `?`."""
    root = text.partition(".")[0]
    below, child = node, node
    for parent in walk.parents(node):
        if isinstance(parent, ast.Lambda):
            if child is parent.body and root in parameter_names(parent.args):
                return f"?{text}"
        elif type(parent) in COMPREHENSIONS:
            generators: list[ast.comprehension] = parent.generators  # type: ignore[attr-defined]
            first = generators[0]
            # What is looped over first is evaluated outside.
            if not (child is first and below is first.iter) and _binds(generators, root):
                return f"?{text}"
        elif isinstance(parent, ast.stmt):
            break
        below, child = child, parent
    return text


def _binds(generators: list[ast.comprehension], name: str) -> bool:
    return any(bound.id == name for bound in names_in_targets(each.target for each in generators))
