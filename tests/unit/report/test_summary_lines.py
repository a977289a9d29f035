"""The counts at the end of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inline_snapshot import snapshot

from pytest_archguard.model import Result, RuleResult, Stale, State, Violation
from pytest_archguard.report.summary import counts_line, rule_lines


def some(number: int, state: State) -> tuple[Violation, ...]:
    return tuple(Violation("layer", f"app.m{n}", "message", state=state) for n in range(number))


def result(*rules: RuleResult, **changes: Any) -> Result:
    return Result(rules, "1.0", **{"modules": 71, "imports": 512, "seconds": 0.21, **changes})


def test_the_counts_of_a_run(rule: Callable[..., RuleResult]) -> None:
    layers = rule(violations=some(12, "new") + some(384, "known"), stale=(Stale("a"), Stale("b")), fewer=3)
    assert counts_line([result(layers)]) == snapshot(
        "12 new, 384 known (3 fewer), 2 stale, 71 modules, 512 imports examined in 0.21 s"
    )


def test_a_clean_run(rule: Callable[..., RuleResult]) -> None:
    assert counts_line([result(rule(outcome="passed"), modules=1, imports=1, seconds=0)]) == snapshot(
        "0 new, 1 module, 1 import examined in 0.00 s"
    )


def test_everything_else_is_counted_where_there_is_some(rule: Callable[..., RuleResult]) -> None:
    first = result(rule(violations=some(1, "expired") + some(2, "suppressed")), rule(id="b", outcome="error"))
    second = result(rule(violations=some(1, "new")), rule(id="b", outcome="not_run"), rule(id="c", outcome="not_run"))
    assert counts_line([first, second]) == snapshot(
        "1 new, 1 expired, 2 suppressed, 1 rule not judged, 2 rules not run, 142 modules, "
        "1024 imports examined in 0.42 s"
    )


def test_rules_that_tolerate_something_have_a_line(rule: Callable[..., RuleResult]) -> None:
    rules = [
        rule(violations=some(3, "new")),
        rule(id="debt", violations=some(3, "new") + some(5, "known"), fewer=2),
        rule(id="soft", kind="size", severity="warn", outcome="passed", violations=some(2, "new"), stale=(Stale("x"),)),
        rule(id="calm", outcome="passed"),
        rule(id="moved", outcome="passed", notes=("app.a is now app.b",)),
        rule(id="quiet", outcome="passed", violations=some(1, "suppressed")),
        rule(id="not-asked", severity="warn", outcome="not_run"),
    ]
    assert "\n".join(rule_lines(rules)) == snapshot(
        """\
debt   layers  5 known (2 fewer)
soft   size    warns: 2 new, 1 stale
moved  layers
  app.a is now app.b
quiet  layers  1 suppressed\
"""
    )
