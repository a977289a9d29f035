"""One run: configuration -> code base -> rules -> ledger -> result."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter

from pytest_archguard.codebase.cache import FactCache
from pytest_archguard.codebase.codebase import Codebase, read_codebase
from pytest_archguard.codebase.collector import collector_off
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.suppressions import SUPPRESSIONS
from pytest_archguard.codebase.layout import discover
from pytest_archguard.errors import AnalysisError, ConfigurationError, RuleError
from pytest_archguard.ledger.ledger import Gate, Ledger
from pytest_archguard.ledger.matching import Matched
from pytest_archguard.ledger.occurrences import counted
from pytest_archguard.model import Advice, Outcome, Result, RuleResult, Violation
from pytest_archguard.rules.base import Advisor, Examiner, Noting, Ranked, Rule
from pytest_archguard.rules.configuration import Configuration
from pytest_archguard.rules.vacuity import needless_allowances, unmatched

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user asked of this run.

    strict: rules of severity `warn` fail like the others. cache: facts about files are kept between runs.
    today: the day that `until` dates are held against. gate: what the baseline may not have grown beyond.
    """

    strict: bool = False
    cache: bool = True
    gate: Gate = Gate()
    today: date = field(default_factory=date.today)


class Analysis:
    """The code base, read once, and the verdicts given so far."""

    def __init__(
        self,
        configuration: Configuration,
        selected: Collection[str] | None = None,
        options: RunOptions | None = None,
        codebase: Codebase | None = None,
    ) -> None:
        """selected: the ids of the rules that will be judged; None for all. Only their facts are extracted.
        codebase: one that was read already, as these settings have it; facts it lacks are added.
        """
        self.configuration = configuration
        self.options = options or RunOptions()
        self._selected = [rule for rule in configuration.rules if selected is None or rule.id in selected]
        self._codebase: Codebase | None = codebase
        self._ledger: Ledger | None = None
        self._results: dict[str, RuleResult] = {}
        self._matched: dict[str, Matched] = {}
        self._seconds = 0.0
        if codebase is not None:
            files = [*codebase.modules.values(), *codebase.tests.values()]
            for fact in self._needs():
                deque(codebase.facts_of(files, fact), maxlen=0)

    @property
    def codebase(self) -> Codebase:
        """The code base; reads it if need be. Raises AnalysisError."""
        self.prepare()
        assert self._codebase is not None
        return self._codebase

    @property
    def ledger(self) -> Ledger:
        """The baseline, exceptions and suppressions; reads the code base if need be. Raises AnalysisError."""
        if self._ledger is None:
            rules, today = self.configuration.rules, self.options.today
            self._ledger = Ledger(self.configuration.root, rules, self.codebase, today)
        return self._ledger

    def prepare(self, progress: Progress | None = None) -> None:
        """Reads the code base, once.

        progress: called with how many files are done and how many there are. Raises AnalysisError when there is
        nothing to analyse.
        """
        if self._codebase is not None:
            return
        with collector_off():
            self._read(progress)

    def _read(self, progress: Progress | None) -> None:
        started = perf_counter()
        settings = self.configuration.settings
        try:
            layout = discover(
                self.configuration.root, settings.source_roots, settings.packages, settings.tests, settings.exclude
            )
        except ConfigurationError as error:  # only the files show it: two modules of one name
            raise AnalysisError(str(ConfigurationError(self.configuration.path.name, error.problems))) from None
        if not layout.modules:
            raise AnalysisError(_nothing_found(self.configuration, layout.problems))
        self._codebase = read_codebase(layout, self._needs(), progress, self._cache())
        self._seconds += perf_counter() - started

    def _needs(self) -> frozenset[Fact]:
        needed: frozenset[Fact] = frozenset({SUPPRESSIONS})
        return needed.union(*(rule.kind.needs() for rule in self._active()))

    def judge(self, rule_id: str) -> RuleResult:
        """One rule's verdict, given once. Whatever is wrong with this rule is its own outcome; nothing is raised
        but AnalysisError."""
        if rule_id not in self._results:
            rule = self.configuration.rule(rule_id)
            if rule.severity == "off":
                self._results[rule_id] = _unjudged(rule, "off")
            else:
                ledger = self.ledger
                started = perf_counter()
                with collector_off():
                    result = self._judge(rule, self.codebase, ledger)
                seconds = perf_counter() - started
                self._seconds += seconds
                self._results[rule_id] = replace(result, seconds=seconds)
        return self._results[rule_id]

    def matched(self, rule_id: str) -> Matched:
        """What became of a rule's entries in the baseline; judges the rule if need be. Raises AnalysisError."""
        self.judge(rule_id)
        return self._matched.get(rule_id, Matched())

    def result(self) -> Result:
        """Everything judged so far, in the order of the rules file; the rest is `not_run`."""
        rules = tuple(
            self._results.get(rule.id) or _unjudged(rule, "off" if rule.severity == "off" else "not_run")
            for rule in self.configuration.rules
        )
        codebase = self._codebase
        return Result(
            rules=rules,
            tool_version=tool_version(),
            partial=any(rule.outcome == "not_run" for rule in rules),
            modules=len(codebase.modules) if codebase else 0,
            imports=codebase.import_count if codebase else 0,
            seconds=self._seconds,
        )

    def _judge(self, rule: Rule, codebase: Codebase, ledger: Ledger) -> RuleResult:
        found, error = _violations(rule, codebase)
        if rule.kind_name != "builtin":
            matched = ledger.judge(rule, found)
        elif rule.id == "baseline":
            matched, error = _file_faults(ledger, self.options.gate)
        else:
            matched = Matched(violations=counted(found))
        self._matched[rule.id] = matched
        # A rule that could not be judged as it is meant says nothing about what is listed or excepted either.
        stale = () if error else (*matched.stale, *needless_allowances(rule, codebase))
        failing = tuple(v for v in matched.violations if v.state in ("new", "expired"))
        return RuleResult(
            id=rule.id,
            kind=rule.kind_name,
            severity=rule.severity,
            outcome=_outcome(rule, error, bool(failing or stale), self.options),
            sentence=rule.kind.sentence(),
            because=rule.options.because,
            fix=rule.options.fix,
            docs=rule.options.docs,
            owner=rule.options.owner,
            error=error,
            examined=rule.kind.examined(codebase) if isinstance(rule.kind, Examiner) and not error else {},
            violations=tuple(matched.violations),
            stale=stale,
            advice=_advice(rule, codebase, failing),
            ranks=rule.kind.ranks() if isinstance(rule.kind, Ranked) else (),
            fewer=0 if error else matched.fewer,
            notes=() if error else (*_notes(rule, codebase), *matched.notes),
        )

    def _cache(self) -> FactCache | None:
        name = self.configuration.settings.cache_dir
        return FactCache(self.configuration.root / name, name) if self.options.cache else None

    def _active(self) -> list[Rule]:
        return [rule for rule in self._selected if rule.severity != "off"]


