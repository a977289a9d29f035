"""The lines of a file of any type and any size, one at a time."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

_SAMPLE = 8192
_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Each line with its number, counted as editors count; raises OSError when the file cannot be read.

    UTF-8, or UTF-16 with a byte order mark; other bytes become U+FFFD. A file with null bytes is no text and has no
    lines.
    """
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    encoding = _WIDE.get(start[:2], "utf-8-sig")
    if encoding == "utf-8-sig" and b"\0" in start:
        return
    with path.open(encoding=encoding, errors="replace") as text:
        for number, line in enumerate(text, 1):
            yield number, line.rstrip("\n")
