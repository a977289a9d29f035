"""The nodes of a file that a snippet may match: few of them, and sooner told than by matching."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pytest_archguard.codebase.facts.code.aliases import Aliases
from pytest_archguard.codebase.facts.code.calls import Calls
from pytest_archguard.codebase.facts.code.snippets import Pattern, hole_name
from pytest_archguard.codebase.facts.named_calls import last_identifier
from pytest_archguard.codebase.source import Definition, Source

DEFINITIONS: tuple[type[ast.AST], ...] = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def candidates(pattern: Pattern, source: Source) -> Sequence[tuple[ast.AST, ast.AST]]:
    """The nodes that may match, each with the node whose surroundings count."""
    if pattern.part == "decorator":
        return [(decorator, definition) for definition, decorator in decorators(source)]
    look = _look(pattern)
    every = source.walk.every
    nodes: list[Any] = []
    for kind in look.kinds:
        nodes += every(kind)
    if not nodes:
        return ()
    if look.called:
        nodes = source.once(Calls).named(look.called)
    if look.chain and nodes:
        nodes = _meaning(look.chain, nodes, source)
    return [(node, node) for node in nodes]


def decorators(source: Source) -> Iterator[tuple[Definition, ast.expr]]:
    """Every decorator with what it decorates: functions, `async def`s, classes, each in source order."""
    for kind in DEFINITIONS:
        for definition in source.walk.every(kind):
            if definition.decorator_list:  # type: ignore[attr-defined]
                for decorator in definition.decorator_list:  # type: ignore[attr-defined]
                    yield definition, decorator  # type: ignore[misc]


class _Look(NamedTuple):
    """What a snippet's matches are told by.

    kinds: of nodes. called: the last identifier of what is called, chain: the dotted name that is called, raised,
    caught or looked into; both empty where the snippet leaves it open.
    """

    kinds: tuple[type[ast.AST], ...]
    called: str
    chain: str


@lru_cache(maxsize=512)
def _look(pattern: Pattern) -> _Look:
    root = pattern.root
    called = last_identifier(root.func) if isinstance(root, ast.Call) else ""
    chain = next((pattern.chains[name] for name in _names_of(root) if name in pattern.chains), "")
    return _Look(kinds_like(pattern), "" if hole_name(called) is not None else called, chain)


def kinds_like(pattern: Pattern) -> tuple[type[ast.AST], ...]:
    """The types of nodes of which one is in every file with a match."""
    if pattern.part == "decorator":
        return DEFINITIONS
    root = pattern.root
    if isinstance(root, ast.Attribute) or (isinstance(root, ast.Name) and root in pattern.chains):
        # A name may be written as an attribute, and the reverse, where imports make them mean the same.
        return (ast.Attribute, ast.Name)
    if isinstance(root, ast.Constant | ast.JoinedStr) or not root._fields:
        return (ast.Constant, ast.JoinedStr)
    return (ast.Assign, ast.AnnAssign) if isinstance(root, ast.Assign) else (type(root),)


def _meaning(chain: str, nodes: list[Any], source: Source) -> list[Any]:
    """The nodes that may be told by a dotted name."""
    may_mean = source.once(Aliases).may_mean(chain)
    # Almost all that is looked at are calls and subscripts.
    kind = type(nodes[0])
    if kind is ast.Call:
        return [node for node in nodes if may_mean(node.func)]
    if kind is ast.Subscript:
        return [node for node in nodes if may_mean(node.value)]
    return [node for node in nodes if any(map(may_mean, _names_of(node)))]


def _names_of(node: Any) -> Sequence[ast.AST | None]:
    """What is called, looked into, raised or caught, as far as it may have a name; several may be caught."""
    kind = type(node)
    if kind is ast.Call:
        return [node.func]
    if kind is ast.Subscript:
        return [node.value]
    if kind is ast.Raise:
        return [node.exc.func if type(node.exc) is ast.Call else node.exc]
    if kind is ast.ExceptHandler:
        return node.type.elts if type(node.type) is ast.Tuple else [node.type]
    return [node]
