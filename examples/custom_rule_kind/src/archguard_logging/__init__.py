"""The rule kind `named-loggers`: every logger is called after its module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from archguard_logging.loggers import LOGGERS
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import EVERYTHING, Selectors
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLoggers:
    """Every `logging.getLogger` is given `__name__`, so that a log line leads to its module."""

    kind: ClassVar[str] = "named-loggers"

    modules: Selectors = option("The modules that are looked at.", default=(EVERYTHING,))
    allow: tuple[str, ...] = option("Names of loggers that are fine all the same.", default=())

    def needs(self) -> frozenset[Fact]:
        """What is read from each file, once, and kept in the cache."""
        return frozenset({LOGGERS})

    def claims(self) -> Iterable[Claim]:
        """What must match something, so that the rule is never green because it looks at nothing."""
        return (Claim("modules", selector) for selector in self.modules)

    def sentence(self) -> str:
        """What the rule demands."""
        return "every logger is called after its module"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation for each logger with another name; the key holds no line."""
        for module in sorted(codebase.select(self.modules)):
            for line, name in codebase.fact(module, LOGGERS) or ():
                if name not in self.allow:
                    yield Violation(
                        check="name",
                        subject=module,
                        object=name,
                        message="loggers are called after their module",
                        label=f'{module} logs as "{name}"',
                        sites=(codebase.site(module, line),),
                        advice="logging.getLogger(__name__)",
                    )
