"""`protected`: only some modules may import others directly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import Selectors
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.crossings import Routes, Styles, counted, resolve_target, styles_option, violations


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """Only the allowed importers may import the protected modules directly.

    The protected modules may import each other. They may also be packages outside the code base: a database driver
    that only the database layer may touch.
    """

    kind: ClassVar[str] = "protected"

    modules: Selectors = option("What is protected: modules, or external packages and subpackages.", required=True)
    allowed_importers: Selectors = option("Who may import them; empty: nobody else.", default=())
    styles: Styles = styles_option()

    def needs(self) -> frozenset[Fact]:
        """The imports of every file."""
        return frozenset({IMPORTS})

    def claims(self) -> Iterable[Claim]:
        """Both sides must exist; what is protected may also be a known external package."""
        yield from (Claim("modules", selector, "targets") for selector in self.modules)
        yield from (Claim("allowed_importers", selector) for selector in self.allowed_importers)

    def sentence(self) -> str:
        """Who alone may import what."""
        names = ", ".join(selector.text for selector in self.modules)
        return f"{self._who()} may import {names} {counted(self.styles, direct_only=True)}"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation for each direct import by anyone else."""
        allowed = codebase.select(self.allowed_importers)
        targets = [resolve_target(codebase, selector) for selector in self.modules]
        others = frozenset(codebase.names).difference(allowed, *(target.modules for target in targets))
        for target in targets:
            found = Routes(codebase, self.styles, target, through=None).leaving(others)
            message = f"{self._who()} may import {target.text}"
            yield from violations(codebase, self.styles, found, "protected", message)

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """Every module that might import what is protected."""
        return {"modules": len(codebase.names)}

    def _who(self) -> str:
        if not self.allowed_importers:
            return "nobody else"
        return f"only {', '.join(selector.text for selector in self.allowed_importers)}"
