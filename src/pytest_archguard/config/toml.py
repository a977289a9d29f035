"""TOML, whatever the Python version."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any


def loads(text: str) -> dict[str, Any]:
    """The document; raises ValueError where it is no TOML, and RecursionError where it is nested too deeply."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)


def tolerant(data: bytes) -> Mapping[str, Any]:
    """The document; empty where it is none, which is for whoever owns the file to report."""
    try:
        return loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # not UTF-8 is a ValueError as well
        return {}
