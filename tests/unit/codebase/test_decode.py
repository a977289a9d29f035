"""Decoding: held against what Python itself makes of the same bytes."""

from __future__ import annotations

import ast
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_archguard.codebase.decode import DecodeError, decode

LATIN = "name = 'caf\u00e9'\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (LATIN.encode(), LATIN),
        (codecs.BOM_UTF8 + LATIN.encode(), LATIN),
        (b"# -*- coding: latin-1 -*-\n" + LATIN.encode("latin-1"), "# -*- coding: latin-1 -*-\n" + LATIN),
        (
            b"#!python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n",
            "#!python\n# vim: set fileencoding=cp1252 :\nx = '\u20ac'\n",
        ),
        (codecs.BOM_UTF8 + b"# coding: utf8\nx = 1\n", "# coding: utf8\nx = 1\n"),
        (b"x = 1\n\n# coding: latin-1\n", "x = 1\n\n# coding: latin-1\n"),  # the third line declares nothing
        (b"x = 1\n# coding: klingon\n", "x = 1\n# coding: klingon\n"),  # nor does a second line below code
        (b"\f\n# coding: latin-1\ny = '\xe9'", "\f\n# coding: latin-1\ny = '\u00e9'"),
        (b"a = 1\r\nb = 2\rc = 3\n", "a = 1\nb = 2\nc = 3\n"),
        (b"# first\r# coding: latin-1\rx = '\xe9'\r", "# first\n# coding: latin-1\nx = '\u00e9'\n"),
        (b"x = 1\x0cy = 2\n", "x = 1\x0cy = 2\n"),
        (b"#" + b"x" * 2000 + b" coding: latin-1\ny = '\xe9'", "#" + "x" * 2000 + " coding: latin-1\ny = '\u00e9'"),
    ],
)
def test_text_is_what_python_reads(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"a = 1\n\nb = 'caf\xe9'\n", 3, "byte 0xe9 is not UTF-8; the file declares no encoding"),
        (b"a = 1\r\n\rb = 'caf\xe9'\n", 3, "byte 0xe9 is not UTF-8; the file declares no encoding"),
        (codecs.BOM_UTF8 + b"a = 1\nb = '\xe9'", 2, "byte 0xe9 is not UTF-8"),
        (b"# coding: ascii\nx = '\xc3\xa9'", 2, "byte 0xc3 is not ascii, the encoding the file declares"),
        (b"# coding: utf-8\nx = '\xe9'", 2, "byte 0xe9 is not utf-8, the encoding the file declares"),
        (b"\n# coding: klingon\n", 2, "the file declares the encoding 'klingon', which Python does not know"),
        (b"# coding: utf-16\n", 1, "byte 0x0a is not utf-16, the encoding the file declares"),
        (b"# coding: hex\n", 1, "the file declares the encoding 'hex', which Python does not know"),
        (codecs.BOM_UTF8 + b"# coding: l1\n", 1, "the file declares l1 but starts with the byte order mark of UTF-8"),
        (b"a = 1\nb = '\0'\n", 2, "null byte; Python source cannot hold one"),
        (b"a = 1\rb = 2\r\nc = '\0'\n", 3, "null byte; Python source cannot hold one"),
        ("x = 1\n".encode("utf-16"), 1, "the file is UTF-16; Python reads UTF-8"),
        ("x = 1\n".encode("utf-32"), 1, "the file is UTF-32; Python reads UTF-8"),
        (b"x = 1\n" * 400 + b"# \xff", 401, "byte 0xff is not UTF-8; the file declares no encoding"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_and_what_is_wrong(data: bytes, line: int, message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(data)
    assert (caught.value.line, caught.value.message) == (line, message)


_LINES = st.sampled_from(
    [
        *(b"", b"\f", b"# coding: latin-1", b"#coding=utf-8", b"# coding: cp1252 x", b"# coding:ascii", b"x = '\xe9'"),
        *(b"x = '\xc3\xa9'", b"y = 1 # coding: latin-1", b"'''", b"  # -*- coding: utf8-*-", b"# coding: nope"),
    ]
)


@given(st.booleans(), st.lists(_LINES, max_size=4), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_what_python_can_compile_is_decoded_alike(marked: bool, lines: list[bytes], end: bytes) -> None:
    data = (codecs.BOM_UTF8 if marked else b"") + end.join(lines) + end
    try:
        expected = ast.dump(ast.parse(data))
    except (SyntaxError, ValueError):
        return
    assert ast.dump(ast.parse(decode(data))) == expected


@given(st.booleans(), st.lists(_LINES, max_size=4), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_what_cannot_be_decoded_python_refuses_as_well(marked: bool, lines: list[bytes], end: bytes) -> None:
    data = (codecs.BOM_UTF8 if marked else b"") + end.join(lines) + end
    try:
        decode(data)
    except DecodeError:
        with pytest.raises((SyntaxError, ValueError)):
            ast.parse(data)
