"""Imports of what is outside the code base, found without looking at files that cannot hold one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property

from pytest_archguard.codebase.facts.statements import Statement
from pytest_archguard.codebase.resolve import Import, Resolver
from pytest_archguard.config.selectors import Selector
from pytest_archguard.model import Module


class OutsideImports:
    """Every import of a code base that leads out of it."""

    def __init__(
        self,
        modules: Collection[Module],
        resolver: Resolver,
        statements_of: Callable[[str], Sequence[Statement]],
        mentioning: Callable[[str], Iterable[Module]],
    ) -> None:
        """modules: all importers. statements_of: what is written in one of them. mentioning: those whose import
        statements may hold a word."""
        self._modules = modules
        self._resolver = resolver
        self._statements_of = statements_of
        self._mentioning = mentioning
        self._tops = frozenset(name.partition(".")[0] for name in resolver.names)

    @cached_property
    def names(self) -> frozenset[str]:
        """All names outside that are imported, with each imported name behind its module."""
        return frozenset(t for module in self._modules for i in self._all_of(module) for t in i.targets)

    def names_of(self, top: str) -> frozenset[str]:
        """Those of `names` that start with this top-level name."""
        return frozenset(t for i in self._of(top) for t in i.targets)

    def matching(self, selector: Selector, styles: Collection[str]) -> Iterator[tuple[str, str]]:
        """(importer, external name) for every import of what the selector selects outside the code base.

        The name is the shortest that the selector selects: `sqlalchemy` in `from sqlalchemy import orm` for a
        selector `sqlalchemy`, `sqlalchemy.orm` for `sqlalchemy.orm`.
        """
        for top in sorted({expression.name.partition(".")[0] for expression in selector.expressions}):
            for found in self._of(top):
                if found.style not in styles or found.external is None:
                    continue
                if selector.matches(found.external):
                    yield found.importer, found.external
                else:
                    yield from ((found.importer, target) for target in found.targets if selector.matches(target))

    def _of(self, top: str) -> Iterator[Import]:
        """The imports that may be of this top-level name, which may have wildcards."""
        if "*" in top or top in self._tops:  # a part of our own namespace that is excluded or elsewhere
            for module in self._modules:
                yield from self._all_of(module)
            return
        below = f"{top}."
        for module in self._mentioning(top):
            for statement in self._statements_of(module.name):
                written = statement[6] if statement[4] < 0 else (statement[5],)
                if statement[4] <= 0 and any(name == top or name.startswith(below) for name in written):
                    for found in self._resolver.imports(module, (statement,)):
                        if found.external is not None and found.external.partition(".")[0] == top:
                            yield found

    def _all_of(self, module: Module) -> Iterator[Import]:
        imports = self._resolver.imports(module, self._statements_of(module.name))
        return (found for found in imports if found.external is not None)
