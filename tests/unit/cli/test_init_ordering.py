"""The order that `archguard init` finds among parts that import each other."""

from __future__ import annotations

from pytest_archguard.cli.proposals.ordering import Order, Weights
from pytest_archguard.cli.proposals.ordering import order as order_with


def order(parts: list[str], weights: Weights) -> Order:
    return order_with(parts, weights, 0.1)


def test_a_chain_is_ranked_from_importer_to_imported() -> None:
    found = order(["a", "b", "c"], {("a", "b"): 3, ("b", "c"): 3, ("a", "c"): 1})

    assert found.rows == (("a",), ("b",), ("c",))
    assert (found.upwards, found.support, found.knots) == (0, 1.0, ())


def test_few_imports_against_many_do_not_tie_a_knot() -> None:
    found = order(["a", "b"], {("a", "b"): 9, ("b", "a"): 1})

    assert found.rows == (("a",), ("b",))
    assert (found.upwards, found.total) == (1, 10)


def test_what_counts_as_few_is_a_share_of_the_pair() -> None:
    weights = {("a", "b"): 8, ("b", "a"): 2}

    assert order_with(["a", "b"], weights, 0.2).rows == (("a",), ("b",))
    assert order_with(["a", "b"], weights, 0.1).rows == (("a", "b"),)


def test_parts_that_import_each_other_share_a_row() -> None:
    found = order(["a", "b", "c"], {("a", "b"): 5, ("b", "a"): 4, ("b", "c"): 5})

    assert found.rows == (("a", "b"), ("c",))
    assert found.knots == (("a", "b"),)
    assert found.upwards == 0


def test_a_weak_import_that_closes_a_long_circle_is_dropped() -> None:
    found = order(["a", "b", "c"], {("a", "b"): 10, ("b", "c"): 10, ("c", "a"): 2})

    assert found.rows == (("a",), ("b",), ("c",))
    assert found.upwards == 2


def test_parts_that_nobody_imports_stand_at_the_top() -> None:
    found = order(
        ["main", "cli", "services", "core"], {("main", "services"): 1, ("services", "core"): 1, ("cli", "core"): 1}
    )

    assert found.rows == (("cli", "main"), ("services",), ("core",))
