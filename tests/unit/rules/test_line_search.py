from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_archguard.codebase import text_pieces as pieces
from pytest_archguard.rules.line_search import finder, matching_lines

PATTERNS = (
    "a", "a b", "^a", "a$", "^$", "^", "$", "a.b", "a*", "(a)(?:b)?", r"\ba\b", r"\Ba", r"\Aa", r"a\Z", r"\s", r"a\s*b",
    "[^a]", "[^a]*b", "(?i)A", "(?s)a.b", "(?m)^b$", "(?<!a)b", "b(?!a)", "(?=b)", r"(a)\1", "a|^b", "(?P<x>a)b",
    r"\w+", r"\W", "[a-c]+$", "(?x) a b", "a{2}", ".", ".*", r"\x0a", r"\n", "\n", "a\nb",
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text("abAB \t\né\r", max_size=30))
def test_the_lines_found_in_a_text_are_those_found_line_by_line(pattern: str, text: str) -> None:
    regex = re.compile(pattern)
    lines = text.split("\n")[: None if text and not text.endswith("\n") else -1]
    assert list(matching_lines(text, regex, finder(regex))) == [
        (number, line) for number, line in enumerate(lines) if regex.search(line)
    ]


@pytest.mark.parametrize("pattern", ["TODO", "<div", "^import ", r"\bprint\(", "(?i)fixme", "x|y$"])
def test_a_plain_pattern_is_looked_for_in_the_whole_text(pattern: str) -> None:
    assert finder(re.compile(pattern)) is not None


@pytest.mark.parametrize("pattern", [r"\Aa", "(?<!a)b", "[^a]*b", r"\s+a", "(?s)a.b", "a\nb"])
def test_a_pattern_that_sees_beyond_its_line_is_held_against_every_line(pattern: str) -> None:
    assert finder(re.compile(pattern)) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_large_file_comes_in_pieces_that_end_where_lines_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    text = "".join(f"caf\xe9 {number}\r\n" for number in range(100))
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    whole = list(pieces.text_pieces(path))
    monkeypatch.setattr(pieces, "_PIECE", 64)
    parts = list(pieces.text_pieces(path))
    assert len(parts) > len(whole) == 1
    assert "".join(parts) == whole[0] == text.replace("\r\n", "\n")
    assert all(part.endswith("\n") for part in parts)
