"""Every number of real packages is radon's, to the digit."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from radon.complexity import add_inner_blocks, cc_visit_ast
from radon.metrics import mi_visit
from radon.raw import analyze
from radon.visitors import Function

from pytest_archguard.codebase.facts.complexity import FunctionComplexity
from pytest_archguard.codebase.facts.complexity import extract as complexity
from pytest_archguard.codebase.facts.definitions import Definitions
from pytest_archguard.codebase.facts.definitions import extract as definitions
from pytest_archguard.codebase.facts.maintainability import extract as maintainability
from pytest_archguard.codebase.facts.raw import RawCounts, raw_counts
from pytest_archguard.codebase.facts.raw_bounds import raw_counts_within
from pytest_archguard.codebase.source import Source
from pytest_archguard.codebase.syntax import UnparsableError

RealPackage = Callable[[str], Path]


def sources(folder: Path, pattern: str = "**/*.py") -> Iterator[Source]:
    """The files that this Python can parse: packages hold templates and test data that are no Python."""
    for path in sorted(folder.glob(pattern)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                source = Source(str(path), b"", path.read_text("utf-8"))
                assert source.tree
                yield source
            except (UnparsableError, UnicodeDecodeError):
                continue


@pytest.mark.parametrize(
    ("package", "pattern", "at_least"),
    [
        ("django", "**/*.py", 880),
        ("sqlalchemy", "**/*.py", 250),
        # One file of 6.5 and one of 2.4 MB. The rest of the package is the same again for asyncio, and a list of names
        # that takes radon as long as both.
        ("azure_mgmt_network", "azure/mgmt/network/*/_*s.py", 2),
    ],
)
def test_raw_counts_equal_radons(real_package: RealPackage, package: str, pattern: str, at_least: int) -> None:
    checked = list(sources(real_package(package), pattern))

    assert [s.path for s in checked if raw_counts(s) != RawCounts(**analyze(s.text)._asdict())] == []
    assert len(checked) >= at_least


@pytest.mark.parametrize("package", ["apache_superset", "homeassistant", "sqlalchemy"])
def test_no_real_file_is_above_limits_that_its_text_shows_it_to_be_within(
    real_package: RealPackage, package: str
) -> None:
    for path in sorted(real_package(package).glob("**/*.py")):
        source = Source(str(path), b"", path.read_text("utf-8"))
        counts = raw_counts(source)
        assert not raw_counts_within(source.text, counts.sloc - 1, sys.maxsize), path
        assert not raw_counts_within(source.text, sys.maxsize, counts.lloc - 1), path


@pytest.mark.parametrize(
    ("package", "pattern", "at_least"),
    [("django", "django/d*/**/*.py", 120), ("homeassistant", "homeassistant/components/b*/*.py", 100)],
)
def test_maintainability_equals_radons(real_package: RealPackage, package: str, pattern: str, at_least: int) -> None:
    checked = list(sources(real_package(package), pattern))

    assert [s.path for s in checked if maintainability(s) != mi_visit(s.text, multi=True)] == []
    assert len(checked) >= at_least


@pytest.mark.parametrize("package", ["django", "sqlalchemy", "prefect"])
def test_complexity_and_methods_equal_radons(real_package: RealPackage, package: str) -> None:
    different = []
    functions = 0
    for source in sources(real_package(package)):
        ours = [FunctionComplexity(*row) for row in complexity(source)]
        found = Definitions(*definitions(source))
        blocks = add_inner_blocks(cc_visit_ast(source.tree))
        theirs = {(b.lineno, b.col_offset + 1, b.complexity) for b in blocks if isinstance(b, Function)}
        methods = {(b.lineno, b.col_offset + 1): len(b.methods) for b in blocks if not isinstance(b, Function)}
        functions += len(ours)
        if (
            not theirs <= {row[1:] for row in ours}
            or [row[:3] for row in ours] != [row[:3] for row in found.functions]
            or not methods.items() <= {row[1:3]: row[4] for row in found.classes}.items()
        ):
            different.append(source.path)

    assert different == []
    assert functions > 6000


def test_what_is_above_a_limit_is_found_without_looking_at_every_function(real_package: RealPackage) -> None:
    for source in sources(real_package("apache_airflow_core")):
        rows = complexity(source)
        for limit in (5, 12):
            again = Source(source.path, b"", source.text)
            assert list(complexity(again, (limit,))) == [row for row in rows if row[3] > limit], source.path
