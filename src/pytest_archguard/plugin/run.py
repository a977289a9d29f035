"""The hooks of a run that has rules."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from pytest_archguard.model import Result
from pytest_archguard.plugin.choice import same_file
from pytest_archguard.plugin.items import KNOWN, Court, FailureText, RuleFile, RuleItem
from pytest_archguard.plugin.judging import OwnJudge, SharedJudge, read_findings, settled
from pytest_archguard.plugin.loading import Plan, RunSettings
from pytest_archguard.plugin.terminal import closing_lines, header_lines
from pytest_archguard.report.document import Part, ReportError, document, write_text
from pytest_archguard.report.formats import rendered
from pytest_archguard.report.github import annotation_lines
from pytest_archguard.report.viewpoint import Viewpoint, seen_from
from pytest_archguard.rules.configuration import Configuration

_Status = tuple[str, str, tuple[str, dict[str, bool]]]


class Run:
    """Collects the rules, keeps what became of them, and reports it."""

    def __init__(self, config: pytest.Config, plan: Plan, settings: RunSettings) -> None:
        self._config = config
        self._plan = plan
        self._settings = settings
        self._start = config.invocation_params.dir
        self._top = same_file(config.rootpath)
        self._expanded: set[Path] = set()
        self._shared_folder: Path | None = None
        self._parts: list[Part] = []
        self._notes: list[str] = []
        self._annotations: list[str] = []
        self._courts = {file.path: self._court(number, file) for number, file in enumerate(plan.running)}
        self._rules = {
            f"{seen_from(str(self._top), str(file.path))}::{rule.id}": (file.path, rule)
            for file in plan.running
            for rule in file.rules
        }
        self._judged: dict[Path, set[str]] = {file.path: set() for file in plan.running}

    def _court(self, number: int, file: Configuration) -> Court:
        handed = getattr(self._config, "workerinput", None)
        judge: OwnJudge | SharedJudge = (
            SharedJudge(file, self._settings.analysis, Path(handed["archguard"]["folder"]), str(number))
            if handed
            else OwnJudge(file, self._settings.analysis)
        )
        view = Viewpoint(same_file(self._start), file.path)
        return Court(file, judge, view, self._settings.show)

    # Collection

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> RuleFile | None:
        """A rules file that an argument names."""
        court = self._courts.get(same_file(file_path)) if file_path.suffix == ".toml" else None
        if court is None or not parent.session.isinitpath(file_path):
            return None
        return RuleFile.from_parent(parent, path=file_path, court=court, expanded=self._expanded)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Adds the rules that no argument led to, before `-k`, `-m` and `--deselect` choose among all items."""
        for file in self._plan.running:
            court = self._courts[file.path]
            present = {item.rule.id for item in items if isinstance(item, RuleItem) and item.court is court}
            if len(present) < len(file.rules) and self._wants_all(file):
                path = self._config.rootpath / file.path.relative_to(self._top)
                collector = RuleFile.from_parent(session, path=path, court=court, expanded=self._expanded)
                found = session.genitems(collector)
                items.extend(item for item in found if isinstance(item, RuleItem) and item.rule.id not in present)
        # First: under xdist neighbours go to few workers, and one analysis then starts at once.
        items.sort(key=lambda item: not isinstance(item, RuleItem))

    def _wants_all(self, file: Configuration) -> bool:
        """Whether all rules of the file are meant to run, and not only those that arguments pick from it.

        Of an argument for the file and one for a rule in it, pytest before 9 follows only one.
        """
        named = {same_file(self._start / argument) for argument in self._config.args if "::" not in argument}
        return file.path in named or (file in self._plan.complete and file.path not in self._expanded)

    # pytest-xdist

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hands what was decided, and a folder to share the analysis in, to a worker that is about to start."""
        if self._shared_folder is None:
            self._shared_folder = Path(tempfile.mkdtemp(prefix="archguard-"))
        choice = self._plan.choice.to_plain(self._top)
        node.workerinput["archguard"] = {"folder": str(self._shared_folder), "choice": choice}

    # Reports

    def pytest_report_header(self) -> list[str]:
        """How many rules there are, and those that paths keep from running."""
        return header_lines(self._plan, self._start)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes which rules ran; gives a failure its form back, of which only the text comes through from a worker."""
        path, rule = self._rules.get(report.nodeid, (None, None))
        if path is None or rule is None:
            return
        if report.when == "call" or report.failed:
            self._judged[path].add(rule.id)
        if report.when == "call" and report.failed and isinstance(report.longrepr, str):
            report.longrepr = FailureText.of(report.longrepr, report.location[0], rule.line)  # type: ignore[assignment]

    def pytest_report_teststatus(self, report: pytest.TestReport) -> _Status | None:
        """A rule that passes with debt is told from one that passes without."""
        if report.when == "call" and report.passed and report.nodeid in self._rules:
            known = dict(report.user_properties).get(KNOWN)
            return ("known", "k", ("KNOWN", {"yellow": True})) if known else None
        return None

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Writes what was asked for; in a worker, nothing."""
        if hasattr(self._config, "workerinput") or self._config.option.collectonly:
            return
        if exitstatus == pytest.ExitCode.USAGE_ERROR:
            return
        self._parts = [Part(self._result(number, file), file.path) for number, file in enumerate(self._plan.running)]
        if not self._parts:
            return
        data = document(self._parts, same_file(self._start), self._top)
        for form, path in self._settings.reports:
            try:
                write_text(rendered(data, form), path)
            except ReportError as error:
                self._notes.append(f"--archguard-{form}: {error}")
                session.exitstatus = exitstatus or pytest.ExitCode.USAGE_ERROR
        if os.environ.get("GITHUB_ACTIONS") == "true":
            self._annotations = list(annotation_lines(data))

    def _result(self, number: int, file: Configuration) -> Result:
        judge = self._courts[file.path].judge
        if self._shared_folder is not None:
            findings = read_findings(self._shared_folder, str(number))
        else:
            findings = judge.findings() if isinstance(judge, OwnJudge) else None
        return settled(findings, file, self._judged[file.path])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The counts; debt is never kept silent."""
        results = [part.result for part in self._parts if any(self._judged[part.rules_file])]
        for line, markup in closing_lines(results, self._plan, terminalreporter.verbosity):
            if line is None:
                terminalreporter.write_sep("=", "archguard", **markup)
            else:
                terminalreporter.write_line(line, **markup)
        for note in self._notes:
            terminalreporter.write_line(note, red=True)
        for annotation in self._annotations:
            terminalreporter.write_line(annotation)

    def pytest_unconfigure(self) -> None:
        """Removes the folder that was shared."""
        if self._shared_folder is not None:
            shutil.rmtree(self._shared_folder, ignore_errors=True)
