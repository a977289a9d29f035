"""Written imports to modules: which import statement means which module of the code base.

The rule is grimp's, so that verdicts agree with import-linter's: the imported object is a module if there is one of
that name, else the module it is written to be in (`from app.core import x` is an import of `app.core.x` if there is
such a module, else of `app.core`). What is in neither is missing if it would have to be in a package of the code base,
and external otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pytest_archguard.codebase.facts.statements import (
    FROM_OWN_NAME,
    GUARDED,
    RELATIVE,
    STAR,
    STYLE_BITS,
    STYLES,
    Statement,
)
from pytest_archguard.model import Module

_TRAITS = {
    bits: frozenset(name for bit, name in ((GUARDED, "guarded"), (STAR, "star"), (RELATIVE, "relative")) if bits & bit)
    for bits in range(0, GUARDED | STAR | RELATIVE | 1, GUARDED)
}
_TRAIT_BITS = GUARDED | STAR | RELATIVE


class Import(NamedTuple):  # a tuple, because there are as many as import statements and these are made faster
    """One target of one import statement; a statement with several targets gives several.

    imported: the module or namespace package of the code base that it means, or None.
    external: the dotted name as written when it is outside the code base (`sqlalchemy.orm` in `from sqlalchemy.orm
    import Session`), or None.
    missing: the first part of the written name that does not exist although it would have to be in the code base
    (`app.nope`), with leading dots when a relative import goes beyond the top; else None. Such an import may have an
    `imported` as well: `import app.nope` runs `app` before it fails.
    module: the absolute name of the module the statement names (`app.core` in `from .core import x`); empty beyond
    the top.
    names: what is taken from it, each with its alias or None; for `import a.b as c` empty.
    alias: the `c` of `import a.b as c`.
    line, column: of the statement, counted from 1; end_line is its last line.
    """

    importer: str
    imported: str | None
    external: str | None
    missing: str | None
    module: str
    names: tuple[tuple[str, str | None], ...]
    alias: str | None
    style: str
    traits: frozenset[str]
    line: int
    column: int
    end_line: int

    @property
    def targets(self) -> Iterator[str]:
        """The names an external import may be known by: as written, and with each imported name behind it."""
        if self.external is not None:
            yield self.external
            if not self.external.startswith("."):
                for name, _ in self.names:
                    yield f"{self.external}.{name}"


class Resolver:
    """Knows which modules there are and answers what an import statement means."""

    def __init__(self, modules: Iterable[str], namespaces: Iterable[str] = (), outside: Iterable[str] = ()) -> None:
        """modules, namespaces: the nodes of the graph. outside: names that exist but are no part of it."""
        self.namespaces = frozenset(namespaces)
        self.outside = frozenset(outside)
        self.names: tuple[str, ...] = tuple(sorted({*modules, *self.namespaces}))
        self.ids = {name: number for number, name in enumerate(self.names)}
        # Outside names are in the same table with a negative id: one look-up answers for both.
        self._targets: dict[str, int] = {**dict.fromkeys(self.outside, -1), **self.ids}
        self._absolute: dict[tuple[int, str, tuple[str, ...]], Sequence[int]] = {}
        # What starts with none of these is external: nothing else has to be looked up.
        self._tops = frozenset(name.partition(".")[0] for name in self._targets)

    def targets(self, module: Module, statements: Iterable[Statement]) -> dict[int, int]:
        """The ids of all that a module imports, itself perhaps included, with the bits of the styles."""
        found: dict[int, int] = {}
        get = found.get
        resolve = self.target_ids
        for statement in statements:
            style = statement[3] & STYLE_BITS
            for imported in resolve(module, statement):
                found[imported] = get(imported, 0) | style
        return found

    def target_ids(self, module: Module, statement: Statement) -> Sequence[int]:
        """The ids of the modules a statement means, repeats included."""
        level = statement[4]
        if level > 0:
            prefix = base(module, statement)
            return self._from(prefix, statement[6]) if prefix else ()
        # What is written without dots means the same in every module, and much of it is written in many.
        written = statement[4:7]
        found = self._absolute.get(written)
        if found is None:
            found = self._absolute[written] = self._from_outside(*written)
        return found

    def _from_outside(self, level: int, prefix: str, names: tuple[str, ...]) -> Sequence[int]:
        if level < 0:
            return [number for name in names if (number := self._find(name)) >= 0]
        return self._from(prefix, names) if prefix.partition(".")[0] in self._tops else ()

    def _from(self, prefix: str, names: tuple[str, ...]) -> Sequence[int]:
        if not names:
            number = self._find(prefix)
            return (number,) if number >= 0 else ()
        find = self._targets.get
        own = find(prefix, -1)
        dotted = f"{prefix}."
        return [number for name in names if (number := find(dotted + name, own)) >= 0]

    def _find(self, name: str) -> int:
        found = self._targets.get(name)
        if found is None:
            return self._targets.get(name.rpartition(".")[0], -1)
        return found

    def imports(self, module: Module, statements: Iterable[Statement]) -> tuple[Import, ...]:
        """Every import of a module, resolved, in the order of the statements."""
        return tuple(found for statement in statements for found in self._imports(module, statement))

    def _imports(self, module: Module, statement: Statement) -> Iterator[Import]:
        line, column, end_line, bits, level, _, names, aliases = statement
        style, traits = STYLES[bits & STYLE_BITS], _TRAITS[bits & _TRAIT_BITS]
        renamed: Sequence[str | None] = aliases or (None,) * len(names)

        def make(
            meant: tuple[str | None, str | None, str | None],
            name: str,
            taken: tuple[tuple[str, str | None], ...],
            alias: str | None = None,
        ) -> Import:
            return Import(module.name, *meant, name, taken, alias, style, traits, line, column, end_line)

        if level < 0:
            for name, alias in zip(names, renamed, strict=True):
                yield make(self._meaning(name), name, (), alias)
            return
        prefix = base(module, statement) if level else statement[5]
        if prefix is None:
            beyond = "." * level + statement[5]
            yield make((None, None, beyond), "", tuple(zip(names, renamed, strict=True)))
            return
        if not names:
            yield make(self._meaning(prefix), prefix, ())
            return
        if level == 0 and prefix.partition(".")[0] not in self._tops:
            yield make((None, prefix, None), prefix, tuple(zip(names, renamed, strict=True)))
            return
        groups: dict[tuple[str | None, str | None, str | None], list[tuple[str, str | None]]] = {}
        for name, alias in zip(names, renamed, strict=True):
            groups.setdefault(self._meaning_in(prefix, name), []).append((name, alias))
        for meant, taken in groups.items():
            yield make(meant, prefix, tuple(taken))

    def _meaning(self, name: str) -> tuple[str | None, str | None, str | None]:
        """What `import name` means: imported, external, missing."""
        if name.partition(".")[0] not in self._tops:
            return (None, name, None)
        found = self._targets.get(name)
        if found is not None:
            return (self.names[found], None, None) if found >= 0 else (None, name, None)
        parent = self._targets.get(name.rpartition(".")[0], -1)
        imported = self.names[parent] if parent >= 0 else None
        missing = self._missing(name)
        return (imported, name, None) if missing is None else (imported, None, missing)

    def _meaning_in(self, prefix: str, name: str) -> tuple[str | None, str | None, str | None]:
        """What `from prefix import name` means: imported, external, missing."""
        find = self._targets.get
        found = find(f"{prefix}.{name}")
        if found is None:
            found = find(prefix)
            if found is None:
                missing = self._missing(prefix)
                return (None, prefix if missing is None else None, missing)
            if prefix in self.namespaces:  # it has no names of its own, so this one is a module elsewhere
                return (prefix, f"{prefix}.{name}", None)
            return (self.names[found], None, None) if found >= 0 else (None, prefix, None)
        return (self.names[found], None, None) if found >= 0 else (None, f"{prefix}.{name}", None)

    def _missing(self, name: str) -> str | None:
        """The first part of a name that is not there; None when the name need not be in this code base.

        A namespace package is open: what is not found in it may be in another distribution.
        """
        parts = name.split(".")
        known = 0
        for count in range(len(parts), 0, -1):
            if ".".join(parts[:count]) in self._targets:
                known = count
                break
        above = ".".join(parts[:known])
        if not known or above in self.namespaces or self._targets[above] < 0:
            return None
        return ".".join(parts[: known + 1])


def base(module: Module, statement: Statement) -> str | None:
    """The absolute module name of a relative import; None when it goes beyond the top-level package."""
    package = _package(module.name, module.is_package or bool(statement[3] & FROM_OWN_NAME), statement[4])
    return package and (f"{package}.{statement[5]}" if statement[5] else package)


@lru_cache(maxsize=50_000)
def _package(name: str, from_own_name: bool, level: int) -> str | None:
    """The package that so many dots stand for in a module."""
    parts = name.split(".")
    return ".".join(parts[: len(parts) - level + from_own_name]) or None if level <= len(parts) else None
