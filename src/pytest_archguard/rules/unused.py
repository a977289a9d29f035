"""`unused`: modules that nobody imports, and public names that nobody mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar, Literal

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.bindings import BINDINGS, Bindings
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.codebase.facts.mentions import DOTTED_STRINGS, MENTIONS
from pytest_archguard.codebase.graph import Graph
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import EVERYTHING, Selectors, named
from pytest_archguard.model import Site, Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.crossings import ALL_STYLES
from pytest_archguard.rules.entry_points import EntryPoint, entry_modules, entry_texts, mentioned


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """Modules nobody imports and that are no entry point; or public top-level classes and functions nobody names.

    Entry points are what `entry_points` selects, the scripts and entry points that `pyproject.toml` declares,
    `__main__.py` files, files with a name that no import statement can spell (`0001_initial.py`), and with
    `main_guard` modules that hold `if __name__ == "__main__"`. A package counts as imported when anything below it
    is. Modules that are imported by unused modules only are reported with the one they hang on, not by themselves.

    Symbols are compared by name alone: one that is read, imported or named in a string anywhere counts as used.
    Decorated ones, and those of modules that are entry points, are never reported.
    """

    kind: ClassVar[str] = "unused"

    of: Literal["modules", "symbols"] = option("What to look for.", default="modules")
    modules: Selectors = option("The modules that may be reported.", default=(EVERYTHING,))
    entry_points: tuple[EntryPoint, ...] = option(
        "Where the program starts: selectors, or `text:GLOB` for the modules whose name or path stands in a file "
        "(`text:docker-compose.yaml`).",
        default=(),
    )
    main_guard: bool = option('Whether `if __name__ == "__main__"` makes a module an entry point.', default=True)
    strings: bool = option(
        "Whether a module counts as imported when its dotted name stands in a string of the code (settings, task "
        "names).",
        default=False,
    )
    tests_count: bool = option("Whether being imported or named by tests alone is enough.", default=False)
    ignore: tuple[str, ...] = option("Names of symbols that are never reported; `*` is a wildcard.", default=())

    def __post_init__(self) -> None:
        if self.ignore and self.of != "symbols":
            raise ValueError('"ignore" is about symbols; use "entry_points" for modules')

    def needs(self) -> frozenset[Fact]:
        """The imports, what modules bind, and what they mention where that is asked for."""
        facts = {IMPORTS, BINDINGS}
        if self.strings:
            facts.add(DOTTED_STRINGS)
        if self.of == "symbols":
            facts.add(MENTIONS)
        return frozenset(facts)

    def claims(self) -> Iterable[Claim]:
        """The modules and the entry points must exist."""
        yield from (Claim("modules", selector) for selector in self.modules)
        yield from (Claim("entry_points", e.selector) for e in self.entry_points if e.selector is not None)

    def sentence(self) -> str:
        """What must be used."""
        names = named(self.modules)
        if self.of == "symbols":
            return f"every public class and function of {names} is named somewhere"
        return f"every module of {names} is imported or is an entry point"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation for each unused module that no other unused module imports, or for each unused symbol."""
        selected = codebase.select(self.modules)
        return self._symbols(codebase, selected) if self.of == "symbols" else self._modules(codebase, selected)

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The modules that could have been reported."""
        return {"modules": len(codebase.select(self.modules))}

    def _modules(self, codebase: Codebase, selected: frozenset[str]) -> Iterator[Violation]:
        alive = self._alive(codebase)
        graph = codebase.graph(ALL_STYLES)
        tested = {n for test in codebase.tests for n in graph.successors[graph.ids[test]]}
        dead = [n for n in codebase.names if n not in alive and n in selected and _says_something(codebase, n)]
        for root, followers in _grouped(graph, dead):
            more = f", and with it {_listed(followers)}" if followers else ""
            tests = "" if graph.ids[root] not in tested else " (imported by tests only)"
            yield Violation(
                check="module",
                subject=root,
                message="nothing imports these modules, and they are no entry points",
                label=f"{root}{tests}{more}",
                sites=tuple(Site(codebase.modules[name].path, 1) for name in (root, *followers)),
                # Each module is known by itself: without its root, a follower stands alone and is no new finding.
                parts=tuple((name, "") for name in (root, *followers)),
            )

    def _alive(self, codebase: Codebase) -> set[str]:
        """Everything that is reached from an entry point or from what is outside the judged modules."""
        graph = codebase.graph(ALL_STYLES)
        start = set(entry_modules(codebase, self.entry_points))
        if self.main_guard:
            start |= {name for name, bindings in _bindings(codebase) if bindings.main}
        if self.tests_count:
            start |= set(codebase.tests)
        if self.strings:
            texts = (codebase.fact(name, DOTTED_STRINGS) or () for name in codebase.names)
            start |= mentioned(codebase, "\n".join(text for found in texts for text in found))
        alive: set[str] = set()
        waiting = [name for name in start if name in graph.ids]
        while waiting:
            name = waiting.pop()
            if name in alive:
                continue
            alive.add(name)
            waiting += (graph.names[number] for number in graph.successors[graph.ids[name]])
            parent = name.rpartition(".")[0]  # importing a module runs the packages above it
            if parent in graph.ids:
                waiting.append(parent)
        return alive

    def _symbols(self, codebase: Codebase, selected: frozenset[str]) -> Iterator[Violation]:
        others = [*codebase.names, *(codebase.tests if self.tests_count else ())]
        used = {name for module in others for name in codebase.fact(module, MENTIONS) or ()}
        used.update(re.findall(r"[A-Za-z_]\w*", entry_texts(codebase, self.entry_points)))
        started = codebase.select(e.selector for e in self.entry_points if e.selector is not None)
        for module, bindings in _bindings(codebase):
            if module not in selected or module in started:
                continue
            for name, line in bindings.definitions:
                if name not in used and not any(fnmatchcase(name, pattern) for pattern in self.ignore):
                    yield Violation(
                        check="symbol",
                        subject=module,
                        scope=name,
                        message="nothing names these classes and functions",
                        sites=(codebase.site(module, line),),
                    )


def _bindings(codebase: Codebase) -> Iterator[tuple[str, Bindings]]:
    for name in codebase.names:
        fact = codebase.fact(name, BINDINGS)
        if fact is not None:
            yield name, Bindings(*fact)


def _says_something(codebase: Codebase, name: str) -> bool:
    """An `__init__.py` that only marks a folder as a package is no module to be used."""
    if not codebase.modules[name].is_package:
        return True
    fact = codebase.fact(name, BINDINGS)
    bindings = None if fact is None else Bindings(*fact)
    return bindings is not None and (bindings.statements > 0 or bindings.imports_only)


def _grouped(graph: Graph, dead: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The dead modules under those of them that no other dead module imports; of a circle the first by name."""
    inside = {graph.ids[name] for name in dead}
    imported = {n for node in inside for n in graph.successors[node] if n in inside and n != node}
    taken: set[int] = set()
    for node in sorted(inside - imported) + sorted(imported):
        if node in taken:
            continue
        reached = _reached(graph, node, inside - taken)
        taken |= reached
        yield graph.names[node], [graph.names[n] for n in sorted(reached - {node})]


def _reached(graph: Graph, start: int, inside: set[int]) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        for following in graph.successors[waiting.pop()]:
            if following in inside and following not in found:
                found.add(following)
                waiting.append(following)
    return found


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
