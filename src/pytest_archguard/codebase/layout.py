"""Which files are modules, under which names, and what of them is judged.

Names follow Python's own path finder: in one folder a package wins over a module and a module over a folder without
`__init__.py`; such folders are namespace packages and may have parts in several source roots.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_archguard.codebase.dotted import prefixes
from pytest_archguard.codebase.globs import FileGlob
from pytest_archguard.codebase.naming import Found, Shadowed, assign_names
from pytest_archguard.codebase.scan import Folder, LeftOut, Listing, scan
from pytest_archguard.codebase.srcroots import default_source_roots
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.errors import ConfigurationError, Problem
from pytest_archguard.model import Module

_TABLE = "[tool.archguard]"


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of a code base, sorted into roles. All tuples are sorted.

    modules: judged, each name once. test_modules: counted as importers, never judged.
    outside: files that exist under a source root but are excluded or in no configured package; importing one is like
    importing an external package.
    namespaces: names of packages without `__init__.py` that hold a module or test module.
    shadowed: files that Python would not import under the name their place gives them.
    left_out: files and folders that were passed over, with the reason. unreadable: folders that cannot be listed.
    problems: sentences about configured packages and globs that match nothing.
    """

    root: Path
    source_roots: tuple[str, ...]
    modules: tuple[Module, ...]
    test_modules: tuple[Module, ...] = ()
    outside: tuple[Module, ...] = ()
    namespaces: tuple[str, ...] = ()
    shadowed: tuple[Shadowed, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    unreadable: tuple[LeftOut, ...] = ()
    problems: tuple[str, ...] = ()
    folders: tuple[Folder, ...] = field(default=(), repr=False)


def discover(
    root: Path,
    source_roots: Sequence[str] | None = None,
    packages: Sequence[str] | None = None,
    tests: Sequence[str] = (),
    exclude: Sequence[str] = (),
    rules_file: str = "pyproject.toml",
) -> Layout:
    """Walks the source roots once and names what is there.

    source_roots, packages: None for the defaults that the documentation of `[tool.archguard]` states.
    Raises ConfigurationError when a source root is no folder or two files of different source roots have one name.
    """
    if source_roots is None:
        roots = default_source_roots(root, packages or ())
    else:
        roots = _normal_roots(root, source_roots, rules_file)
    globs = [FileGlob(text) for text in tests]
    keep = frozenset(name.partition(".")[0] for name in packages or ())
    listing = Listing()
    for start in roots:
        scan(root, start, start, frozenset(roots) - {start}, keep, listing)
    for base in _test_folders(root, roots, globs):
        scan(root, base, ".", frozenset(roots), keep, listing)
    return arrange(root, roots, listing, packages, tests, exclude, rules_file)


def arrange(
    root: Path,
    source_roots: Sequence[str],
    listing: Listing,
    packages: Sequence[str] | None = None,
    tests: Sequence[str] = (),
    exclude: Sequence[str] = (),
    rules_file: str = "pyproject.toml",
) -> Layout:
    """The layout of files already listed; looks at no disk."""
    sorter = _Sorter(source_roots, packages, tests, exclude)
    names = assign_names(listing.folders)
    roles: dict[str, list[Found]] = {"module": [], "test": [], "outside": []}
    for found in names.found:
        roles[sorter.role(found)].append(found)
    modules = _unique(roles["module"], rules_file)
    test_modules = _unique_tests(roles["test"], modules)
    outside = {found.module.name: found.module for found in roles["outside"]}
    inner = [*modules.values(), *test_modules]
    return Layout(
        root=root,
        source_roots=tuple(source_roots),
        modules=tuple(modules.values()),
        test_modules=tuple(sorted(test_modules)),
        outside=tuple(sorted(outside.values())),
        namespaces=_namespaces(inner, {module.name for module in inner} | set(outside)),
        shadowed=tuple(s for s in names.shadowed if sorter.is_judged_file(s.path)),
        left_out=tuple(sorted({*listing.left_out, *names.unnamed})),
        unreadable=tuple(sorted({fault for fault in listing.faults if sorter.may_hold_modules(fault.path)})),
        problems=tuple(sorter.problems(names.found, modules, listing.pruned)),
        folders=tuple(listing.folders),
    )


def listing_of(paths: Iterable[str], source_roots: Sequence[str] = (".",)) -> Listing:
    """The listing of files known by path alone: for code bases made of strings."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        if not path.endswith(".py"):
            continue
        folder, name = posixpath.split(path)
        while folder:
            folders.setdefault(folder, [])
            folder = posixpath.dirname(folder)
        folders.setdefault(posixpath.dirname(path) or ".", []).append(name)
    listing = Listing()
    for folder, files in sorted(folders.items()):
        owner = _owner(folder, source_roots)
        if owner is not None:
            listing.folders.append(Folder(folder, owner, tuple(sorted(files))))
    return listing


def _normal_roots(root: Path, source_roots: Sequence[str], rules_file: str) -> tuple[str, ...]:
    mistakes = []
    roots: dict[str, None] = {}
    for text in source_roots:
        path = posixpath.normpath(text.replace("\\", "/"))
        if Path(path).is_absolute():
            mistakes.append(f'"{text}" must be relative to the folder of the rules file')
        elif (root / path).is_dir():
            roots[path] = None
        else:
            folders = [entry.name for entry in root.iterdir() if entry.is_dir()] if root.is_dir() else []
            mistakes.append(f'"{text}" is no folder{did_you_mean(path, folders)}')
    if not source_roots:
        mistakes.append("is empty; name at least one folder, such as `.`")
    if mistakes:
        raise ConfigurationError(rules_file, tuple(Problem(_TABLE, f"source_roots: {text}") for text in mistakes))
    return tuple(roots)


def _test_folders(root: Path, roots: Sequence[str], globs: Iterable[FileGlob]) -> list[str]:
    """The folders outside the source roots that test globs point at, none inside another."""
    bases = {glob.base for glob in globs if _owner(glob.base, roots) is None and (root / glob.base).is_dir()}
    # A glob that names one file starts at that file's folder.
    bases |= {
        posixpath.dirname(glob.base) or "."
        for glob in globs
        if _owner(glob.base, roots) is None and (root / glob.base).is_file()
    }
    return sorted(base for base in bases if not any(base != other and _inside(base, other) for other in bases))


def _inside(path: str, folder: str) -> bool:
    return folder == "." or path == folder or path.startswith(f"{folder}/")


def _owner(path: str, source_roots: Sequence[str]) -> str | None:
    owners = [source_root for source_root in source_roots if _inside(path, source_root)]
    return max(owners, key=lambda owner: 0 if owner == "." else len(owner)) if owners else None


class _Sorter:
    """Gives each file its role and keeps count of what every package and glob matched."""

    def __init__(
        self, source_roots: Sequence[str], packages: Sequence[str] | None, tests: Sequence[str], exclude: Sequence[str]
    ) -> None:
        self.source_roots = frozenset(source_roots)
        self.packages = None if packages is None else tuple(packages)
        self.below = tuple(f"{name}." for name in packages or ())
        self.tests = [FileGlob(text) for text in tests]
        self.exclude = [FileGlob(text) for text in exclude]
        self.matched: set[FileGlob] = set()

    def role(self, found: Found) -> str:
        """`module`, `test` or `outside`."""
        path, name = found.module.path, found.module.name
        if self.exclude or self.tests:
            excluded, test = self._any(self.exclude, path), self._any(self.tests, path)
            if excluded or test:
                return "outside" if excluded else "test"
        if found.source_root not in self.source_roots:
            return "outside"
        if self.packages is None:
            return "outside" if _is_test_by_default(name, found) else "module"
        return "module" if name in self.packages or name.startswith(self.below) else "outside"

    def is_judged_file(self, path: str) -> bool:
        """Whether a file that has no name is neither excluded nor a test."""
        return not self._any(self.exclude, path) and not self._any(self.tests, path)

    def may_hold_modules(self, folder: str) -> bool:
        """Whether a folder that could not be listed is one whose modules would be judged or count as importers."""
        inside = f"{folder}/x.py"
        if self._any(self.exclude, inside):
            return False
        if self.packages is None or self._any(self.tests, inside):
            return True
        owner = _owner(folder, tuple(self.source_roots))
        if owner is None:
            return False
        name = ".".join(Folder(folder, owner, ()).below_root)
        return (
            not name
            or name in self.packages
            or name.startswith(self.below)
            or any(p.startswith(f"{name}.") for p in self.packages)
        )

    def _any(self, globs: list[FileGlob], path: str) -> bool:
        matching = [glob for glob in globs if glob.matches(path)]
        self.matched.update(matching)
        return bool(matching)

    def problems(self, found: Sequence[Found], judged: Collection[str], pruned: Sequence[str]) -> Iterable[str]:
        """A sentence for each package that does not exist and each glob that matches no file."""
        names = [f.module.name for f in found]  # sorted
        for name in self.packages or ():
            if not _is_or_holds(name, names):
                available = {prefix for known in names for prefix in prefixes(known)}
                yield f'{_TABLE} packages: there is no package or module "{name}"{did_you_mean(name, available)}'
        for key, globs in (("tests", self.tests), ("exclude", self.exclude)):
            for glob in globs:
                # Folders that are never looked into may be excluded all the same.
                if glob not in self.matched and not any(glob.matches(f"{path}/x.py") for path in pruned):
                    yield f'{_TABLE} {key}: no Python file matches "{glob.text}"'
        where = ", ".join(sorted(self.source_roots))
        if not found:
            yield f"no Python module was found under {where}"
        elif not judged and self.packages is None:
            yield f"every Python module under {where} is excluded or counts as a test"


def _is_or_holds(name: str, names: Sequence[str]) -> bool:
    """Whether a name is one of the sorted names or a package above one."""
    own, below = bisect_left(names, name), bisect_left(names, f"{name}.")
    return name in names[own : own + 1] or any(known.startswith(f"{name}.") for known in names[below : below + 1])


def _is_test_by_default(name: str, found: Found) -> bool:
    top, _, rest = name.partition(".")
    if rest or found.module.is_package:
        return top in ("test", "tests")
    return top == "conftest" or top.startswith("test_") or top in ("test", "tests")


def _unique(found: Sequence[Found], rules_file: str) -> dict[str, Module]:
    """The modules by name, in the order of their names."""
    by_name: dict[str, Module] = {}
    problems = []
    for entry in found:
        other = by_name.setdefault(entry.module.name, entry.module)
        if other is not entry.module:
            text = (
                f"source_roots: {other.path} and {entry.module.path} are both the module {entry.module.name}; "
                "name fewer source roots or `exclude` one of them"
            )
            problems.append(Problem(_TABLE, text))
    if problems:
        raise ConfigurationError(rules_file, tuple(problems))
    return by_name


def _unique_tests(found: Iterable[Found], modules: Mapping[str, Module]) -> list[Module]:
    """Test modules of one name are usual in a monorepo: the second is named by its path below the rules file."""
    taken = set(modules)
    tests = []
    for entry in found:
        module = entry.module
        if module.name in taken:
            stem = module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            while stem in taken:
                stem += "-"
            module = Module(stem, module.path, module.is_package)
        taken.add(module.name)
        tests.append(module)
    return tests


def _namespaces(inner: Iterable[Module], solid: set[str]) -> tuple[str, ...]:
    parents = {module.name.rpartition(".")[0] for module in inner}
    above = {prefix for parent in parents for prefix in prefixes(parent)}
    return tuple(sorted(above - solid))
