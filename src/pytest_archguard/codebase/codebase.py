"""The code base as rules see it: modules, their facts, their imports, and the source lines to show."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pytest_archguard.codebase.cache import FactCache
from pytest_archguard.codebase.edges import Edges, edges_of
from pytest_archguard.codebase.externals import Externals
from pytest_archguard.codebase.extract import read_file
from pytest_archguard.codebase.fact_store import FactStore
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.import_lines import IMPORT_LINES
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.codebase.facts.statements import STYLE_BIT, Statement
from pytest_archguard.codebase.graph import Graph
from pytest_archguard.codebase.layout import Layout
from pytest_archguard.codebase.outside_imports import OutsideImports
from pytest_archguard.codebase.parse import Unreadable
from pytest_archguard.codebase.project_files import project_files
from pytest_archguard.codebase.reading import Progress, read_all, read_more
from pytest_archguard.codebase.resolve import Import, Resolver
from pytest_archguard.codebase.sites import SourceLines
from pytest_archguard.config.selectors import Selector
from pytest_archguard.config.toml import tolerant
from pytest_archguard.model import Module, Site

if TYPE_CHECKING:
    from grimp import ImportGraph

    from pytest_archguard.codebase.grimp_view import GrimpView

Read = Callable[[Module], "bytes | Unreadable"]


class Codebase:
    """All modules of a project, read once.

    modules: judged, by name, sorted. tests: importers that are never judged. layout: how files became modules.
    unreadable: the files no fact is known about, and the folders that cannot be listed, sorted by path.
    """

    def __init__(
        self,
        layout: Layout,
        read: Read,
        facts: FactStore,
        faults: Iterable[Unreadable],
        cache: FactCache | None = None,
    ) -> None:
        """read: the bytes of a file. facts: of all files but those of `faults`. cache: keeps resolved imports."""
        self.layout = layout
        self.root = layout.root
        self.modules: Mapping[str, Module] = MappingProxyType({m.name: m for m in layout.modules})
        self.tests: Mapping[str, Module] = MappingProxyType({m.name: m for m in layout.test_modules})
        folders = (Unreadable(f.path, "", 1, 1, f.reason) for f in layout.unreadable)
        self.unreadable: tuple[Unreadable, ...] = tuple(sorted({*faults, *folders}))
        self.names: tuple[str, ...] = tuple(self.modules)
        self._all = {**self.modules, **self.tests}
        self._read = read
        self._facts = facts
        self._cache = cache or FactCache(None)
        self._faulty = {fault.path for fault in self.unreadable}
        self._graphs: dict[int, Graph] = {}
        self._resolved: dict[str, tuple[Import, ...]] = {}
        self._places: dict[str, Mapping[str, Sequence[tuple[str, int, int]]]] = {}
        self._lines = SourceLines(self.data)
        outside = [m.name for m in layout.outside]
        self.resolver = Resolver(self._all, layout.namespaces, outside)
        self._outside_imports = OutsideImports(
            self._all.values(), self.resolver, self._statements, self._modules_mentioning
        )
        self.externals = Externals(self.external_names_of, lambda: self.external_names, outside, lambda: self.pyproject)

    @property
    def note(self) -> str:
        """What people should know about the cache, though no rule depends on it; usually empty."""
        return self._cache.note

    # Names

    @property
    def node_names(self) -> tuple[str, ...]:
        """All that can be imported from inside: modules, test modules and namespace packages, sorted."""
        return self.resolver.names

    @cached_property
    def all_names(self) -> frozenset[str]:
        """The same as a set."""
        return frozenset(self.resolver.names)

    @cached_property
    def top_level(self) -> frozenset[str]:
        """The first parts of all names in the code base."""
        return frozenset(name.partition(".")[0] for name in self.resolver.names)

    def select(self, selectors: Iterable[Selector]) -> frozenset[str]:
        """The judged modules that any of the selectors selects."""
        return frozenset().union(*(selector.select(self.names) for selector in selectors))

    def select_all(self, selectors: Iterable[Selector]) -> frozenset[str]:
        """The same over test modules and namespace packages as well: what may be imported."""
        return frozenset().union(*(selector.select(self.resolver.names) for selector in selectors))

    def select_below(self, name: str) -> frozenset[str]:
        """The judged module of this name and those below it."""
        first, end = bisect_left(self.names, f"{name}."), bisect_left(self.names, f"{name}/")
        own = (name,) if name in self.modules else ()
        return frozenset((*own, *self.names[first:end]))

    def children(self, package: str) -> tuple[str, ...]:
        """The names directly in a package that are or hold judged modules, sorted; of "" the top-level names."""
        start = f"{package}." if package else ""
        inside = (name[len(start) :].partition(".")[0] for name in self.names if name.startswith(start))
        return tuple(sorted({start + name for name in inside}))

    def module(self, name: str) -> Module:
        """A judged or a test module by name; raises KeyError."""
        return self._all[name]

    # Facts

    def fact(self, module_name: str, fact: Fact) -> Any:
        """The data an extractor made of the module's file; None when the file could not be read."""
        path = self._all[module_name].path
        return None if path in self._faulty else self._facts.get(path, fact)

    def facts_of(self, modules: Collection[Module], fact: Fact, *along: Fact) -> Iterator[tuple[Module, Any]]:
        """The data for any files, those outside the code base included: those not read yet are read now.

        along: what will be asked of the same files next, so that they are parsed once.
        """
        missing = [m for m in modules if m.path not in self._faulty and not self._facts.has(m.path, fact)]
        self._faulty.update(read_more(self._read, missing, (fact, *along), self._facts, self._cache))
        for module in modules:
            yield module, None if module.path in self._faulty else self._facts.get(module.path, fact)

    # Imports

    def imports_of(self, module_name: str) -> tuple[Import, ...]:
        """The resolved imports of a judged or test module, in the order of their lines."""
        if module_name not in self._resolved:
            module = self._all[module_name]
            self._resolved[module_name] = self.resolver.imports(module, self._statements(module_name))
        return self._resolved[module_name]

    @cached_property
    def edges(self) -> Edges:
        """Who imports whom, as indices into `node_names`, with the bits of the styles (`facts.statements`)."""
        modules = list(self._all.values())
        contents = [self._facts.digest(module.path) for module in modules]
        return edges_of(self.resolver, modules, contents, self._statements, self._cache)

    def graph(self, styles: Iterable[str]) -> Graph:
        """The imports of these styles between all nodes."""
        mask = sum({STYLE_BIT[style] for style in styles})
        if mask not in self._graphs:
            self._graphs[mask] = self.edges.graph(self.node_names, mask)
        return self._graphs[mask]

    def whole_grimp_graph(self) -> ImportGraph:
        """A `grimp.ImportGraph` of all nodes with every import between them, type-checking ones included.

        Unlike grimp's own scan it holds folders without `__init__.py` and top-level modules.
        """
        import grimp

        made = grimp.ImportGraph()
        for name in self.node_names:
            made.add_module(name)
        for importer in self._all:
            for found in self.imports_of(importer):
                if found.imported is not None and found.style != "dynamic":
                    source = self.site(importer, found.line).source
                    made.add_import(
                        importer=importer, imported=found.imported, line_number=found.line, line_contents=source
                    )
        return made

    @property
    def import_count(self) -> int:
        """How many import statements were examined."""
        return self.edges.statement_count

    @property
    def external_names(self) -> frozenset[str]:
        """See `OutsideImports.names`."""
        return self._outside_imports.names

    def external_names_of(self, top: str) -> frozenset[str]:
        """See `OutsideImports.names_of`."""
        return self._outside_imports.names_of(top)

    def externals_matching(self, selector: Selector, styles: Collection[str]) -> Iterator[tuple[str, str]]:
        """See `OutsideImports.matching`."""
        return self._outside_imports.matching(selector, styles)

    def lines_of(self, importer: str, imported: str, styles: Collection[str]) -> tuple[Site, ...]:
        """The import statements behind an edge or behind an import of an external name, in the order of lines."""
        places = self._places_of(importer).get(imported, ())
        found = {(line, column) for style, line, column in places if style in styles}
        return tuple(self.site(importer, line, column) for line, column in sorted(found))

    def _places_of(self, importer: str) -> Mapping[str, Sequence[tuple[str, int, int]]]:
        """Where a module imports each name, so that asking for one of many edges does not look at all statements."""
        if importer not in self._places:
            found: dict[str, list[tuple[str, int, int]]] = {}
            for each in self.imports_of(importer):
                names = {each.imported, *each.targets} if each.imported else set(each.targets)
                for name in names:
                    found.setdefault(name or "", []).append((each.style, each.line, each.column))
            self._places[importer] = found
        return self._places[importer]

    def _statements(self, name: str) -> Sequence[Statement]:
        statements: Sequence[Statement] | None = self.fact(name, IMPORTS)
        return statements or ()

    def _modules_mentioning(self, word: str) -> Iterator[Module]:
        return self._facts.mentioning(self._all.values(), IMPORTS, word)

    # grimp's view

    @cached_property
    def _grimp(self) -> GrimpView:
        from pytest_archguard.codebase.grimp_view import GrimpView  # few projects have contracts that need it

        facts = self._facts
        return GrimpView(
            self.layout,
            lambda modules: self.facts_of(modules, IMPORTS),
            lambda module: facts.get(module.path, IMPORT_LINES) if facts.has(module.path, IMPORT_LINES) else None,
            lambda module: self.data(module.path),
        )

    def grimp_graph(
        self,
        root_packages: Sequence[str],
        include_external_packages: bool = False,
        exclude_type_checking_imports: bool = False,
    ) -> ImportGraph:
        """See `GrimpView.graph`."""
        return self._grimp.graph(root_packages, include_external_packages, exclude_type_checking_imports)

    def import_sites(self, importer: str, imported: str, externals_squashed: bool = True) -> tuple[Site, ...]:
        """The statements behind an import in one of the graphs that `grimp_graph` made, in the order of lines."""
        places = self._grimp.places(importer, imported, externals_squashed)
        return tuple(self.site_in(path, line, column) for path, line, column in places)

    # Places

    def site(self, module_name: str, line: int, column: int = 1) -> Site:
        """A place in a judged or test module, with its source line."""
        return self._lines.site(self._all[module_name].path, line, column)

    def site_in(self, path: str, line: int, column: int = 1) -> Site:
        """A place in any file below the folder of the rules file, with its source line."""
        return self._lines.site(path, line, column)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The paths of all files below the folder of the rules file, of any type, listed once for all rules."""
        return project_files(self.root)

    def data(self, path: str) -> bytes | None:
        """The contents of any file below the folder of the rules file; None when it cannot be read."""
        data = self._read(Module("", path))
        return None if isinstance(data, Unreadable) else data

    @cached_property
    def pyproject(self) -> Mapping[str, Any]:
        """What `pyproject.toml` in the folder of the rules file holds; empty where there is none that is TOML."""
        return tolerant(self.data("pyproject.toml") or b"")


def read_codebase(
    layout: Layout, facts: Iterable[Fact], progress: Progress | None = None, cache: FactCache | None = None
) -> Codebase:
    """Reads all judged and test modules of a layout and extracts these facts; imports are always read.

    progress: called with the number of files done and of all. cache: where facts are kept between runs; None: nowhere.
    Nothing of the project is imported.
    """

    def read(module: Module) -> bytes | Unreadable:
        return read_file(layout.root, module)

    modules = [*layout.modules, *layout.test_modules]
    cache = cache or FactCache(None)
    store, faults = read_all(layout.root, modules, frozenset(facts) | {IMPORTS}, cache, progress)
    return Codebase(layout, read, store, faults, cache)
