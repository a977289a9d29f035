"""`size`: ceilings for modules, functions and classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.definitions import DEFINITIONS, Definitions
from pytest_archguard.config.options import NOT_BLANK, option
from pytest_archguard.config.selectors import Selectors
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Site, Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.size_limits import (
    EVERYTHING,
    MEASURES,
    Limits,
    Measured,
    Subject,
    excess,
    known_about,
    subjects,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Limits):
    """Other limits for some of a rule's modules."""

    modules: Selectors = option("The modules the limits are for.", required=True)
    reason: str = option("Why they differ; shown with every violation.", required=True, pattern=NOT_BLANK)

    def __post_init__(self) -> None:
        Limits.__post_init__(self)
        if not any(self.limit(key) for key in MEASURES):
            raise ValueError("an override needs a limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size(Limits):
    """Modules, functions and classes may not grow beyond a size.

    Several limits can stand in one table; each is judged by itself, and the offenders are listed the worst first.
    Lines, complexity and maintainability are radon's, to the digit. Only what a configured limit needs is computed.
    """

    kind: ClassVar[str] = "size"

    max_modules: int | None = option("Over all selected modules: how many there may be.", minimum=1)
    max_classes_named: Mapping[str, int] = option(
        "Over all selected modules: how many classes may have a name like this, inner ones included "
        '(`{ "*Manager" = 8 }`). In a name glob `*` stands for any characters.',
        default={},
        minimum=1,
    )
    overrides: tuple[Override, ...] = option(
        "Other limits for some of the modules, each with its reason: `{ modules = [...], max_lines = 900, reason = "
        '"..." }`. Of several overrides for one module the last one that sets a limit wins, limit by limit.',
        default=(),
    )

    def __post_init__(self) -> None:
        Limits.__post_init__(self)
        if not self._subjects() and not self.max_modules and not self.max_classes_named:
            raise ValueError(f"name at least one limit: {', '.join([*MEASURES, 'max_modules', 'max_classes_named'])}")

    def needs(self) -> frozenset[Fact]:
        """What the configured limits are about."""
        facts = {subject for subject in self._subjects().values() if isinstance(subject, Fact)}
        return frozenset(facts | {DEFINITIONS} if self.max_classes_named else facts)

    def claims(self) -> Iterable[Claim]:
        """The modules, and those of each override, must exist."""
        yield from (Claim("modules", selector) for selector in self.modules)
        for number, override in enumerate(self.overrides):
            yield from (Claim(f"overrides[{number}].modules", selector) for selector in override.modules)

    def sentence(self) -> str:
        """All limits."""
        demands = [MEASURES[key].sentence(limit) for key in MEASURES if (limit := self.limit(key)) is not None]
        demands += [_named_sentence(pattern, limit) for pattern, limit in self.max_classes_named.items()]
        if self.max_modules is not None:
            demands.append(_modules_sentence(self.max_modules))
        text = f"in {_listed(self.modules)}: {'; '.join(demands)}" if demands else f"in {_listed(self.modules)}"
        count = len(self.overrides)
        return text + (f"; {count} override{'s' if count > 1 else ''}" if count else "")

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """Everything that is over its limit, the worst first: how far a value is from its limit is what counts."""
        selected = sorted(codebase.select(self.modules))
        subjects = self._subjects()
        known = {subject: known_about(subject, codebase, selected) for subject in set(subjects.values())}
        found = [v for key, subject in subjects.items() for v in self._over(codebase, key, known[subject])]
        found += self._over_all(codebase, selected)
        found.sort(key=_rank)
        yield from found
        self._require_effect(codebase, selected)

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The modules that were measured."""
        left_out = {fault.module for fault in codebase.unreadable}
        return {"modules": len(codebase.select(self.modules) - left_out)}

    def notes(self, codebase: Codebase) -> Iterable[str]:
        """The selected files that could not be measured."""
        selected = codebase.select(self.modules)
        for fault in codebase.unreadable:
            if fault.module in selected:
                yield f"{fault.path} is not measured: line {fault.line}: {fault.message}"

    def _subjects(self) -> dict[str, Subject]:
        """What has to be known for each option that some table sets."""
        tables = (self, *self.overrides)
        limits = {key: [limit for table in tables if (limit := table.limit(key)) is not None] for key in MEASURES}
        return subjects({key: min(each) for key, each in limits.items() if each})

    def _over(self, codebase: Codebase, key: str, known: list[tuple[str, Any]]) -> Iterator[Violation]:
        measure = MEASURES[key]
        overrides = [(table, codebase.select(table.modules)) for table in reversed(self.overrides) if table.limit(key)]
        for module, data in known:
            table = next((table for table, modules in overrides if module in modules), self) if overrides else self
            limit = table.limit(key)
            if limit is None:
                continue
            for item, detail in _told_apart(key, measure.over(data, limit)):
                yield Violation(
                    check=key,
                    subject=module,
                    scope=item.scope,
                    detail=detail,
                    message=_message(measure.sentence(limit), table),
                    value=item.value,
                    limit=limit,
                    sites=(codebase.site(module, item.line, item.column),),
                )

    def _over_all(self, codebase: Codebase, selected: list[str]) -> Iterator[Violation]:
        if self.max_modules is not None and len(selected) > self.max_modules:
            yield self._total("max_modules", _modules_sentence(self.max_modules), len(selected), self.max_modules, (
                codebase.site(selected[0], 1),
            ))  # fmt: skip
        for pattern, limit in self.max_classes_named.items():
            sites = _classes_named(codebase, selected, pattern)
            if len(sites) > limit:
                total = self._total("max_classes_named", _named_sentence(pattern, limit), len(sites), limit, sites)
                yield replace(total, detail=pattern, label=f"{pattern} in {total.subject}")

    def _total(self, check: str, message: str, value: int, limit: int, sites: tuple[Site, ...]) -> Violation:
        subject = _listed(self.modules)
        return Violation(check=check, subject=subject, message=message, value=value, limit=limit, sites=sites)

    def _require_effect(self, codebase: Codebase, selected: list[str]) -> None:
        """Raises RuleError for overrides about modules that exist but are not this rule's."""
        ours = frozenset(selected)
        rule = f"the modules of this rule ({_listed(self.modules)})"
        idle = [
            f'"overrides[{number}].modules": {selector} matches none of {rule}'
            for number, override in enumerate(self.overrides)
            for selector in override.modules
            if (matched := codebase.select((selector,))) and not matched & ours
        ]
        if idle:
            raise RuleError("\n".join(idle))


def _message(sentence: str, table: Limits) -> str:
    return f"{sentence} ({table.reason})" if isinstance(table, Override) else sentence


def _told_apart(key: str, offenders: list[Measured]) -> Iterator[tuple[Measured, str | None]]:
    """Each with what tells it from those of the same name (redefinitions, `if` / `else`, overloads): its rank.

    The worst has none, the others are "2", "3", ... So one offender keeps its key when definitions of its name come
    and go that are within the limit, and when some of several offenders are mended the rest stay below the ceilings
    they had.
    """
    if not offenders:
        return
    seen: dict[str | None, int] = {}
    for item in sorted(offenders, key=lambda item: excess(key, item.value, 1), reverse=True):
        seen[item.scope] = rank = seen.get(item.scope, 0) + 1
        yield item, str(rank) if rank > 1 else None


def _classes_named(codebase: Codebase, selected: list[str], pattern: str) -> tuple[Site, ...]:
    sites = []
    for module in selected:
        data = codebase.fact(module, DEFINITIONS)
        for qualname, line, column, *_ in Definitions(*data).classes if data is not None else ():
            if fnmatchcase(qualname.rpartition(".")[2], pattern):
                sites.append(codebase.site(module, line, column))
    return tuple(sites)


def _rank(violation: Violation) -> tuple[float, tuple[str, ...]]:
    assert violation.value is not None
    assert violation.limit is not None
    return -excess(violation.check, violation.value, violation.limit), violation.key


def _modules_sentence(limit: int) -> str:
    return f"there may be at most {limit} modules"


def _named_sentence(pattern: str, limit: int) -> str:
    return f"there may be at most {limit} classes named {pattern}"


def _listed(selectors: Selectors) -> str:
    return ", ".join("the code base" if selector == EVERYTHING else selector.text for selector in selectors)
