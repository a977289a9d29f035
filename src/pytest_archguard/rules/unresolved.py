"""Imports of what does not exist: modules that are gone, names that nothing defines."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.exports import Exports
from pytest_archguard.codebase.resolve import Import
from pytest_archguard.config.nearest import did_you_mean

# What an import finds although no `.py` file is there: compiled code, its sources, or stubs that describe it.
_COMPILED = (".so", ".pyd", ".pyx", ".pyi", ".pyc", ".c")


@dataclass(frozen=True, slots=True)
class Unresolved:
    """All imports of one module that name the same missing thing.

    missing: `app.gone`, or `app.db:Gone` for a name. places: (line, column) of each statement.
    """

    importer: str
    missing: str
    sentence: str
    traits: frozenset[str]
    places: tuple[tuple[int, int], ...]


def unresolved_imports(codebase: Codebase, modules: Iterable[str], externals: bool) -> Iterator[Unresolved]:
    """Sorted by module, then by first line. externals: also packages that nobody knows."""
    finder = _Finder(codebase, externals)
    for importer in modules:
        found: dict[tuple[str, bool], tuple[str, list[Import]]] = {}
        for each in codebase.imports_of(importer):
            for missing, sentence in finder.missing(each):
                # A guarded import and an unguarded one of the same thing are two findings: one of them may be allowed.
                found.setdefault((missing, "guarded" in each.traits), (sentence, []))[1].append(each)
        for (missing, _), (sentence, imports) in found.items():
            places = tuple(sorted({(i.line, i.column) for i in imports}))
            yield Unresolved(importer, missing, sentence, imports[0].traits, places)


class _Finder:
    def __init__(self, codebase: Codebase, externals: bool) -> None:
        self._codebase = codebase
        self._externals = externals
        self._exports = Exports(codebase)
        self._elsewhere: dict[str, bool] = {}

    def missing(self, found: Import) -> Iterator[tuple[str, str]]:
        """What of this import does not exist, each with a sentence."""
        if found.missing is not None:
            if not self._is_compiled(found) and not self._is_spread(found.missing):
                yield found.missing, self._about_module(found.missing)
        elif found.external is not None:
            yield from self._missing_external(found)
        elif found.imported is not None and found.imported == found.module:
            yield from self._missing_names(found)

    def _missing_names(self, found: Import) -> Iterator[tuple[str, str]]:
        module = found.module
        for name, _ in found.names:
            if name == "*" or self._exports.offers(module, name) or self._is_file(module, name):
                continue
            names = self._exports.names(module) or frozenset()
            hint = did_you_mean(name, names)
            yield f"{module}:{name}", f"{module} has no {name}{hint}"

    def _missing_external(self, found: Import) -> Iterator[tuple[str, str]]:
        name = found.external or ""
        top = name.partition(".")[0]
        if name.startswith(".") or top in sys.stdlib_module_names or top == "__main__":
            return
        if top in self._codebase.top_level:
            # Below a folder without __init__.py of ours another distribution may have its part.
            if not self._known(name) and not self._known(f"{name}.{found.names[0][0]}" if found.names else name):
                yield name, self._about_module(name)
        elif self._externals and not self._known(top):
            yield top, f"{top} is not installed and not declared as a dependency"

    def _known(self, name: str) -> bool:
        if name not in self._elsewhere:
            self._elsewhere[name] = self._codebase.externals.exists(name)
        return self._elsewhere[name]

    def _about_module(self, missing: str) -> str:
        if missing.startswith("."):
            return f"{missing} goes beyond the top-level package"
        for file in self._codebase.layout.shadowed:
            if file.name == missing:
                return f"{file.path} cannot be imported: {file.by} hides it"
        hint = did_you_mean(missing, self._codebase.all_names)
        return f"there is no {missing}{hint}"

    def _is_compiled(self, found: Import) -> bool:
        missing = found.missing or ""
        parent, _, name = missing.rpartition(".")
        return not missing.startswith(".") and self._is_file(parent, name)

    def _is_spread(self, missing: str) -> bool:
        """Whether the package that should hold it sets `__path__`: other distributions may then have parts of it."""
        parent = missing.rpartition(".")[0]
        if parent not in self._codebase.all_names:
            return False
        names = self._exports.names(parent)
        return names is None or "__path__" in names

    def _is_file(self, package: str, name: str) -> bool:
        """Whether something other than a `.py` file of this name lies in the package's folder."""
        module = self._codebase.modules.get(package) or self._codebase.tests.get(package)
        if module is None or not module.is_package:
            return False
        folder = (self._codebase.root / module.path).parent
        return any(path.suffix in _COMPILED for path in _named(folder, name))


def _named(folder: Path, name: str) -> Iterator[Path]:
    try:
        yield from folder.glob(f"{name}.*")
    except (OSError, ValueError):
        return
