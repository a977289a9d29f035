"""The maintainability index of a file, as `radon mi` has it."""

from __future__ import annotations

from functools import partial

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.complexity import complexity_visitor
from pytest_archguard.codebase.facts.deep_recursion import call_deeply
from pytest_archguard.codebase.facts.raw import raw_counts
from pytest_archguard.codebase.source import Source

MAINTAINABILITY = Fact("maintainability", 1, "pytest_archguard.codebase.facts.maintainability:extract")


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> float:  # noqa: ARG001
    """radon's maintainability index, 0 (worst) to 100, equal to `radon.metrics.mi_visit(code, multi=True)`.

    From the Halstead volume, the complexity of the whole file, its logical lines, and the share of comments in its
    source lines; strings over several lines count as comments, as `radon mi` does unless told otherwise.
    """
    from radon.metrics import h_visit_ast, mi_compute  # late: a rule that only names this fact loads no radon

    volume = call_deeply(partial(h_visit_ast, source.tree)).total.volume
    complexity = source.once(complexity_visitor).total_complexity
    raw = source.once(raw_counts)
    comments = (raw.comments + raw.multi) / raw.sloc * 100 if raw.sloc else 0
    index: float = mi_compute(volume, complexity, raw.lloc, comments)
    return index
