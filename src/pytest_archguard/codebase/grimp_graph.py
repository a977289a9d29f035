"""A `grimp.ImportGraph` filled from facts already read, for what is computed by grimp's algorithms or on its graphs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

import grimp

from pytest_archguard.codebase.facts.statements import DYNAMIC, STYLE_BITS, TYPE_CHECKING, Statement
from pytest_archguard.codebase.grimp_scan import Scanned
from pytest_archguard.model import Module

StatementsOf = Callable[[Collection[Module]], Iterable[tuple[Module, "tuple[Statement, ...] | None"]]]
LinesOf = Callable[[Module, Collection[int]], Mapping[int, str]]


def fill(
    scanned: Scanned,
    statements_of: StatementsOf,
    lines_of: LinesOf,
    include_external_packages: bool,
    exclude_type_checking_imports: bool,
) -> grimp.ImportGraph:
    """The graph that `grimp.build_graph` makes of the same root packages, line numbers and lines included.

    lines_of: the text of some lines of a file. Files that cannot be parsed, on which grimp would give up, are modules
    that import nothing.
    """
    graph = grimp.ImportGraph()
    for name in (*scanned.namespaces, *scanned.modules):
        graph.add_module(name)
    known = {*scanned.namespaces, *scanned.modules}
    for module, statements in statements_of(list(scanned.modules.values())):
        found = _imports(scanned, module, statements or (), include_external_packages, exclude_type_checking_imports)
        lines = lines_of(module, [line for _, line in found]) if found else {}
        for imported, line in found:
            if imported not in known:
                known.add(imported)
                graph.add_module(imported, is_squashed=scanned.is_external(imported))
            graph.add_import(
                importer=module.name, imported=imported, line_number=line, line_contents=lines.get(line, "")
            )
    return graph


def _imports(
    scanned: Scanned, module: Module, statements: Iterable[Statement], externals: bool, without_type_checking: bool
) -> set[tuple[str, int]]:
    left_out = DYNAMIC | TYPE_CHECKING if without_type_checking else DYNAMIC
    return {
        (imported, statement[0])
        for statement in statements
        if not statement[3] & STYLE_BITS & left_out
        for imported in scanned.targets(module, statement, externals)
    }


def import_lines(
    scanned: Scanned, module: Module, statements: Iterable[Statement], externals: bool = True
) -> dict[str, list[tuple[int, int]]]:
    """Line and column of the statements behind each import of a module in such a graph, in the order of lines."""
    found: dict[str, list[tuple[int, int]]] = {}
    for statement in statements:
        if not statement[3] & DYNAMIC:
            for imported in dict.fromkeys(scanned.targets(module, statement, externals)):
                found.setdefault(imported, []).append((statement[0], statement[1]))
    return found
