"""The direct imports that have to go, as violations.

They depend on nothing but the graph, whatever the hash seed, and without them the contract is kept. As in the rule
kinds of this package, an import `x -> y` has to go when x is in the subject and y is in the target, or y is outside
the subject and leads to the target.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from grimp import ImportGraph

from pytest_archguard.codebase.graph import Graph
from pytest_archguard.model import Advice, Site, Violation
from pytest_archguard.rules.crossings import cut_advice, hops
from pytest_archguard.rules.import_linter.breakdown import Finding, Leaving, SiblingCycles, Undeclared

SitesOf = Callable[[str, str], tuple[Site, ...]]


class Offenders:
    """Searches the graph a contract was judged on, from which ignored imports are gone.

    sites_of: the import statements behind an import, those under TYPE_CHECKING included even where the graph has them
    not. start_of: where a module begins.
    """

    def __init__(self, graph: ImportGraph, sites_of: SitesOf, start_of: Callable[[str], tuple[Site, ...]]) -> None:
        self._grimp = graph
        self._sites_of = sites_of
        self._start_of = start_of
        self._steps: dict[tuple[frozenset[str], frozenset[str]], dict[int, int]] = {}

    def violations(self, findings: Iterable[Finding]) -> list[Violation]:
        """One for each import that has to go (and for each undeclared module), each key once."""
        found: dict[tuple[str, ...], Violation] = {}
        for finding in findings:
            for violation in self._of(finding):
                found.setdefault(violation.key, violation)
        return list(found.values())

    def advice(self, findings: Iterable[Finding]) -> Iterator[Advice]:
        """For every package with circles in it, the imports import-linter would remove."""
        for finding in findings:
            if isinstance(finding, SiblingCycles):
                listed = ", ".join(f"{importer} -> {imported}" for importer, imported in finding.cuts[:5])
                more = f" and {len(finding.cuts) - 5} more" if len(finding.cuts) > 5 else ""
                sites = (site for importer, imported in finding.cuts for site in self._lines_of(importer, imported))
                yield Advice(f"the children of {finding.package} are free of cycles without {listed}{more}", (*sites,))

    def _of(self, finding: Finding) -> Iterator[Violation]:
        if isinstance(finding, Leaving):
            return self._leaving(finding)
        if isinstance(finding, Undeclared):
            return iter((self._undeclared(finding),))
        return self._cycles(finding)

    @cached_property
    def _graph(self) -> Graph:
        names = sorted(self._grimp.modules)
        ids = {name: number for number, name in enumerate(names)}
        imported_by = self._grimp.find_modules_directly_imported_by
        return Graph.of(names, ((ids[name], ids[other]) for name in names for other in imported_by(name)))

    def _leaving(self, finding: Leaving) -> Iterator[Violation]:
        chains = list(self._chains(finding))
        weight = Counter(hop for chain in chains for hop in hops(chain))
        for chain in chains:
            yield Violation(
                check=finding.check,
                subject=chain[0],
                object=chain[1],
                detail=finding.target,
                message=finding.message,
                chain=chain,
                sites=self._sites(chain),
                advice=cut_advice(chain, weight),
            )

    def _chains(self, finding: Leaving) -> Iterator[tuple[str, ...]]:
        """For each import that has to go a shortest chain that starts with it."""
        graph = self._graph
        goals = {graph.ids[name] for name in finding.imported}
        step = self._leading_to(finding.imported, finding.through) if finding.through is not None else {}
        for importer in sorted(graph.ids[name] for name in finding.importers):
            name = graph.names[importer]
            if importer in goals and self._grimp.direct_import_exists(importer=name, imported=name):
                yield name, name  # older versions judge a module against itself, and count even such an import
            for imported in graph.successors[importer]:
                if imported in goals or imported in step:
                    way = [importer, imported]
                    while way[-1] not in goals:
                        way.append(step[way[-1]])
                    yield tuple(graph.names[node] for node in way)

    def _leading_to(self, target: frozenset[str], through: frozenset[str]) -> Mapping[int, int]:
        """Kept, because a target is usually left towards by several subjects."""
        if (target, through) not in self._steps:
            ids = self._graph.ids
            passable = {ids[name] for name in through}
            self._steps[target, through] = self._graph.leading_to((ids[name] for name in target), passable)
        return self._steps[target, through]

    def _lines_of(self, importer: str, imported: str) -> tuple[Site, ...]:
        sites = self._sites_of(importer, imported)
        lines = {
            detail["line_number"] for detail in self._grimp.get_import_details(importer=importer, imported=imported)
        }
        return tuple(site for site in sites if site.line in lines) or sites

    def _sites(self, chain: tuple[str, ...]) -> tuple[Site, ...]:
        """For one import all its lines; for a chain the first line of each hop."""
        if len(chain) == 2:
            return self._lines_of(*chain)
        return tuple(site for importer, imported in hops(chain) for site in self._lines_of(importer, imported)[:1])

    def _undeclared(self, finding: Undeclared) -> Violation:
        return Violation(
            check="exhaustive",
            subject=finding.module,
            message=f"everything directly in {finding.container} must be in a layer",
            label=f"{finding.module} is in no layer",
            sites=self._start_of(finding.module),
        )

    def _cycles(self, finding: SiblingCycles) -> Iterator[Violation]:
        """Every import between children that are in one circle, those that import-linter would remove first.

        All of them, because which few import-linter picks changes with every other import: poor identities.
        """
        siblings = _Siblings(self._grimp, finding.package, self._graph)
        circular = sorted(siblings.circular_imports(), key=lambda found: (found[0] not in finding.cuts, found))
        for (importer, imported), back in circular:
            returning = tuple(site for hop in hops(back) for site in self._lines_of(*siblings.first_import(hop))[:1])
            yield Violation(
                check="cycle",
                subject=importer,
                object=imported,
                detail=finding.package,
                message=f"the children of {finding.package} may not import each other in a circle",
                label=f"{importer} -> {imported}, and back: {' -> '.join(back)}",
                sites=(*self._lines_of(importer, imported), *returning),
                advice="<- cut this import" if (importer, imported) in finding.cuts else None,
            )


class _Siblings:
    """The children of a package as a graph: each stands for all modules below it."""

    def __init__(self, grimp: ImportGraph, package: str, modules: Graph) -> None:
        children = sorted(grimp.find_children(package))
        owner = dict.fromkeys(children, 0)
        for number, child in enumerate(children):
            owner.update(dict.fromkeys((child, *grimp.find_descendants(child)), number))
        self._behind: dict[tuple[int, int], list[tuple[str, str]]] = {}
        for name in sorted(owner):
            for other in modules.successors[modules.ids[name]]:
                imported = modules.names[other]
                if imported in owner and owner[imported] != owner[name]:
                    self._behind.setdefault((owner[name], owner[imported]), []).append((name, imported))
        self._graph = Graph.of(children, self._behind)

    def circular_imports(self) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
        """Each import inside a circle of children, with the children on the shortest way back."""
        graph = self._graph
        for component in graph.components():
            inside = frozenset(component)
            for node in component:
                importers = [other for other in graph.predecessors[node] if other in inside]
                for importer, way in graph.shortest_paths(node, importers, inside).items():
                    back = tuple(graph.names[step] for step in way)
                    for edge in self._behind[importer, node]:
                        yield edge, back

    def first_import(self, hop: tuple[str, str]) -> tuple[str, str]:
        """An import that makes one child import another: the first by name."""
        return self._behind[self._graph.ids[hop[0]], self._graph.ids[hop[1]]][0]
