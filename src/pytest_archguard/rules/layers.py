"""`layers`: lower layers may not import higher ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.config.options import Context, option
from pytest_archguard.config.selectors import Selector, Selectors
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Site, Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.crossings import (
    DIRECT_ONLY_DOC,
    Routes,
    Styles,
    Target,
    counted,
    styles_option,
    violations,
)


@dataclass(frozen=True, slots=True)
class Sibling:
    """One of the modules that share a layer."""

    selector: Selector
    optional: bool


@dataclass(frozen=True, slots=True)
class Layer:
    """One line of `layers`: one or more siblings, independent of each other or not."""

    text: str
    siblings: tuple[Sibling, ...]
    independent: bool = True

    @classmethod
    def from_toml(cls, value: Any, context: Context) -> Layer:
        """Reads `app.api`, `app.core | app.utils`, `app.models : app.db`, `(app.cli)`."""
        if not isinstance(value, str):
            raise ValueError(f"a layer must be a string, not {value!r}")
        if "|" in value and ":" in value:
            raise ValueError(
                f'"{value}" mixes "|" (independent siblings) and ":" (siblings that may import each other)'
            )
        parts = value.split(":") if ":" in value else value.split("|")
        siblings = tuple(_sibling(part.strip(), context) for part in parts)
        return cls(value.strip(), siblings, ":" not in value)

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Any string: the grammar is checked when the file is read."""
        return {"type": "string", "minLength": 1}

    @property
    def has_independent_siblings(self) -> bool:
        """Whether the layer by itself forbids anything."""
        return self.independent and len(self.siblings) > 1


def _sibling(text: str, context: Context) -> Sibling:
    optional = text.startswith("(") and text.endswith(")")
    return Sibling(Selector.from_toml(text[1:-1].strip() if optional else text, context), optional)


