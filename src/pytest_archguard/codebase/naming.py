"""Files to dotted names, by the rules of Python's path finder."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pytest_archguard.codebase.scan import Folder, LeftOut
from pytest_archguard.model import Module


class Found(NamedTuple):
    """A file with the name it is imported by."""

    module: Module
    source_root: str


@dataclass(frozen=True, slots=True, order=True)
class Shadowed:
    """A file that cannot be imported, because `by` (a file) already has its name or the name of a folder above it.

    name: the module it would be.
    """

    path: str
    name: str
    by: str


@dataclass(slots=True)
class Names:
    """All files: those with a name, those that are hidden, and those whose place gives no importable name."""

    found: list[Found] = field(default_factory=list)
    shadowed: list[Shadowed] = field(default_factory=list)
    unnamed: list[LeftOut] = field(default_factory=list)


def assign_names(folders: Sequence[Folder]) -> Names:
    """Names every file of the folders; folders above come before those below, as a walk finds them."""
    names = Names()
    packages = {folder.path: "__init__.py" in folder.files for folder in folders}
    files = {folder.path: frozenset(folder.files) for folder in folders}
    solid = _solid(folders, packages) if len({folder.source_root for folder in folders}) > 1 else {}
    hidden: dict[str, str] = {}
    for folder in folders:
        parts = folder.below_root
        if "." in "".join(parts):
            names.unnamed += _unnamed(folder, "a folder with a dot in its name cannot be imported from")
            continue
        prefix = _spelled(".".join(parts))
        by = _hider(folder, prefix, packages, files, hidden, solid)
        if by is not None:
            hidden[folder.path] = by
        _name_files(folder, prefix, by, packages, names)
    names.found.sort(key=lambda found: found.module.name)
    names.shadowed.sort()
    return names


def _solid(folders: Iterable[Folder], packages: dict[str, bool]) -> dict[str, str]:
    """The names outside regular packages that a package or a module has, in whichever source root."""
    solid: dict[str, str] = {}
    for folder in folders:
        prefix = _spelled(".".join(folder.below_root))
        if packages[folder.path] and prefix:
            solid.setdefault(prefix, folder.file("__init__.py"))
        elif not _in_package(folder, packages):
            for name in folder.files:
                stem = _spelled(name.removesuffix(".py"))
                solid.setdefault(f"{prefix}.{stem}" if prefix else stem, folder.file(name))
    return solid


def _in_package(folder: Folder, packages: dict[str, bool]) -> bool:
    path = folder.path
    while path and path not in (folder.source_root, "."):
        if packages.get(path):
            return True
        path = posixpath.dirname(path)
    return False


def _hider(
    folder: Folder,
    prefix: str,
    packages: dict[str, bool],
    files: dict[str, frozenset[str]],
    hidden: dict[str, str],
    solid: dict[str, str],
) -> str | None:
    if not prefix:
        return None
    above, _, name = folder.path.rpartition("/")
    above = above or "."
    if above in hidden:
        return hidden[above]
    if packages[folder.path]:
        return None
    beside = f"{name}.py"
    if beside in files.get(above, ()):
        return beside if above == "." else f"{above}/{beside}"
    # A package or module of this name in another source root ends the search for parts of a namespace package.
    elsewhere = solid.get(prefix)
    return elsewhere if elsewhere is not None and not _in_package(folder, packages) else None


def _name_files(folder: Folder, prefix: str, by: str | None, packages: dict[str, bool], names: Names) -> None:
    place = "" if folder.path == "." else f"{folder.path}/"
    dotted = f"{prefix}." if prefix else ""
    for file in folder.files:
        stem = _spelled(file[:-3])
        is_package = stem == "__init__" and prefix != ""
        name = prefix if is_package else dotted + stem
        below = place + file[:-3]
        if "." in stem or not stem:
            names.unnamed.append(LeftOut(place + file, "a file with a dot in its name cannot be imported"))
        elif by is None and not packages.get(below):
            names.found.append(Found(Module(name, place + file, is_package), folder.source_root))
        else:
            names.shadowed.append(Shadowed(place + file, name, by or f"{below}/__init__.py"))


def _spelled(name: str) -> str:
    """A name as Python's parser spells it (PEP 3131); some file systems take `é` apart."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def _unnamed(folder: Folder, reason: str) -> list[LeftOut]:
    return [LeftOut(folder.file(name), reason) for name in folder.files]
