"""The session facts of all modules, with every call's resolved name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.sessions.aliases import aliases
from pytest_archguard.codebase.facts.sessions.fates import ASSIGN, ASYNC_WITH, WITH
from pytest_archguard.codebase.facts.sessions.names import NAMES, Names
from pytest_archguard.codebase.facts.sessions.records import Call, Use
from pytest_archguard.codebase.facts.sessions.uses import with_every_call
from pytest_archguard.codebase.names import NameIndex


class Readings:
    """Calls and uses by module.

    Most files of a project hold no word of any resource: they have neither calls nor uses, and whoever asks about all
    modules asks about `read` alone.

    unread: modules whose file holds no word of any resource, so that nobody looked at its calls. Those that can reach
    a session under another name are read later; see `reach`.
    passed_over: the last parts of the calls in the other modules that were left out.
    """

    def __init__(self, codebase: Codebase, fact: Fact, index: NameIndex) -> None:
        self.index = index
        self.calls: dict[str, list[Call]] = {}
        self.uses: dict[str, list[Use]] = {}
        self.passed_over: dict[str, frozenset[str]] = {}
        self.unread: set[str] = set()
        self._codebase = codebase
        self._fact = fact
        self._by_last: dict[str, dict[str, list[Call]]] = {}
        for name in index.modules:
            self._add(name, codebase.fact(name, fact))

    @property
    def read(self) -> list[str]:
        """The modules that were looked at."""
        return [name for name in self.calls if name not in self.unread]

    def read_again(self, modules: Iterable[str]) -> None:
        """Reads every call of modules."""
        wanted = [self._codebase.module(name) for name in sorted(modules)]
        uses = with_every_call(self._fact)
        for module, data in self._codebase.facts_of([m for m in wanted if m.name in self.unread], NAMES, uses):
            if data is not None:
                self.index.put(module, data)
                _add_names(self.other_names, aliases(Names(*data)))
        for module, data in self._codebase.facts_of(wanted, uses):
            self.unread.discard(module.name)
            self._add(module.name, data if data is not None else ((), (), ()))

    def _add(self, name: str, data: tuple[tuple[object, ...], tuple[object, ...], tuple[str, ...]] | None) -> None:
        if data is None:
            self.unread.add(name)
            self.calls[name], self.uses[name] = [], []
            return
        calls, uses, passed_over = data
        self.calls[name] = [Call(*call) for call in calls]  # type: ignore[misc]
        self.uses[name] = [Use(*use) for use in uses]  # type: ignore[misc]
        self.passed_over[name] = frozenset(passed_over)
        self._by_last.pop(name, None)
        for call in self.calls[name]:
            if call.kind in (ASSIGN, WITH, ASYNC_WITH):
                for target in call.targets:
                    self.index.note(name, call.scope, target)

    @cached_property
    def other_names(self) -> dict[str, set[str]]:
        """For each word the names that some module gives to what ends in it."""
        return self.names_for(aliases)

    def names_for(self, read: Callable[[Names], Iterator[tuple[str, str]]]) -> dict[str, set[str]]:
        """What `read` reads off the names of each module, (word, name), by the word."""
        found: dict[str, set[str]] = {}
        for module in self.index.modules:
            _add_names(found, read(self.index.modules.raw(module)))
        return found

    def written_after(self, module: str, name: str) -> set[str]:
        """What is written after a name in a file, up to where it is no longer attributes: `.helpers.make`."""
        data = self._codebase.data(self._codebase.module(module).path) or b""
        found = re.findall(rb"\b" + re.escape(name.encode()) + rb"((?:\.\w+)+)", data)
        return {each.decode("utf-8", "replace") for each in found}

    def by_last(self, module: str, *words: str) -> Iterator[Call]:
        """The calls of a module whose last part is one of these words."""
        if module not in self._by_last:
            table: dict[str, list[Call]] = {}
            for call in self.calls[module]:
                table.setdefault(call.text.rpartition(".")[2], []).append(call)
            self._by_last[module] = table
        for word in words:
            yield from self._by_last[module].get(word, ())

    def resolve(self, module: str, call: Call) -> str:
        """The resolved name of what is called."""
        return self.index.resolve(module, call.scope, call.text)


def _add_names(found: dict[str, set[str]], pairs: Iterable[tuple[str, str]]) -> None:
    for word, name in pairs:
        found.setdefault(word, set()).add(name)
