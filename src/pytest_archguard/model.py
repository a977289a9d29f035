"""The values that are passed from the code base through rules and ledger to the reports.

All are frozen and consist of plain data; `to_json` / `from_json` make the round trip that the result document,
the sharing under xdist and `archguard report` use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from operator import attrgetter
from typing import Any, Literal

Severity = Literal["error", "warn", "off"]
State = Literal["new", "known", "suppressed", "expired"]
Outcome = Literal["passed", "failed", "error", "off", "not_run"]
KNOWN_UNTIL = "known until"
"""What the reason of a violation starts with that is expired because its entry in the baseline is."""

Key = tuple[str, str, str, str, str]
"""Check, subject, object, scope and detail of a violation; empty where there is none."""


@dataclass(frozen=True, slots=True, order=True)
class Module:
    """One `.py` file, named by its dotted path below its source root.

    `path` is relative to the folder of the rules file, with forward slashes on every platform.
    """

    name: str
    path: str
    is_package: bool = False

    @property
    def package(self) -> str:
        """The dotted name relative imports start from; empty for a top-level module that is no package."""
        return self.name if self.is_package else self.name.rpartition(".")[0]


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """A place in a file: `line` and `column` count from 1; `source` is the stripped source line."""

    path: str
    line: int
    column: int = 1
    source: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing a rule objects to.

    The identity (`fingerprint`) is made from `check`, `subject`, `object`, `scope` and `detail` together with the
    rule's id: no line, no message, no reason, so that re-wording and moving lines change nothing.

    check: which part of the rule objects (`layer`, `max_lines`, `leak`, ...).
    subject: the module (or file, or package) that has to change; for imports the importer.
    object: what it must not touch; for imports the imported module.
    scope: the enclosing qualified name inside the subject (`Service.load`), if any.
    detail: the rest of the identity: an import rule's target, the hash of a matched snippet.
    message: the sentence shown above the violation; violations of equal message are shown together.
    label: what is shown as the violation's own line where that is not `subject -> object`.
    chain: module names from importer to target, for display only.
    count: how often the equal key occurs.
    value, limit: set by rules that measure (2485 lines, limit 500).
    parts: (subject, object) of what it consists of, where it is not one thing that can be known or new by itself: a
    cycle is known when each of its imports is. A cycle's own key changes as soon as another import of its component is
    cut. The object is empty where a part is a module.
    sites: where; the first is the place to fix. For a chain of n modules there are n-1 sites, one a hop.
    advice: how to mend this one (`<- cut the second import`, `async with session_scope() as db:`), if known.
    """

    check: str
    subject: str
    message: str
    sites: tuple[Site, ...] = ()
    object: str | None = None
    scope: str | None = None
    detail: str | None = None
    label: str | None = None
    chain: tuple[str, ...] = ()
    count: int = 1
    value: float | None = None
    limit: float | None = None
    advice: str | None = None
    state: State = "new"
    reason: str | None = None
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> Key:
        """The identity within its rule; also the order in which violations of one rule are stored."""
        return (self.check, self.subject, self.object or "", self.scope or "", self.detail or "")

    @property
    def entry_keys(self) -> tuple[Key, ...]:
        """The keys a baseline knows it by: its own, or one for each of its parts."""
        if not self.parts:
            return (self.key,)
        return tuple((self.check, subject, imported, "", "") for subject, imported in self.parts)

    def fingerprint(self, rule_id: str) -> str:
        """A stable hash of the key: 16 hexadecimal digits, the same on every machine and Python version."""
        text = "\0".join((rule_id, *self.key))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

    def with_state(self, state: State, reason: str | None = None) -> Violation:
        """The same violation, judged by the ledger."""
        # By position: `dataclasses.replace` takes three times as long, and there may be tens of thousands.
        values: list[Any] = [*_UP_TO_ADVICE(self), state, reason, self.parts]
        return Violation(*values)


