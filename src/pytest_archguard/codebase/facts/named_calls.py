"""The calls of a file by what they are written as."""

from __future__ import annotations

import ast

from pytest_archguard.codebase.source import Source

NamedCalls = dict[str, list[ast.Call]]


def named_calls(source: Source) -> NamedCalls:
    """All calls by the last identifier of what is called, `get` in `requests.get(url)`, each in source order; those of
    anything but a name or an attribute under "". Ask for them with `source.once(named_calls)`."""
    found: NamedCalls = {}
    for node in source.walk.every(ast.Call):
        function = node.func
        if type(function) is ast.Attribute:
            name = function.attr
        elif type(function) is ast.Name:
            name = function.id
        else:
            name = ""
        if name in found:
            found[name].append(node)
        else:
            found[name] = [node]
    return found
