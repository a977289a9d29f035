"""Every proposal is judged as it would be, before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_archguard.check import Analysis
from pytest_archguard.cli.proposals.document import render
from pytest_archguard.cli.proposals.places import Places
from pytest_archguard.cli.proposals.proposal import Declined, Proposal
from pytest_archguard.cli.proposals.target import Target
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.parse import Unreadable
from pytest_archguard.config.rulesfile import parse_toml
from pytest_archguard.model import RuleResult
from pytest_archguard.rules.base import Rule
from pytest_archguard.rules.configuration import configuration_of

Proposals = Sequence[Proposal | Declined]


@dataclass(frozen=True, slots=True)
class Judged:
    """The text to be written, and what it will say.

    left: by rule id, how many violations there are today. unreadable: the files that fail the item `readable`.
    faults: what is wrong with a baseline that is there already.
    """

    text: str
    proposals: tuple[Proposal | Declined, ...]
    left: dict[str, int] = field(default_factory=dict)
    contracts_off: bool = False
    unreadable: tuple[Unreadable, ...] = ()
    faults: tuple[str, ...] = ()


def judge(target: Target, places: Places, proposals: Proposals, codebase: Codebase, accepting: bool) -> Judged:
    """Rules that do not hold only warn, unless what they find is about to be accepted; those that cannot be judged
    are left out. Raises ArchguardError."""
    text = render(places, proposals, {})
    configuration = configuration_of(target.path, *target.document(target.with_text(text)))
    analysis = Analysis(configuration, codebase=codebase)
    results = [analysis.judge(rule.id) for rule in configuration.rules]
    own = {proposal.id for proposal in proposals if isinstance(proposal, Proposal)}
    kept = tuple(_judgeable(proposals, {r.id: r.error for r in results if r.error is not None}))
    left = {r.id: number for r in results if r.id in own and r.error is None and (number := open_violations(r))}
    unbearable = ("error",) if accepting else ("error", "failed")
    contracts_off = any(r.outcome in unbearable for r in results if r.id not in own and r.kind != "builtin")
    return Judged(
        text=render(places, kept, {} if accepting else left, contracts_off),
        proposals=kept,
        left=left,
        contracts_off=contracts_off,
        unreadable=codebase.unreadable,
        faults=tuple(_faults(analysis.judge("baseline"))),
    )


def _faults(baseline: RuleResult) -> Iterator[str]:
    if baseline.outcome != "passed":
        yield from (violation.label or violation.message for violation in baseline.violations)


def judge_alone(codebase: Codebase, proposal: Proposal) -> RuleResult:
    """The verdict on one rule. Raises ArchguardError."""
    return _alone(codebase, proposal).judge(proposal.id)


def prepared(codebase: Codebase, proposal: Proposal) -> Rule:
    """The rule that a proposal is, with the facts it needs read. Raises ArchguardError."""
    return _alone(codebase, proposal).configuration.rule(proposal.id)


def _alone(codebase: Codebase, proposal: Proposal) -> Analysis:
    text = render(Places(), [proposal], {})
    # No file is there, so that no contracts are either; `codebase` says where the code is.
    path = Path("no such folder", "pyproject.toml")
    configuration = configuration_of(path, *parse_toml(path, text.encode()))
    return Analysis(configuration, {proposal.id}, codebase=codebase)


def open_violations(result: RuleResult) -> int:
    """How many there are that nothing excuses."""
    return sum(violation.count for violation in result.violations if violation.state in ("new", "expired"))


def _judgeable(proposals: Proposals, errors: dict[str, str]) -> Iterator[Proposal | Declined]:
    for proposal in proposals:
        if isinstance(proposal, Proposal) and proposal.id in errors:
            yield Declined(proposal.kind, f"it cannot be judged here ({' '.join(errors[proposal.id].split())})")
        else:
            yield proposal
