"""What the facts of session rules cost on top of parsing: `python benchmarks/session_facts.py [PACKAGE]`.

CPU time of one process, for each file the least of several rounds: parse; parse and extract names and uses for
the tables in tests/oracle/data/session_rules. The aim is 40 % on apache-airflow-core.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path
from time import process_time

import tomllib

from pytest_archguard.codebase.extract import extract_file
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.parse import collector_off
from pytest_archguard.config.options import Context
from pytest_archguard.config.resources import read_resources
from pytest_archguard.model import Module
from pytest_archguard.rules.sessions.reading import facts_for

REPOSITORY = Path(__file__).parent.parent
TABLES = REPOSITORY / "tests" / "oracle" / "data" / "session_rules"
AIM = 0.40


def facts_of(package: str) -> list[Fact]:
    table = tomllib.loads((TABLES / f"{package}.toml").read_text(encoding="utf-8"))["tool"]["archguard"]
    resource = next(iter(read_resources(table["resources"], "", Context()).values()))
    return list(facts_for(resource))


def least(files: list[tuple[Module, bytes]], facts: list[Fact], known: list[float]) -> list[float]:
    """For each file the least CPU time so far: whatever else the machine does only ever adds to it."""
    gc.collect()
    times = []
    with collector_off():
        for (module, data), before in zip(files, known, strict=True):
            start = process_time()
            extract_file(module, data, facts)
            times.append(min(before, process_time() - start))
    return times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="?", default="apache_airflow_core")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    base = Path(os.environ.get("ARCHGUARD_REAL_PACKAGES", REPOSITORY / ".scratch" / "packages"))
    paths = sorted((base / arguments.package).resolve().rglob("*.py"))
    files = [(Module(path.stem, path.name), path.read_bytes()) for path in paths]
    facts = facts_of(arguments.package)
    plain = full = [float("inf")] * len(files)
    for _ in range(arguments.rounds):
        plain = least(files, [], plain)
        full = least(files, facts, full)
    parsed, extracted = sum(plain), sum(full)
    share = extracted / parsed - 1
    print(f"{len(files)} files: parsed in {parsed:.2f} s, with session facts {extracted:.2f} s: {share:+.0%}")
    return 0 if share <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
