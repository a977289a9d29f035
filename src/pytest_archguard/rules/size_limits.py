"""The ceilings that `size` knows for one module, function or class: their options and how each is measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.complexity import COMPLEXITY, FunctionComplexity, complexity_above
from pytest_archguard.codebase.facts.definitions import (
    DEFINITIONS,
    ClassSize,
    Definitions,
    FunctionSize,
    definitions_longer_than,
)
from pytest_archguard.codebase.facts.lines import LINES
from pytest_archguard.codebase.facts.maintainability import MAINTAINABILITY
from pytest_archguard.codebase.facts.raw import RAW, RawCounts, raw_above
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import Selector, Selectors
from pytest_archguard.rules.crossings import RUNNING_OR_TYPING

EVERYTHING = Selector.parse("**")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be limited in a rule and in its overrides."""

    modules: Selectors = option("The modules that are measured.", default=(EVERYTHING,))
    max_lines: int | None = option(
        "Per module: lines of the file, as `wc -l` counts them; a last line without a newline counts as well.",
        minimum=1,
    )
    max_sloc: int | None = option(
        "Per module: source lines, radon's `sloc`: lines that are neither blank, nor only a comment, nor part of a "
        "string that stands alone (a docstring).",
        minimum=1,
    )
    max_lloc: int | None = option(
        "Per module: logical lines, radon's `lloc`: one for each simple statement and each clause header. radon takes "
        "a colon that does not end its line for one more (`if x: return`), in `d = {1: 2}` and `x: int` as well.",
        minimum=1,
    )
    min_maintainability: float | None = option(
        "Per module: the maintainability index as `radon mi` has it, from 0 to 100: the higher the better (radon's "
        "rank A is above 19, B above 9).",
        minimum=0.01,
    )
    max_classes: int | None = option(
        "Per module: classes at the top of the module, those under an `if` or `try` there included.", minimum=1
    )
    max_functions: int | None = option(
        "Per module: functions at the top of the module; no methods, no closures. Each `def` counts.", minimum=1
    )
    max_imports: int | None = option(
        "Per module (fan-out): the different modules of the code base that it imports directly, at the top, in "
        "functions or for type checking.",
        minimum=1,
    )
    max_importers: int | None = option(
        "Per module (fan-in): the different modules of the code base, tests not included, that import it directly.",
        minimum=1,
    )
    max_function_lines: int | None = option(
        "Per function, method or closure: lines from `def` to the last line of its body; decorators do not count, "
        "docstring, comments and blank lines do.",
        minimum=1,
    )
    max_complexity: int | None = option(
        "Per function, method or closure: McCabe's cyclomatic complexity as `radon cc` counts it: 1, and one more for "
        "each `if`, `elif`, loop, `except`, `case` (one that catches all is none), `assert`, conditional expression, "
        "`and` / `or`, comprehension and each `if` in it, and for the `else` of a loop or a `try`. Closures are "
        "measured on their own.",
        minimum=1,
    )
    max_arguments: int | None = option(
        "Per function, method or closure: parameters, `*args` and `**kwargs` as one each; not the first parameter of a "
        "method (`self`, `cls`) unless it is a `staticmethod`.",
        minimum=1,
    )
    max_nesting: int | None = option(
        "Per function, method or closure: how many `if`, `for`, `while`, `try`, `with` and `match` blocks are inside "
        "each other. `elif`, `else`, `except` and `finally` are as deep as the block they belong to; definitions "
        "inside are measured on their own.",
        minimum=1,
    )
    max_statements: int | None = option(
        "Per function, method or closure: statements in its body at any depth, those of definitions inside included. "
        "An `elif` is one; `else`, `except`, `finally`, `case` and docstrings are none.",
        minimum=1,
    )
    max_class_lines: int | None = option(
        "Per class: lines from `class` to the last line of its body; decorators do not count.", minimum=1
    )
    max_methods: int | None = option(
        "Per class: functions defined in its body, as radon counts a class's methods: each `def`, so a property with a "
        "setter is two.",
        minimum=1,
    )
    max_attributes: int | None = option(
        "Per class: the different names assigned or annotated in its body, or assigned on the first parameter of one "
        "of its methods (`self.name = ...`). Inherited ones are not known.",
        minimum=1,
    )

    def __post_init__(self) -> None:
        if self.min_maintainability is not None and self.min_maintainability > 100:
            raise ValueError(f'"min_maintainability" must be at most 100, not {self.min_maintainability:g}')

    def limit(self, key: str) -> float | None:
        """The limit set for this option, if any."""
        value: float | None = getattr(self, key)
        return value


class Measured(NamedTuple):
    """One thing that is over its limit. `scope`: its qualified name in the module; None for the module itself."""

    scope: str | None
    value: float
    line: int = 1
    column: int = 1


Over = Callable[[Any, float], "list[Measured]"]
Subject = Fact | Literal["imports", "importers"]
"""What is known about each module; a name stands for the modules the import graph has around it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How one option is judged.

    subject: what `over` is given for each module. demand: what is asked of everything that is measured. over: what is
    over a limit.
    """

    subject: Subject
    demand: str
    over: Over

    def sentence(self, limit: float) -> str:
        """What a limit demands: `modules may have at most 500 lines`."""
        return self.demand.format(limit if isinstance(limit, int) else f"{limit:g}")


