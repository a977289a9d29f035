"""The extra item `baseline`: the file of accepted violations can be read, and belongs to these rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import Claim


@dataclass(frozen=True, slots=True)
class Baseline:
    """Every line of the baseline can be read, names a rule, and with a merge base given is not new.

    Entries that are fixed, surplus or expired fail their own rules instead.
    """

    kind: ClassVar[str] = "builtin"

    def needs(self) -> frozenset[Fact]:
        """Nothing: it is not about the code."""
        return frozenset()

    def claims(self) -> Iterable[Claim]:
        """Nothing is selected."""
        return ()

    def sentence(self) -> str:
        """The promise."""
        return "every entry of the baseline can be read and belongs to a rule"

    def check(self, codebase: Codebase) -> Iterable[Violation]:  # noqa: ARG002
        """Nothing: the ledger knows the file, and what is wrong with it is added to this item's result."""
        return ()
