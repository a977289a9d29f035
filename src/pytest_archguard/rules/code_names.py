"""What the names found in files mean across the code base: whose they are, and where they are defined."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.code.name_globs import absolute, matches

# A name that is handed on more often than this is handed on in a circle.
_HOPS = 8


class Meanings:
    """Matches names against the globs of one table."""

    def __init__(self, codebase: Codebase, globs: tuple[str, ...]) -> None:
        self._codebase = codebase
        # A glob may be the name that a package hands something on by.
        self._globs = {glob: {glob} if "*" in glob else {glob, self._defined(glob)} for glob in globs}

    def first_match(self, module: str, names: Iterable[str]) -> tuple[str, str] | None:
        """The first glob that one of the names in a module matches, and that name in full; None when no glob does."""
        package = self._codebase.modules[module].package
        written = [absolute(name, module, package) for name in names]
        known = [*written, *(name for name in map(self._defined, written) if name not in written)]
        return next(
            ((glob, name) for glob, forms in self._globs.items() for name in known for f in forms if matches(f, name)),
            None,
        )

    def _defined(self, name: str) -> str:
        """Where something is defined that modules of this code base import and hand on."""
        for _ in range(_HOPS):
            further = self._imported(name)
            if further is None:
                break
            name = further
        return name

    def _imported(self, name: str) -> str | None:
        modules = self._codebase.modules
        parts = name.split(".")
        for count in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:count])
            if module in modules:
                break
        else:
            return None
        bound, rest = parts[count], parts[count + 1 :]
        for found in self._codebase.imports_of(module):
            if found.style == "function":
                continue
            if not found.names and found.alias == bound:
                return ".".join([found.module, *rest])
            for imported, alias in found.names:
                if (alias or imported) == bound and f"{found.module}.{imported}" != f"{module}.{bound}":
                    return ".".join([found.module, imported, *rest])
        return None
