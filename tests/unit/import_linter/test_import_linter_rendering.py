"""What a contract prints is shown as text: colours go, names in brackets stay."""

from __future__ import annotations

from typing import Any

import pytest
from importlinter import ContractCheck
from importlinter.application import output
from rich.table import Table

from pytest_archguard.rules.import_linter.rendering import plain, rendered


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("[red]app.core is not allowed[/red]", "app.core is not allowed"),
        ("[bold][red]both[/red][/bold]", "both"),
        ("[red]a[/] and [bold red]b[/bold red]", "a and b"),
        ("[red]Layers [core]:[/red]", "Layers [core]:"),
        ("[core]not a style[/core]", "[core]not a style[/core]"),
        ("the [blue] team", "the [blue] team"),
        ("[red]the [blue] team[/red]", "the [blue] team"),
        ("list[int], dict[str, x], a[0], []", "list[int], dict[str, x], a[0], []"),
        (r"\[bold]meant[/bold]", "[bold]meant[/bold]"),
        ("two\n[yellow]lines[/yellow]", "two\nlines"),
    ],
)
def test_only_what_is_a_style_and_closed_is_taken_out(printed: str, shown: str) -> None:
    assert plain(printed) == shown


class Tabular:
    """A contract that says by a table what is wrong."""

    def __init__(self, print_table: Any) -> None:
        self._print_table = print_table

    def render_broken_contract(self, check: ContractCheck) -> None:
        output.print("Who imports whom:")
        self._print_table(
            ["Importer", "Imported"], [["app.core [x]", "[red]app.api[/red]"], [":warning:", "list[int]"]]
        )


def by_rich(columns: list[str], rows: list[list[str]]) -> None:
    """As contracts did that could not wait for `output.print_table`."""
    table = Table(*columns)
    for row in rows:
        table.add_row(*row)
    output.console.print(table)


BY_IMPORT_LINTER = getattr(output, "print_table", None)  # since 2.17


@pytest.mark.parametrize("print_table", [by_rich, *filter(None, [BY_IMPORT_LINTER])])
def test_a_table_is_laid_out_without_colours_and_keeps_names_in_brackets(print_table: Any) -> None:
    contract: Any = Tabular(print_table)
    assert rendered(contract, ContractCheck(kept=False)) == (
        "Who imports whom:\n"
        "┏━━━━━━━━━━━━━━┳━━━━━━━━━━━┓\n"
        "┃ Importer     ┃ Imported  ┃\n"
        "┡━━━━━━━━━━━━━━╇━━━━━━━━━━━┩\n"
        "│ app.core [x] │ app.api   │\n"
        "│ :warning:    │ list[int] │\n"
        "└──────────────┴───────────┘"
    )


def test_the_rest_of_the_console_is_there() -> None:
    contract: Any = Tabular(lambda *_: output.console.rule("imports [x]", align="left"))
    assert rendered(contract, ContractCheck(kept=False)) == f"Who imports whom:\nimports [x] {'─' * 66}"
