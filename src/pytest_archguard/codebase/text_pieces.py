"""The text of a file of any type and any size."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

_SAMPLE = 8192
_PIECE = 1 << 20
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_pieces(path: Path) -> Iterator[str]:
    """The text in pieces that end where a line ends, most files in one; raises OSError when it cannot be read.

    UTF-8, or UTF-16 with a byte order mark; other bytes become U+FFFD. Every line ends with a line feed, as editors
    count them. A file with null bytes is no text and has no pieces.
    """
    with path.open("rb", buffering=0) as file:
        start = file.read(_PIECE)
    encoding = "utf-16" if start.startswith(_WIDE) else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\0" in start[:_SAMPLE]:
        return
    if len(start) < _PIECE:
        text = start.decode(encoding, "replace")
        yield text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        return
    with path.open(encoding=encoding, errors="replace") as text_file:
        while piece := text_file.read(_PIECE) + text_file.readline():
            yield piece
