"""Re-scores the labelled findings of session rules on four real packages: `python scripts/score_session_rules.py`.

Each line of `tests/oracle/data/session_rules/labels.jsonl` is one finding that was read against the source and judged
right or wrong; the tables are beside it. The sample: every finding but those of `transaction` (every 9th) and, of
superset, `leak` (every 4th), `transaction` (every 12th) and `commit_in_loop` (every 2nd), in the order of the report.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_archguard.check import run
from pytest_archguard.rules.configuration import load_configuration

REPOSITORY = Path(__file__).parent.parent
LABELS = REPOSITORY / "tests" / "oracle" / "data" / "session_rules"
PACKAGES = {"apache_airflow_core": "airflow", "apache_superset": "superset", "prefect": "prefect", "mlflow": "mlflow"}

Key = tuple[str, str, str, int]


@dataclass(frozen=True)
class Score:
    """right, wrong: labelled findings that are still found. lost: right ones that are not. found: of all findings."""

    right: int
    wrong: int
    lost: tuple[Key, ...]
    found: int

    @property
    def precision(self) -> float:
        """The share of the labelled findings that are right."""
        return self.right / (self.right + self.wrong)


def labels_of(package: str) -> dict[Key, bool]:
    """The labelled findings of one package: (rule, check, path, line) -> right or wrong."""
    lines = (LABELS / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    rows: Iterable[dict[str, Any]] = map(json.loads, lines)
    return {(r["rule"], r["check"], r["path"], r["line"]): r["right"] for r in rows if r["package"] == package}


def findings_in(folder: Path, package: str) -> set[Key]:
    """What the rules find in an unpacked package; `folder` is the folder it was unpacked into."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        (root / PACKAGES[package]).symlink_to(folder / PACKAGES[package], target_is_directory=True)
        rules = root / "pyproject.toml"
        rules.write_text((LABELS / f"{package}.toml").read_text(encoding="utf-8"), encoding="utf-8")
        result = run(load_configuration(rules))
    faults = [rule.error for rule in result.rules if rule.kind == "sessions" and rule.error]
    if faults:
        raise AssertionError(faults)
    return {
        (rule.id, violation.check, site.path, site.line)
        for rule in result.rules
        if rule.kind == "sessions"
        for violation in rule.violations
        for site in violation.sites
    }


def score(folder: Path, package: str) -> Score:
    """Holds today's findings against the labels."""
    labels, found = labels_of(package), findings_in(folder, package)
    right = [key for key, is_right in labels.items() if is_right]
    wrong = sum(not is_right and key in found for key, is_right in labels.items())
    lost = tuple(key for key in right if key not in found)
    return Score(len(right) - len(lost), wrong, lost, len(found))


def main() -> int:
    base = Path(os.environ.get("ARCHGUARD_REAL_PACKAGES", REPOSITORY / ".scratch" / "packages"))
    scores = {package: score((base / package).resolve(), package) for package in PACKAGES}
    for package, each in scores.items():
        print(f"{package:22} {each.found:4} findings, {each.right + each.wrong:3} read: {each.precision:.1%} right")
        for key in each.lost:
            print("  no longer found:", *key)
    right, wrong = sum(s.right for s in scores.values()), sum(s.wrong for s in scores.values())
    print(f"{'together':22} {sum(s.found for s in scores.values()):4} findings, {right + wrong:3} read: "
          f"{right / (right + wrong):.1%} right")  # fmt: skip
    return 0 if right / (right + wrong) >= 0.98 and not any(s.lost for s in scores.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
