"""What the facts of `sessions` and `code` rules cost over parsing:
`python benchmarks/session_and_code_facts.py [PACKAGE]` (default apache_airflow_core).

The session tables of the package in tests/oracle/data/session_rules and a dozen `code` rules of the kind that audits
lead to, as a cold run extracts them: all from one parse, the garbage collector off. CPU time of one process, for each
file the least of several rounds, printed as shares of the time that parsing alone takes. Exit code 1 when both
together cost more than 40 %.

`--instructions` counts with valgrind instead: the same in every run, but a share of instructions is not one of time,
because Python's parser gets more of them done in a second than Python code does.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterable
from operator import attrgetter
from pathlib import Path
from time import process_time

import tomllib
from instructions import instructions
from whole_process import Command

from pytest_archguard.codebase.collector import collector_off
from pytest_archguard.codebase.extract import extract_file
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.code.search import Search
from pytest_archguard.codebase.parse import read
from pytest_archguard.config.options import Context
from pytest_archguard.config.resources import read_resources
from pytest_archguard.model import Module
from pytest_archguard.rules.sessions.reading import facts_for

REPOSITORY = Path(__file__).resolve().parent.parent
TABLES = REPOSITORY / "tests" / "oracle" / "data" / "session_rules"
AIM = 0.40
NOTHING = "nothing"

DOZEN = {
    "html": Search(matcher="literals", patterns=(r"(?i)</(div|html|table|span|p|a)>|<(div|table|span|p|a)\s[\w-]+=",)),
    "sql": Search(matcher="literals", patterns=(r"(?is)\b(select\b.+\bfrom|insert\s+into|delete\s+from)\b",)),
    "raise Exception": Search(matcher="forbid", patterns=("raise Exception($...)",)),
    "swallowed": Search(matcher="forbid", patterns=("except Exception", "except"), swallows=True),
    "timeouts": Search(
        matcher="calls", patterns=("requests.*", "httpx.get", "httpx.post"), unless_keyword=("timeout",)
    ),
    "agents": Search(
        matcher="forbid",
        patterns=("await $AGENT.run($...)",),
        match=(("AGENT", ("*agent",)),),
        unless_inside=("asyncio.wait_for($...)", "async with asyncio.timeout($...)"),
    ),
    "response_model": Search(
        matcher="decorated", patterns=("router.get", "router.post"), require_keyword=("response_model",)
    ),
    "global": Search(matcher="statements", patterns=("global",)),
    "print": Search(matcher="calls", patterns=("print",)),
    "environment": Search(matcher="forbid", patterns=("os.getenv($...)", "os.environ[$KEY]", "os.environ.get($...)")),
    "naive dates": Search(matcher="calls", patterns=("datetime.datetime.utcnow",)),
    "blocking": Search(matcher="calls", patterns=("time.sleep", "requests.*", "open"), in_async=True),
}

File = tuple[Module, bytes]
Read = Callable[[Module, bytes], object]


def session_facts(package: str) -> list[Fact]:
    table = tomllib.loads((TABLES / f"{package}.toml").read_text(encoding="utf-8"))["tool"]["archguard"]
    resource = next(iter(read_resources(table["resources"], "", Context()).values()))
    return list(facts_for(resource))


def extracting(facts: Iterable[Fact]) -> Read:
    ordered = sorted(facts, key=lambda fact: (fact.from_text, fact.key))
    return lambda module, data: extract_file(module, data, ordered)


def parsing(module: Module, data: bytes) -> object:
    return read(module.path, module.name, data, attrgetter("tree"))


def walking(module: Module, data: bytes) -> object:
    return read(module.path, module.name, data, attrgetter("walk"))


def least(files: list[File], way: Read, known: list[float]) -> list[float]:
    """For each file the least CPU time so far: whatever else the machine does only ever adds to it."""
    gc.collect()
    times = []
    with collector_off():
        for (module, data), before in zip(files, known, strict=True):
            start = process_time()
            way(module, data)
            times.append(min(before, process_time() - start))
    return times


def in_instructions(package: str, ways: Iterable[str]) -> dict[str, float]:
    """What each way takes, in instructions of a process of its own; raises where valgrind is not installed."""
    counted = {}
    for name in (NOTHING, *ways):
        count = instructions(Command(name, [sys.executable, __file__, package, "--only", name], REPOSITORY))
        if count is None:
            raise SystemExit("valgrind is not installed")
        counted[name] = float(count)
    start = counted.pop(NOTHING)
    return {name: count - start for name, count in counted.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="?", default="apache_airflow_core")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--each", action="store_true", help="the dozen code rules one by one as well, each alone")
    parser.add_argument("--instructions", action="store_true", help="count them instead of taking the time")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    base = Path(os.environ.get("ARCHGUARD_REAL_PACKAGES", REPOSITORY / ".scratch" / "packages"))
    paths = sorted((base / arguments.package).resolve().rglob("*.py"))
    files = [(Module(path.stem, path.name), path.read_bytes()) for path in paths]
    sessions, code = session_facts(arguments.package), {name: search.fact for name, search in DOZEN.items()}
    ways: dict[str, Read] = {
        "parsing": parsing,
        "a walk over all nodes": walking,
        "session facts": extracting(sessions),
        "code facts": extracting(code.values()),
        "both": extracting((*sessions, *code.values())),
    }
    if arguments.each:
        ways |= {f"  {name}": extracting([fact]) for name, fact in code.items()}
    if arguments.only:
        for way in ways.values():  # what is made once a process is no cost of a file
            least(files[:3], way, [float("inf")] * 3)
        if arguments.only != NOTHING:
            least(files, ways[arguments.only], [float("inf")] * len(files))
        return 0
    if arguments.instructions:
        totals = in_instructions(arguments.package, ways)
    else:
        times = {name: [float("inf")] * len(files) for name in ways}
        for _ in range(arguments.rounds):
            for name, way in ways.items():
                times[name] = least(files, way, times[name])
        totals = {name: sum(each) for name, each in times.items()}
    alone = totals.pop("parsing")
    shown = f"{alone / 1e9:.2f} billion instructions" if arguments.instructions else f"{alone:.2f} s of CPU time"
    print(f"{arguments.package}: {len(files)} files, parsed in {shown}; on top of that")
    for name, cost in totals.items():
        print(f"  {cost / alone - 1:6.1%}  {name}")
    return 0 if totals["both"] <= alone * (1 + AIM) else 1


if __name__ == "__main__":
    sys.exit(main())
