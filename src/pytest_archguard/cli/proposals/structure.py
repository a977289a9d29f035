"""The parts a code base is made of, and how often each imports another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.rules.crossings import RUNNING_OR_TYPING

# Parts that no order is about: they are told what to do by the rest, by a tool or by the interpreter.
_NO_PART = frozenset(
    {"tests", "conftest", "migrations", "alembic", "__main__", "setup", "manage", "_version", "version"}
)
_DOMINATES = 0.8


@dataclass(frozen=True, slots=True)
class Structure:
    """The children of the main package; of a flat application the top-level names.

    container: the main package, "" in a flat application. sizes: modules by child.
    weights: how many modules of one child import how many of another, as pairs of modules.
    """

    container: str
    sizes: Mapping[str, int]
    weights: Mapping[tuple[str, str], int]

    def child_of(self, module: str) -> str | None:
        """The child a module is in; None for modules of none."""
        start = f"{self.container}." if self.container else ""
        if not module.startswith(start):
            return None
        child = start + module[len(start) :].partition(".")[0]
        return child if child in self.sizes else None

    def short(self, child: str) -> str:
        """The name of a child inside the container."""
        return child[len(self.container) + 1 :] if self.container else child

    @property
    def where(self) -> str:
        """The main package, for a sentence."""
        return self.container or "the code base"


def structure_of(codebase: Codebase) -> Structure:
    """The main package with its children."""
    container = _container(codebase)
    sizes = {
        child: len(codebase.select_below(child))
        for child in codebase.children(container)
        if not _is_no_part(child.rpartition(".")[2])
    }
    bare = Structure(container, sizes, {})
    graph = codebase.graph(RUNNING_OR_TYPING)
    weights: Counter[tuple[str, str]] = Counter()
    children = [bare.child_of(name) if name in codebase.modules else None for name in graph.names]
    for number, importer in enumerate(children):
        for following in graph.successors[number] if importer is not None else ():
            imported = children[following]
            if importer is not None and imported is not None and importer != imported:
                weights[importer, imported] += 1
    return Structure(container, sizes, weights)


def _container(codebase: Codebase) -> str:
    """The package that holds nearly everything; inside it, one that again does, as long as there is one."""
    container = ""
    total = len(codebase.modules)
    while True:
        children = codebase.children(container)
        largest = max(children, key=lambda child: len(codebase.select_below(child)))
        size = len(codebase.select_below(largest))
        # A package with a single module in it is no order of anything; neither is one that is only a module.
        if size < _DOMINATES * total or len(codebase.children(largest)) < 2:
            return container
        container, total = largest, size


def _is_no_part(name: str) -> bool:
    return name in _NO_PART or name.startswith("test_")


def parts_importing(structure: Structure, importers: Iterable[str]) -> frozenset[str]:
    """The children that these modules are in."""
    return frozenset(child for name in importers if (child := structure.child_of(name)) is not None)
