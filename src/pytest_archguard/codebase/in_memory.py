"""A code base made of strings instead of files: for tests of rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.extract import extract
from pytest_archguard.codebase.fact_store import FactStore
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.codebase.layout import arrange, listing_of
from pytest_archguard.codebase.newer_syntax import blame
from pytest_archguard.codebase.parse import Unreadable
from pytest_archguard.model import Module


def codebase_of(
    files: Mapping[str, str | bytes],
    facts: Iterable[Fact] = (),
    *,
    source_roots: Sequence[str] = (".",),
    packages: Sequence[str] | None = None,
    tests: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Codebase:
    """A code base made of strings, by path: for tests of rules, without a disk."""
    contents = {path: text.encode("utf-8") if isinstance(text, str) else text for path, text in files.items()}
    listing = listing_of(contents, source_roots)
    layout = arrange(Path(), source_roots, listing, packages, tests, exclude)

    def read(module: Module) -> bytes | Unreadable:
        data = contents.get(module.path)
        return Unreadable(module.path, module.name, 1, 1, "cannot be read: no such file") if data is None else data

    store = FactStore()
    faults: list[Unreadable] = []
    for module, found in extract(read, [*layout.modules, *layout.test_modules], frozenset(facts) | {IMPORTS}):
        if isinstance(found, Unreadable):
            faults.append(blame(None, found))
        else:
            store.put(module.path, found)
    return Codebase(layout, read, store, faults)
