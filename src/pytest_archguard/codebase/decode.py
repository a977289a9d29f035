"""Bytes to text, as Python reads source files: byte order mark, coding line (PEP 263), any kind of line end."""

from __future__ import annotations

import codecs
import re

_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_WIDE = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class DecodeError(Exception):
    """Indicates that a file is no text in the encoding it declares. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(line, message)
        self.line = line
        self.message = message


def decode(data: bytes) -> str:
    """The text of a Python file, without byte order mark, with `\\n` as the only line end.

    Raises DecodeError for bytes that are not in the declared encoding, for an unknown encoding and for null bytes.
    """
    text = _decoded(data)
    if "\0" in text:
        line = _LINES.sub("\n", text[: text.index("\0")]).count("\n") + 1
        raise DecodeError(line, "null byte; Python source cannot hold one")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


_LINES = re.compile(r"\r\n?")


def _decoded(data: bytes) -> str:
    marked = data.startswith(codecs.BOM_UTF8)
    declared = _declared(data[3:] if marked else data)
    if declared is None or marked:
        if declared is not None and _normal(declared[0]) != "utf-8":
            raise DecodeError(
                declared[1], f"the file declares {declared[0]} but starts with the byte order mark of UTF-8"
            )
        return _strict(data, "utf-8-sig" if marked else "utf-8", "UTF-8", "" if marked else "; " + _UNDECLARED)
    name, line = declared
    try:
        codecs.lookup(name)
        return _strict(data, name, name, ", the encoding the file declares")
    except LookupError:
        raise DecodeError(line, f"the file declares the encoding {name!r}, which Python does not know") from None


_UNDECLARED = "the file declares no encoding"


def _declared(data: bytes) -> tuple[str, int] | None:
    """The encoding named in a comment on one of the first two lines, with that line."""
    # Without the word there is nothing to find, and most files do not have it.
    second = data.find(b"\n", data.find(b"\n") + 1)
    if data.find(b"coding", 0, second if second > 0 else len(data)) < 0:
        return None
    for number, line in enumerate(_LINE_END.split(data, 2)[:2], start=1):
        match = _CODING.match(line)
        if match:
            return match[1].decode("ascii", "replace"), number
        if not _BLANK.match(line):
            return None
    return None


def _normal(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return name


def _strict(data: bytes, encoding: str, shown: str, remark: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if remark == "; " + _UNDECLARED:
            for mark, wide in _WIDE:
                if data.startswith(mark):
                    raise DecodeError(1, f"the file is {wide}; Python reads UTF-8") from None
        # With a codec that drops the mark, positions count from behind it.
        start = error.start + (3 if encoding == "utf-8-sig" else 0)
        line = len(_LINE_END.findall(data[:start])) + 1
        raise DecodeError(line, f"byte 0x{data[start]:02x} is not {shown}{remark}") from None
    except UnicodeError as error:
        raise DecodeError(1, f"the file is not {shown}: {error}{remark}") from None
