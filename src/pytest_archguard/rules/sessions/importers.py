"""Which of the modules that nobody looked at import something of a name, as told by their import statements alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pytest_archguard.codebase.module_names import absolute

if TYPE_CHECKING:
    from pytest_archguard.codebase.name_tables import NameTables


class Importers:
    """Unread modules by what stands in their import statements, in any scope. Nothing is resolved."""

    def __init__(self, tables: NameTables, modules: Iterable[str]) -> None:
        self._words: dict[str, list[str]] = {}
        self._modules: dict[str, list[str]] = {}
        for name in modules:
            names = tables.raw(name)
            for _, _, _, module, symbol in names.imports:
                self._words.setdefault(module.rpartition(".")[2] if symbol is None else symbol, []).append(name)
            for _, level, module in names.stars:
                self._modules.setdefault(absolute(tables.package(name), level, module), []).append(name)

    def of_word(self, word: str) -> Iterable[str]:
        """Those that import something of this name, or a module whose last part it is."""
        return self._words.get(word, ())

    def of_everything_in(self, module: str) -> Iterable[str]:
        """Those with `from module import *`."""
        return self._modules.get(module, ())
