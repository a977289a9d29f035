"""Which identifiers and dotted names a file mentions, whatever they mean there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.source import Source

MENTIONS = Fact("mentions", 2, "pytest_archguard.codebase.facts.mentions:identifiers")
DOTTED_STRINGS = Fact("dotted-strings", 1, "pytest_archguard.codebase.facts.mentions:dotted_strings")

# In a string: an annotation (`"list[Order]"`), a path for `import_string`; no sentence, no SQL.
_NAME = re.compile(r"[A-Za-z_]\w*")
_PROSE = re.compile(r"[^\w.:\[\], |]|[^|,:] [^|]")
_LONGEST = 200

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?::[A-Za-z_]\w*)?|[A-Za-z_]\w*:[A-Za-z_]\w*")


def identifiers(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[str, ...]:  # noqa: ARG001
    """Every name that is read, attribute and imported name of the file, once each, sorted.

    Names in strings count as well: `__all__`, `getattr(x, "name")`, annotations in quotes, `"module.name"` for
    whoever imports by name. The name a definition or an assignment gives is not a mention of it.
    """
    every = source.walk.every
    found = {node.id for node in every(ast.Name) if type(node.ctx) is not ast.Store}
    found.update(node.attr for node in every(ast.Attribute))
    found.update(node.name.rpartition(".")[2] for node in every(ast.alias))
    for text in _strings(source):
        if len(text) <= _LONGEST and (text.isidentifier() or not _PROSE.search(text)):
            found.update(_NAME.findall(text))
    return tuple(sorted(found))


def dotted_strings(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[str, ...]:  # noqa: ARG001
    """The string constants that look like `package.module`, `package.module.name` or `module:name`, sorted."""
    return tuple(sorted({text for text in _strings(source) if _DOTTED.fullmatch(text)}))


def _strings(source: Source) -> Iterator[str]:
    constants = source.walk.every(ast.Constant)
    return (node.value for node in constants if type(node.value) is str)
