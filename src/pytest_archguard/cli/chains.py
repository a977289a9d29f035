"""`archguard why A B`: how A comes to import B."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from pytest_archguard.check import Analysis
from pytest_archguard.cli.listing import counted
from pytest_archguard.cli.project import load_project, viewpoint
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.config.selectors import Selector
from pytest_archguard.errors import ArchguardError
from pytest_archguard.model import Site, Violation
from pytest_archguard.report.viewpoint import Viewpoint
from pytest_archguard.rules.crossings import RUNNING_OR_TYPING, Routes, chain_sites, resolve_target

STYLES = RUNNING_OR_TYPING


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("importer", metavar="A", help="a module or a selector (`app.services`, `=app.main`)")
    parser.add_argument("imported", metavar="B", help="a module, a selector or a package outside (`sqlalchemy.orm`)")
    parser.add_argument("--most", type=int, default=5, metavar="N", help="chains to show (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Prints the shortest chains with their lines, and the rules that object; 1 when some rule does."""
    configuration = load_project(arguments)
    analysis = Analysis(configuration)
    codebase, view = analysis.codebase, viewpoint(configuration)
    importer, imported = (_selector(text) for text in (arguments.importer, arguments.imported))
    subject = codebase.select((importer,))
    if not subject:
        raise ArchguardError(f"{importer} is no module here{did_you_mean(importer.text, codebase.selectable)}")
    target = resolve_target(codebase, imported)
    if target.external is not None and not codebase.knows(imported.text):
        raise ArchguardError(f"{imported} is not known{did_you_mean(imported.text, codebase.selectable)}")
    through = codebase.all_names - subject - target.modules
    found = sorted(Routes(codebase, STYLES, target, through).leaving(subject), key=lambda c: (len(c.chain), c.chain))
    if not found:
        print(f"{importer} does not import {imported}, neither directly nor by way of others")
        return 0
    print(f"{counted(len(found), 'import')} of {importer} {'leads' if len(found) == 1 else 'lead'} to {imported}")
    for crossing in found[: arguments.most]:
        print()
        _print_chain(codebase, view, crossing.chain)
    if len(found) > arguments.most:
        print(f"\n(+{len(found) - arguments.most} more, --most {len(found)})")
    return _print_objections(analysis, {(c.importer, c.imported) for c in found})


def _selector(text: str) -> Selector:
    try:
        return Selector.parse(text)
    except ValueError as error:
        raise ArchguardError(str(error)) from None


def _print_chain(codebase: Codebase, view: Viewpoint, chain: Sequence[str]) -> None:
    print(" -> ".join(chain))
    for site in chain_sites(codebase, chain, STYLES):
        print(f"    {_shown(site, view)}")


def _shown(site: Site, view: Viewpoint) -> str:
    return f"{view.path(site.path)}:{site.line}  {site.source}"


def _print_objections(analysis: Analysis, imports: set[tuple[str, str]]) -> int:
    objections: list[tuple[str, Violation]] = []
    for rule in analysis.configuration.rules:
        if rule.kind_name == "builtin" or rule.severity == "off":
            continue
        for violation in analysis.judge(rule.id).violations:
            hops = {
                *zip(violation.chain, violation.chain[1:], strict=False),
                (violation.subject, violation.object or ""),
            }
            if hops & imports:
                objections.append((rule.id, violation))
    print()
    if not objections:
        print("no rule objects")
        return 0
    for rule_id, violation in objections[:20]:
        print(f"{rule_id} objects ({violation.state}): {' -> '.join(violation.chain) or violation.label}")
    if len(objections) > 20:
        print(f"(+{len(objections) - 20} more)")
    return 1
