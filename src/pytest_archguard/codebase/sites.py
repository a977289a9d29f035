"""Source lines for reports, read from disk only when something is shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from pytest_archguard.codebase.decode import DecodeError, decode
from pytest_archguard.model import Site

_KEPT_FILES = 64


class SourceLines:
    """The lines of the files shown last."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        """read: the bytes of the file at a path, None when it cannot be read."""
        self._read = read
        self._kept: OrderedDict[str, list[str]] = OrderedDict()

    def site(self, path: str, line: int, column: int = 1) -> Site:
        """The place with its stripped source line; the line is empty where the file cannot be read any more."""
        lines = self._lines(path)
        source = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        return Site(path, line, column, source)

    def _lines(self, path: str) -> list[str]:
        if path in self._kept:
            self._kept.move_to_end(path)
            return self._kept[path]
        data = self._read(path)
        self._kept[path] = [] if data is None else _text(data).split("\n")
        if len(self._kept) > _KEPT_FILES:
            self._kept.popitem(last=False)
        return self._kept[path]


def _text(data: bytes) -> str:
    try:
        return decode(data)
    except DecodeError:
        # Shown as far as it goes: the reader is to see the line that is at fault.
        text = data.decode("utf-8", "backslashreplace").replace("\r\n", "\n").replace("\r", "\n")
        return text.replace("\0", "\\x00")
