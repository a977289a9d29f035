"""The calls of a file by what they are written as."""

from __future__ import annotations

import ast

from pytest_archguard.codebase.source import Source


def last_identifier(node: ast.AST | None) -> str:
    """`get` of `get` and of `session.get`; empty for what is neither a name nor an attribute."""
    if type(node) is ast.Attribute:
        return node.attr
    return node.id if type(node) is ast.Name else ""


NamedCalls = dict[str, list[ast.Call]]


def called_names(source: Source) -> tuple[list[ast.Call], list[str]]:
    """All calls in source order, and of each the last identifier of what is called. Ask for them with
    `source.once(called_names)`."""
    calls = source.walk.every(ast.Call)
    # As `last_identifier`: this often, a function for it would take longer than what it does.
    return calls, [
        called.attr if type(called := call.func) is ast.Attribute else called.id if type(called) is ast.Name else ""
        for call in calls
    ]


def named_calls(source: Source) -> NamedCalls:
    """The calls by that identifier. Ask for them with `source.once(named_calls)`."""
    found: NamedCalls = {}
    for call, name in zip(*source.once(called_names), strict=True):
        if name in found:
            found[name].append(call)
        else:
            found[name] = [call]
    return found
