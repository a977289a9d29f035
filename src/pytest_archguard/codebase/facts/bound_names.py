"""The names that parts of statements bind."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

CAPTURES: tuple[tuple[type[Any], str], ...] = (
    (ast.ExceptHandler, "name"),
    (ast.MatchAs, "name"),
    (ast.MatchStar, "name"),
    (ast.MatchMapping, "rest"),
)
"""What binds a name that is no node, with the field that holds it: handlers and patterns."""


def names_in_targets(targets: Iterable[Any]) -> Iterator[ast.Name]:
    """The names in `a, (b, *c)`; attributes and items bind no name."""
    for target in targets:
        kind = type(target)
        if kind is ast.Name:
            yield target
        elif kind is ast.Tuple or kind is ast.List:
            yield from names_in_targets(target.elts)
        elif kind is ast.Starred:
            yield from names_in_targets([target.value])


def parameter_names(arguments: ast.arguments) -> Iterator[str]:
    """The names that a function or a lambda is given, those behind stars among them."""
    plain = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return (each.arg for each in (*plain, arguments.vararg, arguments.kwarg) if each is not None)