_UP_TO_ADVICE = attrgetter(*Violation.__match_args__[: Violation.__match_args__.index("state")])


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that helps with a whole rule rather than with one violation: the cheapest imports to cut."""

    text: str
    sites: tuple[Site, ...] = ()


@dataclass(frozen=True, slots=True)
class Stale:
    """A baseline entry, exception or suppression that no longer matches anything; it fails its rule.

    `text` names the entry, `remedy` is the command or the edit that removes it.
    """

    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's verdict with everything a report needs.

    ranks: module names or groups in the order the rule puts them in, from high to low; for pictures.
    fewer: how far the rule is below what its baseline lists (violations gone, of those still listed).
    notes: what is worth a line and fails nothing: modules that moved, ceilings that could be lower.
    """

    id: str
    kind: str
    severity: Severity
    outcome: Outcome
    sentence: str
    because: str = ""
    fix: str = ""
    docs: str = ""
    owner: str = ""
    error: str | None = None
    examined: Mapping[str, int] = field(default_factory=dict)
    violations: tuple[Violation, ...] = ()
    stale: tuple[Stale, ...] = ()
    advice: tuple[Advice, ...] = ()
    ranks: tuple[tuple[str, ...], ...] = ()
    fewer: int = 0
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    def in_state(self, state: State) -> tuple[Violation, ...]:
        """The violations the ledger put into this state, in order."""
        return tuple(v for v in self.violations if v.state == state)

    def count(self, state: State) -> int:
        """How many violations are in this state; repeats of one key are counted."""
        return sum(v.count for v in self.violations if v.state == state)

    def to_json(self) -> dict[str, Any]:
        """Plain data for the result document (version 1)."""
        data = asdict(self)
        data["examined"] = dict(self.examined)
        for entry, violation in zip(data["violations"], self.violations, strict=True):
            entry["fingerprint"] = violation.fingerprint(self.id)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RuleResult:
        """The inverse of `to_json`; leaves out what a later release added."""
        values = _known(cls, data)
        values["violations"] = tuple(_violation(v) for v in data["violations"])
        values["stale"] = tuple(Stale(**s) for s in data["stale"])
        values["notes"] = tuple(data.get("notes", ()))
        values["ranks"] = tuple(map(tuple, data.get("ranks", ())))
        values["advice"] = tuple(Advice(a["text"], _sites(a["sites"])) for a in data["advice"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Result:
    """All rules' verdicts of one run.

    `partial` is true when some rules were not run (deselected, paths given); `seconds` is the wall time of the
    analysis and the judging, not of pytest around them.
    """

    rules: tuple[RuleResult, ...]
    tool_version: str
    root: str = "."
    partial: bool = False
    modules: int = 0
    imports: int = 0
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The result document, version 1: fields may be added, never changed."""
        return {
            "version": 1,
            "tool": "pytest-archguard",
            "tool_version": self.tool_version,
            "root": self.root,
            "partial": self.partial,
            "summary": self.summary(),
            "rules": [rule.to_json() for rule in self.rules],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """The inverse of `to_json`; raises KeyError or TypeError where `data` is no such document."""
        summary = data["summary"]
        return cls(
            rules=tuple(RuleResult.from_json(rule) for rule in data["rules"]),
            tool_version=data["tool_version"],
            root=data["root"],
            partial=data["partial"],
            modules=summary["modules"],
            imports=summary["imports"],
            seconds=summary["seconds"],
        )

    def summary(self) -> dict[str, float]:
        """The counts over all rules, as in the result document."""
        return {
            "new": sum(rule.count("new") for rule in self.rules),
            "known": sum(rule.count("known") for rule in self.rules),
            "stale": sum(len(rule.stale) for rule in self.rules),
            "suppressed": sum(rule.count("suppressed") for rule in self.rules),
            "expired": sum(rule.count("expired") for rule in self.rules),
            "modules": self.modules,
            "imports": self.imports,
            "seconds": self.seconds,
        }


def _known(cls: type, data: Mapping[str, Any]) -> dict[str, Any]:
    names = _names(cls)
    return {name: value for name, value in data.items() if name in names}


@cache
def _names(cls: type) -> frozenset[str]:
    return frozenset(entry.name for entry in fields(cls))


def _sites(data: Any) -> tuple[Site, ...]:
    return tuple(Site(**site) for site in data)


def _violation(data: Mapping[str, Any]) -> Violation:
    values = _known(Violation, data)
    values["sites"] = _sites(data["sites"])
    values["chain"] = tuple(data["chain"])
    values["parts"] = tuple((subject, imported) for subject, imported in data.get("parts", ()))
    return Violation(**values)
