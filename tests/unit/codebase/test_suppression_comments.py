"""Suppression comments: which statement they stand on, and what is wrong with a wrong one."""

from __future__ import annotations

import textwrap

import pytest
from inline_snapshot import snapshot

from pytest_archguard.codebase.facts import suppressions
from pytest_archguard.codebase.facts.suppressions import Suppression, extract
from pytest_archguard.codebase.source import Source


def comments(text: str) -> list[Suppression]:
    text = textwrap.dedent(text)
    return [Suppression(*fields) for fields in extract(Source("a.py", text.encode(), text))]  # type: ignore[arg-type]


def covered(text: str) -> list[tuple[int, int]]:
    return [(c.first, c.last) for c in comments(text)]


def test_a_comment_names_rules_gives_a_reason_and_perhaps_a_last_day() -> None:
    [comment] = comments("x = 1  # archguard: ignore[a-1, b] until=2027-03-01 the vendor has no other way (#123)\n")
    assert comment == snapshot(
        Suppression(
            line=1,
            column=8,
            first=1,
            last=1,
            ids=("a-1", "b"),
            until="2027-03-01",
            reason="the vendor has no other way (#123)",
            fault=None,
        )
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("from a import (  # archguard: ignore[r] why\n    b,\n    c,\n)\n", (1, 4)),
        ("from a import (\n    b,\n    c,\n)  # archguard: ignore[r] why\n", (1, 4)),
        ("x = f(\n    1,\n    # archguard: ignore[r] why\n    2,\n)\n", (1, 5)),
        ("x = '''\n\n'''  # archguard: ignore[r] why\n", (1, 3)),
        ("x = 1 + \\\n  2  # archguard: ignore[r] why\n", (1, 2)),
        ("a = 1; b = 2  # archguard: ignore[r] why\n", (1, 1)),
        ("\n@d(\n    1,\n)\n@e\ndef f(\n    x,\n):  # archguard: ignore[r] why\n    y = 1\n", (2, 8)),
        ("\n@d  # archguard: ignore[r] why\n@e\nclass C:\n    y = 1\n", (2, 4)),
        ("\nasync def f(): pass  # archguard: ignore[r] why\n", (2, 2)),
        ("class C:\n\tdef f(self):\n\t\tx = (1,\n\t\t2)\t# archguard: ignore[r] why\n", (3, 4)),
        ("a = 1\n\x0c\nb = 2  # archguard: ignore[r] why\n", (3, 3)),
        ("a = 1\n\x0cb = 2  # archguard: ignore[r] why\n", (2, 2)),
        ("try:  # archguard: ignore[r] why\n    import a\nexcept ImportError:\n    pass\n", (1, 1)),
        ("x = 'ä\x0b'  # archguard: ignore[r] why", (1, 1)),
    ],
)
def test_a_comment_covers_the_lines_of_its_statement(text: str, lines: tuple[int, int]) -> None:
    assert covered(text) == [lines]


def test_the_comments_a_file_starts_with_cover_its_first_line() -> None:
    assert covered("#!/usr/bin/env python\n# archguard: ignore[r] why\n\nimport a\n") == [(1, 1)]
    assert covered("# archguard: ignore[r] why\n") == [(1, 1)]


def test_a_comment_on_a_line_of_its_own_covers_no_statement() -> None:
    assert covered("import a\n# archguard: ignore[r] why\nimport b\n") == [(0, 0)]
    assert covered("def f():\n    # archguard: ignore[r] why\n    import b\n") == [(0, 0)]


def test_several_comments_may_stand_on_one_line() -> None:
    found = comments("x = 1  # noqa: E501  # archguard: ignore[a] one # archguard: ignore[b] two # noqa\n")
    assert [(c.column, c.ids, c.reason) for c in found] == [(22, ("a",), "one"), (49, ("b",), "two")]


def test_only_comments_count() -> None:
    assert comments('x = "# archguard: ignore[r] why"\ny = """\n# archguard: ignore[r] why\n"""\n') == []


@pytest.mark.parametrize(
    ("comment", "fault"),
    [
        ("# archguard: ignore", snapshot("this comment cannot be read; write `# archguard: ignore[rule-id] reason`")),
        (
            "# archguard: ingore[r] why",
            snapshot("this comment cannot be read; write `# archguard: ignore[rule-id] reason`"),
        ),
        (
            "# archguard: ignore[] why",
            snapshot("this suppression names no rule; write `# archguard: ignore[rule-id] reason`"),
        ),
        (
            "# archguard: ignore[R_1] why",
            snapshot("this suppression names no rule but R_1; write `# archguard: ignore[rule-id] reason`"),
        ),
        (
            "# archguard: ignore[r]",
            snapshot("this suppression gives no reason; write `# archguard: ignore[rule-id] reason`"),
        ),
        (
            "# archguard: ignore[r] ...",
            snapshot("this suppression gives no reason; write `# archguard: ignore[rule-id] reason`"),
        ),
        ("# archguard: ignore[r] # noqa", snapshot(None)),
        (
            "# archguard: ignore[r] until=2027-03-01",
            snapshot("this suppression gives no reason; write `# archguard: ignore[rule-id] reason`"),
        ),
        ("# archguard: ignore[r] until=soon why", snapshot('"until=": "soon" is no date such as 2027-03-01')),
        ("# archguard: ignore[r] until=2027-02-30 why", snapshot('"until=": "2027-02-30" is no day of the calendar')),
        ("# archguard: ignore[r] why until=2027-02-01", snapshot('"until=" stands before the reason')),
        ("#archguard:ignore[r]why", snapshot(None)),
    ],
)
def test_what_is_wrong_is_said(comment: str, fault: str | None) -> None:
    [found] = comments(f"x = 1  {comment}\n")
    assert found.fault == fault


def test_a_file_without_the_word_is_not_tokenised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str) -> None:
        raise AssertionError("tokenised in vain")

    monkeypatch.setattr(suppressions, "_tokens", fail)
    assert comments("import archguard\nx = 1  # ignore[r] why\n") == []
