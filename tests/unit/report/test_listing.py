"""How violations share the room there is."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pytest_archguard.model import Site, Violation
from pytest_archguard.report.listing import groups
from pytest_archguard.report.viewpoint import Viewpoint


def violations(*sizes: int) -> list[Violation]:
    return [
        Violation("c", f"m{number}", f"message {group}") for group, size in enumerate(sizes) for number in range(size)
    ]


@pytest.mark.parametrize(
    ("sizes", "show", "shares"),
    [
        ((3, 4), 20, [3, 4]),
        ((30,), 20, [20]),
        ((30, 1), 20, [19, 1]),
        ((30, 30), 20, [10, 10]),
        ((1, 30, 1), 20, [1, 18, 1]),
        ((5, 5, 5), 4, [2, 1, 1]),
        ((5, 5, 5), 2, [1, 1]),
        ((50, 50), None, [50, 50]),
    ],
)
def test_every_group_gets_its_turn(sizes: tuple[int, ...], show: int | None, shares: list[int]) -> None:
    assert [len(group.shown) for group in groups(violations(*sizes), show)] == shares


def test_shown_and_hidden_are_all_there_are() -> None:
    chance = random.Random(0)
    for _ in range(200):
        sizes = [chance.randint(1, 40) for _ in range(chance.randint(1, 12))]
        show = chance.randint(1, 60)
        found = groups(violations(*sizes), show)
        assert sum(len(group.shown) for group in found) == min(show, sum(sizes))
        assert sum(len(group.shown) + group.hidden for group in found) == sum(sizes)


def test_repeats_count_as_what_they_are() -> None:
    repeated = [Violation("c", f"m{n}", "message", count=3) for n in range(4)]
    assert groups(repeated, 1)[0].hidden == 9


def test_what_was_not_measured_keeps_its_order() -> None:
    found = [Violation("c", name, "message") for name in "cab"]
    assert [v.subject for v in groups(found, None)[0].shown] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("count", "places", "title"),
    [(4, 5, "  Command: 5 copies"), (2, 2, "  Command: 2 copies  (2 times)"), (1, 2, "  Command: 2 copies")],
)
def test_how_often_is_said_once(count: int, places: int, title: str) -> None:
    sites = tuple(Site(f"m{number}.py", 1) for number in range(places))
    copies = Violation("c", "Command", "message", label=f"Command: {places} copies", count=count, sites=sites)
    (group,) = groups([copies], None)
    assert next(group.lines(Viewpoint(Path("/a"), Path("/a/pyproject.toml")))) == title
