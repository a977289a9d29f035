"""`size`: ceilings that all but the largest files and functions are below."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from pytest_archguard.cli.proposals.proposal import Proposal, assign
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.complexity import COMPLEXITY, FunctionComplexity
from pytest_archguard.codebase.facts.definitions import DEFINITIONS, Definitions, FunctionSize
from pytest_archguard.codebase.facts.lines import LINES

NEEDS = frozenset({LINES, DEFINITIONS, COMPLEXITY})

_FEW = 500  # values: of fewer, the 99th percentile is one of the largest few

# Key, what it counts, steps of a ceiling, the least that anybody would call large, and the most to be called a ceiling.
_CEILINGS = (
    ("max_lines", "files", 50, 300, 2000),
    ("max_function_lines", "functions", 10, 50, 150),
    ("max_complexity", "functions", 5, 10, 30),
)


def propose_sizes(codebase: Codebase) -> Proposal:
    """A ceiling for each measure near its 99th percentile."""
    options, support = [], []
    for (key, what, step, least, most), values in zip(_CEILINGS, _measured(codebase), strict=True):
        limit = min(most, ceiling(values, step, least))
        options.append(assign(key, limit))
        held = sum(value <= limit for value in values)
        largest = f", the largest is {max(values)}" if values else ""
        support.append(f"{key}: holds for {held} of {len(values)} {what}{largest}.")
    options.append(assign("because", "what is this large is read by nobody as a whole"))
    options.append(assign("fix", "give the part that can be named alone a file or a function of its own"))
    return Proposal("size", "sizes", (assign("modules", ["**"]), *options), tuple(support))


def ceiling(values: Sequence[int], step: int, least: int) -> int:
    """The 99th percentile rounded up to a multiple of `step`, never below `least`.

    Where there are few values, and the largest are out of all proportion, twice the 90th percentile.
    """
    if not values:
        return least
    ordered = sorted(values)
    near = _percentile(ordered, 0.99)
    if len(ordered) < _FEW:
        near = min(near, 2 * _percentile(ordered, 0.9))
    return max(least, math.ceil(near / step) * step)


def _percentile(ordered: Sequence[int], share: float) -> int:
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _measured(codebase: Codebase) -> Iterable[list[int]]:
    """The values of each ceiling; files that cannot be read have none."""
    names = codebase.names
    yield [lines for name in names if (lines := codebase.fact(name, LINES)) is not None]
    sizes = (found for name in names if (found := codebase.fact(name, DEFINITIONS)) is not None)
    yield [FunctionSize(*row).lines for found in sizes for row in Definitions(*found).functions]
    counted = (found for name in names if (found := codebase.fact(name, COMPLEXITY)) is not None)
    yield [FunctionComplexity(*row).complexity for found in counted for row in found]
