"""Nearest names: what somebody who mistyped a name most likely meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, candidates: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Up to `most` candidates that resemble `name`, the best first; empty when none does."""
    known = sorted(set(candidates))
    close = get_close_matches(name, known, n=most, cutoff=0.6)
    if not close:
        lowered = {candidate.lower(): candidate for candidate in reversed(known)}
        close = [lowered[match] for match in get_close_matches(name.lower(), lowered, n=most, cutoff=0.6)]
    return tuple(close)


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """` (did you mean "x"?)` for the nearest name, with a leading space; empty when nothing is near."""
    close = nearest(name, candidates, most=1)
    return f' (did you mean "{close[0]}"?)' if close else ""
