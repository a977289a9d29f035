"""How often `unused`, `duplicates` and `health` rules are right on real code.

`python scripts/score_structure_rules.py [NAME...]` runs the rules in tests/oracle/data/structure_rules/NAME.toml on the
pinned package of that name. Everything they found there was read by hand, and
tests/oracle/data/structure_findings.jsonl says of each finding whether it is right: of `unused` that the package could
do without it, of `duplicates` that the copies should be one, of `health` that the module is not worth a file. Printed
are, by rule, the share of right ones among those that are still reported, the right ones that no longer are, and
findings that nobody has read. Exit code 1 when a share is below its target, something is lost or unread.
"""

from __future__ import annotations

import argparse
import json
import os
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
TARGETS = {"dead-modules": 0.8, "dead-symbols": 0.8, "equal-bodies": 0.98, "stubs": 0.8}

Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the findings that were read, and what was not read yet."""

    right: Counter[str]
    wrong: Counter[str]
    lost: tuple[Place, ...]
    unread: tuple[Place, ...]

    def precision(self, rule: str) -> float:
        """The share of right ones among those that are reported."""
        return self.right[rule] / max(self.right[rule] + self.wrong[rule], 1)


def main() -> int:
    """Prints the score of each rule; 1 when one is too low."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(packages())}; default: all")
    folder = Path(os.environ.get("ARCHGUARD_REAL_PACKAGES", REPOSITORY / ".scratch" / "packages"))
    scores = [score_package(name, folder / name) for name in parser.parse_args().names or packages()]
    score = Score(
        right=sum((each.right for each in scores), Counter()),
        wrong=sum((each.wrong for each in scores), Counter()),
        lost=tuple(place for each in scores for place in each.lost),
        unread=tuple(place for each in scores for place in each.unread),
    )
    for rule in TARGETS:
        print(f"{rule}: {score.precision(rule):.0%} of {score.right[rule] + score.wrong[rule]}")
    for what, places in (("lost", score.lost), ("not read", score.unread)):
        for place in places:
            print(f"  {what}: {place[0]} {place[1]}:{place[2]}")
    low = any(score.precision(rule) < target for rule, target in TARGETS.items())
    return 1 if low or score.lost or score.unread else 0


def packages() -> list[str]:
    """The packages whose findings were read."""
    return sorted(path.stem for path in (DATA / "structure_rules").glob("*.toml"))


def score_package(name: str, folder: Path) -> Score:
    """Holds what is reported in one package, unpacked in `folder`, against what was read."""
    reported = report(name, folder)
    read = {_place(finding): finding["right"] for finding in read_findings() if finding["package"] == name}
    still = [(place[0], right) for place, right in read.items() if place in reported]
    return Score(
        right=Counter(rule for rule, right in still if right),
        wrong=Counter(rule for rule, right in still if not right),
        lost=tuple(place for place, right in read.items() if right and place not in reported),
        unread=tuple(sorted(reported - read.keys())),
    )


def read_findings() -> list[dict[str, Any]]:
    """Every finding that was read."""
    return [json.loads(line) for line in (DATA / "structure_findings.jsonl").read_text("utf-8").splitlines()]


def report(name: str, folder: Path) -> set[Place]:
    """(rule, path, line) of the first place of everything that is found."""
    with tempfile.TemporaryDirectory() as scratch:
        for package in folder.glob("*/__init__.py"):
            Path(scratch, package.parent.name).symlink_to(package.parent, target_is_directory=True)
        rules = Path(scratch, "pyproject.toml")
        rules.write_text((DATA / "structure_rules" / f"{name}.toml").read_text("utf-8"), "utf-8")
        result = run(load_configuration(rules))
    violations = ((rule.id, violation.sites[0]) for rule in result.rules for violation in rule.violations)
    return {(rule, site.path, site.line) for rule, site in violations}


def _place(finding: dict[str, Any]) -> Place:
    return finding["rule"], finding["path"], finding["line"]


if __name__ == "__main__":
    sys.exit(main())
