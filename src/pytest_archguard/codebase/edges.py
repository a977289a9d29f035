"""Who imports whom in the whole code base: resolved once, and again for what has changed.

What an import means depends on which modules there are, so edges are kept together with the names they were resolved
among; with another set of modules every file is resolved anew.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pytest_archguard.codebase.cache import FactCache
from pytest_archguard.codebase.fact_store import DIGEST_SIZE, Digest, content_digest
from pytest_archguard.codebase.facts.statements import STYLE_BITS, Statement
from pytest_archguard.codebase.graph import Graph
from pytest_archguard.codebase.resolve import Resolver
from pytest_archguard.model import Module

_KEPT = "edges"
_UNREADABLE = bytes(DIGEST_SIZE)
_SHIFT = STYLE_BITS.bit_length()


class _Rows(NamedTuple):
    """statements: for each module how many import statements it has. counts: for each module how many nodes it
    imports. targets: what they are, one module's behind the other's: the id of the node, shifted, and the bits of the
    styles it is imported in."""

    statements: array[int]
    counts: array[int]
    targets: array[int]


class Edges:
    """The imports between the nodes of a code base."""

    def __init__(self, importers: Sequence[int], rows: _Rows) -> None:
        self._importers = importers
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Importer, imported and the bits of the styles; modules that import themselves included."""
        for importer, targets in self._by_importer():
            yield from ((importer, target >> _SHIFT, target & STYLE_BITS) for target in targets)

    @property
    def statement_count(self) -> int:
        """How many import statements there are, those that lead outside included."""
        return sum(self._rows.statements)

    def graph(self, names: Sequence[str], styles: int) -> Graph:
        """The imports of these styles."""
        successors: list[list[int]] = [[] for _ in names]
        for importer, targets in self._by_importer():
            successors[importer] = [t >> _SHIFT for t in targets if t & styles and t >> _SHIFT != importer]
        return Graph(names, successors)

    def _by_importer(self) -> Iterator[tuple[int, array[int]]]:
        start = 0
        for importer, count in zip(self._importers, self._rows.counts, strict=True):
            yield importer, self._rows.targets[start : start + count]
            start += count


def edges_of(
    resolver: Resolver,
    modules: Sequence[Module],
    contents: Sequence[Digest | None],
    statements_of: Callable[[str], Sequence[Statement]],
    cache: FactCache,
) -> Edges:
    """The edges of all modules; those of unchanged files among unchanged names come from the cache.

    contents: of each module what identifies its bytes; None where it could not be read.
    """
    names = _names_digest(resolver, modules)
    joined = b"".join([digest or _UNREADABLE for digest in contents])
    kept = cache.kept(_KEPT)
    rows = _unpacked(kept) if kept.get("names") == names else None
    if rows is None or kept["contents"] != joined:
        rows = _resolved(resolver, modules, statements_of, _Changes(rows, kept.get("contents", b""), joined))
        packed = {name: row.tobytes() for name, row in rows._asdict().items()}
        cache.keep(_KEPT, {"names": names, "contents": joined, **packed})
    return Edges([resolver.ids[module.name] for module in modules], rows)


def _names_digest(resolver: Resolver, modules: Sequence[Module]) -> bytes:
    """Identifies everything but its own statements that the meaning of a module's imports depends on."""
    packages = [module.name for module in modules if module.is_package]
    parts = ([m.name for m in modules], packages, sorted(resolver.namespaces), sorted(resolver.outside))
    text = "\n\n".join("\n".join(part) for part in parts)
    return content_digest(text.encode("utf-8", "surrogatepass"))


class _Changes(NamedTuple):
    """What is known of the same modules as they were: rows, contents, and the contents now."""

    rows: _Rows | None
    before: bytes
    now: bytes

    def is_same(self, number: int) -> bool:
        place = slice(number * DIGEST_SIZE, (number + 1) * DIGEST_SIZE)
        return self.rows is not None and self.before[place] == self.now[place]


def _resolved(
    resolver: Resolver,
    modules: Sequence[Module],
    statements_of: Callable[[str], Sequence[Statement]],
    changes: _Changes,
) -> _Rows:
    rows = _Rows(array("I"), array("I"), array("I"))
    start = 0
    for number, module in enumerate(modules):
        count = changes.rows.counts[number] if changes.rows else 0
        if changes.rows and changes.is_same(number):
            rows.statements.append(changes.rows.statements[number])
            rows.counts.append(count)
            rows.targets.extend(changes.rows.targets[start : start + count])
        else:
            statements = statements_of(module.name)
            found = resolver.targets(module, statements)
            rows.statements.append(len(statements))
            rows.counts.append(len(found))
            rows.targets.extend([(target << _SHIFT) | bits for target, bits in sorted(found.items())])
        start += count
    return rows


def _unpacked(kept: Mapping[str, Any]) -> _Rows:
    rows = _Rows(array("I"), array("I"), array("I"))
    for name, row in rows._asdict().items():
        row.frombytes(kept[name])
    return rows
