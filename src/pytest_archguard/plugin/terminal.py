"""What a run says about its rules before and after the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pytest_archguard.model import Result
from pytest_archguard.plugin.loading import Plan
from pytest_archguard.report.summary import counts_line, rule_lines
from pytest_archguard.report.viewpoint import seen_from
from pytest_archguard.report.wrapping import counted
from pytest_archguard.rules.configuration import Configuration

Line = tuple[str | None, dict[str, bool]]


def header_lines(plan: Plan, start: Path) -> list[str]:
    """Lines for pytest's header."""
    return [_running(file, start) for file in plan.running] + list(_idle(plan))


def closing_lines(results: Sequence[Result], plan: Plan, verbosity: int) -> Iterator[Line]:
    """Lines with their markup for the end of the run; None stands for the section's title.

    Quiet runs (-q) get one line, very quiet ones (-qq) none.
    """
    if verbosity < -1:
        return
    if results:
        markup = _markup(results)
        if verbosity < 0:
            yield f"archguard: {counts_line(results)}", markup
        else:
            yield None, markup
            for result in results:
                yield from ((line, {}) for line in rule_lines(result.rules))
            yield counts_line(results), markup
    for line in _idle(plan):
        yield line, {"yellow": True}


def _running(configuration: Configuration, start: Path) -> str:
    path = seen_from(str(start), str(configuration.path))
    if all(rule.kind_name == "builtin" for rule in configuration.rules):
        return f"archguard: {path} declares no rule yet; only what can be read and the baseline are checked"
    return f"archguard: {counted(len(configuration.rules), 'rule')} in {path}"


def _idle(plan: Plan) -> Iterator[str]:
    idle = sum(len(configuration.rules) for configuration in plan.idle)
    if idle:
        yield f"archguard: {counted(idle, 'rule')} not run (paths given; add --archguard)"


def _markup(results: Sequence[Result]) -> dict[str, bool]:
    rules = [rule for result in results for rule in result.rules]
    if any(rule.outcome in ("failed", "error") for rule in rules):
        return {"red": True}
    calm = not any(rule.violations or rule.stale for rule in rules)
    return {"green": True} if calm else {"yellow": True}