def subjects(least: Mapping[str, float]) -> dict[str, Subject]:
    """What has to be known for each of these options.

    least: the options with the lowest limit that any module has: what is within it need not be looked at closely.
    """
    found = {key: MEASURES[key].subject for key in least}
    defined = {key: least[key] for key, subject in found.items() if subject == DEFINITIONS}
    if defined and _ABOUT_LINES.issuperset(defined):
        found |= dict.fromkeys(defined, definitions_longer_than(int(min(defined.values()))))
    if "max_complexity" in found:
        found["max_complexity"] = complexity_above(int(least["max_complexity"]))
    if counted := [key for key in _ABOUT_COUNTS if key in found]:
        limits = (int(least[key]) if key in least else None for key in _ABOUT_COUNTS)
        found |= dict.fromkeys(counted, raw_above(*limits))
    return found


_ABOUT_LINES = frozenset({"max_function_lines", "max_class_lines"})
_ABOUT_COUNTS = ("max_sloc", "max_lloc")


def known_about(subject: Subject, codebase: Codebase, modules: Iterable[str]) -> list[tuple[str, Any]]:
    """What is known about each module; files that cannot be read are left out."""
    if isinstance(subject, Fact):
        found = ((module, codebase.fact(module, subject)) for module in modules)
        return [pair for pair in found if pair[1] is not None]
    graph = codebase.graph(RUNNING_OR_TYPING)
    around = graph.successors if subject == "imports" else graph.predecessors
    judged = {graph.ids[name] for name in codebase.modules}
    return [(module, len(judged.intersection(around[graph.ids[module]]))) for module in modules]


def excess(key: str, value: float, limit: float) -> float:
    """How bad a value is, comparable over all options: 2 is twice as much as allowed, or half of what is demanded."""
    if key.startswith("min_"):
        return limit / value if value else float("inf")
    return value / limit


def _whole(value: float, limit: float) -> list[Measured]:
    return [Measured(None, value)] if value > limit else []


def _below(value: float, limit: float) -> list[Measured]:
    return [Measured(None, value)] if value < limit else []


def _field(of: type[tuple[Any, ...]], name: str) -> Over:
    position = _position(of, name)
    return lambda data, limit: _whole(data[position], limit)


def _function(name: str) -> Over:
    rows, position = _position(Definitions, "functions"), _position(FunctionSize, name)
    return lambda data, limit: _rows(data[rows], position, limit)


def _class(name: str) -> Over:
    rows, position = _position(Definitions, "classes"), _position(ClassSize, name)
    return lambda data, limit: _rows(data[rows], position, limit)


def _complexity(data: Any, limit: float) -> list[Measured]:
    return _rows(data, _position(FunctionComplexity, "complexity"), limit)


def _rows(rows: Iterable[tuple[Any, ...]], position: int, limit: float) -> list[Measured]:
    # Rows of every kind begin with the qualified name, the line and the column.
    return [Measured(row[0], row[position], row[1], row[2]) for row in rows if row[position] > limit]


def _position(of: type[tuple[Any, ...]], name: str) -> int:
    fields: tuple[str, ...] = of._fields  # type: ignore[attr-defined]
    return fields.index(name)


MEASURES: dict[str, Measure] = {
    "max_lines": Measure(LINES, "modules may have at most {} lines", _whole),
    "max_sloc": Measure(RAW, "modules may have at most {} source lines (sloc)", _field(RawCounts, "sloc")),
    "max_lloc": Measure(RAW, "modules may have at most {} logical lines (lloc)", _field(RawCounts, "lloc")),
    "min_maintainability": Measure(MAINTAINABILITY, "modules must have a maintainability index of at least {}", _below),
    "max_classes": Measure(DEFINITIONS, "modules may define at most {} classes", _field(Definitions, "top_classes")),
    "max_functions": Measure(
        DEFINITIONS, "modules may define at most {} functions", _field(Definitions, "top_functions")
    ),
    "max_imports": Measure("imports", "modules may import at most {} other modules of the code base", _whole),
    "max_importers": Measure("importers", "modules may be imported by at most {} other modules", _whole),
    "max_function_lines": Measure(DEFINITIONS, "functions may have at most {} lines", _function("lines")),
    "max_complexity": Measure(COMPLEXITY, "functions may have a complexity of at most {}", _complexity),
    "max_arguments": Measure(DEFINITIONS, "functions may take at most {} arguments", _function("arguments")),
    "max_nesting": Measure(DEFINITIONS, "functions may nest blocks at most {} deep", _function("nesting")),
    "max_statements": Measure(DEFINITIONS, "functions may have at most {} statements", _function("statements")),
    "max_class_lines": Measure(DEFINITIONS, "classes may have at most {} lines", _class("lines")),
    "max_methods": Measure(DEFINITIONS, "classes may have at most {} methods", _class("methods")),
    "max_attributes": Measure(DEFINITIONS, "classes may have at most {} attributes", _class("attributes")),
}
