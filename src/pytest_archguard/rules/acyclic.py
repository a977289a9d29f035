"""`acyclic`: no import cycles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.cycles import cheapest_cuts, shortest_cycles
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.codebase.graph import Graph
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import EVERYTHING, Selectors, named
from pytest_archguard.model import Advice, Site, Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.crossings import Styles, counted, styles_option


@dataclass(frozen=True, slots=True, kw_only=True)
class Acyclic:
    """Modules (or packages) may not import each other in a circle.

    For every import inside a strongly connected component the shortest cycle through it is a violation, each cycle
    once; so every pair that imports each other is listed. Per component its size and the cheapest imports to cut are
    shown, as grimp's `nominate_cycle_breakers` finds them. On the level of packages a module stands for the package
    it is in, and imports between a package and one inside it do not count.
    """

    kind: ClassVar[str] = "acyclic"

    within: Selectors = option("The modules among which cycles are looked for.", default=(EVERYTHING,))
    level: Literal["module", "package"] = option("Whether modules or packages may not be circular.", default="module")
    styles: Styles = styles_option(("top", "function"))

    def needs(self) -> frozenset[Fact]:
        """The imports of every file."""
        return frozenset({IMPORTS})

    def claims(self) -> Iterable[Claim]:
        """`within` must match something."""
        return (Claim("within", selector) for selector in self.within)

    def sentence(self) -> str:
        """What may not be circular."""
        names = named(self.within)
        return f"the {self.level}s of {names} may not import each other in a circle {counted(self.styles)}"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation a cycle."""
        view = _View(self, codebase)
        for component in view.graph.components():
            message = f"{len(component)} {self.level}s import each other in circles"
            for cycle in shortest_cycles(view.graph, component):
                chain = tuple(view.graph.names[node] for node in (*cycle, cycle[0]))
                yield Violation(
                    check="cycle",
                    subject=chain[0],
                    object=chain[1],
                    detail=" ".join(chain),
                    message=message,
                    chain=chain,
                    parts=tuple(pairwise(chain)),
                    sites=tuple(view.lines(a, b)[0] for a, b in pairwise(chain)),
                )

    def advise(self, codebase: Codebase, violations: tuple[Violation, ...]) -> Iterable[Advice]:
        """Per component that still has a failing cycle, the imports whose removal leaves no cycle in it."""
        view = _View(self, codebase)
        failing = {name for violation in violations for name in violation.chain}
        for component in view.graph.components():
            names = [view.graph.names[node] for node in component]
            if failing.isdisjoint(names):
                continue
            cuts = cheapest_cuts(view.graph, component)
            sites = tuple(site for importer, imported in cuts for site in view.lines(importer, imported))
            listed = ", ".join(f"{importer} -> {imported}" for importer, imported in cuts[:5])
            more = f" and {len(cuts) - 5} more" if len(cuts) > 5 else ""
            yield Advice(
                f"the {len(component)} {self.level}s around {names[0]} are free of cycles without {listed}{more}", sites
            )

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The modules or packages among which cycles were looked for."""
        return {f"{self.level}s": len(_View(self, codebase).graph.names)}


class _View:
    """The graph that is looked for cycles, with the lines behind its edges."""

    def __init__(self, rule: Acyclic, codebase: Codebase) -> None:
        self._codebase = codebase
        self._styles = rule.styles
        selected = codebase.select(rule.within)
        by_package = rule.level == "package"
        names = {name: codebase.modules[name].package or name if by_package else name for name in selected}
        self._behind: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for importer, imported in self._edges(selected):
            ends = (names[importer], names[imported])
            if ends[0] != ends[1] and not (by_package and _nested(*ends)):
                self._behind.setdefault(ends, []).append((importer, imported))
        nodes = sorted(set(names.values()))
        ids = {name: number for number, name in enumerate(nodes)}
        self.graph = Graph.of(nodes, ((ids[a], ids[b]) for a, b in self._behind))

    def _edges(self, selected: frozenset[str]) -> Iterator[tuple[str, str]]:
        graph = self._codebase.graph(self._styles)
        for importer in sorted(selected):
            for imported in graph.successors[graph.ids[importer]]:
                if graph.names[imported] in selected:
                    yield importer, graph.names[imported]

    def lines(self, importer: str, imported: str) -> tuple[Site, ...]:
        """The import statements behind an edge."""
        pairs = self._behind[importer, imported]
        return tuple(site for a, b in pairs for site in self._codebase.lines_of(a, b, self._styles))


def _nested(a: str, b: str) -> bool:
    return a.startswith(f"{b}.") or b.startswith(f"{a}.")
