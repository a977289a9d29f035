"""Names as they are written, before anything is known of what they mean."""

from __future__ import annotations

import re
import unicodedata

from pytest_archguard.codebase.source import Source

_ASCII = bytes(range(128))
_IN_WORDS = re.compile(r"[0-9A-Za-z_]")


def identifier_text(source: Source) -> str:
    """The text with identifiers as Python sees them: in full-width letters `os` is still `os`.

    Good for looking for words of ASCII letters; in other respects it may be the text as it is.
    """
    text = source.text
    if text.isascii():
        return text
    # To normalise a text takes as long as a tenth of its parse, and most have a dash or an umlaut in a comment.
    others = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    if _IN_WORDS.search(unicodedata.normalize("NFKC", others)) is None:
        return text
    return unicodedata.normalize("NFKC", text)
