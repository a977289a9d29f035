"""The calls of a file by what they are written as, so that a pattern looks at few of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from pytest_archguard.codebase.facts.code.aliases import Aliases
from pytest_archguard.codebase.facts.code.name_globs import any_word, last_word
from pytest_archguard.codebase.facts.code.written import identifier_text
from pytest_archguard.codebase.facts.named_calls import called_names
from pytest_archguard.codebase.source import Source


class Calls:
    """All calls of one file; made once a file, with `source.once(Calls)`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._calls, self._names = source.once(called_names)
        # Few names are asked about: to look for one in a list is cheaper than to sort the calls by their names.
        self._known = frozenset(self._names)

    def named(self, name: str) -> list[ast.Call]:
        """The calls of anything that is called `name` where it is defined, whatever it is called in this file."""
        names = self._source.once(Aliases).of(name)
        if self._known.isdisjoint(names):
            return []
        return [call for call, own in zip(self._calls, self._names, strict=True) if own in names]

    def candidates(self, glob: str) -> Iterable[ast.Call]:
        """The calls that a name glob may match."""
        last = last_word(glob)
        if last:
            return self.named(last)
        part = any_word(glob)
        if not part:
            return [call for call, own in zip(self._calls, self._names, strict=True) if own]
        if part.isascii() and part not in self._source.once(identifier_text):
            return ()
        names = self._source.once(Aliases).holding(part)
        return [call for call in self._calls if _has(call.func, names)]


def _has(called: ast.expr, names: set[str]) -> bool:
    """Whether one of the names is a part of what is called."""
    while type(called) is ast.Attribute:
        if called.attr in names:
            return True
        called = called.value
    return type(called) is ast.Name and called.id in names
