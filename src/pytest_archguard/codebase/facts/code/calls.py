"""The calls of a file by what they are written as, so that a pattern looks at few of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from pytest_archguard.codebase.facts.code.name_globs import last_word, may_begin
from pytest_archguard.codebase.facts.code.names import Names
from pytest_archguard.codebase.source import Source


class Calls:
    """All calls of one file; made once a file, with `source.once(Calls)`.

    by_name: by the last identifier of what is called. by_root: by the first; "" where it does not begin with a name.
    """

    def __init__(self, source: Source) -> None:
        self.by_name: dict[str, list[ast.Call]] = {}
        self.by_root: dict[str, list[ast.Call]] = {}
        self._source = source
        self._aliases: dict[str, set[str]] | None = None
        for node in source.walk.by_type.get(ast.Call, ()):
            function = node.func  # type: ignore[attr-defined]
            if type(function) is ast.Name:
                name = root = function.id
            elif type(function) is ast.Attribute:
                name, base = function.attr, function.value
                while type(base) is ast.Attribute:
                    base = base.value
                root = base.id if type(base) is ast.Name else ""
            else:
                continue
            self.by_name.setdefault(name, []).append(node)  # type: ignore[arg-type]
            self.by_root.setdefault(root, []).append(node)  # type: ignore[arg-type]

    def named(self, name: str) -> Iterator[ast.Call]:
        """The calls of anything that is called `name` where it is defined, whatever it is called in this file."""
        if self._aliases is None:
            self._aliases = self._collect_aliases()
        seen, todo = {name}, [name]
        while todo:
            current = todo.pop()
            yield from self.by_name.get(current, ())
            more = self._aliases.get(current, set()) - seen
            seen |= more
            todo.extend(sorted(more))

    def candidates(self, glob: str) -> Iterable[ast.Call]:
        """The calls that a name glob may match."""
        last = last_word(glob)
        if last:
            return self.named(last)
        meanings = self._source.once(Names).meanings
        return (
            call
            for root, calls in self.by_root.items()
            if any(may_begin(glob, prefix) for prefix in (meanings(root) if root else ("~",)))
            for call in calls
        )

    def _collect_aliases(self) -> dict[str, set[str]]:
        """`get` -> {`fetch`} for `from requests import get as fetch` and for `fetch = requests.get`."""
        found: dict[str, set[str]] = {}
        by_type = self._source.walk.by_type
        for kind in (ast.Import, ast.ImportFrom):
            for node in by_type.get(kind, ()):
                for alias in node.names:  # type: ignore[attr-defined]
                    if alias.asname:
                        found.setdefault(alias.name.rpartition(".")[2], set()).add(alias.asname)
        for node in by_type.get(ast.Assign, ()):
            value, targets = node.value, node.targets  # type: ignore[attr-defined]
            if isinstance(value, (ast.Name, ast.Attribute)) and isinstance(targets[0], ast.Name):
                last = value.id if isinstance(value, ast.Name) else value.attr
                found.setdefault(last, set()).add(targets[0].id)
        return found
