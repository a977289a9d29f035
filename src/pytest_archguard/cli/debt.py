"""`archguard debt`: what the baseline lists, by rule and package, with reasons. Nothing is analysed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pytest_archguard.cli.project import load_project
from pytest_archguard.codebase.layout import discover
from pytest_archguard.ledger.baseline_file import BASELINE, read_baseline
from pytest_archguard.ledger.entries import Entry
from pytest_archguard.report.wrapping import counted
from pytest_archguard.rules.configuration import Configuration


@dataclass(frozen=True, slots=True)
class _Row:
    """The entries of one rule in one package that have one reason. known: how many violations they stand for."""

    package: str
    known: int
    reason: str
    until: date | None


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Prints the debt."""
    configuration = load_project(arguments)
    baseline = read_baseline(configuration.root / BASELINE)
    baseline.check_writable()
    packages = _packages(configuration)
    rows = {rule_id: _rows(entries, packages) for rule_id, entries in sorted(baseline.by_rule.items())}
    kinds = {rule.id: rule.kind_name for rule in configuration.rules}
    if arguments.json:
        print(json.dumps(_document(rows, kinds), indent=2))
    else:
        _print(rows, kinds)
    return 0


def _packages(configuration: Configuration) -> frozenset[str]:
    """The modules that are packages: what is in `app.api` counts for `app.api`, its `__init__` included."""
    settings = configuration.settings
    layout = discover(
        configuration.root,
        settings.source_roots,
        settings.packages,
        settings.tests,
        settings.exclude,
        configuration.path.name,
    )
    return frozenset(module.name for module in layout.modules if module.is_package)


def _rows(entries: Iterable[Entry], packages: frozenset[str]) -> list[_Row]:
    found: dict[tuple[str, str, date | None], int] = {}
    for entry in entries:
        key = (_package(entry.subject, packages), entry.reason, entry.until)
        found[key] = found.get(key, 0) + entry.times
    rows = [_Row(package, known, reason, until) for (package, reason, until), known in found.items()]
    return sorted(rows, key=lambda row: (row.package, -row.known, row.reason, row.until or date.max))


def _package(subject: str, packages: frozenset[str]) -> str:
    if subject in packages:
        return subject
    separator = "/" if "/" in subject else "."
    return subject.rpartition(separator)[0] or subject


def _document(rows: dict[str, list[_Row]], kinds: dict[str, str]) -> dict[str, Any]:
    def listed(row: _Row) -> dict[str, Any]:
        until = row.until.isoformat() if row.until else None
        return {"package": row.package, "known": row.known, "reason": row.reason, "until": until}

    return {
        "version": 1,
        "known": sum(_known(one) for one in rows.values()),
        "rules": [
            {"id": rule_id, "kind": kinds.get(rule_id), "known": _known(one), "packages": [listed(row) for row in one]}
            for rule_id, one in rows.items()
        ],
    }


def _known(rows: Sequence[_Row]) -> int:
    return sum(row.known for row in rows)


def _print(rows: dict[str, list[_Row]], kinds: dict[str, str]) -> None:
    if not rows:
        print("no debt: the baseline lists nothing")
        return
    for rule_id, one in rows.items():
        kind = kinds.get(rule_id)
        print(f"{rule_id} ({kind}): {_known(one)} known" if kind else f"{rule_id} (no such rule): {_known(one)} known")
        width = max(len(row.package) for row in one)
        digits = max(len(str(row.known)) for row in one)
        for row in one:
            until = f" (until {row.until})" if row.until else ""
            print(f"  {row.package:<{width}}  {row.known:>{digits}}  {row.reason}{until}")
    total = sum(_known(one) for one in rows.values())
    print(f"{total} known in {counted(len(rows), 'rule')}")
