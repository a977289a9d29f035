"""Lines for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

WIDTH = 80
_LONGEST = 110


def counted(number: int, one: str, many: str = "") -> str:
    """`1 rule`, `2 rules`, `2 entries`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def wrapped(text: str, indent: int = 2, hang: int = 2) -> Iterator[str]:
    """`text` in lines of at most 80 columns; its own line breaks are kept, words are never cut."""
    for number, line in enumerate(text.splitlines() or [""]):
        first = " " * (indent + (hang if number else 0))
        rest = " " * (indent + hang)
        yield from textwrap.wrap(
            line.strip(), WIDTH, initial_indent=first, subsequent_indent=rest,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def shortened(source: str, column: int) -> str:
    """A source line that starts at `column`, cut where it would run far off the screen."""
    room = max(40, _LONGEST - column)
    return source if len(source) <= room else source[: room - 3].rstrip() + "..."
