"""An order of parts by who imports whom, in which as few imports as possible run upwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pytest_archguard.codebase.graph import Graph

Weights = Mapping[tuple[str, str], int]

_WEAK_IN_KNOT = 0.1  # the share of imports in a circle below which they count as slips, not as a direction


@dataclass(frozen=True, slots=True)
class Order:
    """Rows from high to low. knots: parts that import each other too much to be ordered; they share a row."""

    rows: tuple[tuple[str, ...], ...]
    knots: tuple[tuple[str, ...], ...]
    upwards: int
    total: int

    @property
    def support(self) -> float:
        """The share of imports that run down or stay in their row."""
        return 1 - self.upwards / self.total if self.total else 0.0


def order(parts: Sequence[str], weights: Weights, weak: float) -> Order:
    """Drops weak imports against the main direction, joins what still imports each other, and ranks the rest.

    weak: the share of the imports between two parts below which those against the direction count as slips.
    """
    inner = {pair: weight for pair, weight in weights.items() if pair[0] in parts and pair[1] in parts}
    kept = _without_weak(inner, _sequence(parts, inner), weak)
    groups = _groups(parts, kept)
    rank = _ranks(groups, kept)
    rows = tuple(
        tuple(sorted(part for group, level in rank.items() if level == row for part in group))
        for row in sorted(set(rank.values()), reverse=True)
    )
    place = {part: number for number, row in enumerate(rows) for part in row}
    upwards = sum(weight for (a, b), weight in inner.items() if place[a] > place[b])
    return Order(rows, tuple(group for group in groups if len(group) > 1), upwards, sum(inner.values()))


def _sequence(parts: Sequence[str], weights: Weights) -> list[str]:
    """High to low: each part is moved to where the fewest imports run upwards, until no move helps."""

    def pull(part: str) -> tuple[int, str]:
        return (sum(w if a == part else -w for (a, b), w in weights.items() if part in (a, b)), part)

    current = sorted(parts, key=pull, reverse=True)
    best = _back_weight(current, weights)
    improved = True
    while improved and best:
        improved = False
        for part in sorted(parts):
            rest = [other for other in current if other != part]
            for place in range(len(current)):
                candidate = [*rest[:place], part, *rest[place:]]
                weight = _back_weight(candidate, weights)
                if weight < best:
                    current, best, improved = candidate, weight, True
    return current


def _back_weight(sequence: Sequence[str], weights: Weights) -> int:
    place = {part: number for number, part in enumerate(sequence)}
    return sum(weight for (a, b), weight in weights.items() if place[a] > place[b])


def _without_weak(weights: Weights, sequence: Sequence[str], weak: float) -> dict[tuple[str, str], int]:
    """Without imports against the sequence that are few beside those of their pair, or of their knot."""
    place = {part: number for number, part in enumerate(sequence)}
    kept = dict(weights)
    for (a, b), weight in weights.items():
        if place[a] > place[b] and weight <= weak * (weight + weights.get((b, a), 0)):
            del kept[a, b]
    for knot in _groups(sequence, kept):
        inside = {pair: weight for pair, weight in kept.items() if pair[0] in knot and pair[1] in knot}
        allowed = _WEAK_IN_KNOT * sum(inside.values())
        back = sorted((weight, pair) for pair, weight in inside.items() if place[pair[0]] > place[pair[1]])
        for weight, pair in back:
            allowed -= weight
            if allowed < 0:
                break
            del kept[pair]
    return kept


def _groups(parts: Sequence[str], edges: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """The strongly connected components, single parts included."""
    names = sorted(parts)
    ids = {name: number for number, name in enumerate(names)}
    graph = Graph.of(names, [(ids[a], ids[b]) for a, b in edges])
    knots = [tuple(names[number] for number in sorted(component)) for component in graph.components()]
    tied = {part for knot in knots for part in knot}
    return sorted([*(knot for knot in knots if len(knot) > 1), *((n,) for n in names if n not in tied)])


def _ranks(groups: Sequence[tuple[str, ...]], edges: Iterable[tuple[str, str]]) -> dict[tuple[str, ...], int]:
    """How long the longest way down is; groups that nobody imports stand at the top."""
    group_of = {part: group for group in groups for part in group}
    below: dict[tuple[str, ...], set[tuple[str, ...]]] = {group: set() for group in groups}
    above: Counter[tuple[str, ...]] = Counter()
    for a, b in edges:
        if group_of[a] != group_of[b]:
            below[group_of[a]].add(group_of[b])
            above[group_of[b]] += 1
    rank: dict[tuple[str, ...], int] = {}
    while len(rank) < len(groups):  # there is no circle between groups, so every round ranks some
        for group in groups:
            if group not in rank and below[group] <= rank.keys():
                rank[group] = 1 + max((rank[other] for other in below[group]), default=-1)
    top = max(rank.values(), default=0)
    return {group: top if below[group] and not above[group] else level for group, level in rank.items()}
