"""`independence`: none of some modules may import another of them."""

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
    Target,
    counted,
    styles_option,
    violations,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Independence:
    """Some modules or packages may not import each other, in either direction.

    Every plain name is one member, so is a group; a name with wildcards stands for one member per match
    (`app.plugins.*`: each plugin). A violation is an import that leaves one member towards another, directly or
    through modules that belong to none of them.
    """

    kind: ClassVar[str] = "independence"

    modules: Selectors = option("The members; at least two when wildcards are expanded.", required=True)
    direct_only: bool = option(DIRECT_ONLY_DOC, default=False)
    styles: Styles = styles_option()

    def needs(self) -> frozenset[Fact]:
        """The imports of every file."""
        return frozenset({IMPORTS})

    def claims(self) -> Iterable[Claim]:
        """Every member must exist."""
        return (Claim("modules", selector) for selector in self.modules)

    def sentence(self) -> str:
        """Who is independent of whom."""
        names = ", ".join(selector.text for selector in self.modules)
        return f"{names} may not import each other {counted(self.styles, self.direct_only)}"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation for each import that leaves one member towards another."""
        members = self._members(codebase)
        if len(members) < 2:
            raise RuleError(f'"modules" stands for {len(members)} member; independence needs at least two')
        together: frozenset[str] = frozenset().union(*members.values())
        if len(together) < sum(map(len, members.values())):
            raise RuleError(_overlap(members))
        outside = None if self.direct_only else codebase.all_names - together
        for imported, modules in members.items():
            routes = Routes(codebase, self.styles, Target(imported, modules), outside)
            for importer, subject in members.items():
                if importer != imported:
                    message = f"{importer} may not import {imported}"
                    found = routes.leaving(subject)
                    yield from violations(codebase, self.styles, found, "independence", message)

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The members and their modules."""
        members = self._members(codebase)
        return {"members": len(members), "modules": sum(map(len, members.values()))}

    def _members(self, codebase: Codebase) -> dict[str, frozenset[str]]:
        members: dict[str, frozenset[str]] = {}
        for selector in self.modules:
            if selector.is_group or not selector.expressions[0].has_wildcard:
                members[selector.text] = codebase.select((selector,))
                continue
            for head in selector.expressions[0].heads(codebase.names):
                members[head] = codebase.select_below(head)
        return {name: modules for name, modules in members.items() if modules}


def _overlap(members: dict[str, frozenset[str]]) -> str:
    names = list(members)
    for position, first in enumerate(names):
        for second in names[position + 1 :]:
            shared = sorted(members[first] & members[second])
            if shared:
                return f'"modules": {first} and {second} both hold {shared[0]}; members must not overlap'
    raise AssertionError("called only when two members overlap")
