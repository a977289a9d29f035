"""`archguard prune`: the baseline shrinks to what is still there."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_archguard.check import Analysis, RunOptions
from pytest_archguard.cli.listing import print_list, print_unjudged, print_unread
from pytest_archguard.cli.project import chosen, load_project, viewpoint
from pytest_archguard.ledger.baseline_file import BASELINE, Baseline, render
from pytest_archguard.ledger.matching import Revision
from pytest_archguard.ledger.pruning import describe, prune
from pytest_archguard.ledger.writing import replace
from pytest_archguard.report.wrapping import counted
from pytest_archguard.rules.base import Rule
from pytest_archguard.rules.configuration import Configuration


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument(
        "rules", nargs="*", metavar="RULE",
        help="prune the entries of these rules alone; naming a rule that no longer exists removes its entries",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The rules with entries, by what becomes of these.

    judged: pruned by what is found. removed: no longer exist and were named, so that all their entries go. kept: no
    longer exist and were not named.
    """

    judged: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]


def run(arguments: argparse.Namespace) -> int:
    """Judges the rules that have entries, removes what is fixed, and says what was removed."""
    configuration = load_project(arguments)
    rules = {rule.id: rule for rule in configuration.rules if rule.kind_name != "builtin"}
    analysis = Analysis(configuration, tuple(rules), RunOptions())
    baseline = analysis.ledger.baseline
    baseline.check_writable()
    wanted = _wanted(arguments.rules, rules, baseline)
    results = [analysis.judge(name) for name in wanted.judged]
    revisions = [r for result in results if not result.error for r in analysis.matched(result.id).revisions]
    revisions += [Revision((entry,), None) for name in wanted.removed for entry in baseline.by_rule[name]]
    entries = prune(baseline.entries, revisions)
    if revisions:
        replace(analysis.ledger.path, render(entries), baseline.data)
    _print(revisions, len(entries), configuration)
    _print_kept(analysis, wanted, baseline)
    print_unread(analysis.codebase.unreadable, viewpoint(configuration))
    return 1 if print_unjudged(results, "its entries were kept") else 0


def _wanted(named: Sequence[str], rules: Mapping[str, Rule], baseline: Baseline) -> _Wanted:
    """The rules named on the command line, or all with entries; entries under a former id are those of its rule."""
    current = {rule.options.renamed_from: rule.id for rule in rules.values() if rule.options.renamed_from}
    listed = {current.get(name, name) for name in baseline.by_rule}
    names = chosen((current.get(name, name) for name in named), {*rules, *listed}) or tuple(sorted(listed))
    gone = [name for name in names if name not in rules]
    return _Wanted(
        judged=tuple(name for name in names if name in listed and name in rules),
        removed=tuple(name for name in gone if name in named),
        kept=tuple(name for name in gone if name not in named),
    )


def _print(revisions: Sequence[Revision], left: int, configuration: Configuration) -> None:
    by_rule: dict[str, list[str]] = {}
    for revision in revisions:
        by_rule.setdefault(revision.lines[0].rule, []).extend(describe(revision))
    for name, lines in sorted(by_rule.items()):
        print_list(f"{name}:", lines)
    if revisions:
        path = viewpoint(configuration).path(BASELINE)
        print(f"{path} written: {counted(left, 'entry is', 'entries are')} left, {len(revisions)} removed or changed")
    else:
        print("nothing to prune")


def _print_kept(analysis: Analysis, wanted: _Wanted, baseline: Baseline) -> None:
    undecided = sum(analysis.matched(name).undecided for name in wanted.judged)
    if undecided:
        print(f"kept, because their code cannot be read: {counted(undecided, 'entry', 'entries')}")
    for name in wanted.kept:
        number = counted(len(baseline.by_rule[name]), "entry", "entries")
        print(f'kept: {number} of a rule "{name}" that does not exist; `archguard prune {name}` removes them')
