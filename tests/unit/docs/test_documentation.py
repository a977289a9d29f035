"""The documentation says what the code does: pages are filled in from it and compared."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from pytest_archguard.rules.configuration import load_configuration
from pytest_archguard.rules.registry import BUILT_IN

REPOSITORY = Path(__file__).parents[3]
PAGES = [REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
# Blocks inside a list are indented.
TOML = re.compile(r"^( *)```toml\n(.*?)^ *```$(\n\n<!-- generated: mistakes)?", re.M | re.S)
TOML_BLOCKS = [
    (page, block.replace(f"\n{indent}", "\n").lstrip())
    for page in PAGES
    for indent, block, shows_mistakes in TOML.findall(page.read_text("utf-8"))
    if not shows_mistakes and page.name != "custom-rules.md"  # its rule kinds are those of a package to be installed
]


def test_options_and_failures_in_the_documentation_are_those_of_the_code() -> None:
    command = [sys.executable, str(REPOSITORY / "scripts" / "reference.py"), "--check"]

    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_that_exist(page: Path) -> None:
    targets = LINK.findall(page.read_text("utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize(
    ("page", "block"), TOML_BLOCKS, ids=lambda value: value.name if isinstance(value, Path) else ""
)
def test_rules_in_the_documentation_can_be_pasted(page: Path, block: str, tmp_path: Path) -> None:
    block = block if "[tool.archguard]\n" in block else f"[tool.archguard]\n{block}"
    for folder in tomllib.loads(block)["tool"]["archguard"].get("source_roots", []):
        (tmp_path / folder).mkdir()
    rules = tmp_path / "pyproject.toml"
    rules.write_text(block, "utf-8")

    assert load_configuration(rules).path == rules


@pytest.mark.parametrize("kind", BUILT_IN)
def test_every_rule_kind_has_a_page_with_a_failure_and_is_listed(kind: str) -> None:
    page = (REPOSITORY / "docs" / "rules" / f"{kind}.md").read_text("utf-8")

    for part in (f"about {kind}", f"options {kind}", "failure"):
        assert f"<!-- generated: {part} -->" in page
    for index in ("docs/rules/index.md", "README.md"):
        assert f"[`{kind}`]" in (REPOSITORY / index).read_text("utf-8")


def test_the_own_rules_keep_all_kinds_apart() -> None:
    document = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))

    rule = next(r for r in document["tool"]["archguard"]["independence"] if r["id"] == "kinds-are-independent")

    assert {place.partition(":")[0] for place in BUILT_IN.values()} <= set(rule["modules"])
