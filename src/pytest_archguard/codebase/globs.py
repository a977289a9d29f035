"""File globs: `**` crosses folders, `*` and `?` do not, and naming a folder means everything in it."""

from __future__ import annotations

import re
from functools import lru_cache


class FileGlob:
    """One glob over paths relative to the rules file, with forward slashes, case kept on every platform."""

    def __init__(self, text: str) -> None:
        self.text = text
        pattern = text.strip().removeprefix("./").rstrip("/")
        self.base = _base(pattern)
        self._match = _compile(pattern).fullmatch

    def matches(self, path: str) -> bool:
        """Whether the glob means this file or folder, or a folder it is in."""
        return self._match(path) is not None

    def __repr__(self) -> str:
        return f"FileGlob({self.text!r})"


def _base(pattern: str) -> str:
    """The folder all matches are in: the leading segments without wildcards; `.` where there are none."""
    literal = []
    for segment in pattern.split("/"):
        if any(sign in segment for sign in "*?["):
            break
        literal.append(segment)
    return "/".join(literal) or "."


@lru_cache(maxsize=256)
def _compile(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    segments = pattern.split("/")
    for position, segment in enumerate(segments):
        last = position == len(segments) - 1
        if segment == "**":
            parts.append(".+" if last else "(?:.+/)?")
        else:
            parts.append(_segment(segment) + ("" if last else "/"))
    return re.compile("".join(parts) + "(?:/.*)?", re.DOTALL)


def _segment(segment: str) -> str:
    text, position = "", 0
    while position < len(segment):
        sign = segment[position]
        end = segment.find("]", position + 2)
        if sign == "[" and end != -1:
            inside = segment[position + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            text += f"[^/{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]"
            position = end
        else:
            text += {"*": "[^/]*", "?": "[^/]"}.get(sign) or re.escape(sign)
        position += 1
    return text
