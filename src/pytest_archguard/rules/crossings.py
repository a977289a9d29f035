"""Imports that leave a set of modules towards a target, directly or by way of others.

`x -> y` leaves the subject towards the target when x is in the subject and y is in the target, or y is outside the
subject and leads to the target. These imports are what has to go: as long as one is there the rule is broken, and a
fix only ever shrinks their set. One reverse search per target finds them all; the chain shown is a shortest one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import Expression, Selector
from pytest_archguard.model import Site, Violation

Style = Literal["top", "function", "type_checking", "dynamic"]
Styles = tuple[Style, ...]

ALL_STYLES: Styles = get_args(Style)
RUNNING_OR_TYPING: Styles = ("top", "function", "type_checking")

STYLES_DOC = (
    "Which imports count: `top` (module level), `function` (inside a function body), `type_checking` (under "
    "`if TYPE_CHECKING`), `dynamic` (`import_module` with a literal)."
)
DIRECT_ONLY_DOC = "Judge direct imports only; by default chains by way of other modules count as well."


def styles_option(default: Styles = RUNNING_OR_TYPING) -> Styles:
    """The option `styles`, which every import rule takes."""
    styles: Styles = option(STYLES_DOC, default=default)
    return styles


def counted(styles: Styles, direct_only: bool = False) -> str:
    """The part of a rule's sentence that says which imports were counted."""
    kinds = {"top": "top-level", "function": "function-level", "type_checking": "type-checking", "dynamic": "dynamic"}
    listed = [kinds[style] for style in styles]
    text = " and ".join([", ".join(listed[:-1]), listed[-1]]) if len(listed) > 1 else listed[0]
    return f"({'direct ' if direct_only else ''}{text} imports count)"


@dataclass(frozen=True, slots=True)
class Target:
    """What may not be reached: modules of the code base, or a package that is not part of it.

    text: as the rule names it; part of a violation's identity.
    """

    text: str
    modules: frozenset[str]
    external: Selector | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """One import that leaves the subject, with a shortest chain to the target."""

    chain: tuple[str, ...]
    target: Target

    @property
    def importer(self) -> str:
        """The module in the subject: the place to fix."""
        return self.chain[0]

    @property
    def imported(self) -> str:
        """What it imports: in the target, or on the way to it."""
        return self.chain[1]


def resolve_target(codebase: Codebase, selector: Selector) -> Target:
    """A selector as a target: the modules it selects, and the packages outside the code base that it names.

    A group may hold both; a name is outside when it selects no module.
    """
    outside = tuple(e for e in selector.expressions if not e.has_wildcard and not _selects(codebase, e))
    external = Selector(selector.text, outside) if outside else None
    return Target(selector.text, codebase.select_all((selector,)), external)


def _selects(codebase: Codebase, expression: Expression) -> bool:
    return bool(codebase.select_all((Selector(expression.name, (expression,)),)))


class Routes:
    """All ways to one target, found by one reverse search, for any number of subjects.

    through: the modules a chain may pass, which are in no subject and not in the target; None: direct imports only.
    """

    def __init__(self, codebase: Codebase, styles: Styles, target: Target, through: frozenset[str] | None) -> None:
        self._graph = graph = codebase.graph(styles)
        self._target = target
        self._goals = {graph.ids[name] for name in target.modules}
        importers = external_importers(codebase, target.external, styles)
        self._ends = {graph.ids[importer]: tuple(sorted(found)) for importer, found in importers.items()}
        self._step: dict[int, int] = {}
        if through is not None:
            passable = {graph.ids[name] for name in through}
            self._step = graph.leading_to(self._goals | set(self._ends), passable)
            self._step.update((end, end) for end in self._ends if end in passable)

    def leaving(self, subject: frozenset[str]) -> list[Crossing]:
        """The imports that leave `subject` towards the target, sorted."""
        names = self._graph.names
        found = []
        for importer in sorted(self._graph.ids[name] for name in subject - self._target.modules):
            ends = self._ends.get(importer, ())
            found += [Crossing((names[importer], external), self._target) for external in ends]
            for imported in self._graph.successors[importer]:
                if imported in self._goals or imported in self._step:
                    chain = (names[importer], *self._way_from(imported))
                    found.append(Crossing(chain, self._target))
        return found

    def _way_from(self, node: int) -> list[str]:
        way = [node]
        while way[-1] not in self._goals and way[-1] not in self._ends:
            way.append(self._step[way[-1]])
        names = [self._graph.names[number] for number in way]
        return names if way[-1] in self._goals else [*names, self._ends[way[-1]][0]]


def external_importers(codebase: Codebase, selector: Selector | None, styles: Styles) -> dict[str, set[str]]:
    """The modules that import an external package or subpackage, each with what it imports of it."""
    found: dict[str, set[str]] = {}
    if selector is not None:
        for importer, imported in codebase.externals_matching(selector, styles):
            found.setdefault(importer, set()).add(imported)
    return found


def violations(
    codebase: Codebase, styles: Styles, found: Iterable[Crossing], check: str, message: str
) -> list[Violation]:
    """One violation a crossing, with its lines and, for chains, the import that is best cut."""
    listed = list(found)
    weight = Counter(hop for crossing in listed for hop in hops(crossing.chain))
    return [
        Violation(
            check=check,
            subject=crossing.importer,
            object=crossing.imported,
            detail=crossing.target.text,
            message=message,
            chain=crossing.chain,
            sites=chain_sites(codebase, crossing.chain, styles),
            advice=cut_advice(crossing.chain, weight),
        )
        for crossing in listed
    ]


def chain_sites(codebase: Codebase, chain: Sequence[str], styles: Styles) -> tuple[Site, ...]:
    """For one import all its lines; for a chain the first line of each hop."""
    steps = list(hops(chain))
    if len(steps) == 1:
        return codebase.lines_of(*steps[0], styles)
    return tuple(codebase.lines_of(importer, imported, styles)[0] for importer, imported in steps)


def hops(chain: Sequence[str]) -> Iterable[tuple[str, str]]:
    """The imports a chain consists of."""
    return pairwise(chain)


_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def cut_advice(chain: Sequence[str], weight: Counter[tuple[str, str]]) -> str | None:
    """The hop that most of the shown chains share is the cheapest to cut; among equals the one nearest the target."""
    steps = list(hops(chain))
    if len(steps) < 2:
        return None
    best = max(range(len(steps)), key=lambda i: (weight[steps[i]], i))
    if best == len(steps) - 1 and best > 1:
        return "<- cut the last import"
    return f"<- cut the {_ORDINALS[best]} import" if best < len(_ORDINALS) else f"<- cut import {best + 1}"
