"""Asks the harbour office for the wind."""

import urllib.request

HARBOUR_OFFICE = ""


def too_windy() -> bool:
    if not HARBOUR_OFFICE:
        return False
    with urllib.request.urlopen(HARBOUR_OFFICE) as answer:
        return int(answer.read()) > 60
