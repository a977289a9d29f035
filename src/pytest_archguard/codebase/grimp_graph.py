"""A `grimp.ImportGraph` filled from facts already read, for what is computed by grimp's algorithms or on its graphs."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Collection, Iterable

import grimp

from pytest_archguard.codebase.decode import DecodeError, decode
from pytest_archguard.codebase.facts.statements import DYNAMIC, STYLE_BITS, TYPE_CHECKING, Statement
from pytest_archguard.codebase.grimp_scan import Scanned
from pytest_archguard.model import Module

StatementsOf = Callable[[Collection[Module]], Iterable[tuple[Module, "tuple[Statement, ...] | None"]]]

# What Rust's `trim` takes off a line; Python's `strip` takes four control characters more.
_WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f"
    "\u205f\u3000"
)


def fill(
    scanned: Scanned,
    statements_of: StatementsOf,
    data_of: Callable[[Module], bytes | None],
    include_external_packages: bool,
    exclude_type_checking_imports: bool,
) -> grimp.ImportGraph:
    """The graph that `grimp.build_graph` makes of the same root packages, line numbers and lines included.

    Files that cannot be parsed, on which grimp would give up, are modules that import nothing.
    """
    graph = grimp.ImportGraph()
    for name in sorted(scanned.namespaces):
        graph.add_module(name)
    for module, statements in statements_of(list(scanned.modules.values())):
        graph.add_module(module.name)
        found = _imports(scanned, module, statements or (), include_external_packages, exclude_type_checking_imports)
        lines = _lines(module, data_of) if found else []
        for imported, line in sorted(found):
            graph.add_module(imported, is_squashed=scanned.is_external(imported))
            graph.add_import(
                importer=module.name,
                imported=imported,
                line_number=line,
                line_contents=lines[line - 1].strip(_WHITE_SPACE) if line <= len(lines) else "",
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


def _lines(module: Module, data_of: Callable[[Module], bytes | None]) -> list[str]:
    data = data_of(module)
    if data is None:
        return []
    try:
        text = decode(data)
    except DecodeError:  # changed since it was read
        return []
    # grimp leaves the mark in the first line.
    return ("\ufeff" + text if data.startswith(codecs.BOM_UTF8) else text).split("\n")
