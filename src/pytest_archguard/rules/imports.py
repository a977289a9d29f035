"""`imports`: which import statements a module may hold."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.bindings import BINDINGS, Bindings
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.codebase.resolve import Import
from pytest_archguard.config.nearest import nearest
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import EVERYTHING, Selectors
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Site, Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.crossings import ALL_STYLES, STYLES_DOC, Styles
from pytest_archguard.rules.import_targets import ImportTarget, meanings

Trait = Literal["guarded", "star", "relative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """Import statements of some kind, or of some targets, may not stand in these modules.

    Statements are judged one by one: no chain, no graph. `forbid` names what may not be imported, `only` what alone
    may be; with neither, every statement of the styles and traits counts: function-level imports, star imports.
    `max_per_module` allows some. A symbol is `module:name`: `app.db:SessionLocal` objects to
    `from app.db import SessionLocal`, whatever it is called afterwards. All statements of one module that import the
    same target are one violation with a line each, so that splitting or sorting imports changes nothing.
    """

    kind: ClassVar[str] = "imports"

    modules: Selectors = option("The importers that are judged.", default=(EVERYTHING,))
    forbid: tuple[ImportTarget, ...] = option(
        "What may not be imported: modules, external packages and subpackages, `module:symbol`.", default=()
    )
    only: tuple[ImportTarget, ...] | None = option(
        "What alone may be imported; an empty array means nothing. The standard library is allowed unless `stdlib` is "
        "false."
    )
    stdlib: bool = option("With `only`: whether the standard library may be imported as well.", default=True)
    styles: Styles = option(STYLES_DOC, default=ALL_STYLES)
    traits: tuple[Trait, ...] = option(
        "Only statements with one of these count: `guarded` (in a `try` that catches ImportError or wider), `star`, "
        "`relative`.",
        default=(),
    )
    max_per_module: int | None = option("How many such statements a module may hold.", minimum=0)

    def __post_init__(self) -> None:
        if self.forbid and self.only is not None:
            raise ValueError('"forbid" and "only" contradict each other: use two rules')
        everything = not self.forbid and self.only is None and not self.traits and self.styles == ALL_STYLES
        if everything and self.max_per_module is None:
            raise ValueError('this forbids every import: give "forbid", "only", "styles", "traits" or "max_per_module"')

    def needs(self) -> frozenset[Fact]:
        """The imports, and for symbols of our own modules what these define."""
        symbols = any(target.symbol for target in (*self.forbid, *(self.only or ())))
        return frozenset({IMPORTS, BINDINGS}) if symbols else frozenset({IMPORTS})

    def claims(self) -> Iterable[Claim]:
        """The importers must exist, and every target must be one that can be imported."""
        yield from (Claim("modules", selector) for selector in self.modules)
        yield from (Claim("forbid", target.selector, "targets") for target in self.forbid)
        yield from (Claim("only", target.selector, "targets") for target in self.only or ())

    def sentence(self) -> str:
        """What may not be imported by whom."""
        limit = "" if self.max_per_module is None else f" {_more_than(self.max_per_module)}"
        if EVERYTHING in self.modules:
            return f"no module may {self._what()}{limit}"
        return f"{', '.join(s.text for s in self.modules)} may not {self._what()}{limit}"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation a module and target, or one a module that holds too many."""
        if problems := list(self._unknown_symbols(codebase)):
            raise RuleError("\n".join(problems))
        for name in sorted(codebase.select(self.modules)):
            found: dict[str, set[tuple[int, int]]] = {}
            for each in codebase.imports_of(name):
                target = self._objection(each)
                if target is not None:
                    found.setdefault(target, set()).add((each.line, each.column))
            if self.max_per_module is None:
                yield from self._each(codebase, name, found)
            else:
                yield from self._too_many(codebase, name, found, self.max_per_module)

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The importers."""
        return {"modules": len(codebase.select(self.modules))}

    def _objection(self, found: Import) -> str | None:
        """The target this statement should not import, as reports name it."""
        if found.style not in self.styles or (self.traits and found.traits.isdisjoint(self.traits)):
            return None
        if self.forbid:
            return next((name for target in self.forbid if (name := target.matched(found))), None)
        name = next(meanings(found), found.module)
        if self.only is None:
            return name
        if self.stdlib and found.external and found.external.partition(".")[0] in sys.stdlib_module_names:
            return None
        return None if self._is_allowed(found) else name

    def _is_allowed(self, found: Import) -> bool:
        for target in self.only or ():
            if target.symbol is None:
                if target.matched(found):
                    return True
            elif found.names and target.selector.matches(found.module):
                patterns = [t for t in self.only or () if t.symbol and t.selector.matches(found.module)]
                if all(any(_alone(p, found, name) for p in patterns) for name, _ in found.names):
                    return True
        return False

    def _each(self, codebase: Codebase, name: str, found: Mapping[str, set[tuple[int, int]]]) -> Iterator[Violation]:
        for target, places in sorted(found.items()):
            yield Violation(
                check="import",
                subject=name,
                object=target,
                message=f"{self._who(name)} may not {self._what()}",
                label=f"{name} imports {target}",
                sites=_sites(codebase, name, places),
            )

    def _too_many(
        self, codebase: Codebase, name: str, found: Mapping[str, set[tuple[int, int]]], limit: int
    ) -> Iterator[Violation]:
        places: set[tuple[int, int]] = set().union(*found.values())
        if len(places) > limit:
            yield Violation(
                check="max_per_module",
                subject=name,
                message=f"a module may not {self._what()} {_more_than(limit)}",
                sites=_sites(codebase, name, places),
                value=len(places),
                limit=limit,
            )

    def _who(self, name: str) -> str:
        return next((s.text for s in self.modules if s != EVERYTHING and s.matches(name)), "a module")

    def _what(self) -> str:
        if self.forbid:
            what = f"import {', '.join(target.text for target in self.forbid)}"
        elif self.only is not None:
            allowed = [target.text for target in self.only] + (["the standard library"] if self.stdlib else [])
            what = f"import anything but {', '.join(allowed)}" if allowed else "import anything"
        else:
            what = "import"
        traits = {"guarded": "behind `except ImportError`", "star": "with a star", "relative": "relatively"}
        ways = [traits[trait] for trait in self.traits]
        if self.styles != ALL_STYLES:
            places = {
                "top": "at the top level",
                "function": "inside functions",
                "type_checking": "under TYPE_CHECKING",
                "dynamic": "dynamically",
            }
            ways.insert(0, " or ".join(places[style] for style in self.styles))
        return " ".join([what, *ways])

    def _unknown_symbols(self, codebase: Codebase) -> Iterator[str]:
        for target in (*self.forbid, *(self.only or ())):
            if target.symbol is None or set("*?") & set(target.symbol):
                continue
            modules = sorted(codebase.select((target.selector,)))
            names: set[str] = set()
            for module in modules:
                fact = codebase.fact(module, BINDINGS)
                bindings = None if fact is None else Bindings(*fact)
                if bindings is None or bindings.open or bindings.stars or target.symbol in bindings.names:
                    break  # it is there, or may be
                names.update(bindings.names)
            else:
                if modules:
                    close = nearest(target.symbol, names)
                    hint = f"; the nearest: {', '.join(close)}" if close else ""
                    yield f'"{target.text}": {target.selector} has no {target.symbol}{hint}'


def _more_than(limit: int) -> str:
    return {0: "at all", 1: "more than once"}.get(limit, f"more than {limit} times")


def _alone(target: ImportTarget, found: Import, name: str) -> bool:
    return target.matched(found._replace(names=((name, None),))) is not None


def _sites(codebase: Codebase, name: str, places: Iterable[tuple[int, int]]) -> tuple[Site, ...]:
    return tuple(codebase.site(name, line, column) for line, column in sorted(places))
