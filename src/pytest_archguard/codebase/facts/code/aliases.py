"""Other names for things: what imports and plain assignments call something else in a file.

Answers from the text of names alone whether it is worth asking `Names` what one means.
"""

from __future__ import annotations

import ast
import unicodedata

from pytest_archguard.codebase.source import Source


class Aliases:
    """The aliases of one file; made once a file, with `source.once(Aliases)`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        # `get` -> {`fetch`} for `from requests import get as fetch` and for `fetch = requests.get`.
        self._renamed: dict[str, set[str]] = {}
        bound: set[str] = set()
        every = source.walk.every
        for alias in every(ast.alias):
            name, local = alias.name, alias.asname
            if local is None:
                bound.add(name.partition(".")[0])
            else:
                bound.add(local)
                last = name.rpartition(".")[2]
                if last != local:
                    self._renamed.setdefault(last, set()).add(local)
        for node in every(ast.Assign):
            value = node.value
            if isinstance(value, (ast.Attribute, ast.Name)):
                target = node.targets[0]
                if type(target) is ast.Name:
                    last = value.id if isinstance(value, ast.Name) else value.attr
                    self._renamed.setdefault(last, set()).add(target.id)
        self.locals: frozenset[str] = frozenset().union(*self._renamed.values())
        """The names that stand for something called otherwise."""
        self.bound: frozenset[str] = self.locals | bound
        """Those and the names of imports: any other name means itself."""

    def of(self, name: str) -> set[str]:
        """The name and everything it is called in this file, by way of other aliases too."""
        return self._closed({name})

    def holding(self, part: str) -> set[str]:
        """What begins names that have this part: the part itself, and what is imported or assigned from it."""
        found = {part}
        every = self._source.walk.every
        for node in every(ast.Import):
            found.update(a.asname for a in node.names if a.asname and part in a.name)
        for statement in every(ast.ImportFrom):
            inside = part in (statement.module or "")
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

    def may_mean(self, node: ast.AST, chain: str) -> bool:
        """Whether a name or an attribute may mean a dotted name; sound, not exact.

        Attributes keep their names, only what stands first may be called something else.
        """
        head, _, last = chain.rpartition(".")
        if isinstance(node, ast.Name):
            return node.id == last or node.id in self.locals
        if not isinstance(node, ast.Attribute) or node.attr != last or not head:
            return False
        if isinstance(node.value, ast.Attribute):
            return node.value.attr == head.rpartition(".")[2]
        parent = getattr(node.value, "id", None)
        return parent == head.rpartition(".")[2] or parent in self.locals


def identifier_text(source: Source) -> str:
    """The text with identifiers as Python sees them: in full-width letters `os` is still `os`."""
    return source.text if source.text.isascii() else unicodedata.normalize("NFKC", source.text)
