"""Other names for things: what imports and plain assignments call something else in a file.

Answers from the text of names alone whether it is worth asking `Names` what one means.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property

from pytest_archguard.codebase.source import Source


class Aliases:
    """The aliases of one file; made once a file, with `source.once(Aliases)`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        # `get` -> {`fetch`} for `from requests import get as fetch` and for `fetch = requests.get`.
        renamed: dict[str, set[str]] = {}
        every = source.walk.every
        for alias in every(ast.alias):
            if alias.asname is not None:
                last = alias.name.rpartition(".")[2]
                if last != alias.asname:
                    renamed.setdefault(last, set()).add(alias.asname)
        for node in every(ast.Assign):
            value = node.value
            kind = type(value)
            if kind is ast.Attribute or kind is ast.Name:
                target = node.targets[0]
                if type(target) is ast.Name:
                    last = value.attr if kind is ast.Attribute else value.id  # type: ignore[attr-defined]
                    renamed.setdefault(last, set()).add(target.id)
        self._renamed = renamed
        self.locals: frozenset[str] = frozenset().union(*renamed.values())
        """The names that stand for something called otherwise."""

    @cached_property
    def bound(self) -> frozenset[str]:
        """Those and the names of imports: any other name means itself."""
        imported = (alias.asname or alias.name.partition(".")[0] for alias in self._source.walk.every(ast.alias))
        return self.locals.union(imported)

    def of(self, name: str) -> set[str]:
        """The name and everything it is called in this file, by way of other aliases too."""
        return self._closed({name}) if name in self._renamed else {name}

    def holding(self, part: str) -> set[str]:
        """What begins names that have this part: the part itself, and what is imported or assigned from it."""
        found = {part}
        every = self._source.walk.every
        for node in every(ast.Import):
            found.update(a.asname for a in node.names if a.asname and _has(a.name, part))
        for statement in every(ast.ImportFrom):
            inside = statement.module is not None and _has(statement.module, part)
            for alias in statement.names:
                if inside or alias.name == part:
                    found.add(alias.asname or alias.name)
        self._closed(found)
        while more := self._assigned_from(found) - found:
            found |= more
        return found

    def _assigned_from(self, parts: set[str]) -> set[str]:
        """The names that something with one of these parts is assigned to: `s` in `s = self.session`."""
        found = set()
        for node in self._source.walk.every(ast.Assign):
            value: ast.expr | None = node.value
            target = node.targets[0]
            while isinstance(target, ast.Name) and isinstance(value, (ast.Attribute, ast.Name)):
                if (value.id if isinstance(value, ast.Name) else value.attr) in parts:
                    found.add(target.id)
                    break
                value = getattr(value, "value", None)
        return found

    def _closed(self, names: set[str]) -> set[str]:
        todo = list(names)
        while todo:
            more = self._renamed.get(todo.pop(), set()) - names
            names |= more
            todo.extend(more)
        return names

    def may_mean(self, chain: str) -> Callable[[ast.AST | None], bool]:
        """A test whether a name or an attribute may mean a dotted name; sound, not exact.

        Attributes keep their names, only what stands first may be called something else.
        """
        head, _, last = chain.rpartition(".")
        before = head.rpartition(".")[2]
        names, parents = self.of(last), self.of(before)

        def test(node: ast.AST | None) -> bool:
            if type(node) is ast.Attribute:
                if node.attr != last or not before:
                    return False
                parent = node.value
                if type(parent) is ast.Attribute:
                    return parent.attr == before
                return type(parent) is ast.Name and parent.id in parents
            return type(node) is ast.Name and node.id in names

        return test


def _has(dotted_name: str, part: str) -> bool:
    return part in dotted_name and part in dotted_name.split(".")
