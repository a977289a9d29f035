"""`archguard why A B`: how A comes to import B."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from pytest_archguard.check import Analysis
from pytest_archguard.cli.listing import print_unjudged, print_wrapped
from pytest_archguard.cli.project import load_project, viewpoint
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.config.selectors import Selector
from pytest_archguard.errors import ArchguardError
from pytest_archguard.model import Site, Violation
from pytest_archguard.report.viewpoint import Viewpoint
from pytest_archguard.report.wrapping import counted
from pytest_archguard.rules.base import Rule
from pytest_archguard.rules.crossings import RUNNING_OR_TYPING, Routes, chain_sites, hops, resolve_target

STYLES = RUNNING_OR_TYPING
_OBJECTIONS = 20

Hop = tuple[str, str]


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("importer", metavar="A", help="a module or a selector (`app.services`, `=app.main`)")
    parser.add_argument("imported", metavar="B", help="a module, a selector or a package outside (`sqlalchemy.orm`)")
    parser.add_argument("--most", type=int, default=5, metavar="N", help="chains to show (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Prints the shortest chains with their lines, and which rules object to which import; 1 when some rule does."""
    configuration = load_project(arguments)
    analysis = Analysis(configuration)
    codebase, view = analysis.codebase, viewpoint(configuration)
    importer, imported = (_selector(text) for text in (arguments.importer, arguments.imported))
    subject = codebase.select((importer,))
    if not subject:
        raise ArchguardError(f"{importer} is no module here{did_you_mean(importer.text, codebase.node_names)}")
    target = resolve_target(codebase, imported)
    if target.external is not None and not codebase.externals.knows(imported.text):
        raise ArchguardError(f"{imported} is not known{did_you_mean(imported.text, codebase.node_names)}")
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
    return _print_objections(analysis, [crossing.chain for crossing in found])


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


def _print_objections(analysis: Analysis, chains: Iterable[Sequence[str]]) -> int:
    found: dict[Hop, dict[str, None]] = {hop: {} for chain in chains for hop in hops(chain)}
    rules = [r for r in analysis.configuration.rules if r.kind_name != "builtin" and r.severity != "off"]
    results = [analysis.judge(rule.id) for rule in rules]
    for rule, result in zip(rules, results, strict=True):
        known_as = _known_as(rule, found, analysis.codebase)
        for violation in result.violations:
            for hop in (hop for ends in _objected(violation) for hop in known_as.get(ends, ())):
                found[hop][f"{rule.id} objects to {_named(hop, violation)} ({violation.state})"] = None
    lines = [line for listed in found.values() for line in listed]
    print()
    for line in lines[:_OBJECTIONS]:
        print_wrapped(line, indent=0)
    if len(lines) > _OBJECTIONS:
        print(f"(+{len(lines) - _OBJECTIONS} more)")
    unjudged = print_unjudged(results, "it may object as well")
    if lines or unjudged:
        return 1
    print("no rule objects")
    return 0


def _known_as(rule: Rule, imports: Iterable[Hop], codebase: Codebase) -> dict[Hop, list[Hop]]:
    """The imports by what the rule calls them: the modules, or where it is about packages those they are in."""
    by_package = getattr(rule.kind, "level", "module") == "package"
    known: dict[Hop, list[Hop]] = {}
    for importer, imported in imports:
        ends = (_package(importer, codebase), _package(imported, codebase)) if by_package else (importer, imported)
        known.setdefault(ends, []).append((importer, imported))
    return known


def _package(name: str, codebase: Codebase) -> str:
    module = codebase.modules.get(name)
    return module.package or name if module else name


def _objected(violation: Violation) -> Iterable[Hop]:
    """The imports that have to go: of a chain the first alone, of a cycle any. A symbol counts for its module."""
    return violation.parts or ((violation.subject, (violation.object or "").partition(":")[0]),)


def _named(hop: Hop, violation: Violation) -> str:
    arrow = " -> ".join(hop)
    if violation.parts:
        return f"{arrow}, which is part of a cycle"
    return f"{arrow}, which leads to {violation.chain[-1]}" if len(violation.chain) > 2 else arrow
