"""Where the items get their verdicts from: an analysis of this process, or one shared by the workers of xdist."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pytest_archguard.check import Analysis, RunOptions
from pytest_archguard.errors import AnalysisError
from pytest_archguard.model import Result, RuleResult
from pytest_archguard.plugin.lock import locked
from pytest_archguard.report.document import ReportError, write
from pytest_archguard.rules.configuration import Configuration

Progress = Callable[[int, int], None]


class Judge(Protocol):
    """Gives the verdicts on the rules of one rules file."""

    def prepare(self, selected: Collection[str], progress: Progress | None = None) -> None:
        """Makes sure that the rules of these ids can be judged; raises AnalysisError, every time."""

    def judge(self, rule_id: str) -> RuleResult:
        """One rule's verdict; raises AnalysisError."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What became of one rules file: a result, or why there is none."""

    result: Result | None = None
    error: str | None = None


class OwnJudge:
    """Analyses in this process, when the first rule is about to run."""

    def __init__(self, configuration: Configuration, options: RunOptions) -> None:
        self._configuration = configuration
        self._options = options
        self._analysis: Analysis | None = None
        self._error: str | None = None

    def prepare(self, selected: Collection[str], progress: Progress | None = None) -> None:
        """Reads the code base, once."""
        if self._error is not None:
            raise AnalysisError(self._error)
        if self._analysis is None:
            analysis = Analysis(self._configuration, selected, self._options)
            try:
                analysis.prepare(progress)
            except AnalysisError as error:
                self._error = str(error)
                raise
            self._analysis = analysis

    def judge(self, rule_id: str) -> RuleResult:
        """One rule's verdict."""
        self.prepare((rule_id,))
        assert self._analysis is not None
        return self._analysis.judge(rule_id)

    def findings(self) -> Findings:
        """What was found so far."""
        return Findings(self._analysis.result() if self._analysis else None, self._error)


class SharedJudge:
    """Lets the first worker that needs a verdict give all of them, and the others read them.

    folder: made by the controller; every worker sees it. Where it is not there (another machine), or another worker
    judged a different choice of rules, this one judges for itself.
    """

    def __init__(self, configuration: Configuration, options: RunOptions, folder: Path, name: str) -> None:
        self._own = OwnJudge(configuration, options)
        self._folder = folder
        self._name = name
        self._findings: Findings | None = None

    def prepare(self, selected: Collection[str], progress: Progress | None = None) -> None:
        """Waits for the other workers, if one is at it."""
        if self._findings is None:
            try:
                with locked(self._folder / f"{self._name}.lock"):
                    self._findings = read_findings(self._folder, self._name) or self._judge_all(selected)
            except OSError:
                self._own.prepare(selected, progress)
                self._findings = Findings(self._own.findings().result)
        if self._findings.error is not None:
            raise AnalysisError(self._findings.error)

    def judge(self, rule_id: str) -> RuleResult:
        """One rule's verdict."""
        rules = self._findings.result.rules if self._findings and self._findings.result else ()
        found = next((rule for rule in rules if rule.id == rule_id and rule.outcome != "not_run"), None)
        return found or self._own.judge(rule_id)

    def _judge_all(self, selected: Collection[str]) -> Findings:
        try:
            self._own.prepare(selected)
            for rule_id in selected:
                self._own.judge(rule_id)
        except AnalysisError:
            pass  # is part of the findings
        findings = self._own.findings()
        result = findings.result.to_json() if findings.result else None
        try:
            write({"result": result, "error": findings.error}, self._folder / f"{self._name}.json", indent=None)
        except ReportError as error:
            raise OSError(str(error)) from error
        return findings


def read_findings(folder: Path, name: str) -> Findings | None:
    """What a worker found; None if none did."""
    try:
        data = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Findings(Result.from_json(data["result"]) if data["result"] else None, data["error"])


def settled(findings: Findings | None, configuration: Configuration, judged: Collection[str]) -> Result:
    """The result of the run: what was found, for the rules whose items really ran; the rest is `not_run`."""
    blank = Analysis(configuration, ()).result()
    findings = findings or Findings()
    found = {rule.id: rule for rule in (findings.result or blank).rules}

    def settle(rule: RuleResult) -> RuleResult:
        if rule.outcome == "off" or rule.id not in judged:
            return rule
        if findings.error is not None:
            return replace(rule, outcome="error", error=findings.error)
        return found[rule.id]

    rules = tuple(settle(rule) for rule in blank.rules)
    partial = any(rule.outcome == "not_run" for rule in rules)
    return replace(findings.result or blank, rules=rules, partial=partial)
