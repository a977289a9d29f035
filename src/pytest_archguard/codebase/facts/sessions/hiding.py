"""Local variables that hide what is called the same around them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from pytest_archguard.codebase.facts.sessions.scopes import Scopes
from pytest_archguard.codebase.source import Source

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
        around = scopes.parents[scope]
        while around not in shown:
            around = scopes.parents[around]
        if type(scopes.nodes[scope]) in _FUNCTIONS and name in shown[around]:
            yield scope, name, node


def _shown(scopes: Scopes, outer: Iterable[str]) -> dict[int, frozenset[str]]:
    """The names that scopes show to the functions in them: the module, and functions with others inside."""
    top = (node for node, parent in zip(scopes.nodes[1:], scopes.parents[1:], strict=True) if not parent)
    shown = {0: frozenset((*outer, *(node.name for node in top)))}  # type: ignore[attr-defined]
    for scope in sorted(set(scopes.parents)):
        node = scopes.nodes[scope]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            around = scopes.parents[scope]
            while around not in shown:
                around = scopes.parents[around]
            arguments = node.args
            every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
            shown[scope] = shown[around].union(argument.arg for argument in every)
    return shown


def _assigned(
    assignments: Iterable[tuple[int, ast.Assign]], names: frozenset[str]
) -> Iterator[tuple[int, str, Binder]]:
    for scope, node in assignments:
        for target in node.targets:
            if type(target) is not ast.Name:
                yield from ((scope, name.id, name) for name in _names_in(target) if name.id in names)
            elif target.id in names:
                yield scope, target.id, target


def _bound(source: Source, scopes: Scopes, names: frozenset[str]) -> Iterator[tuple[int, str, Binder]]:
    """What `with`, loops, `:=`, handlers and patterns bind."""
    every = source.walk.every
    targets: list[Any] = [item.optional_vars for item in every(ast.withitem)]
    for holder in (ast.For, ast.AsyncFor, ast.NamedExpr):
        targets += map(attrgetter("target"), every(holder))
    for target in targets:
        for name in _names_in(target):
            if name.id in names:
                yield scopes.at_line(name.lineno), name.id, name
    for kind, attribute in _NAMING:
        for node in every(kind):
            if (own := getattr(node, attribute)) in names:
                yield scopes.at_line(node.lineno), own, node


_NAMING: tuple[tuple[type[Any], str], ...] = (
    (ast.ExceptHandler, "name"),
    (ast.MatchAs, "name"),
    (ast.MatchStar, "name"),
    (ast.MatchMapping, "rest"),
)


def _names_in(target: ast.expr | None) -> Iterator[ast.Name]:
    if type(target) is ast.Name:
        yield target
    elif isinstance(target, (ast.Tuple, ast.List)):
        for inner in target.elts:
            yield from _names_in(inner)
    elif isinstance(target, ast.Starred):
        yield from _names_in(target.value)