@dataclass(frozen=True, slots=True)
class _Stack:
    """The layers inside one container (or of the whole rule), high to low, each with its members' modules."""

    rows: tuple[tuple[Layer, tuple[Target, ...]], ...]

    def all_modules(self) -> frozenset[str]:
        return frozenset().union(*(target.modules for _, targets in self.rows for target in targets))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Lower layers may not import higher ones, directly or by way of modules that are in no layer.

    Layers are listed from high to low. `a | b` are siblings that may not import each other either, `a : b` siblings
    that may, `(a)` may be absent. A chain that passes through another layer is that layer's violation.
    """

    kind: ClassVar[str] = "layers"

    layers: tuple[Layer, ...] = option("The layers, high to low.", required=True)
    containers: Selectors = option(
        "Packages that each have these layers inside; the names in `layers` are then relative to each. Wildcards "
        "stand for every match.",
        default=(),
    )
    exhaustive: bool = option(
        "Every module and package directly inside the containers (without containers: beside the layers) must be in "
        "a layer.",
        default=False,
    )
    exhaustive_ignores: tuple[str, ...] = option("Names that `exhaustive` does not ask for.", default=())
    closed: Selectors = option(
        "Layers that may not be bypassed: a layer above may import a layer below only through these.", default=()
    )
    direct_only: bool = option(DIRECT_ONLY_DOC, default=False)
    styles: Styles = styles_option()

    def __post_init__(self) -> None:
        texts = [sibling.selector.text for layer in self.layers for sibling in layer.siblings]
        for selector in self.closed:
            if selector.text not in texts:
                raise ValueError(f'"closed" names {selector}, which is no layer of this rule: {", ".join(texts)}')
        if twice := sorted({text for text in texts if texts.count(text) > 1}):
            raise ValueError(f'"layers" names {twice[0]} twice')
        if len(self.layers) == 1 and not self.exhaustive and not self.layers[0].has_independent_siblings:
            raise ValueError(
                f'"layers" has one layer ({self.layers[0].text}), below which nothing is: name at least two'
            )
        if self.exhaustive_ignores and not self.exhaustive:
            raise ValueError('"exhaustive_ignores" says nothing without exhaustive = true')

    def needs(self) -> frozenset[Fact]:
        """The imports of every file."""
        return frozenset({IMPORTS})

    def claims(self) -> Iterable[Claim]:
        """Every container must exist, and without containers every layer that is not optional."""
        if self.containers:
            return (Claim("containers", selector) for selector in self.containers)
        siblings = (sibling for layer in self.layers for sibling in layer.siblings)
        return (Claim("layers", sibling.selector) for sibling in siblings if not sibling.optional)

    def sentence(self) -> str:
        """The order."""
        order = " > ".join(layer.text for layer in self.layers)
        where = f" in {', '.join(c.text for c in self.containers)}" if self.containers else ""
        return f"{order}{where}: lower layers may not import higher ones {counted(self.styles, self.direct_only)}"

    def ranks(self) -> tuple[tuple[str, ...], ...]:
        """The names in each layer, from high to low, for pictures."""
        if self.containers:
            return ()
        return tuple(tuple(sibling.selector.text for sibling in layer.siblings) for layer in self.layers)

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """Upward imports, imports between independent siblings, bypassed closed layers, undeclared modules."""
        missing: list[str] = []
        for container in self._containers(codebase):
            stack = self._stack(codebase, container, missing)
            yield from self._check_stack(codebase, stack)
            if self.exhaustive:
                yield from self._undeclared(codebase, stack, container)
        if missing:
            raise RuleError("\n".join(missing))

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The modules that are in a layer."""
        stacks = [self._stack(codebase, container, []) for container in self._containers(codebase)]
        return {"modules": sum(len(stack.all_modules()) for stack in stacks)}

    def _containers(self, codebase: Codebase) -> list[str]:
        if not self.containers:
            return [""]
        expressions = (e for selector in self.containers for e in selector.expressions)
        return sorted({head for e in expressions for head in e.heads(codebase.names)})

    def _stack(self, codebase: Codebase, container: str, missing: list[str]) -> _Stack:
        rows = []
        for layer in self.layers:
            targets = []
            for sibling in layer.siblings:
                selector = sibling.selector.below(container) if container else sibling.selector
                modules = codebase.select((selector,))
                if not modules and container and not sibling.optional:
                    missing.append(
                        f'"layers": {selector} does not exist; write ({sibling.selector}) if it may be absent'
                    )
                targets.append(Target(selector.text, modules))
            rows.append((layer, tuple(targets)))
        stack = _Stack(tuple(rows))
        _reject_overlap(stack)
        return stack

    def _check_stack(self, codebase: Codebase, stack: _Stack) -> Iterator[Violation]:
        outside = None if self.direct_only else codebase.all_names - stack.all_modules()
        for row, (_, targets) in enumerate(stack.rows):
            for imported in targets:
                routes = Routes(codebase, self.styles, imported, outside)
                for importer, check, message in self._forbidden_importers(stack, row, imported):
                    found = routes.leaving(importer.modules)
                    yield from violations(codebase, self.styles, found, check, message)

    def _forbidden_importers(self, stack: _Stack, row: int, imported: Target) -> Iterator[tuple[Target, str, str]]:
        for _, lower in stack.rows[row + 1 :]:
            for importer in lower:
                yield importer, "layer", f"{importer.text} may not import {imported.text}"
        layer, siblings = stack.rows[row]
        for importer in siblings if layer.independent else ():
            if importer != imported:
                yield importer, "sibling", f"{importer.text} may not import its sibling {imported.text}"
        for importer, closed in self._bypassing(stack, row):
            yield importer, "closed", f"{importer.text} may import {imported.text} only through {closed}"

    def _bypassing(self, stack: _Stack, low: int) -> Iterator[tuple[Target, str]]:
        """The layers above the lowest closed one that stands above layer `low`."""
        closed_texts = {selector.text for selector in self.closed}
        closed_above = [
            (row, sibling.selector.text)
            for row in range(low)
            for sibling in stack.rows[row][0].siblings
            if sibling.selector.text in closed_texts
        ]
        if closed_above:
            row, text = closed_above[-1]
            yield from ((target, text) for _, targets in stack.rows[:row] for target in targets)

    def _undeclared(self, codebase: Codebase, stack: _Stack, container: str) -> Iterator[Violation]:
        declared = stack.all_modules()
        parents = (container,) if container else _parents(self.layers)
        for parent in parents:
            for child in codebase.children(parent):
                modules = codebase.select_below(child)
                if modules & declared or child.rpartition(".")[2] in self.exhaustive_ignores:
                    continue
                path = codebase.modules[min(modules)].path
                yield Violation(
                    check="exhaustive",
                    subject=child,
                    message=f"everything directly in {parent or 'the source roots'} must be in a layer",
                    label=f"{child} is in no layer",
                    sites=(Site(path, 1),),
                )


def _parents(layers: Sequence[Layer]) -> tuple[str, ...]:
    siblings = (sibling for layer in layers for sibling in layer.siblings)
    names = (e.name for sibling in siblings for e in sibling.selector.expressions if not e.has_wildcard)
    return tuple(sorted({name.rpartition(".")[0] for name in names}))


def _reject_overlap(stack: _Stack) -> None:
    owner: dict[str, str] = {}
    for _, targets in stack.rows:
        for target in targets:
            for module in sorted(target.modules):
                if module in owner:
                    first = owner[module]
                    raise RuleError(
                        f'"layers": {first} and {target.text} both hold {module}; '
                        f"write ={module} for a module without what is below it, or name its parts"
                    )
                owner[module] = target.text