def run(configuration: Configuration, options: RunOptions | None = None, progress: Progress | None = None) -> Result:
    """Judges every rule. Raises AnalysisError when the code base cannot be read at all."""
    analysis = Analysis(configuration, None, options)
    analysis.prepare(progress)
    for rule in configuration.rules:
        analysis.judge(rule.id)
    return analysis.result()


def tool_version() -> str:
    """The installed version of pytest-archguard."""
    try:
        return version("pytest-archguard")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "unknown"


def _violations(rule: Rule, codebase: Codebase) -> tuple[list[Violation], str | None]:
    """What was found, and why the rule cannot be judged as it is meant; finding something hides no error."""
    found: list[Violation] = []
    errors = unmatched(rule, codebase)
    try:
        for violation in rule.kind.check(codebase):
            found.append(violation)  # noqa: PERF402 - what was found before an error is kept
    except RuleError as error:
        errors.append(str(error))
    except RecursionError:
        errors.append("the code is nested too deeply to be judged")
    except Exception as error:  # noqa: BLE001 - one bad rule, of a third party above all, must not hide the rest
        errors.append(f"the rule itself failed: {type(error).__name__}: {error}")
    return found, "\n".join(errors) or None


def _file_faults(ledger: Ledger, gate: Gate) -> tuple[Matched, str | None]:
    """What the item `baseline` fails for: faults of the file itself."""
    matched = Matched()
    try:
        for fault in ledger.faults(gate):
            matched.violations.append(fault)
    except RuleError as error:
        return matched, str(error)
    return matched, None


def _outcome(rule: Rule, error: str | None, failing: bool, options: RunOptions) -> Outcome:
    if error:
        return "error"
    return "failed" if failing and (rule.severity == "error" or options.strict) else "passed"


def _advice(rule: Rule, codebase: Codebase, failing: tuple[Violation, ...]) -> tuple[Advice, ...]:
    if not failing or not isinstance(rule.kind, Advisor):
        return ()
    try:
        return tuple(rule.kind.advise(codebase, failing))
    except Exception as error:  # noqa: BLE001 - a verdict is not lost because the advice on it failed
        return (Advice(f"no advice could be given: {type(error).__name__}: {error}"),)


def _notes(rule: Rule, codebase: Codebase) -> Iterable[str]:
    return rule.kind.notes(codebase) if isinstance(rule.kind, Noting) else ()


def _unjudged(rule: Rule, outcome: Outcome) -> RuleResult:
    return RuleResult(
        id=rule.id,
        kind=rule.kind_name,
        severity=rule.severity,
        outcome=outcome,
        sentence=rule.kind.sentence(),
        because=rule.options.because,
        fix=rule.options.fix,
        docs=rule.options.docs,
        owner=rule.options.owner,
    )


def _nothing_found(configuration: Configuration, problems: Collection[str]) -> str:
    text = f"{configuration.path.name}: no Python modules were found, so nothing can be judged"
    return "\n".join([text, *problems])
