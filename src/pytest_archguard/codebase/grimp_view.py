"""The code base as grimp sees it: its graphs of some root packages, and the lines behind their imports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING

from pytest_archguard.codebase.decode import DecodeError, decode
from pytest_archguard.codebase.facts.import_lines import lines_at
from pytest_archguard.codebase.grimp_scan import Scanned, scan_roots
from pytest_archguard.codebase.layout import Layout
from pytest_archguard.model import Module

if TYPE_CHECKING:
    from grimp import ImportGraph

    from pytest_archguard.codebase.grimp_graph import StatementsOf

Lines = dict[str, list[tuple[int, int]]]


class GrimpView:
    """Keeps each graph and each module's lines once they were asked for."""

    def __init__(
        self,
        layout: Layout,
        statements_of: StatementsOf,
        kept_lines: Callable[[Module], Mapping[int, str] | None],
        data_of: Callable[[Module], bytes | None],
    ) -> None:
        """statements_of: the imports written in some modules. kept_lines: the text of their lines, where a rule asked
        for the fact. data_of: the bytes of a module's file."""
        self._layout = layout
        self._statements_of = statements_of
        self._kept_lines = kept_lines
        self._data_of = data_of
        self._scans: dict[tuple[str, ...], Scanned] = {}
        self._graphs: dict[tuple[tuple[str, ...], bool, bool], ImportGraph] = {}
        self._lines: dict[tuple[tuple[str, ...], str, bool], Lines] = {}

    def graph(self, root_packages: Sequence[str], externals: bool, without_type_checking: bool) -> ImportGraph:
        """What `grimp.build_graph` makes of these packages, wherever they are under the source roots; a copy of its
        own each time, so that callers may change it. Raises RuleError for a package that does not exist."""
        from pytest_archguard.codebase.grimp_graph import fill  # grimp is loaded only if something needs it

        scanned = self._scanned(root_packages)
        key = (scanned.roots, externals, without_type_checking)
        if key not in self._graphs:
            self._graphs[key] = fill(scanned, self._statements_of, self._text_of, externals, without_type_checking)
        return deepcopy(self._graphs[key])

    def places(self, importer: str, imported: str, externals: bool) -> list[tuple[str, int, int]]:
        """Path, line and column of the statements behind an import in one of the graphs, in the order of lines."""
        for scanned in reversed(self._scans.values()):
            module = scanned.modules.get(importer)
            found = self._lines_of(scanned, module, externals).get(imported) if module is not None else None
            if module is not None and found:
                return [(module.path, line, column) for line, column in found]
        return []

    def _lines_of(self, scanned: Scanned, module: Module, externals: bool) -> Lines:
        from pytest_archguard.codebase.grimp_graph import import_lines

        key = (scanned.roots, module.name, externals)
        if key not in self._lines:
            ((_, statements),) = self._statements_of([module])
            self._lines[key] = import_lines(scanned, module, statements or (), externals)
        return self._lines[key]

    def _text_of(self, module: Module, numbers: Collection[int]) -> Mapping[int, str]:
        kept = self._kept_lines(module)
        if kept is not None:
            return kept
        data = self._data_of(module)
        try:
            return {} if data is None else lines_at(data, decode(data), numbers)
        except DecodeError:  # changed since it was read
            return {}

    def _scanned(self, root_packages: Sequence[str]) -> Scanned:
        roots = tuple(sorted(set(root_packages)))
        if roots not in self._scans:
            self._scans[roots] = scan_roots(self._layout.folders, self._layout.source_roots, roots)
        return self._scans[roots]
