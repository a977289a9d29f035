"""Layer and forbidden verdicts on random graphs, held against grimp's own algorithms and a naive search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import grimp
from hypothesis import given
from hypothesis import strategies as st

from pytest_archguard.codebase.graph import Graph
from pytest_archguard.config.options import Context, read_table
from pytest_archguard.config.selectors import Selector
from pytest_archguard.model import Module, Site
from pytest_archguard.rules.forbidden import Forbidden
from pytest_archguard.rules.independence import Independence
from pytest_archguard.rules.layers import Layers

TOPS = ("a", "b", "c", "d", "u", "v")
NAMES = tuple(sorted(("r", *(f"r.{top}" for top in TOPS), *(f"r.{top}.{low}" for top in TOPS for low in "xy"))))
Edges = set[tuple[str, str]]

edges = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=14)


class GraphCodebase:
    """As much of a code base as import rules ask for, made from edges."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.names = NAMES
        self.all_names = frozenset(NAMES)
        self.modules = {name: Module(name, f"{name}.py") for name in NAMES}
        ids = {name: number for number, name in enumerate(NAMES)}
        self._graph = Graph.of(NAMES, {(ids[a], ids[b]) for a, b in pairs})

    def graph(self, styles: object) -> Graph:
        return self._graph

    def select(self, selectors: Iterable[Selector]) -> frozenset[str]:
        return frozenset().union(*(selector.select(NAMES) for selector in selectors))

    select_all = select

    def select_below(self, head: str) -> frozenset[str]:
        return Selector.parse(head).select(NAMES)

    def externals_matching(self, selector: Selector, styles: object) -> tuple[()]:
        return ()

    def lines_of(self, importer: str, imported: str, styles: object) -> tuple[Site, ...]:
        return (Site(f"{importer}.py", 1),)


def kind(cls: Any, **table: Any) -> Any:
    context = Context()
    made = read_table(cls, table, "test", context)
    assert not context.problems
    return made


def grimp_graph(pairs: Edges) -> grimp.ImportGraph:
    graph = grimp.ImportGraph()
    for name in NAMES:
        graph.add_module(name)
    for importer, imported in pairs:
        graph.add_import(importer=importer, imported=imported)
    return graph


def package_of(name: str, among: Iterable[str]) -> str | None:
    return next((package for package in among if name == package or name.startswith(f"{package}.")), None)


@given(edges, st.permutations(("r.a", "r.b", "r.c", "r.d")), st.booleans(), st.booleans())
def test_layers_give_grimps_verdict_and_its_pairs(
    pairs: Edges, order: list[str], independent: bool, closed: bool
) -> None:
    high, middle, *low = order
    joined = (" | " if independent else " : ").join(low)
    rule = kind(Layers, layers=[high, middle, joined], closed=[middle] if closed else [])
    ours = {(package_of(v.subject, order), package_of(v.chain[-1], order)) for v in rule.check(GraphCodebase(pairs))}
    layers = [grimp.Layer(high), grimp.Layer(middle, closed=closed), grimp.Layer(*low, independent=independent)]
    theirs = grimp_graph(pairs).find_illegal_dependencies_for_layers(layers)
    assert ours == {(dependency.importer, dependency.imported) for dependency in theirs}


@given(edges, st.booleans())
def test_cutting_every_listed_import_keeps_the_layers(pairs: Edges, closed: bool) -> None:
    rule = kind(Layers, layers=["r.a", "r.b", "r.c | r.d"], closed=["r.b"] if closed else [])
    listed = {(v.subject, v.object) for v in rule.check(GraphCodebase(pairs))}
    assert listed <= pairs
    assert not list(rule.check(GraphCodebase(pairs - listed)))


@given(edges, st.data())
def test_a_fix_only_shrinks_the_violations_of_layers(pairs: Edges, data: st.DataObject) -> None:
    rule = kind(Layers, layers=["r.a", "r.b", "r.c | r.d"])
    before = {v.key for v in rule.check(GraphCodebase(pairs))}
    if pairs:
        fixed = data.draw(st.sampled_from(sorted(pairs)))
        assert {v.key for v in rule.check(GraphCodebase(pairs - {fixed}))} <= before


@given(edges)
def test_forbidden_lists_exactly_the_imports_that_leave_towards_the_target(pairs: Edges) -> None:
    rule = kind(Forbidden, **{"from": ["r.a", "r.b"], "to": ["r.c"]})
    codebase = GraphCodebase(pairs)
    subject = codebase.select(rule.from_)
    target = codebase.select(rule.to)
    leads = {
        name
        for name in NAMES
        if name not in subject and _reaches(name, target, {pair for pair in pairs if pair[0] not in subject})
    }
    expected = {(a, b) for a, b in pairs if a in subject and b not in subject and (b in target or b in leads)}
    assert {(v.subject, v.object) for v in rule.check(codebase)} == expected


@given(edges)
def test_chains_are_as_short_as_grimps_shortest(pairs: Edges) -> None:
    rule = kind(Forbidden, **{"from": ["=r.a"], "to": ["=r.c"]})
    found = [v.chain for v in rule.check(GraphCodebase(pairs))]
    shortest = grimp_graph(pairs).find_shortest_chain("r.a", "r.c")
    assert min(map(len, found), default=None) == (len(shortest) if shortest else None)


@given(edges)
def test_independence_has_the_verdict_of_a_naive_search(pairs: Edges) -> None:
    rule = kind(Independence, modules=["r.a", "r.b", "r.c"])
    members = [Selector.parse(name).select(NAMES) for name in ("r.a", "r.b", "r.c")]
    connected = any(
        _reaches(start, other, pairs) for one in members for other in members if one is not other for start in one
    )
    assert bool(list(rule.check(GraphCodebase(pairs)))) == connected


def _reaches(start: str, goals: frozenset[str], pairs: Edges) -> bool:
    seen, stack = {start}, [start]
    while stack:
        node = stack.pop()
        if node in goals:
            return True
        following = {b for a, b in pairs if a == node} - seen
        seen |= following
        stack += following
    return False
