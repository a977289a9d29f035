"""`source_roots`, `packages`, `tests` and `exclude`, where what is taken without them would be wrong."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pytest_archguard.cli.proposals.proposal import assign, listed
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.globs import FileGlob
from pytest_archguard.codebase.missed_roots import missed_source_roots
from pytest_archguard.errors import ConfigurationError
from pytest_archguard.model import Module

# Top-level names that belong to the work on a project, not to what it ships.
_BESIDE = re.compile(
    r"docs?|examples?|samples?|demos?|scripts?|tools?|bin|dev|ci|bench(marks?)?|notebooks?|setup|manage|noxfile|fabfile"
    r"|tasks|conftest|alembic|migrations|typings|stubs|(.*_)?tests?|test_.*|e2e|integration|hatch_build|versioneer"
)
_MIGRATIONS = ("**/migrations/[0-9]*.py", "**/migrations/versions/*.py", "**/alembic/versions/*.py")
_MOST_PACKAGES = 8
_LEAST_IMPORTS = 2


@dataclass(frozen=True, slots=True)
class Places:
    """The settings; None and empty where the default is right. notes: why, a comment line each."""

    source_roots: tuple[str, ...] | None = None
    packages: tuple[str, ...] | None = None
    tests: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()

    def lines(self) -> list[str]:
        """TOML below `[tool.archguard]`."""
        notes = dict(self.notes)
        found: list[str] = []
        for key in ("source_roots", "packages", "tests", "exclude"):
            value = getattr(self, key)
            if value:
                found += [f"# {notes[key]}"] if key in notes else []
                found.append(assign(key, value))
        return found


Reader = Callable[[Places], Codebase]


def find_places(read: Reader) -> tuple[Places, Codebase]:
    """The settings and the code base they give. Raises ConfigurationError when the defaults cannot be used."""
    places = Places()
    codebase = read(places)
    # Packages first: how scripts beside them import each other says nothing about the application.
    for step in (_with_packages, _with_source_roots, _with_packages, _with_tests, _with_exclude):
        wanted = step(places, codebase)
        if wanted == places:
            continue
        try:
            changed = read(wanted)
        except ConfigurationError:  # two source roots with one module name, say: the defaults are better
            continue
        if changed.modules:
            places, codebase = wanted, changed
    return places, codebase


def _with_source_roots(places: Places, codebase: Codebase) -> Places:
    """Folders whose modules import each other by names that start below the folder."""
    missed = {folder: len(sites) for folder, sites in missed_source_roots(codebase).items()}
    roots = {**missed, **_roots_by_imports(codebase)}
    if not roots:
        return places
    inside = tuple(f"{folder}/" for folder in roots)
    others = [module for module in codebase.modules.values() if not module.path.startswith(inside)]
    solid = [module for module in others if "." in module.name and not _is_beside(module.name)]
    kept = codebase.layout.source_roots if solid else ()
    why = "; ".join(f"{count} imports in {folder}/ are by names that start there" for folder, count in roots.items())
    return replace(
        places,
        source_roots=tuple(dict.fromkeys((*kept, *roots))),
        packages=None,  # their names may be others now
        notes=(("source_roots", f"{why}."),),
    )


def _roots_by_imports(codebase: Codebase) -> dict[str, int]:
    """Top-level folders that are on `sys.path` when the code runs, with the number of imports that say so."""
    roots = {}
    for top in sorted(codebase.top_level):
        children = {name.rpartition(".")[2] for name in codebase.children(top)}
        bare: Counter[str] = Counter()
        full = 0
        for name in codebase.select_below(top):
            own = name[len(top) + 1 :].partition(".")[0]
            for each in codebase.imports_of(name):
                first = (each.external or "").partition(".")[0]
                if first in children and first != own and first not in codebase.top_level:
                    bare[first] += first not in sys.stdlib_module_names
                elif each.imported is not None and each.imported.startswith(f"{top}."):
                    full += "relative" not in each.traits
        if bare.total() >= _LEAST_IMPORTS and bare.total() > full and not _is_beside(top):
            folder = _folder_of(codebase, top)
            if folder is not None:
                roots[folder] = bare.total()
    return roots


def _folder_of(codebase: Codebase, package: str) -> str | None:
    name = min(codebase.select_below(package), default=None)
    if name is None:
        return None
    path = codebase.modules[name].path
    parts = path.removesuffix("/__init__.py").removesuffix(".py").split("/")
    return "/".join(parts[: len(parts) - (len(name.split(".")) - len(package.split(".")))])


def _with_packages(places: Places, codebase: Codebase) -> Places:
    """Without documentation, scripts and the like, if there are few packages besides."""
    tops = codebase.children("")
    beside = [name for name in tops if _is_beside(name)]
    packages = [name for name in tops if name not in beside]
    if places.packages or not beside or not packages or len(packages) > _MOST_PACKAGES:
        return places
    note = ("packages", f"Not judged: {listed(beside)}.")
    return replace(places, packages=tuple(packages), notes=(*places.notes, note))


def _is_beside(name: str) -> bool:
    return _BESIDE.fullmatch(name.partition(".")[0]) is not None


def _with_tests(places: Places, codebase: Codebase) -> Places:
    """Tests that lie in the packages, unless something that is no test imports them."""
    tests = {name for name in codebase.modules if _is_test(name)}
    used = {
        each.imported
        for name in codebase.modules.keys() - tests
        for each in codebase.imports_of(name)
        if each.imported in tests
    }
    globs = _globs(
        codebase, tests, used, ("**/tests/**", "**/test/**", "**/tests.py", "**/test_*.py", "**/conftest.py")
    )
    if not globs:
        return places
    return replace(places, tests=globs, notes=(*places.notes, ("tests", "Counted as importers, never judged.")))


def _is_test(name: str) -> bool:
    *folders, last = name.split(".")
    return "tests" in folders or "test" in folders or last in ("tests", "test", "conftest") or last.startswith("test_")


def _with_exclude(places: Places, codebase: Codebase) -> Places:
    """Migrations that a tool writes and loads, unless something imports them."""
    used = {each.imported for name in codebase.modules for each in codebase.imports_of(name)}
    barred = [codebase.modules[name] for name in used & codebase.modules.keys() if name is not None]
    inside = list(codebase.modules.values())
    chosen = []
    for text in _MIGRATIONS:
        if _matches_any(text, inside) and not _matches_any(text, barred):
            chosen.append(text)
            inside = [module for module in inside if not FileGlob(text).matches(module.path)]
    if not chosen:
        return places
    note = ("exclude", f"{len(codebase.modules) - len(inside)} migrations, which nothing imports.")
    return replace(places, exclude=tuple(chosen), notes=(*places.notes, note))


def _globs(codebase: Codebase, wanted: set[str], used: Iterable[str | None], globs: tuple[str, ...]) -> tuple[str, ...]:
    """The globs, each below the package it is about, that mean wanted modules and none that is used."""
    found = []
    for top in codebase.children(""):
        inside = [codebase.modules[name] for name in codebase.select_below(top) if name in wanted]
        folder = _folder_of(codebase, top)
        barred = [codebase.modules[name] for name in used if name]
        for glob in globs:
            text = f"{folder}/{glob}"
            if folder is None or not _matches_any(text, inside) or _matches_any(text, barred):
                continue
            found.append(text)
            inside = [module for module in inside if not FileGlob(text).matches(module.path)]
    return tuple(found)


def _matches_any(text: str, modules: Iterable[Module]) -> bool:
    glob = FileGlob(text)
    return any(glob.matches(module.path) for module in modules)
