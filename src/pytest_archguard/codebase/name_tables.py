"""The names of all modules: those of one module are put in order when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.sessions.names import Names
from pytest_archguard.codebase.module_names import ModuleNames
from pytest_archguard.model import Module


class NameTables(Mapping[str, ModuleNames]):
    """The names of each module that could be read, judged modules first."""

    def __init__(self, codebase: Codebase, fact: Fact) -> None:
        self._module = codebase.module
        self._judged = codebase.modules
        self._data: dict[str, tuple[Any, ...]] = {}
        self._made: dict[str, ModuleNames] = {}
        self._definitions: dict[str, tuple[str, int] | None] = {}
        for name in (*codebase.modules, *codebase.tests):
            data = codebase.fact(name, fact)
            if data is not None:
                self._data[name] = data

    def put(self, module: Module, data: tuple[Any, ...]) -> None:
        """Replaces what is known about a module by what a closer look at the same file showed."""
        self._data[module.name] = data
        self._made.pop(module.name, None)

    def raw(self, name: str) -> Names:
        """The names of a module as they were read."""
        return Names(*self._data[name])

    def package(self, name: str) -> str:
        """Where relative imports of a module start."""
        return self._module(name).package

    def definition(self, name: str) -> tuple[ModuleNames, int] | None:
        """The function or class of this resolved name: its module and scope."""
        try:
            found = self._definitions[name]
        except KeyError:
            found = self._definitions[name] = self._find(name)
        return None if found is None else (self[found[0]], found[1])

    def _find(self, name: str) -> tuple[str, int] | None:
        """Where several modules could be meant, the first one is: `a` with a class `b` before `a.b`."""
        in_test = None
        dot = name.find(".")
        while dot != -1:
            head = name[:dot]
            if head in self._data:
                number = self[head].definitions.get(name[dot + 1 :])
                if number is not None and head in self._judged:
                    return head, number
                if number is not None:
                    in_test = in_test or (head, number)
            dot = name.find(".", dot + 1)
        return in_test

    def __getitem__(self, name: str) -> ModuleNames:
        made = self._made.get(name)
        if made is None:
            data = self._data[name]
            made = self._made[name] = ModuleNames(name, self.package(name), data)
        return made

    def find(self, name: str) -> ModuleNames | None:
        """The names of a module, if there is one; what is asked for is mostly no module."""
        return self[name] if name in self._data else None

    def __contains__(self, name: object) -> bool:
        return name in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)
