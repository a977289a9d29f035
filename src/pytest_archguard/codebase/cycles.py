"""Cycles inside a strongly connected component, and which imports to cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_archguard.codebase.graph import Graph


def shortest_cycles(graph: Graph, component: Sequence[int]) -> list[tuple[int, ...]]:
    """For every edge inside the component the shortest cycle through it, each cycle once.

    A cycle starts with its smallest node. The answer is sorted by length, then by names, so pairs come first.
    """
    inside = frozenset(component)
    inner = {node: [n for n in graph.successors[node] if n in inside] for node in component}
    if all(len(following) == 1 for following in inner.values()):
        return [tuple(_only_cycle(inner, component[0]))]
    found = set()
    for node in component:
        importers = [n for n in graph.predecessors[node] if n in inside]
        for path in graph.shortest_paths(node, importers, inside).values():
            found.add(_from_smallest(path))
    return sorted(found, key=lambda cycle: (len(cycle), cycle))


def cheapest_cuts(graph: Graph, component: Sequence[int]) -> list[tuple[str, str]]:
    """The imports grimp's `nominate_cycle_breakers` names: without them the component has no cycle. Sorted."""
    from grimp import ImportGraph

    # grimp nominates among the children of a package, so the nodes become children of one, whatever their names.
    nominating = ImportGraph()
    nominating.add_module("component")
    nominating.add_module("component")
    for node in component:
        nominating.add_module(f"component.n{node}")
    inside = frozenset(component)
    for node in component:
        for following in graph.successors[node]:
            if following in inside:
                nominating.add_import(importer=f"component.n{node}", imported=f"component.n{following}")
    breakers = nominating.nominate_cycle_breakers("component")
    return sorted((graph.names[_number(importer)], graph.names[_number(imported)]) for importer, imported in breakers)


def _number(name: str) -> int:
    return int(name.rpartition(".n")[2])


def _only_cycle(inner: dict[int, list[int]], start: int) -> Iterator[int]:
    node = start
    while True:
        yield node
        node = inner[node][0]
        if node == start:
            return


def _from_smallest(cycle: Sequence[int]) -> tuple[int, ...]:
    start = cycle.index(min(cycle))
    return (*cycle[start:], *cycle[:start])
