"""What is read off the text of real files is what stands in their trees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_archguard.codebase.decode import DecodeError, decode
from pytest_archguard.codebase.facts import imports
from pytest_archguard.codebase.facts.import_text import statements_in
from pytest_archguard.codebase.source import Source
from pytest_archguard.codebase.syntax import UnparsableError

# The share of files whose text is enough: whoever makes the patterns stricter sees what it costs.
SURE = {"django": 0.85, "apache_airflow_core": 0.75, "prefect": 0.75, "sqlalchemy": 0.8}


@pytest.mark.parametrize("package", SURE)
def test_the_text_of_real_files_shows_what_their_trees_do(real_package: Callable[[str], Path], package: str) -> None:
    sure = files = 0
    for path in sorted(real_package(package).rglob("*.py")):
        try:
            source = Source(path.name, b"", decode(path.read_bytes()))
            assert source.tree
        except (DecodeError, UnparsableError):
            continue
        found = statements_in(source.text, imports._in_part)
        files += 1
        if found is not None:
            sure += 1
            assert tuple(found) == imports.statements(source), path
    assert sure > SURE[package] * files
