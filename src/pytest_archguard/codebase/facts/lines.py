"""How long a file is."""

from __future__ import annotations

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.source import Source

LINES = Fact("lines", 1, "pytest_archguard.codebase.facts.lines:extract", from_text=True)


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> int:  # noqa: ARG001
    """The lines of a file as `wc -l` counts them, and one more for a last line without a newline.

    Equal to the number of the last line in any editor. radon's `loc` is the same except that it counts a line more
    for each form feed (and other separators of `str.splitlines`) in the file.
    """
    text = source.text
    return text.count("\n") + bool(text and text[-1] != "\n")
