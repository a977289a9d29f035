"""How often `code` rules are right on real code: `python scripts/score_code_rules.py [NAME...]`.

Findings of the rules in tests/oracle/data/code_rules.toml in pinned packages were drawn at random and read by hand;
tests/oracle/data/code_findings.jsonl says of each whether it is right. This runs the rules again and counts:

- precision: of the findings that were read and are still reported, the share that is right;
- lost: right findings that are no longer reported.

Exit code 1 when precision is below 98 % or something is lost.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_archguard.check import run
from pytest_archguard.rules.configuration import load_configuration

REPOSITORY = Path(__file__).parent.parent
DATA = REPOSITORY / "tests" / "oracle" / "data"
RULES = DATA / "code_rules.toml"
FINDINGS = DATA / "code_findings.jsonl"
TARGET = 0.98


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the findings that were read. wrong: those still reported. lost: the right ones that are not."""

    right: int
    wrong: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def precision(self) -> float:
        """The share of right ones among those that are reported."""
        return self.right / max(self.right + len(self.wrong), 1)


def main() -> int:
    """Prints the score of each package and of all; 1 when it is too low."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    packages = sorted({finding["package"] for finding in read_findings()})
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(packages)}; default: all")
    names = parser.parse_args().names or packages
    folder = Path(os.environ.get("ARCHGUARD_REAL_PACKAGES", REPOSITORY / ".scratch" / "packages"))
    total = Score(0, (), ())
    for name in names:
        score = score_package(name, folder / name)
        print(f"{name}: {score.precision:.1%} of {score.right + len(score.wrong)} right, {len(score.lost)} lost")
        for text in (*(f"wrong: {w}" for w in score.wrong), *(f"lost:  {m}" for m in score.lost)):
            print(f"  {text}")
        total = Score(total.right + score.right, total.wrong + score.wrong, total.lost + score.lost)
    print(f"in all: {total.precision:.1%} of {total.right + len(total.wrong)}")
    return 1 if total.precision < TARGET or total.lost else 0


def read_findings() -> list[dict[str, Any]]:
    """Every finding that was read."""
    return [json.loads(line) for line in FINDINGS.read_text("utf-8").splitlines()]


def score_package(name: str, folder: Path) -> Score:
    """Holds the rules against what was read in one package, unpacked in `folder`."""
    with tempfile.TemporaryDirectory() as scratch:
        reported = report(folder, Path(scratch))
    read = [finding for finding in read_findings() if finding["package"] == name]
    still = Counter(finding["right"] for finding in read if _place(finding) in reported)
    return Score(
        right=still[True],
        wrong=tuple(_shown(f) for f in read if not f["right"] and _place(f) in reported),
        lost=tuple(_shown(f) for f in read if f["right"] and _place(f) not in reported),
    )


def report(folder: Path, scratch: Path) -> set[tuple[str, str, int]]:
    """(rule, path, line) of everything the rules find in the packages of a folder."""
    packages = sorted(path.parent.name for path in folder.glob("*/__init__.py"))
    for package in packages:
        _link(folder / package, scratch / package)
    rules = RULES.read_text("utf-8").replace("[tool.archguard]", f"[tool.archguard]\npackages = {packages}", 1)
    (scratch / "pyproject.toml").write_text(rules, "utf-8")
    result = run(load_configuration(scratch / "pyproject.toml"))
    return {(rule.id, s.path, s.line) for rule in result.rules for v in rule.violations for s in v.sites}


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source, target_is_directory=True)
    except OSError:  # Windows allows links to administrators only
        shutil.copytree(source, target)


def _place(finding: dict[str, Any]) -> tuple[str, str, int]:
    return finding["rule"], finding["path"], finding["line"]


def _shown(finding: dict[str, Any]) -> str:
    note = f" ({finding['note']})" if "note" in finding else ""
    return f"{finding['rule']} {finding['path']}:{finding['line']}{note}"


if __name__ == "__main__":
    sys.exit(main())
