"""`interface`: a package may be imported through its public modules only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import Selector, Selectors
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.crossings import Routes, Styles, Target, counted, styles_option, violations


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """Code outside a package may import its public modules only.

    `public` is written in full (`app.billing.api`, `=app.billing` for the `__init__.py` itself). A violation is a
    direct import from outside into the rest of the package.
    """

    kind: ClassVar[str] = "interface"

    package: Selector = option("The package that has an interface.", required=True)
    public: Selectors = option("The modules of it that others may import.", required=True)
    styles: Styles = styles_option()

    def needs(self) -> frozenset[Fact]:
        """The imports of every file."""
        return frozenset({IMPORTS})

    def claims(self) -> Iterable[Claim]:
        """The package and every public module must exist."""
        yield Claim("package", self.package)
        yield from (Claim("public", selector) for selector in self.public)

    def sentence(self) -> str:
        """What may be imported from outside."""
        return f"{self._message()} {counted(self.styles, direct_only=True)}"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation for each direct import from outside that bypasses the public modules."""
        package = codebase.select((self.package,))
        public = codebase.select(self.public)
        if stray := sorted(public - package):
            raise RuleError(f'"public" names {stray[0]}, which is not in {self.package}')
        if package and not package - public:
            raise RuleError(f'"public" holds all of {self.package}, so nothing can bypass it')
        target = Target(self.package.text, package - public)
        others = frozenset(codebase.names) - package
        found = Routes(codebase, self.styles, target, through=None).leaving(others)
        return violations(codebase, self.styles, found, "interface", self._message())

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The modules outside the package."""
        return {"modules": len(codebase.names) - len(codebase.select((self.package,)))}

    def _message(self) -> str:
        names = ", ".join(selector.text for selector in self.public)
        return f"{self.package} may be imported from outside through {names} only"
