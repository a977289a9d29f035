"""Where a regular expression finds something its words stand, whatever it is made of."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_archguard.codebase.facts.code.regex_words import needed_words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("select", ("select",)),
        ("(?i)SELECT", ("select",)),
        (r"(?is)\b(select\b.+\bfrom|insert\s+into|delete\s+from)\b", ("select", "insert", "delete")),
        (r"(?i)</(div|p)>|<a\s[\w-]+=\"", ("</", "<a")),
        (r"\bold_shop\b", ("old_shop",)),
        (r"a\.b\-c\ d", ("a.b-c d",)),
        ("https?://", ("http",)),
        ("(?:foo|ba+r)baz?", ("foo", "ba")),
        ("(?P<name>abc){1,2}[]x]+de", ("de",)),
        ("x[^]]yz", ("yz",)),
        ("(ab)?c", ("c",)),
        ("ab{2,}cd{,3}", ("a",)),
        ("^{}*", ()),
        ("ab*", ("a",)),
        ("(ab|)cd", ("cd",)),
        ("b|", ()),
        ("x*", ()),
        ("^$", ()),
        ("(?x) a b", ()),
        ("(?i:abc)", ()),
        ("(?!abc)d", ()),
        (r"\x41b", ()),
        (r"(a)\1bc", ()),
        ("stra\u00dfe", ()),
    ],
)
def test_of_what_is_understood_the_words_are_known(pattern: str, words: tuple[str, ...]) -> None:
    re.compile(pattern)
    assert needed_words(pattern) == words


pieces = st.sampled_from(
    [
        "a", "b", "S", "k", "_", " ", "-", "0", "\n", ".", "^", "$", "|", "(", "(?:", "(?P<n>", "(?=", "(?!", "(?i:", ")", "[",
        "[^", "]", "*", "+", "?", "{", "}", "{2}", "{0,1}", "{,2}", "??", "\\b", "\\s", "\\w", "\\D", "\\.", "\\(", "\\[", "\\\\",
        "\\ ", "\\n", "\\x61", "\\1", "\\_", "\\|", "#", "<", "=", "\u017f",
    ]
)  # fmt: skip


def check(pattern: str, texts: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            find = re.compile(pattern).search
        except re.error:
            assume(False)
    words = needed_words(pattern)
    for text in texts:
        if words and text.isascii() and find(text):
            assert any(word in text.lower() for word in words), (pattern, text, words)


@given(
    flags=st.sampled_from(["", "(?i)", "(?s)", "(?im)", "(?x)"]),
    parts=st.lists(pieces, max_size=12),
    texts=st.lists(st.text("abSsKk_ -0\n.|()[]{}*?\\#<=x61n", max_size=8), min_size=30, max_size=30),
)
def test_nothing_is_found_without_one_of_the_words(flags: str, parts: list[str], texts: list[str]) -> None:
    check(flags + "".join(parts), texts)


@given(parts=st.lists(pieces, max_size=12), data=st.data())
def test_what_is_made_to_match_has_one_of_the_words(parts: list[str], data: st.DataObject) -> None:
    pattern = "".join(parts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            texts = st.from_regex(pattern)
            texts.validate()
        except (re.error, NotImplementedError, AssertionError):
            assume(False)
    check(pattern, [data.draw(texts)])
