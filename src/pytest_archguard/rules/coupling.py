"""`coupling`: how packages depend on each other, in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import Selectors
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Site, Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.crossings import Styles, counted, styles_option


@dataclass(frozen=True, slots=True)
class PackageCoupling:
    """Robert C. Martin, "OO Design Quality Metrics" (1994), counted in modules instead of classes.

    afferent (Ca): modules outside the package that import a module of it.
    efferent (Ce): modules outside the package that a module of it imports.
    """

    package: str
    modules: frozenset[str]
    afferent: int
    efferent: int

    @property
    def instability(self) -> float:
        """I = Ce / (Ca + Ce): 0 is stable (many need it, it needs nobody), 1 unstable; 0 for a package that stands
        alone."""
        total = self.afferent + self.efferent
        return self.efferent / total if total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupling:
    """How much packages depend on each other, and in which direction.

    Ca, the afferent coupling, is the number of modules outside a package that import from it; Ce, the efferent
    coupling, the number of modules outside it that it imports; I = Ce / (Ca + Ce) its instability (Robert C. Martin,
    "OO Design Quality Metrics", 1994, counted in modules). With `stable_dependencies` a package may depend only on
    packages that are at most as unstable as itself: what everybody needs must not need what changes every day.
    """

    kind: ClassVar[str] = "coupling"

    packages: Selectors = option(
        "The packages, each by itself; a name with wildcards stands for every match (`app.*`: each package in `app`).",
        required=True,
    )
    max_instability: float | None = option("The highest I a package may have, from 0 to 1.", minimum=0)
    max_afferent: int | None = option("The highest Ca a package may have.", minimum=0)
    max_efferent: int | None = option("The highest Ce a package may have.", minimum=0)
    stable_dependencies: bool = option("Packages depend only towards stability.", default=False)
    max_cyclic_share: float | None = option(
        "The highest share of modules, in percent of the modules of all these packages, that may be in import cycles.",
        minimum=0,
    )
    styles: Styles = styles_option()

    def __post_init__(self) -> None:
        limits = (self.max_instability, self.max_afferent, self.max_efferent, self.max_cyclic_share)
        if not self.stable_dependencies and all(limit is None for limit in limits):
            raise ValueError(
                'nothing is demanded: give "max_instability", "max_afferent", "max_efferent", "max_cyclic_share" or '
                '"stable_dependencies"'
            )
        if self.max_instability is not None and self.max_instability > 1:
            raise ValueError(f'"max_instability" is a share from 0 to 1, not {self.max_instability:g}')
        if self.max_cyclic_share is not None and self.max_cyclic_share > 100:
            raise ValueError(f'"max_cyclic_share" is in percent, from 0 to 100, not {self.max_cyclic_share:g}')

    def needs(self) -> frozenset[Fact]:
        """The imports of every file."""
        return frozenset({IMPORTS})

    def claims(self) -> Iterable[Claim]:
        """The packages must exist."""
        return (Claim("packages", selector) for selector in self.packages)

    def sentence(self) -> str:
        """The limits."""
        parts = []
        if self.max_instability is not None:
            parts.append(f"instability at most {self.max_instability:g}")
        if self.max_afferent is not None:
            parts.append(f"at most {self.max_afferent} importing modules")
        if self.max_efferent is not None:
            parts.append(f"at most {self.max_efferent} imported modules")
        if self.stable_dependencies:
            parts.append("dependencies towards stability only")
        if self.max_cyclic_share is not None:
            parts.append(f"at most {self.max_cyclic_share:g} % of the modules in import cycles")
        names = ", ".join(selector.text for selector in self.packages)
        return f"{names}: {', '.join(parts)} {counted(self.styles)}"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """Packages over a limit, then dependencies towards instability."""
        members = self._members(codebase)
        measured = [self._measure(codebase, package, modules) for package, modules in members.items()]
        for coupling in measured:
            yield from self._over(codebase, coupling)
        if self.stable_dependencies:
            yield from self._unstable(codebase, measured)
        if self.max_cyclic_share is not None:
            yield from self._cyclic(codebase, members, self.max_cyclic_share)

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The packages and their modules."""
        members = self._members(codebase)
        return {"packages": len(members), "modules": len(frozenset().union(*members.values()))}

    def _members(self, codebase: Codebase) -> dict[str, frozenset[str]]:
        heads = {h for s in self.packages for e in s.expressions for h in e.heads(codebase.names)}
        members = {head: codebase.select_below(head) for head in sorted(heads)}
        if self.stable_dependencies and len(members) < 2:
            raise RuleError(
                f'"packages" stands for {len(members)} package; "stable_dependencies" compares at least two'
            )
        return members

    def _measure(self, codebase: Codebase, package: str, modules: frozenset[str]) -> PackageCoupling:
        graph = codebase.graph(self.styles)
        inside = {graph.ids[name] for name in modules}
        judged = {graph.ids[name] for name in codebase.names}  # tests importing a package make it no more stable
        importers = {n for node in inside for n in graph.predecessors[node] if n not in inside and n in judged}
        imported = {n for node in inside for n in graph.successors[node] if n not in inside and n in judged}
        return PackageCoupling(package, modules, len(importers), len(imported))

    def _over(self, codebase: Codebase, coupling: PackageCoupling) -> Iterator[Violation]:
        ca, ce = coupling.afferent, coupling.efferent
        limits = (
            ("max_instability", round(coupling.instability, 2), self.max_instability, f"Ca {ca}, Ce {ce}"),
            ("max_afferent", ca, self.max_afferent, f"{ca} modules import it"),
            ("max_efferent", ce, self.max_efferent, f"it imports {ce} modules"),
        )
        for check, value, limit, text in limits:
            if limit is not None and value > limit:
                yield Violation(
                    check=check,
                    subject=coupling.package,
                    message=f"{check.removeprefix('max_')} may be at most {limit:g}",
                    label=f"{coupling.package} ({text})",
                    sites=(_place(codebase, coupling.modules),),
                    value=value,
                    limit=limit,
                )

    def _unstable(self, codebase: Codebase, measured: list[PackageCoupling]) -> Iterator[Violation]:
        graph = codebase.graph(self.styles)
        for importer in measured:
            for imported in measured:
                if importer is imported or imported.instability <= importer.instability:
                    continue
                if importer.modules & imported.modules:
                    continue  # one is inside the other
                pairs = [
                    (name, graph.names[n])
                    for name in sorted(importer.modules)
                    for n in graph.successors[graph.ids[name]]
                    if graph.names[n] in imported.modules
                ]
                if pairs:
                    yield Violation(
                        check="stable_dependencies",
                        subject=importer.package,
                        object=imported.package,
                        message="packages may depend only on packages that are at most as unstable as themselves",
                        label=(
                            f"{importer.package} (I = {importer.instability:.2f}) -> "
                            f"{imported.package} (I = {imported.instability:.2f})"
                        ),
                        sites=tuple(site for pair in pairs for site in codebase.lines_of(*pair, self.styles)),
                    )

    def _cyclic(self, codebase: Codebase, members: Mapping[str, frozenset[str]], limit: float) -> Iterator[Violation]:
        graph = codebase.graph(self.styles)
        everything: frozenset[str] = frozenset().union(*members.values())
        circular = {graph.names[node] for component in graph.components() for node in component} & everything
        share = round(100 * len(circular) / len(everything), 1) if everything else 0.0
        if share > limit:
            yield Violation(
                check="max_cyclic_share",
                subject=", ".join(selector.text for selector in self.packages),
                message=f"at most {limit:g} % of the modules may be in import cycles",
                label=f"{len(circular)} of {len(everything)} modules, {min(circular)} first",
                sites=(codebase.site(min(circular), 1),),
                value=share,
                limit=limit,
            )


def _place(codebase: Codebase, modules: frozenset[str]) -> Site:
    return Site(codebase.modules[min(modules)].path, 1)
