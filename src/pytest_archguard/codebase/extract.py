"""Files to facts: one parse a file serves all facts asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pytest_archguard.codebase.collector import collector_off
from pytest_archguard.codebase.fact_store import Digest, content_digest
from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.parse import Unreadable, read
from pytest_archguard.codebase.source import Source
from pytest_archguard.codebase.syntax import silently
from pytest_archguard.model import Module

Facts = Mapping[str, Any]
"""The facts of one file by `Fact.key`."""


def extract_file(module: Module, data: bytes, facts: Iterable[Fact]) -> Facts | Unreadable:
    """The facts of one file, read in this order; depends on nothing but its arguments and the Python version."""
    try:
        return read(module.path, module.name, data, partial(_facts, facts))
    except RecursionError:
        return Unreadable(module.path, module.name, 1, 1, "nested too deeply to be examined")


def _facts(facts: Iterable[Fact], source: Source) -> Facts:
    try:
        return {fact.key: _extractor(fact)(source, fact.params) for fact in facts}
    finally:
        source.forget()


_loaded: dict[str, Callable[[Source, tuple[Parameter, ...]], Any]] = {}


def _extractor(fact: Fact) -> Callable[[Source, tuple[Parameter, ...]], Any]:
    if fact.extractor not in _loaded:
        _loaded[fact.extractor] = fact.load()
    return _loaded[fact.extractor]


def read_file(root: Path, module: Module) -> bytes | Unreadable:
    """The bytes of a file, or why there are none."""
    try:
        with open(f"{root}/{module.path}", "rb") as file:  # noqa: PTH123 - a Path a file costs more than the reading
            return file.read()
    except OSError as error:
        return unreadable(root, module, error)


def unreadable(root: Path, module: Module, error: OSError) -> Unreadable:
    """The record of a file that the operating system does not hand out."""
    dangling = (root / module.path).is_symlink() and not (root / module.path).exists()
    message = "a dangling link" if dangling else f"cannot be read: {error.strerror or error}"
    return Unreadable(module.path, module.name, 1, 1, message)


def extract(
    read: Callable[[Module], bytes | Unreadable], modules: Collection[Module], facts: Collection[Fact]
) -> Iterator[tuple[Module, Facts | Unreadable]]:
    """The facts of each module, in the order given."""
    # What can do without a tree comes last, when it is known whether there is one.
    ordered = sorted(facts, key=lambda fact: (fact.from_text, fact.key))
    with collector_off(), silently():
        for module in modules:
            data = read(module)
            yield module, data if isinstance(data, Unreadable) else extract_file(module, data, ordered)


def extract_digested(
    read: Callable[[Module], bytes | Unreadable], modules: Collection[Module], facts: Collection[Fact]
) -> Iterator[tuple[Module, Digest | None, Facts | Unreadable]]:
    """The same, each with the digest of what was read; None where nothing could be."""
    digest: Digest | None = None

    def noting(module: Module) -> bytes | Unreadable:
        nonlocal digest
        data = read(module)
        digest = None if isinstance(data, Unreadable) else content_digest(data)
        return data

    for module, found in extract(noting, modules, facts):
        yield module, digest, found
