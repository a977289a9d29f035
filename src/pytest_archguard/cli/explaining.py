"""`archguard explain RULE | MODULE`: what a rule means and matches, or which rules judge a module."""

from __future__ import annotations

import argparse
import os
import posixpath
from collections.abc import Iterable, Iterator

from pytest_archguard.check import Analysis
from pytest_archguard.cli.listing import print_wrapped
from pytest_archguard.cli.project import load_project, viewpoint
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.config.selectors import Selector
from pytest_archguard.errors import ArchguardError
from pytest_archguard.model import Violation
from pytest_archguard.report.listing import name_of
from pytest_archguard.report.text import failure_text
from pytest_archguard.report.viewpoint import Viewpoint
from pytest_archguard.rules.base import Rule
from pytest_archguard.rules.crossings import RUNNING_OR_TYPING

STYLES = RUNNING_OR_TYPING
_SHOWN = 12


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("name", metavar="RULE|MODULE", help="the id of a rule, or a module (dotted name or path)")


def run(arguments: argparse.Namespace) -> int:
    """Prints the explanation. Always 0: explaining is no check."""
    configuration = load_project(arguments)
    analysis = Analysis(configuration)
    rules = {rule.id: rule for rule in configuration.rules}
    name: str = arguments.name
    if name in rules:
        _explain_rule(analysis, rules[name], viewpoint(configuration))
        return 0
    codebase = analysis.codebase
    module = _module(codebase, name, viewpoint(configuration))
    if module is None:
        hint = did_you_mean(name, [*rules, *codebase.names])
        raise ArchguardError(f'there is no rule and no module "{name}"{hint}')
    _explain_module(analysis, module, viewpoint(configuration))
    return 0


def _module(codebase: Codebase, name: str, view: Viewpoint) -> str | None:
    """The module of this name or path; a path may be relative to the current folder or to that of the rules file."""
    if name in codebase.modules:
        return name
    path = posixpath.normpath(name.replace(os.sep, "/"))
    paths = {module.path: each for each, module in codebase.modules.items()}
    seen = {view.path(each): module for each, module in paths.items()}
    package = posixpath.normpath(f"{path}/__init__.py")
    return seen.get(path) or paths.get(path) or seen.get(package) or paths.get(package)


def _explain_rule(analysis: Analysis, rule: Rule, view: Viewpoint) -> None:
    codebase = analysis.codebase
    print(f"{rule.id} ({rule.kind_name}, {rule.severity}), {view.rules_path}:{rule.line}")
    print_wrapped(rule.kind.sentence())
    for label, text in _common(rule):
        print_wrapped(f"{label}: {text}")
    for claim in dict.fromkeys(rule.kind.claims()):
        names = sorted(codebase.select((claim.selector,)))
        what = _listed(names) if names else "outside the code base" if claim.match == "targets" else "nothing"
        print_wrapped(f"{claim.key}: {claim.selector} = {what}")
    print_wrapped(f"docs: https://pypi.org/project/pytest-archguard/ (docs/rules/{rule.kind_name}.md)")
    print()
    print(failure_text(analysis.judge(rule.id), view, show=5))


def _common(rule: Rule) -> Iterator[tuple[str, str]]:
    options = rule.options
    for label, text in (
        ("because", options.because),
        ("fix", options.fix),
        ("owner", options.owner),
        ("see", options.docs),
    ):
        if text:
            yield label, text


def _explain_module(analysis: Analysis, module: str, view: Viewpoint) -> None:
    codebase = analysis.codebase
    graph = codebase.graph(STYLES)
    node = graph.ids[module]
    print(f"{module}, {view.path(codebase.modules[module].path)}")
    print("\njudged by")
    for rule in analysis.configuration.rules:
        roles = sorted({f"{c.key}: {c.selector}" for c in rule.kind.claims() if _picks(c.selector, module)})
        if roles:
            print_wrapped(f"{rule.id} ({rule.kind_name}) as {', '.join(roles)}")
    everywhere = [rule.id for rule in analysis.configuration.rules if _is_about_everything(rule)]
    if everywhere:
        print_wrapped(f"and by the rules about every module: {', '.join(everywhere)}")
    violations = [
        (rule.id, violation)
        for rule in analysis.configuration.rules
        if rule.severity != "off"
        for violation in analysis.judge(rule.id).violations
        if violation.subject == module
    ]
    print(f"\nviolations: {len(violations) or 'none'}")
    for rule_id, violation in violations[:_SHOWN]:
        print_wrapped(f"{rule_id} ({violation.state}): {_shown(violation, view)}")
    if len(violations) > _SHOWN:
        print(f"  (+{len(violations) - _SHOWN} more)")
    print()
    print_wrapped(f"imports: {_listed(graph.names[n] for n in graph.successors[node])}", indent=0)
    print_wrapped(f"imported by: {_listed(graph.names[n] for n in graph.predecessors[node])}", indent=0)


def _shown(violation: Violation, view: Viewpoint) -> str:
    """What is wrong and where, in one line."""
    what = violation.label or " -> ".join(violation.chain)
    if not what:
        measured = "" if violation.value is None else f", this has {violation.value:g}"
        what = f"{name_of(violation)}: {violation.message}{measured}"
    place = f"  {view.path(violation.sites[0].path)}:{violation.sites[0].line}" if violation.sites else ""
    return " ".join(what.split()) + place


def _is_about_everything(rule: Rule) -> bool:
    return rule.severity != "off" and any(claim.selector.text == "**" for claim in rule.kind.claims())


def _picks(selector: Selector, module: str) -> bool:
    """Whether the selector says something about this module in particular."""
    return selector.text != "**" and selector.matches(module)


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more if found else "nothing"
