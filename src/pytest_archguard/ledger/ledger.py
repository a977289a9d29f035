"""The ledger of one run: everything that decides which violations are new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.collector import collector_off
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.errors import RuleError
from pytest_archguard.ledger.baseline_file import BASELINE, Baseline, Fault, read_baseline
from pytest_archguard.ledger.entries import Entry
from pytest_archguard.ledger.exceptions import apply_exceptions
from pytest_archguard.ledger.git import Git
from pytest_archguard.ledger.matching import PRUNE, Matched, match
from pytest_archguard.ledger.merge_base import UnverifiableError, baseline_at, growth
from pytest_archguard.ledger.moves import History, find_moves
from pytest_archguard.ledger.occurrences import counted
from pytest_archguard.ledger.readability import Readability
from pytest_archguard.ledger.suppressions import Comments
from pytest_archguard.model import Site, Violation
from pytest_archguard.rules.base import RESERVED_IDS, Rule

ACCEPT_ANEW = "run with --archguard-allow-growth if it is meant"


@dataclass(frozen=True, slots=True)
class Gate:
    """What a run may add to the baseline: nothing above the merge base with `reference`, unless `allow_growth`."""

    reference: str | None = None
    allow_growth: bool = False


class Ledger:
    """The baseline, the exceptions and the suppressions of one rules file, applied to one code base."""

    def __init__(
        self,
        root: Path,
        rules: Sequence[Rule],
        codebase: Codebase,
        today: date,
        *,
        baseline: Baseline | None = None,
        history: History | None = None,
    ) -> None:
        """root: the folder of the rules file. baseline: by default the file in it. history: for following moved
        modules; git by default."""
        self.path = root / BASELINE
        self._rules = rules
        self._codebase = codebase
        self._today = today
        self._given = baseline
        self._git = Git(root)
        self._history = history or self._git
        self._comments = Comments(codebase)
        self._readability = Readability(codebase)
        self._moves: dict[str, str | None] = {}

    @cached_property
    def baseline(self) -> Baseline:
        """The file, read once."""
        with collector_off():
            return read_baseline(self.path) if self._given is None else self._given

    def judge(self, rule: Rule, found: Iterable[Violation]) -> Matched:
        """The states of everything a rule found, and what is listed, excepted or suppressed in vain."""
        with collector_off():
            return self._judge(rule, found)

    def _judge(self, rule: Rule, found: Iterable[Violation]) -> Matched:
        excepted, needless = apply_exceptions(rule, found, self._today)
        commented, unused = self._comments.apply(rule, excepted, self._today)
        matched = match(
            rule.id,
            counted(commented),
            self._entries(rule),
            self._today,
            self._follow,
            self._readability.is_undecided,
        )
        matched.stale = [*needless, *unused, *matched.stale]
        if not self.baseline.usable:
            matched.notes.append(f"{BASELINE} cannot be used, so nothing is known: see the item baseline")
        return matched

    def _entries(self, rule: Rule) -> list[Entry]:
        by_rule = self.baseline.by_rule
        former = rule.options.renamed_from
        return [*by_rule.get(rule.id, ()), *(by_rule.get(former, ()) if former else ())]

    def _follow(self, names: Iterable[str]) -> Mapping[str, str]:
        gone = [name for name in sorted(names) if self._is_gone(name)]
        unknown = [name for name in gone if name not in self._moves]
        if unknown:
            found = find_moves(unknown, self._codebase, self._history)
            self._moves.update({name: found.get(name) for name in unknown})
        return {name: new for name in gone if (new := self._moves[name]) is not None}

    def _is_gone(self, name: str) -> bool:
        return name not in self._codebase.all_names and not (self._codebase.root / name).exists()

    # The item `baseline`

    def faults(self, gate: Gate) -> Iterator[Violation]:
        """What is wrong with the file itself; raises RuleError when it cannot be held against the merge base."""
        yield from (self._violation(fault, "malformed") for fault in self.baseline.faults)
        yield from (self._violation(fault, "unknown-rule") for fault in self._unknown_rules())
        if gate.reference is not None and not gate.allow_growth:
            yield from (self._violation(fault, "growth") for fault in self._growth(gate.reference))

    def _unknown_rules(self) -> Iterator[Fault]:
        known = {name for rule in self._rules for name in (rule.id, rule.options.renamed_from)} - RESERVED_IDS
        count: dict[str, int] = {}
        first: dict[str, int] = {}
        for entry, line in zip(self.baseline.entries, self.baseline.lines, strict=True):
            if entry.rule not in known:
                count[entry.rule] = count.get(entry.rule, 0) + 1
                first.setdefault(entry.rule, line)
        for rule_id, times in count.items():
            entries = f"{times} {'entry' if times == 1 else 'entries'}"
            text = f'names a rule "{rule_id}" that does not exist, in {entries}{did_you_mean(rule_id, known - {""})}'
            remedy = f'{PRUNE} {rule_id} removes them; if the rule was renamed: renamed_from = "{rule_id}"'
            yield Fault(first[rule_id], text, remedy)

    def _growth(self, reference: str) -> Iterator[Fault]:
        try:
            commit, before = baseline_at(self._git, reference, BASELINE)
        except UnverifiableError as error:
            raise RuleError(str(error)) from None
        ids = {rule.options.renamed_from: rule.id for rule in self._rules if rule.options.renamed_from}
        since = _Since(self._git, commit)
        yield from growth(
            self.baseline,
            before,
            ids,
            lambda names: find_moves([name for name in names if self._is_gone(name)], self._codebase, since),
        )

    def _violation(self, fault: Fault, check: str) -> Violation:
        messages = {
            "malformed": f"{BASELINE} cannot be read as it is",
            "unknown-rule": f"{BASELINE} has entries of rules that do not exist",
            "growth": f"the baseline grew since the merge base; {ACCEPT_ANEW}",
        }
        return Violation(
            check=check,
            subject=BASELINE,
            detail=fault.text,
            message=messages[check],
            label=f"line {fault.line} {fault.text}",
            sites=(Site(BASELINE, fault.line),),
            advice=fault.remedy or None,
        )


class _Since:
    """History from one commit on."""

    def __init__(self, git: Git, commit: str) -> None:
        self._commit = commit
        self.renames = git.renames
        self.paths = git.paths
        self.contents = git.contents

    def last_revisions(self, paths: Iterable[str]) -> Mapping[str, str]:
        """The one commit, for all that it has."""
        files = self.paths(self._commit)
        return {path: self._commit for path in paths if path in files or any(f.startswith(f"{path}/") for f in files)}
