"""`archguard rules`: the rules with what they match."""

from __future__ import annotations

import argparse

from pytest_archguard.check import Analysis
from pytest_archguard.cli.listing import print_unread, print_wrapped
from pytest_archguard.cli.project import chosen, load_project, viewpoint
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.report.wrapping import counted
from pytest_archguard.rules.base import Claim, Rule
from pytest_archguard.rules.vacuity import unmatched


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("rules", nargs="*", metavar="RULE", help="these rules alone; default: all")


def run(arguments: argparse.Namespace) -> int:
    """Prints each rule with its sentence and its selectors; 1 when a selector matches nothing it should."""
    configuration = load_project(arguments)
    rules = {rule.id: rule for rule in configuration.rules if rule.kind_name != "builtin"}
    ids = chosen(arguments.rules, rules) or tuple(rules)
    codebase = Analysis(configuration, ()).codebase
    vacuous = [_print(rules[rule_id], codebase) for rule_id in ids]
    total = counted(len(ids), "rule")
    print(f"{total}, {counted(len(codebase.modules), 'module')} in {viewpoint(configuration).rules_path}")
    print_unread(codebase.unreadable, viewpoint(configuration))
    return 1 if any(vacuous) else 0


def _print(rule: Rule, codebase: Codebase) -> bool:
    severity = "" if rule.severity == "error" else f", {rule.severity}"
    print(f"{rule.id} ({rule.kind_name}{severity})")
    print_wrapped(rule.kind.sentence())
    claims = list(dict.fromkeys(rule.kind.claims()))
    rows = [(f"{claim.key}: {claim.selector}", _matched(claim, codebase)) for claim in claims]
    width = max((len(name) for name, _ in rows), default=0)
    for name, what in rows:
        print(f"  {name:<{width}}  {what}")
    problems = unmatched(rule, codebase)
    for problem in problems:
        print_wrapped(f"! {problem}")
    return bool(problems)


def _matched(claim: Claim, codebase: Codebase) -> str:
    modules = codebase.select_all((claim.selector,)) if claim.match == "targets" else codebase.select((claim.selector,))
    if not modules and claim.match == "targets" and codebase.externals.knows(claim.selector.text):
        return "outside the code base"
    return counted(len(modules), "module")
