"""File globs: what a pattern means, path by path."""

from __future__ import annotations

import pytest

from pytest_archguard.codebase.globs import FileGlob


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("app/migrations/**", "app/migrations/0001.py"),
        ("app/migrations/**", "app/migrations/deep/er/0001.py"),
        ("app/migrations", "app/migrations/0001.py"),
        ("app/migrations/", "app/migrations/0001.py"),
        ("./app/x.py", "app/x.py"),
        ("**/test_*.py", "test_a.py"),
        ("**/test_*.py", "app/deep/test_a.py"),
        ("**/tests/**", "tests/a.py"),
        ("**/tests/**", "app/tests/unit/a.py"),
        ("**", "a.py"),
        ("app/*.py", "app/a.py"),
        ("app/*/models.py", "app/users/models.py"),
        ("app/v?.py", "app/v1.py"),
        ("app/[ab].py", "app/b.py"),
        ("app/[!ab].py", "app/c.py"),
        ("app/a[.py", "app/a[.py"),
        ("app/a+b (copy).py", "app/a+b (copy).py"),
        ("app/*/generated", "app/x/generated/y/z.py"),
    ],
)
def test_a_glob_matches_what_it_says(pattern: str, path: str) -> None:
    assert FileGlob(pattern).matches(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("app/*.py", "app/deep/a.py"),
        ("app/migrations/**", "app/migrations.py"),
        ("app/migrations/**", "other/app/migrations/a.py"),
        ("app/mig", "app/migrations/a.py"),
        ("**/tests/**", "app/latests/a.py"),
        ("app/?.py", "app/ab.py"),
        ("app/?/a.py", "app//a.py"),
        ("app/[!ab].py", "app/a.py"),
        ("app/[!a]b.py", "app//b.py"),
        ("App/x.py", "app/x.py"),
        ("app/x.py", "app/xopy"),
    ],
)
def test_a_glob_matches_nothing_else(pattern: str, path: str) -> None:
    assert not FileGlob(pattern).matches(path)


@pytest.mark.parametrize(
    ("pattern", "base"),
    [("tests/unit/**", "tests/unit"), ("**/tests/**", "."), ("tests", "tests"), ("*.py", "."), ("a/b?/c", "a")],
)
def test_the_base_is_the_folder_that_all_matches_are_in(pattern: str, base: str) -> None:
    assert FileGlob(pattern).base == base
