"""What every proposal is: a rule as TOML, with what speaks for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Proposal:
    """One rule table.

    options: its TOML lines below the id. support: what in the code speaks for it, a sentence a line.
    preamble: TOML that has to stand before it, such as the resource a rule is about.
    """

    kind: str
    id: str
    options: tuple[str, ...]
    support: tuple[str, ...]
    preamble: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declined:
    """A rule that would say nothing of use about this code base, and why."""

    what: str
    why: str


def assign(key: str, value: str | int | bool | Sequence[str]) -> str:
    """A TOML key with its value, on one line if it fits."""
    if not isinstance(value, (str, int)):
        line = f"{key} = [{', '.join(quoted(each) for each in value)}]"
        if len(line) <= _WIDTH:
            return line
        return "\n".join([f"{key} = [", *(f"    {quoted(each)}," for each in value), "]"])
    return f"{key} = {quoted(value) if isinstance(value, str) else json.dumps(value)}"


def quoted(text: str) -> str:
    """A TOML basic string; its escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def listed(names: Iterable[str], most: int = 5, word: str = "and") -> str:
    """`a, b and c`, or `a, b and 3 more` where there are many."""
    all_names = list(names)
    shown = all_names if len(all_names) <= most else all_names[: most - 1]
    rest = len(all_names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return f" {word} ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def slug(name: str) -> str:
    """A name as a part of a rule id: `[a-z0-9-]+`."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in name.lower()).split()) or "x"
