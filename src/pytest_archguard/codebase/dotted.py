"""Dotted names and what they are inside of."""

from __future__ import annotations

from collections.abc import Iterator


def prefixes(name: str) -> Iterator[str]:
    """The name and every package it is in, the longest first: `a.b.c`, `a.b`, `a`."""
    while name:
        yield name
        name = name.rpartition(".")[0]
