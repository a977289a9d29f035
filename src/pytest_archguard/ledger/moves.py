"""Modules that moved: the old one is gone, and git or the contents say which new one it is."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.parse import Unreadable, parse


class History(Protocol):
    """What is known about earlier states of the files. All paths are relative to the rules file's folder."""

    def last_revisions(self, paths: Collection[str]) -> Mapping[str, str]:
        """For each path that existed, a revision that has it."""

    def renames(self, revision: str) -> Mapping[str, str]:
        """Old path to new path, where history says that a file was renamed since the revision."""

    def paths(self, revision: str) -> frozenset[str]:
        """All files of the revision."""

    def contents(self, revision: str, paths: Collection[str]) -> Mapping[str, bytes]:
        """The contents of files of the revision."""


def find_moves(gone: Iterable[str], codebase: Codebase, history: History) -> dict[str, str]:
    """Old name to new name, for those of the names that moved.

    A name is that of a module, a package or a file. A file moved when history says that it was renamed, or when
    exactly one new file has the same contents or the same definitions. A package moved when every module known to
    have moved from it is now below one other package.
    """
    places = {name: _places(name, codebase) for name in gone}
    revisions = history.last_revisions([path for paths in places.values() for path in paths])
    finder = _Finder(codebase, history)
    for revision in dict.fromkeys(revisions.values()):
        finder.follow(revision, [path for path, last in revisions.items() if last == revision])
    return {name: new for name, paths in places.items() if (new := finder.new_name(name, paths)) is not None}


def _places(name: str, codebase: Codebase) -> tuple[str, ...]:
    """Where a file of this name can have been: a path is itself, a module has a place in every source root."""
    if "/" in name:
        return (name,)
    stem = name.replace(".", "/")
    stems = [stem if root == "." else f"{root}/{stem}" for root in codebase.layout.source_roots]
    return (name, *(place for stem in stems for place in (f"{stem}.py", f"{stem}/__init__.py", stem)))


class _Finder:
    """Collects which files became which."""

    def __init__(self, codebase: Codebase, history: History) -> None:
        self._codebase = codebase
        self._history = history
        self._moved: dict[str, str] = {}
        modules = [*codebase.modules.values(), *codebase.tests.values()]
        self._names = {module.path: module.name for module in modules}

    def follow(self, revision: str, paths: Collection[str]) -> None:
        """Looks for what became of files that the revision still has."""
        self._moved.update(self._history.renames(revision))
        before = self._history.paths(revision)
        lost = [path for path in paths if path not in self._moved and path in before]
        new = [path for path in self._names if path not in before and path not in self._moved.values()]
        if lost and new:
            self._moved.update(self._alike(self._history.contents(revision, lost), new))

    def _alike(self, old: Mapping[str, bytes], new: Collection[str]) -> dict[str, str]:
        contents = {path: data for path in new if (data := self._codebase.data(path)) is not None}
        pairs = {}
        for path, data in old.items():
            found = [other for other, its in contents.items() if data.strip() and _lines(its) == _lines(data)]
            defined = _definitions(path, data) if not found else ()
            if defined:
                found = [other for other, its in contents.items() if _definitions(other, its) == defined]
            if len(found) == 1:
                pairs[path] = found[0]
        claims = Counter(pairs.values())
        return {path: other for path, other in pairs.items() if claims[other] == 1}

    def new_name(self, name: str, paths: Collection[str]) -> str | None:
        """The name that a module, package or file has now; None when that is not known."""
        for path in paths:
            if path in self._moved:
                new = self._moved[path]
                return new if path == name else self._names.get(new)
        return self._new_package([path for path in paths if path != name])

    def _new_package(self, folders: Collection[str]) -> str | None:
        """The one package under which the modules of a package are now, each at its old place in it."""
        found = set()
        for folder in folders:
            for old, new in self._moved.items():
                if old.startswith(f"{folder}/") and new in self._names:
                    below = "." + old[len(folder) + 1 :].removesuffix(".py").replace("/", ".")
                    below = below.removesuffix(".__init__")
                    moved = self._names[new]
                    found.add(moved[: len(moved) - len(below)] if moved.endswith(below) else None)
        return found.pop() if len(found) == 1 else None


def _lines(data: bytes) -> list[bytes]:
    return data.strip().splitlines()


def _definitions(path: str, data: bytes) -> tuple[str, ...]:
    """The qualified names of all functions and classes of a file, sorted; empty where it does not parse."""
    source = parse(path, "", data)
    if isinstance(source, Unreadable):
        return ()
    names = []
    stack: list[tuple[str, ast.AST]] = [("", source.tree)]
    while stack:
        prefix, node = stack.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.append(f"{prefix}{child.name}")
                stack.append((f"{prefix}{child.name}.", child))
            elif isinstance(child, ast.stmt):
                stack.append((prefix, child))
    return tuple(sorted(names))
