"""`archguard accept`: today's violations become known."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from datetime import date

from pytest_archguard.check import Analysis, RunOptions
from pytest_archguard.cli.listing import print_list, print_unjudged, print_unread
from pytest_archguard.cli.project import chosen, load_project, viewpoint
from pytest_archguard.config.days import parse_day
from pytest_archguard.errors import ArchguardError
from pytest_archguard.ledger.acceptance import Acceptance, accept
from pytest_archguard.ledger.baseline_file import BASELINE, render
from pytest_archguard.ledger.writing import replace
from pytest_archguard.model import KNOWN_UNTIL, RuleResult
from pytest_archguard.report.wrapping import counted
from pytest_archguard.rules.configuration import Configuration


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("rules", nargs="*", metavar="RULE", help="the rules to accept violations of; default: all")
    parser.add_argument(
        "--only", nargs="+", action="extend", metavar="FINGERPRINT", default=[],
        help="accept these violations alone (fingerprints as in the result document of --archguard-json)",
    )  # fmt: skip
    parser.add_argument("--reason", required=True, help="why; stands in the baseline and is shown by `archguard debt`")
    parser.add_argument("--until", metavar="DATE", help="the last day on which they are known, such as 2027-03-31")
    parser.add_argument("--force", action="store_true", help="accept although this runs in CI")


def run(arguments: argparse.Namespace) -> int:
    """Judges, adds what is new to the baseline, and says what was added."""
    reason, until = checked(arguments)
    configuration = load_project(arguments)
    ids = _ids(arguments.rules, configuration)
    analysis = Analysis(configuration, ids, RunOptions())
    baseline = analysis.ledger.baseline
    baseline.check_writable()
    results = [analysis.judge(rule_id) for rule_id in ids]
    judged = [result for result in results if result.error is None]
    accepted = accept(
        baseline.entries,
        [(configuration.rule(r.id), analysis.matched(r.id).unlisted) for r in judged],
        reason,
        until,
        frozenset(arguments.only) or None,
    )
    _check_fingerprints(arguments.only, accepted, results)
    if accepted.changed:
        replace(analysis.ledger.path, render(accepted.entries), baseline.data)
    _print(accepted, configuration, judged)
    print_unread(analysis.codebase.unreadable, viewpoint(configuration))
    return 1 if print_unjudged(results, "nothing of it was accepted") else 0


def checked(arguments: argparse.Namespace) -> tuple[str, date | None]:
    """The reason and the last day; raises ArchguardError when nothing may be accepted like this."""
    if os.environ.get("CI", "").lower() not in ("", "0", "false", "no") and not arguments.force:
        raise ArchguardError(
            "this is a CI job (CI is set), and a build must not accept its own violations; "
            "run it at the desk, or with --force"
        )
    reason = " ".join(arguments.reason.split())
    if not reason:
        raise ArchguardError("--reason is empty; say why these violations are accepted")
    if arguments.until is None:
        return reason, None
    try:
        until = parse_day(arguments.until)
    except ValueError as error:
        raise ArchguardError(f"--until: {error}") from None
    if until < date.today():  # noqa: DTZ011 - days are those of whoever runs the rules
        raise ArchguardError(f"--until: {until} has passed")
    return reason, until


def _ids(names: Sequence[str], configuration: Configuration) -> tuple[str, ...]:
    rules = [rule for rule in configuration.rules if rule.kind_name != "builtin"]
    for name in names:
        if name in {rule.id for rule in configuration.rules if rule.kind_name == "builtin"}:
            raise ArchguardError(f'what "{name}" finds cannot be accepted; it has to be mended')
    ids = chosen(names, {rule.id for rule in rules})
    for name in ids:
        if configuration.rule(name).severity == "off":
            raise ArchguardError(f'the rule "{name}" is off (severity = "off"), so there is nothing to accept')
    return ids or tuple(rule.id for rule in rules if rule.severity != "off")


def _check_fingerprints(only: Iterable[str], accepted: Acceptance, results: Sequence[RuleResult]) -> None:
    states = {v.fingerprint(r.id): v.state for r in results for v in r.violations if v.state in ("known", "suppressed")}
    for fingerprint in only:
        if fingerprint not in accepted.fingerprints:
            state = states.get(fingerprint)
            what = f"is {state} already" if state else "is that of no new violation"
            raise ArchguardError(f"--only: {fingerprint} {what}; nothing was written")


def _print(accepted: Acceptance, configuration: Configuration, judged: Sequence[RuleResult]) -> None:
    for result in judged:
        lines = accepted.lines(result.id)
        if lines:
            print_list(f"{result.id}: {counted(len(lines), 'entry', 'entries')}", lines)
    if accepted.changed:
        total = counted(len(accepted.entries), "entry", "entries")
        path = viewpoint(configuration).path(BASELINE)
        print(f"{path} written: {total}, {len(accepted.changed)} of them new or changed")
    else:
        print("nothing to accept: there are no new violations")
    refused = sum(
        v.count for r in judged for v in r.violations
        if v.state == "expired" and not (v.reason or "").startswith(KNOWN_UNTIL)
    )  # fmt: skip
    if refused:
        print(f"{counted(refused, 'violation')} of expired exceptions or suppressions not accepted: renew their dates")
