"""What is known about packages outside the code base, without importing any of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib.machinery import PathFinder
from typing import Any

from pytest_archguard.codebase.dotted import prefixes

_DISTRIBUTION = re.compile(r"^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")


class Externals:
    """Answers whether an external name is a real one, and which names are."""

    def __init__(
        self,
        imported_from: Callable[[str], Iterable[str]],
        imported: Callable[[], Iterable[str]],
        outside: Iterable[str],
        pyproject: Callable[[], Mapping[str, Any]],
    ) -> None:
        """imported_from: the external names that the code base imports from one top-level package. imported: all of
        them. outside: names that exist under the source roots but are not part of the code base. pyproject: the
        document where dependencies are declared."""
        self._imported_from = imported_from
        self._imported = imported
        self._outside = frozenset(prefix for name in outside for prefix in prefixes(name))
        self._pyproject = pyproject

    def knows(self, name: str) -> bool:
        """Whether `name` (`sqlalchemy.orm`) is imported somewhere, in the standard library, installed or declared.

        Below an installed package the submodule has to exist; below one that is only declared nothing can be checked.
        """
        top = name.partition(".")[0]
        # `os.path` is in no file of that name; it is always loaded.
        if name in self._outside or name in sys.stdlib_module_names or name in sys.modules:
            return True
        if any(name in prefixes(found) for found in self._imported_from(top)):
            return True
        if _find(top) or top in sys.stdlib_module_names:
            return _find(name)
        return normalised(top) in self._declared

    def exists(self, name: str) -> bool:
        """Whether `name` is outside the code base but there: excluded from it, installed, or declared as a dependency.

        Importing it somewhere is no proof.
        """
        if name in self._outside or name in sys.stdlib_module_names or _find(name):
            return True
        return "." not in name and normalised(name) in self._declared

    def candidates(self) -> tuple[str, ...]:
        """Names worth suggesting: imported, declared, standard library, installed at top level."""
        public = (name for name in sys.stdlib_module_names if not name.startswith("_"))
        imported = {prefix for name in self._imported() for prefix in prefixes(name)}
        declared = (name.replace("-", "_") for name in self._declared)
        return tuple(sorted({*imported, *self._outside, *public, *declared, *_installed()}))

    @cached_property
    def _declared(self) -> frozenset[str]:
        return declared_dependencies(self._pyproject())


def declared_dependencies(document: Mapping[str, Any]) -> frozenset[str]:
    """The normalised names of all dependencies a `pyproject.toml` declares: required, optional and in groups."""
    project = document.get("project")
    project = project if isinstance(project, Mapping) else {}
    lists = [project.get("dependencies")]
    for table in (project.get("optional-dependencies"), document.get("dependency-groups")):
        lists += table.values() if isinstance(table, Mapping) else ()
    entries = (entry for listed in lists if isinstance(listed, list) for entry in listed if isinstance(entry, str))
    poetry = document.get("tool", {})
    poetry = poetry.get("poetry", {}) if isinstance(poetry, Mapping) else {}
    names = {match[1] for match in map(_DISTRIBUTION.match, entries) if match}
    names |= set(_poetry_names(poetry))
    return frozenset(normalised(name) for name in names if name != "python")


def _poetry_names(poetry: Any) -> Iterable[str]:
    if not isinstance(poetry, Mapping):
        return
    groups = poetry.get("group")
    groups = list(groups.values()) if isinstance(groups, Mapping) else []
    for table in (poetry, *groups):
        for key in ("dependencies", "dev-dependencies"):
            listed = table.get(key) if isinstance(table, Mapping) else None
            yield from listed if isinstance(listed, Mapping) else ()


def normalised(name: str) -> str:
    """A distribution's name as PEP 503 compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _find(name: str) -> bool:
    """Whether the import system would find `name` on `sys.path`; its parents are looked up, never imported."""
    path: Any = None
    found = ""
    for part in name.split("."):
        found = f"{found}.{part}" if found else part
        try:
            spec = PathFinder.find_spec(found, path)
        except (ImportError, AttributeError, ValueError, OSError):
            return False
        if spec is None:
            return False
        path = list(spec.submodule_search_locations or ())
    return True


def _installed() -> frozenset[str]:
    from importlib.metadata import packages_distributions  # needed only to suggest names

    try:
        return frozenset(name for name in packages_distributions() if name.isidentifier() and name[0] != "_")
    except (OSError, ValueError):  # a broken installation is not ours to report
        return frozenset()
