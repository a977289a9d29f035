"""Which identifiers and dotted names a file mentions, whatever they mean there."""

from __future__ import annotations

import ast
import re

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.source import Source

MENTIONS = Fact("mentions", 1, "pytest_archguard.codebase.facts.mentions:identifiers")
DOTTED_STRINGS = Fact("dotted-strings", 1, "pytest_archguard.codebase.facts.mentions:dotted_strings")

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?::[A-Za-z_]\w*)?|[A-Za-z_]\w*:[A-Za-z_]\w*")


def identifiers(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[str, ...]:  # noqa: ARG001
    """Every name that is read, attribute, imported name and keyword of the file, once each, sorted.

    The name a definition or an assignment gives is not a mention of it.
    """
    found: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Store):
                found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name.rpartition(".")[2])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            found.add(node.value)  # `__all__`, `getattr(x, "name")`, annotations in quotes
    return tuple(sorted(found))


def dotted_strings(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[str, ...]:  # noqa: ARG001
    """The string constants that look like `package.module`, `package.module.name` or `module:name`, sorted."""
    found = {
        node.value
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _DOTTED.fullmatch(node.value)
    }
    return tuple(sorted(found))
