"""Which modules of a broken contract may not reach which others, taken from import-linter's answer.

import-linter shows chains, and which of several equally short chains it shows varies from run to run. So nothing but
the two ends is taken from its answer; the imports that have to go are searched for elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grimp import ImportGraph
from importlinter import ContractCheck
from importlinter.domain.helpers import module_expressions_to_modules

from pytest_archguard.rules.import_linter.naming import innermost_private


@dataclass(frozen=True, slots=True)
class Leaving:
    """What may not be left towards what: imports from `importers` towards `imported`.

    target: the name of `imported`. through: the modules a chain may pass; None where direct imports alone count.
    """

    check: str
    importers: frozenset[str]
    imported: frozenset[str]
    target: str
    message: str
    through: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A child of an exhaustive container that is in no layer."""

    module: str
    container: str


@dataclass(frozen=True, slots=True)
class SiblingCycles:
    """The children of a package import each other in circles; `cuts` are the imports import-linter would remove."""

    package: str
    cuts: tuple[tuple[str, str], ...]


Finding = Leaving | Undeclared | SiblingCycles


def of_layers(contract: Any, check: ContractCheck, graph: ImportGraph) -> Iterator[Finding]:
    """Lower layers that reach higher ones or independent siblings, and modules that are in no layer."""
    tails = {tail.name for layer in contract.layers for tail in layer.module_tails}
    pairs = sorted({(d["imported"], d["importer"]) for d in check.metadata["invalid_dependencies"]})
    for container in _names(graph, contract.containers) or [""]:
        layers = {f"{container}.{tail}" if container else tail for tail in tails}
        within = [(imported, importer) for imported, importer in pairs if imported in layers and importer in layers]
        yield from _between("layer", within, layers, graph)
    for module in sorted(check.metadata["undeclared_modules"]):
        yield Undeclared(module, module.rpartition(".")[0])


def of_independence(contract: Any, check: ContractCheck, graph: ImportGraph) -> Iterator[Finding]:
    """Modules that reach one of those they should not know."""
    pairs = sorted({(c["upstream_module"], c["downstream_module"]) for c in check.metadata["invalid_chains"]})
    yield from _between("independence", pairs, _names(graph, contract.modules), graph)


def _between(
    check: str, pairs: Iterable[tuple[str, str]], names: Iterable[str], graph: ImportGraph
) -> Iterator[Leaving]:
    """A chain by way of another of `names` is that one's fault, as in import-linter."""
    packages = {name: _package(graph, name) for name in names}
    elsewhere = frozenset(graph.modules).difference(*packages.values())
    for imported, importer in pairs:
        message = f"{importer} may not import {imported}"
        yield Leaving(check, packages[importer], packages[imported], imported, message, elsewhere)


def of_forbidden(contract: Any, check: ContractCheck, graph: ImportGraph) -> Iterator[Finding]:
    """Sources that reach what they may not."""
    direct_only = str(contract.allow_indirect_imports).lower() == "true"
    for chains in check.metadata["invalid_chains"]:
        imported, importer = chains["upstream_module"], chains["downstream_module"]
        subject = _package(graph, importer) if contract.as_packages else frozenset({importer})
        target = _package(graph, imported) if contract.as_packages else frozenset({imported})
        through = None if direct_only else frozenset(graph.modules) - subject - target
        yield Leaving("forbidden", subject, target, imported, f"{importer} may not import {imported}", through)


def of_protected(contract: Any, check: ContractCheck, graph: ImportGraph) -> Iterator[Finding]:  # noqa: ARG001
    """Importers of a protected module that are not allowed to import it."""
    allowed = ", ".join(expression.expression for expression in contract.allowed_importers)
    who = f"only {allowed}" if allowed else "nobody else"
    for broken in check.metadata["illegal_imports"]:
        top = broken.top_level_module
        importers = frozenset(link["importer"] for link in broken.illegal_links)
        imported = frozenset(link["imported"] for link in broken.illegal_links)
        yield Leaving("protected", importers, imported, top, f"{who} may import {top}", None)


def of_private_modules(contract: Any, check: ContractCheck, graph: ImportGraph) -> Iterator[Finding]:  # noqa: ARG001
    """Importers of a private module, or of what is below it, from outside the package it is in."""
    links: dict[str, list[Any]] = {}
    for link in check.metadata["illegal_imports"]:
        links.setdefault(innermost_private(link["imported"]), []).append(link)
    for private, illegal in sorted(links.items()):
        importers = frozenset(link["importer"] for link in illegal)
        imported = frozenset(link["imported"] for link in illegal)
        message = f"only {private.rpartition('.')[0]} and what is below it may import {private}"
        yield Leaving("private_modules", importers, imported, private, message, None)


def of_acyclic_siblings(contract: Any, check: ContractCheck, graph: ImportGraph) -> Iterator[Finding]:  # noqa: ARG001
    """Packages whose children import each other in circles."""
    for package, cuts in sorted(check.metadata["cycle_breakers_by_package"].items()):
        yield SiblingCycles(package, tuple(sorted(cuts)))


Breakdown = Callable[[Any, ContractCheck, ImportGraph], Iterator[Finding]]

BY_TYPE: Mapping[str, Breakdown] = {
    "layers": of_layers,
    "independence": of_independence,
    "forbidden": of_forbidden,
    "protected": of_protected,
    "private_modules": of_private_modules,
    "acyclic_siblings": of_acyclic_siblings,
}


def _names(graph: ImportGraph, expressions: Iterable[Any] | None) -> list[str]:
    """The modules that import-linter's expressions stand for."""
    return sorted(module.name for module in module_expressions_to_modules(graph, expressions or ()))


def _package(graph: ImportGraph, name: str) -> frozenset[str]:
    """A module and everything below it; empty when it does not exist. An external package is one module."""
    if name not in graph.modules:
        return frozenset()
    below = () if graph.is_module_squashed(name) else graph.find_descendants(name)
    return frozenset({name, *below})
