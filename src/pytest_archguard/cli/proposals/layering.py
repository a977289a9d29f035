"""`layers`: the order the parts of the main package are in already."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pytest_archguard.cli.proposals.ordering import Order, order
from pytest_archguard.cli.proposals.proposal import Declined, Proposal, assign, listed
from pytest_archguard.cli.proposals.structure import Structure

_MOST_PARTS = 16  # more rows than fit on a screen are no order that people keep in mind
_LEAST_IMPORTS = 5
_LEAST_SUPPORT = 0.9
# What counts as a slip is tried from generous to strict: with fewer slips more parts share a row and more is held.
_WEAK = (0.2, 0.1, 0.05)
_LEAST_SIBLING = 3  # modules: a smaller package that happens to import no sibling was hardly meant to be independent
_MOST_SIBLINGS = 4
ID = "layers"


@dataclass(frozen=True, slots=True)
class Layering:
    """The order that was found; rows from high to low, by full names; upwards: imports that run against it."""

    rows: tuple[tuple[str, ...], ...]
    proposal: Proposal | Declined
    upwards: int = 0


def propose_layers(structure: Structure) -> Layering:
    """The layers of the main package, or why there are none to speak of."""
    parts = _parts(structure)
    found = order(parts, structure.weights, _WEAK[0])
    why = _objection(structure, parts, found)
    for weak in _WEAK[1:]:
        if why:
            found = order(parts, structure.weights, weak)
            why = _objection(structure, parts, found)
    if why:
        return Layering((), Declined("layers", why))
    rows = [_row(structure, row) for row in found.rows]
    options = [assign("containers", [structure.container])] if structure.container else []
    options += ["layers = [", *(f'    "{row}",' for row in rows), "]"]
    options.append(assign("because", "this is the order the code is in; an import upwards would tie it in a knot"))
    options.append(assign("fix", "move what both need into a lower layer, or pass it in"))
    proposal = Proposal("layers", ID, tuple(options), tuple(_support(structure, parts, found)))
    return Layering(found.rows, proposal, found.upwards)


def _parts(structure: Structure) -> list[str]:
    """The children that are imported by others or import them; the busiest if there are many."""
    busy: Counter[str] = Counter()
    for pair, weight in structure.weights.items():
        for part in pair:
            busy[part] += weight
    return sorted(sorted(busy, key=lambda part: (-busy[part], part))[:_MOST_PARTS])


def _objection(structure: Structure, parts: list[str], found: Order) -> str:
    if len(parts) < 2 or found.total < _LEAST_IMPORTS:
        return f"the parts of {structure.where} hardly import each other"
    knot = max(found.knots, key=len, default=())
    if len(knot) > len(parts) / 2:
        names = listed(structure.short(part) for part in knot)
        return f"{len(knot)} of the {len(parts)} parts of {structure.where} import each other in one knot ({names})"
    if len(found.rows) < 2:
        return f"the parts of {structure.where} are in no order"
    if found.support < _LEAST_SUPPORT:
        return f"the best order of the parts of {structure.where} holds for {found.support:.0%} of their imports only"
    return ""


def _row(structure: Structure, row: tuple[str, ...]) -> str:
    apart = not any((a, b) in structure.weights for a in row for b in row)
    large = all(structure.sizes[part] >= _LEAST_SIBLING for part in row)
    sign = " | " if apart and large and len(row) <= _MOST_SIBLINGS else " : "
    return sign.join(structure.short(part) for part in row)


def _support(structure: Structure, parts: list[str], found: Order) -> list[str]:
    held = found.total - found.upwards
    lines = [f"From high to low. Holds for {held} of {found.total} imports between them."]
    lines += [_tie(structure, knot) for knot in found.knots]
    rows = " ".join(_row(structure, row) for row in found.rows)
    signs = [
        text for sign, text in ((" | ", "`a | b` may not import each other"), (" : ", "`a : b` may")) if sign in rows
    ]
    lines += (
        [f"{', '.join(signs)}{' import each other' if len(signs) == 1 and ' : ' in rows else ''}."] if signs else []
    )
    left = sorted(set(structure.sizes) - set(parts))
    if left:
        lines.append(f"In no layer: {listed(structure.short(part) for part in left)}.")
    return lines


def _tie(structure: Structure, knot: tuple[str, ...]) -> str:
    """Why the parts of a knot share a row; of two, with how often each imports the other."""
    if len(knot) > 2:
        return f"{listed(structure.short(part) for part in knot)} import each other."
    a, b = sorted(knot, key=lambda part: (-structure.weights[part, knot[part == knot[0]]], part))
    there, back = structure.weights[a, b], structure.weights[b, a]
    a, b = structure.short(a), structure.short(b)
    return f"{a} imports {b} {_times(there)}, and {b} imports {a} {_times(back)}."


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
