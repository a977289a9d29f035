"""What a rule is: the keys every rule table takes, and a kind that knows how to judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal, Protocol, runtime_checkable

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.config.options import NOT_BLANK, option
from pytest_archguard.config.selectors import Selector
from pytest_archguard.model import Advice, Severity, Violation

RESERVED_IDS = frozenset({"readable", "baseline", "suppressions"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """An exception of one rule: removes violations, never edges.

    A chain by other modules through the same import is still judged.
    """

    from_: Selector | None = option("The violation's subject: for imports the importer.")
    to: Selector | None = option("The violation's object: for imports the imported module, or the rule's target.")
    reason: str = option("Why this is allowed.", required=True, pattern=NOT_BLANK)
    until: date | None = option("The last day on which it is allowed.")

    def __post_init__(self) -> None:
        if self.from_ is None and self.to is None:
            raise ValueError('an exception needs "from" or "to"')

    def covers(self, violation: Violation) -> bool:
        """Whether this exception is about the violation, expired or not."""
        if self.from_ is not None and not self.from_.matches(violation.subject):
            return False
        if self.to is None:
            return True
        targets = (violation.object, violation.detail)
        return any(name is not None and (name == self.to.text or self.to.matches(name)) for name in targets)

    def __str__(self) -> str:
        ends = [f'{key} = "{end}"' for key, end in (("from", self.from_), ("to", self.to)) if end is not None]
        return f"{{ {', '.join(ends)} }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOptions:
    """The keys that every rule table takes."""

    id: str = option("The rule's name, unique over all kinds; its pytest item is `pyproject.toml::<id>`.",
                     required=True, pattern="[a-z0-9-]+")  # fmt: skip
    because: str = option("Why the rule exists; shown with every failure.", default="")
    fix: str = option("What to do about a violation; shown with every failure.", default="")
    docs: str = option("A URL or a file with more.", default="")
    owner: str = option("Whom to ask.", default="")
    severity: Literal["error", "warn", "off"] = option(
        "`error` fails; `warn` passes and is counted in the summary (`--archguard-strict` makes it fail); `off` is "
        "collected as skipped.",
        default="error",
    )
    renamed_from: str = option(
        "The id the rule had before; its accepted violations and suppression comments stay valid.",
        default="", pattern="[a-z0-9-]+",
    )  # fmt: skip
    except_: tuple[Exemption, ...] = option("Violations that are allowed, each with its reason.", default=())
    allow_empty: Mapping[str, str] = option(
        "Selectors that may match nothing for now, each with the reason.", default={}
    )


Match = Literal["modules", "targets"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A selector that must match something, so that a rule is never silently applied to nothing.

    key: the option it stands in. match: `modules` must be modules that are judged; `targets` may also be packages
    that are not part of the code base, if they are known (imported, installed, declared, standard library).
    """

    key: str
    selector: Selector
    match: Match = "modules"


@runtime_checkable
class RuleKind(Protocol):
    """What a rule of some kind does: a frozen dataclass of its options with these methods.

    It knows nothing of pytest, of the baseline or of output. Its class docstring opens its reference page.
    """

    kind: ClassVar[str]

    def needs(self) -> frozenset[Fact]:
        """The facts about files that `check` will ask for."""

    def claims(self) -> Iterable[Claim]:
        """The selectors that must match something."""

    def sentence(self) -> str:
        """What the rule demands, as one sentence generated from its options."""

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """All violations, in any order; raises RuleError when the rule cannot be judged as it is meant."""


@runtime_checkable
class Advisor(Protocol):
    """A kind that can say more about a failure than its violations do."""

    def advise(self, codebase: Codebase, violations: tuple[Violation, ...]) -> Iterable[Advice]:
        """Asked only when the rule fails."""


@runtime_checkable
class Noting(Protocol):
    """A kind that has something to say whatever its verdict."""

    def notes(self, codebase: Codebase) -> Iterable[str]:
        """What is worth a line and fails nothing: import-linter's warnings."""


@runtime_checkable
class Examiner(Protocol):
    """A kind that can say how much it looked at."""

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """What the rule was applied to, counted: `{"modules": 66}`."""


@runtime_checkable
class Ranked(Protocol):
    """A kind that puts modules in an order, which pictures show."""

    def ranks(self) -> tuple[tuple[str, ...], ...]:
        """Module names or groups, those of one rank together, from high to low."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One table of the configuration: one test item.

    `line` is where its table stands in the rules file, counted from 1.
    """

    options: RuleOptions
    kind: RuleKind
    line: int = 1
    where: str = field(default="", compare=False)

    @property
    def id(self) -> str:
        """Unique over all kinds."""
        return self.options.id

    @property
    def kind_name(self) -> str:
        """`layers`, `size`, ...; a keyword for `pytest -k`."""
        return self.kind.kind

    @property
    def severity(self) -> Severity:
        """`error`, `warn` or `off`."""
        return self.options.severity
