"""The one walk over the disk: which folders there are and which Python files they hold."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

# Folders that hold no code of the project, whatever is in them.
_NEVER = frozenset({"__pycache__", "__pypackages__", "node_modules", "site-packages", "dist-packages"})
# Build output, when directly in a source root and no package itself.
_BUILD = frozenset({"build", "dist", "_build"})
# What only a virtual environment has.
_ENVIRONMENT = frozenset({"pyvenv.cfg", "conda-meta"})
_METADATA = (".egg-info", ".dist-info", ".egg")


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """A file or folder that is no part of the code base, and why; paths are relative to the rules file's folder."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder below a source root.

    path: relative to the rules file's folder, `.` for that folder itself.
    files: the names of its `.py` files, sorted.
    """

    path: str
    source_root: str
    files: tuple[str, ...]

    def file(self, name: str) -> str:
        """The path of one of its files."""
        return name if self.path == "." else f"{self.path}/{name}"

    @property
    def below_root(self) -> tuple[str, ...]:
        """The names of the folders from the source root down to this one."""
        if self.path == self.source_root:
            return ()
        inside = self.path if self.source_root == "." else self.path[len(self.source_root) + 1 :]
        return tuple(inside.split("/"))


@dataclass(slots=True)
class Listing:
    """What the walk found. `faults` are folders that could not be listed; `pruned` were never looked into."""

    folders: list[Folder] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    faults: list[LeftOut] = field(default_factory=list)
    pruned: list[str] = field(default_factory=list)


class _Place(NamedTuple):
    """A folder still to be listed. `links`: the real paths of the folders above, kept from the first link on."""

    disk: str
    path: str
    real: str
    links: tuple[str, ...] = ()


def scan(root: Path, start: str, source_root: str, skip: frozenset[str], keep: frozenset[str], into: Listing) -> None:
    """Lists `start` and everything below it.

    skip: folders (paths) that another call lists. keep: names of top-level folders that are looked into even if
    they are called `build` or `dist`, because the configuration names them.
    """
    disk = str(root) if start == "." else str(root / start)
    seen: set[str] = set()
    stack = [_Place(disk, start, os.path.realpath(disk))]
    while stack:
        place = stack.pop()
        try:
            with os.scandir(place.disk) as entries:
                folder, folders = _sort_out(place, entries, source_root, keep, into)
        except OSError as error:
            into.faults.append(LeftOut(place.path, f"cannot be listed: {error.strerror or error}"))
            continue
        if folder is not None:
            into.folders.append(folder)
            folders.sort(key=_name, reverse=True)  # the first is taken from the stack first
            for entry in folders:
                below = _enter(place, entry, skip, seen, into)
                if below is not None:
                    stack.append(below)


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _sort_out(
    place: _Place, entries: Iterable[os.DirEntry[str]], source_root: str, keep: frozenset[str], into: Listing
) -> tuple[Folder | None, list[os.DirEntry[str]]]:
    """The folder itself, unless it is a virtual environment, and those directly in it that may hold code."""
    files: list[str] = []
    folders: list[os.DirEntry[str]] = []
    at_top = place.path == source_root
    for entry in entries:  # the loop is hot: most entries of a large project are neither modules nor folders
        name = entry.name
        if name[-3:] == ".py" and name.isprintable() and (_is_file(entry) or _is_dangling(entry)):
            files.append(name)  # reading a dangling link fails, which is then reported by name
            continue
        if name in _ENVIRONMENT:
            into.left_out.append(LeftOut(place.path, "a virtual environment"))
            into.pruned.append(place.path)
            return None, []
        try:
            is_folder = entry.is_dir()
        except OSError:
            is_folder = False
        if is_folder:
            if _looked_into(name, at_top, entry, keep):
                folders.append(entry)
            else:
                into.pruned.append(_join(place.path, name))
        elif name[-3:] == ".py":
            into.left_out.append(_not_read(place, entry))
    files.sort()
    return Folder(place.path, source_root, tuple(files)), folders


def _not_read(place: _Place, entry: os.DirEntry[str]) -> LeftOut:
    if not entry.name.isprintable():
        return LeftOut(ascii(_join(place.path, entry.name)), "its name cannot be shown or imported")
    return LeftOut(_join(place.path, entry.name), "no regular file")


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link to itself, a link into a folder that may not be searched
        return False


def _is_dangling(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and not os.path.exists(entry.path)  # noqa: PTH110 - the loop is hot


def _looked_into(name: str, at_top: bool, entry: os.DirEntry[str], keep: frozenset[str]) -> bool:
    if name in _NEVER or name.startswith(".") or name.endswith(_METADATA) or not name.isprintable():
        return False
    if at_top and name in _BUILD and name not in keep:
        return os.path.exists(os.path.join(entry.path, "__init__.py"))  # noqa: PTH110, PTH118 - in the hot loop
    return True


def _enter(
    place: _Place, entry: os.DirEntry[str], skip: frozenset[str], seen: set[str], into: Listing
) -> _Place | None:
    path = _join(place.path, entry.name)
    if path in skip:
        return None
    if not _is_link(entry):
        return _Place(entry.path, path, f"{place.real}{os.sep}{entry.name}", place.links)
    real = os.path.realpath(entry.path)
    if any(real == above or above.startswith(real + os.sep) for above in (place.real, *place.links)):
        into.left_out.append(LeftOut(path, "a link to a folder it is in"))
        return None
    # A link met below a link is followed once only: n folders that all link to each other have n! paths.
    if place.links and real in seen:
        into.left_out.append(LeftOut(path, "a link to a folder that was already read by way of another link"))
        return None
    seen.add(real)
    return _Place(entry.path, path, real, (*place.links, place.real))


def _is_link(entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        return True
    # On Windows a folder can also be a junction, which is no symbolic link and may lead to a folder above.
    attributes: int = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0) if os.name == "nt" else 0
    return bool(attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT)


def _join(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"


def python_files(listing: Listing) -> Iterator[str]:
    """The paths of all files found, folder by folder."""
    for folder in listing.folders:
        for name in folder.files:
            yield folder.file(name)
