"""The calls of a file by what they are written as, so that a pattern looks at few of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from pytest_archguard.codebase.facts.code.aliases import Aliases, identifier_text
from pytest_archguard.codebase.facts.code.name_globs import any_word, last_word
from pytest_archguard.codebase.source import Source


class Calls:
    """All calls of one file; made once a file, with `source.once(Calls)`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._by_name: dict[str, list[ast.Call]] = {}
        """By the last identifier of what is called."""
        self._by_part: dict[str, list[ast.Call]] | None = None
        by_name = self._by_name
        for node in source.walk.every(ast.Call):
            function = node.func
            if type(function) is ast.Attribute:
                name = function.attr
            elif type(function) is ast.Name:
                name = function.id
            else:
                continue
            if name in by_name:
                by_name[name].append(node)
            else:
                by_name[name] = [node]

    def named(self, name: str) -> Iterable[ast.Call]:
        """The calls of anything that is called `name` where it is defined, whatever it is called in this file."""
        names = self._source.once(Aliases).of(name)
        if len(names) == 1:
            return self._by_name.get(name, ())
        return [call for alias in sorted(names) for call in self._by_name.get(alias, ())]

    def candidates(self, glob: str) -> Iterable[ast.Call]:
        """The calls that a name glob may match; some may come twice."""
        last = last_word(glob)
        if last:
            return self.named(last)
        part = any_word(glob)
        if not part:
            return [call for calls in self._by_name.values() for call in calls]
        if part.isascii() and part not in self._source.once(identifier_text):
            return ()
        names = sorted(self._source.once(Aliases).holding(part))
        by_part = self._parts()
        return [call for by in (self._by_name, by_part) for name in names for call in by.get(name, ())]

    def _parts(self) -> dict[str, list[ast.Call]]:
        """The calls of attributes by the identifiers before the last."""
        if self._by_part is None:
            self._by_part = {}
            for calls in self._by_name.values():
                for call in calls:
                    base = call.func
                    while type(base) is ast.Attribute:
                        base = base.value
                        part: str = getattr(base, "attr", "") or getattr(base, "id", "")
                        self._by_part.setdefault(part, []).append(call)
        return self._by_part
