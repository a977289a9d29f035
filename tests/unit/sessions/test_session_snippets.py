"""What the documentation shows is what happens."""

from __future__ import annotations

from typing import get_args

import pytest

from pytest_archguard.rules.sessions.forms import LEVELS
from pytest_archguard.rules.sessions.snippets import FORMS, WORDS, Snippet
from pytest_archguard.rules.sessions.zone import Word

ALL = [pytest.param(s, id=f"{group}-{s.name}") for group, all_ in (("form", FORMS), ("word", WORDS)) for s in all_]


@pytest.mark.parametrize("snippet", ALL)
def test_the_bad_snippet_is_found(found, snippet: Snippet):
    assert tuple(v.check for v in found(snippet.rule, snippet.bad, snippet.resource)) == snippet.finds


@pytest.mark.parametrize("snippet", ALL)
def test_the_good_snippet_passes(found, snippet: Snippet):
    assert found(snippet.rule, snippet.good, snippet.resource) == []


def test_every_form_and_every_word_has_a_snippet():
    assert {s.name for s in FORMS} == set(LEVELS)
    assert {s.name for s in WORDS} == set(get_args(Word))
