"""`archguard init`: from a code base without rules to a green run with some."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pytest_archguard.cli import accepting
from pytest_archguard.cli.proposals.cycles import propose_cycles
from pytest_archguard.cli.proposals.externals import propose_forbidden, propose_protected
from pytest_archguard.cli.proposals.health import propose_health
from pytest_archguard.cli.proposals.judging import Judged, judge, judge_alone, open_violations
from pytest_archguard.cli.proposals.layering import Layering, propose_layers
from pytest_archguard.cli.proposals.places import Places, find_places
from pytest_archguard.cli.proposals.proposal import Declined, Proposal, assign
from pytest_archguard.cli.proposals.sessions import propose_sessions
from pytest_archguard.cli.proposals.sizes import NEEDS, propose_sizes
from pytest_archguard.cli.proposals.structure import structure_of
from pytest_archguard.cli.proposals.target import Target, open_target
from pytest_archguard.codebase.cache import FactCache
from pytest_archguard.codebase.codebase import Codebase, read_codebase
from pytest_archguard.codebase.facts.bindings import BINDINGS
from pytest_archguard.codebase.facts.suppressions import SUPPRESSIONS
from pytest_archguard.codebase.layout import discover
from pytest_archguard.config.settings import Settings
from pytest_archguard.errors import ArchguardError
from pytest_archguard.ledger import writing
from pytest_archguard.report.wrapping import counted


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("--dry-run", action="store_true", help="print what would be written; write nothing")
    parser.add_argument("--accept", action="store_true", help="list what the rules find today in the baseline")
    parser.add_argument("--reason", help="with --accept: why; stands in the baseline")


def run(arguments: argparse.Namespace) -> int:
    """Reads the code below the current folder, proposes, judges, appends, and says what is next."""
    accept = _acceptance(arguments)
    target = open_target(Path(os.path.realpath(arguments.config or "pyproject.toml")))
    cache = FactCache(None if arguments.dry_run else target.path.parent / Settings().cache_dir)
    places, codebase = find_places(lambda places: _read(target, places, cache))
    if not codebase.modules:
        problems = "\n".join(codebase.layout.problems)
        raise ArchguardError(f"no Python modules to propose rules for below {target.path.parent}\n{problems}".rstrip())
    if len(codebase.unreadable) >= len(codebase.modules):
        shown = "\n".join(f"{fault.path}:{fault.line}: {fault.message}" for fault in codebase.unreadable[:5])
        raise ArchguardError(f"none of the Python files below {target.path.parent} can be read\n{shown}")
    codebase = read_codebase(codebase.layout, NEEDS | {BINDINGS, SUPPRESSIONS}, None, cache)
    judged = judge(target, places, list(_proposals(codebase)), codebase, accept is not None)
    data = target.with_text(judged.text)
    target.document(data)
    if arguments.dry_run:
        print(judged.text, end="")
        return 0
    writing.replace(target.path, data, target.data)
    _print(target, judged)
    if accept is not None and judged.left:
        print()
        accepting.run(accept)
    _print_next(target, places, judged, accept is not None)
    return 0


def _acceptance(arguments: argparse.Namespace) -> argparse.Namespace | None:
    """The arguments of `archguard accept`, checked before anything is written."""
    if not arguments.accept:
        if arguments.reason is not None:
            raise ArchguardError("--reason says nothing without --accept")
        return None
    if arguments.reason is None:
        raise ArchguardError('--accept needs --reason "...": why what the rules find today may stay for now')
    path = os.path.realpath(arguments.config or "pyproject.toml")
    given = argparse.Namespace(config=path, rules=[], only=[], reason=arguments.reason, until=None, force=False)
    accepting.checked(given)
    return given


def _read(target: Target, places: Places, cache: FactCache) -> Codebase:
    layout = discover(
        target.path.parent, places.source_roots, places.packages, places.tests, places.exclude, target.path.name
    )
    return read_codebase(layout, (), None, cache)


def _proposals(codebase: Codebase) -> Iterator[Proposal | Declined]:
    structure = structure_of(codebase)
    layering = propose_layers(structure)
    yield _direct_if_fewer(codebase, layering)
    yield propose_cycles(codebase, structure)
    yield from propose_forbidden(codebase, structure, layering.rows)
    yield from propose_protected(codebase, structure)
    yield from propose_sessions(codebase)
    yield propose_sizes(codebase)
    yield propose_health(codebase)


def _direct_if_fewer(codebase: Codebase, layering: Layering) -> Proposal | Declined:
    """The layers without chains, where chains through modules in no layer are most of what they would find."""
    proposal = layering.proposal
    if isinstance(proposal, Declined) or open_violations(judge_alone(codebase, proposal)) <= layering.upwards:
        return proposal
    note = "Direct imports only: by way of modules that are in no layer there are more; see them without `direct_only`."
    options = (*proposal.options, assign("direct_only", True))
    return replace(proposal, options=options, support=(*proposal.support, note))


def _print(target: Target, judged: Judged) -> None:
    rules = [proposal for proposal in judged.proposals if isinstance(proposal, Proposal)]
    print(f"{target.path.name}: {counted(len(rules), 'rule')} proposed")
    width = max(len(rule.id) for rule in rules)
    for rule in rules:
        left = judged.left.get(rule.id, 0)
        print(f"  {rule.id:{width}}  {counted(left, 'violation') if left else 'holds'}")
    for proposal in judged.proposals:
        if isinstance(proposal, Declined):
            print(f"  no {proposal.what}: {proposal.why}")
    if judged.contracts_off:
        print("  contracts of import-linter that fail today: left to lint-imports (import_linter)")


def _print_next(target: Target, places: Places, judged: Judged, accepted: bool) -> None:
    """What is left to do, the command last."""
    print()
    if judged.unreadable:
        print("These files cannot be read, and the item `readable` fails until they are mended or left out:")
        for fault in judged.unreadable:
            print(f"  {fault.path}:{fault.line}: {fault.message}")
        left_out = (*places.exclude, *(fault.path for fault in judged.unreadable))
        print(f"  to leave them out, below [tool.archguard]: {assign('exclude', left_out)}")
    for text in judged.faults:
        print(f"the baseline that is there already is at fault: {text}")
    if judged.left and not accepted:
        print("Rules with violations only warn; the comments say how to make them count.")
    named = "" if target.path.name == "pyproject.toml" else f" --archguard-config {target.path.name}"
    print(f"Read the comments in {target.path.name}, then run:  pytest --archguard{named}")
