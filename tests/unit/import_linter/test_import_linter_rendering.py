"""What a contract prints is shown as text: colours go, names in brackets stay."""

from __future__ import annotations

import pytest

from pytest_archguard.rules.import_linter.rendering import plain


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
