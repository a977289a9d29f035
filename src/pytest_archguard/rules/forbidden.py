"""`forbidden`: some modules may not import others, directly or by way of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import Selectors
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.crossings import (
    DIRECT_ONLY_DOC,
    Routes,
    Styles,
    counted,
    resolve_target,
    styles_option,
    violations,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """Some modules may not import others.

    A violation is an import that leaves `from` towards `to`: into `to` itself, or into a module outside `from` that
    leads there. The targets are modules of the code base or packages outside it, subpackages included
    (`sqlalchemy.orm`). A module that both `from` and `to` select belongs to the target.
    """

    kind: ClassVar[str] = "forbidden"

    from_: Selectors = option("The importers.", required=True)
    to: Selectors = option("What they may not import: modules, or external packages and subpackages.", required=True)
    direct_only: bool = option(DIRECT_ONLY_DOC, default=False)
    styles: Styles = styles_option()

    def needs(self) -> frozenset[Fact]:
        """The imports of every file."""
        return frozenset({IMPORTS})

    def claims(self) -> Iterable[Claim]:
        """The importers must exist; a target may also be a known external package."""
        yield from (Claim("from", selector) for selector in self.from_)
        yield from (Claim("to", selector, "targets") for selector in self.to)

    def sentence(self) -> str:
        """Who may not import whom."""
        return f"{_listed(self.from_)} may not import {_listed(self.to, 'or')} {counted(self.styles, self.direct_only)}"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation for each import that leaves `from` towards one of `to`."""
        subject = codebase.select(self.from_)
        for selector in self.to:
            target = resolve_target(codebase, selector)
            if subject and subject <= target.modules:
                raise RuleError(f'"to" ({selector}) holds every module of "from", so the rule forbids nothing')
            through = None if self.direct_only else codebase.all_names - subject - target.modules
            found = Routes(codebase, self.styles, target, through).leaving(subject - target.modules)
            message = f"{_listed(self.from_)} may not import {selector}"
            yield from violations(codebase, self.styles, found, "forbidden", message)

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The importers that were looked at."""
        return {"modules": len(codebase.select(self.from_))}


def _listed(selectors: Selectors, word: str = "and") -> str:
    names = [selector.text for selector in selectors]
    return f" {word} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
