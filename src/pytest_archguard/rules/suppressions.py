"""The extra item `suppressions`: every suppression comment can be read, names rules and gives a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.suppressions import SUPPRESSIONS, Suppression
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import RESERVED_IDS, Claim


@dataclass(frozen=True, slots=True)
class Suppressions:
    """Every suppression comment in the code can be read, names rules that exist and gives a reason.

    A suppression that suppresses nothing fails the rule it names instead.

    rule_ids: the ids of all rules, and those they were renamed from.
    """

    kind: ClassVar[str] = "builtin"

    rule_ids: frozenset[str]

    def needs(self) -> frozenset[Fact]:
        """The comments."""
        return frozenset({SUPPRESSIONS})

    def claims(self) -> Iterable[Claim]:
        """Nothing is selected."""
        return ()

    def sentence(self) -> str:
        """The promise."""
        return "every suppression comment can be read, names a rule and gives a reason"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation a fault."""
        for name, suppression in suppressions(codebase):
            for fault in self._faults(suppression):
                yield Violation(
                    check="suppression",
                    subject=name,
                    detail=fault,
                    message="these suppression comments are not right",
                    label=f"{name}: {fault}",
                    sites=(codebase.site(name, suppression.line, suppression.column),),
                )

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """How many comments there are."""
        return {"suppressions": sum(1 for _ in suppressions(codebase))}

    def _faults(self, suppression: Suppression) -> Iterator[str]:
        if suppression.fault is not None:
            yield suppression.fault
            return
        for rule_id in suppression.ids:
            if rule_id in RESERVED_IDS:
                yield f'"{rule_id}" cannot be suppressed'
            elif rule_id not in self.rule_ids:
                hint = did_you_mean(rule_id, self.rule_ids)
                yield f'there is no rule "{rule_id}"{hint}'


def suppressions(codebase: Codebase) -> Iterator[tuple[str, Suppression]]:
    """All suppression comments of judged and test modules, each with the name of its module."""
    for modules in (codebase.modules, codebase.tests):
        for name in modules:
            for fields in codebase.fact(name, SUPPRESSIONS) or ():
                yield name, Suppression(*fields)
