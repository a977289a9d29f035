"""Colours for a failure's text; the text itself knows of none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Markup = Callable[..., str]

_PLACE = re.compile(r"^( {4,}(?:\S+  )*)(\S+:\d+)(?=  |$)")
_POINTER = re.compile(r"(<- .*)$")
_LABEL = re.compile(r"^  (fix|mend|docs|owner|accept as known|stale):")


def coloured(text: str, markup: Markup) -> Iterator[str]:
    """The lines of the text; `markup(text, red=True, ...)` is that of pytest's terminal writer."""
    for number, line in enumerate(text.split("\n")):
        if not number:
            yield markup(line, red=True, bold=True)
        elif label := _LABEL.match(line):
            yield "  " + markup(label[1] + ":", green=label[1] == "fix", bold=True) + line[label.end() :]
        else:
            line = _PLACE.sub(lambda found: found[1] + markup(found[2], cyan=True), line)
            yield _POINTER.sub(lambda found: markup(found[1], yellow=True), line)
