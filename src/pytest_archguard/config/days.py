"""Days as they are written in comments, baselines and commands."""

from __future__ import annotations

import re
from datetime import date


def parse_day(text: str) -> date:
    """`2027-03-01` as a date; raises ValueError for everything else.

    Stricter than `date.fromisoformat`, which takes more forms on newer Pythons.
    """
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f'"{text}" is no date such as 2027-03-01')
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is no day of the calendar') from None
