"""Whether a module offers a name to its importers."""

from __future__ import annotations

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.bindings import BINDINGS, Bindings

# Set by the import system or by the interpreter on every module (language reference, "import-related attributes").
_ALWAYS = frozenset({"__name__", "__file__", "__doc__", "__dict__", "__spec__", "__loader__", "__package__"}) | {
    "__path__", "__cached__", "__builtins__", "__annotations__", "__all__",
}  # fmt: skip


class Exports:
    """What the modules of a code base offer, star imports followed."""

    def __init__(self, codebase: Codebase) -> None:
        self._codebase = codebase
        self._known: dict[str, frozenset[str] | None] = {}

    def offers(self, module: str, name: str) -> bool:
        """Whether `from module import name` finds something; true when that cannot be told from the source."""
        if name in _ALWAYS or f"{module}.{name}" in self._codebase.all_names:
            return True
        names = self.names(module)
        return names is None or name in names

    def names(self, module: str) -> frozenset[str] | None:
        """The names a module binds; None when it does not parse or can have names that no statement shows."""
        if module not in self._known:
            self._known[module] = frozenset()  # modules that star-import each other
            self._known[module] = self._names(module)
        return self._known[module]

    def _names(self, module: str) -> frozenset[str] | None:
        if module not in self._codebase.modules and module not in self._codebase.tests:
            return frozenset()  # a folder without __init__.py
        fact = self._codebase.fact(module, BINDINGS)
        if fact is None:
            return None
        bindings = Bindings(*fact)
        if bindings.open:
            return None
        names = frozenset(bindings.names)
        for found in self._codebase.imports_of(module):
            if "star" not in found.traits:
                continue
            starred = None if found.imported is None else self._starred(found.imported)
            if starred is None:
                return None
            names |= starred
        return names

    def _starred(self, module: str) -> frozenset[str] | None:
        """What `from module import *` binds: `__all__` where it is a plain list, else the names without underscore."""
        names = self.names(module)
        if names is None:
            return None
        fact = self._codebase.fact(module, BINDINGS) if module not in self._codebase.resolver.namespaces else None
        exported = None if fact is None else Bindings(*fact).exported
        if exported is not None:
            return frozenset(exported)
        return names if "__all__" in names else frozenset(name for name in names if name[0] != "_")
