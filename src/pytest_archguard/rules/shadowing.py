"""Files and distributions that cannot be imported because something else has their name."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.naming import Shadowed
from pytest_archguard.config.selectors import Selectors


def shadowed_files(codebase: Codebase, modules: Selectors) -> Iterator[Shadowed]:
    """The files whose name is taken by another file."""
    for file in codebase.layout.shadowed:
        if any(selector.matches(file.name) for selector in modules):
            yield file


def hidden_distributions(codebase: Codebase, selected: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Top-level names of ours that the standard library or an installed distribution has as well, with what they hide.

    A name only counts where it is on `sys.path` by itself, which is what a source root means.
    """
    roots = {(codebase.root / source_root).resolve() for source_root in codebase.layout.source_roots}
    elsewhere = [entry for entry in sys.path if entry and Path(entry).resolve() not in roots]
    for name in sorted({name.partition(".")[0] for name in selected}):
        if name in sys.stdlib_module_names:
            yield name, f"{name} of the standard library"
        elif (place := _found_in(name, elsewhere)) and not _is_ours(place, name, codebase):
            yield name, f"the installed package {name} ({place})"


def _found_in(name: str, path: list[str]) -> str | None:
    try:
        spec = PathFinder.find_spec(name, path)
    except (ImportError, ValueError, OSError):
        return None
    # A namespace package hides nothing: Python looks on for a real one.
    return spec.origin if spec is not None and spec.origin else None


def _is_ours(place: str, name: str, codebase: Codebase) -> bool:
    """Whether what was found is this project itself: installed in place, or as a copy."""
    module = codebase.modules.get(name)
    try:
        found = Path(place).resolve()
        if codebase.root.resolve() in found.parents and "site-packages" not in found.parts:
            return True
        return module is not None and found.read_bytes() == (codebase.root / module.path).read_bytes()
    except OSError:
        return False
