"""A rules file as pytest collects it: one item a rule."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_archguard.errors import AnalysisError
from pytest_archguard.plugin.colour import coloured
from pytest_archguard.plugin.judging import Judge
from pytest_archguard.plugin.progress import Progress
from pytest_archguard.report.text import failure_text, headline
from pytest_archguard.report.viewpoint import Viewpoint
from pytest_archguard.rules.base import Rule
from pytest_archguard.rules.configuration import Configuration

KNOWN = "archguard_known"
NEW = "archguard_new"


class RuleFailedError(AssertionError):
    """Indicates that a rule is violated or cannot be judged; its text is complete for people."""


@dataclass(frozen=True, slots=True)
class Court:
    """What the items of one rules file share."""

    configuration: Configuration
    judge: Judge
    view: Viewpoint
    show: int | None


class RuleFile(pytest.File):
    """The collector of one rules file; its items are made from the configuration alone."""

    def __init__(self, *, court: Court, expanded: set[Path], **keywords: Any) -> None:
        super().__init__(**keywords)
        self._court = court
        self._expanded = expanded

    def collect(self) -> Iterator[pytest.Item]:
        """One item a rule, in the order of the file."""
        self._expanded.add(self._court.configuration.path)
        for rule in self._court.configuration.rules:
            yield RuleItem.from_parent(self, name=rule.id, rule=rule, court=self._court)


class RuleItem(pytest.Item):
    """One rule."""

    # conftest files of users look at these on every item
    fixturenames: tuple[str, ...] = ()

    def __init__(self, *, rule: Rule, court: Court, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.rule = rule
        self.court = court
        self.add_marker(pytest.mark.archguard)
        self.extra_keyword_matches.add(rule.kind_name)
        if rule.severity == "off":
            self.add_marker(pytest.mark.skip(reason=f'severity = "off" in {self.location[0]}:{rule.line}'))

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Where the rule's table starts."""
        return self.path, self.rule.line - 1, self.name

    def setup(self) -> None:
        """Analyses the code base for all rules that are going to run, if no other item has."""
        selected = [
            item.rule.id for item in self.session.items if isinstance(item, RuleItem) and item.court is self.court
        ]
        problem = ""
        try:
            with Progress.on_terminal(self.config) as progress:
                self.court.judge.prepare(selected, progress)
        except AnalysisError as error:
            problem = str(error)
        if problem:  # raised out here, so that pytest does not tell of "another exception" during this one
            pytest.fail(problem, pytrace=False)

    def runtest(self) -> None:
        """Raises RuleFailedError."""
        result = self.court.judge.judge(self.rule.id)
        self.user_properties[:] = [
            *(entry for entry in self.user_properties if entry[0] not in (NEW, KNOWN)),
            (NEW, result.count("new")),
            (KNOWN, result.count("known")),
        ]
        text = failure_text(result, self.court.view, self.court.show)
        if result.outcome in ("failed", "error"):
            raise RuleFailedError(text)
        if result.violations or result.stale:
            self.add_report_section("call", "archguard", text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The failure's text alone: where our code raised it is nobody's business."""
        if isinstance(excinfo.value, RuleFailedError):
            return FailureText.of(str(excinfo.value), self.location[0], self.rule.line)
        return super().repr_failure(excinfo, style)


@dataclass(frozen=True, slots=True)
class Crash:
    """What pytest's short summary, `--tb=line` and JUnit XML take from a failure."""

    path: str
    lineno: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.lineno}: {self.message}"


@dataclass(frozen=True, slots=True)
class FailureText:
    """A failure as pytest prints it, with colours where the terminal has them."""

    text: str
    reprcrash: Crash

    @classmethod
    def of(cls, text: str, path: str, line: int) -> FailureText:
        """path, line: where the rule is declared."""
        return cls(text, Crash(path, line, headline(text)))

    def __str__(self) -> str:
        return self.text

    def toterminal(self, tw: Any) -> None:
        """Called by pytest's terminal reporter."""
        for line in coloured(self.text, tw.markup):
            tw.line(line)
