"""What `code` rules cost on top of parsing: `python benchmarks/code_facts.py [PACKAGE]` (default apache_airflow_core).

A dozen rules of the kind that audits lead to, all in one pass over each file; CPU time in one process, the garbage
collector off, as in a cold run. Printed as shares of the time that parsing alone takes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.code.search import Search
from pytest_archguard.codebase.parse import Unreadable, collector_off, parse

PACKAGES = Path(__file__).resolve().parent.parent / ".scratch" / "packages"

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


def main() -> None:
    package = sys.argv[1] if len(sys.argv) > 1 else "apache_airflow_core"
    files = [(str(path), path.read_bytes()) for path in sorted((PACKAGES / package).rglob("*.py"))]
    facts = {name: search.fact for name, search in DOZEN.items()}
    with collector_off():
        best = min((measure(files, facts) for _ in range(3)), key=lambda times: sum(times.values()))
    parsing = best.pop("parse")
    print(f"{package}: {len(files)} files, parsed in {parsing:.2f} s of CPU time")
    for name, seconds in best.items():
        print(f"  {seconds / parsing:6.1%}  {name}")
    print(f"  {sum(best.values()) / parsing:6.1%}  in all, over parsing")


def measure(files: list[tuple[str, bytes]], facts: dict[str, Fact]) -> dict[str, float]:
    extractors = {name: (fact.load(), fact.params) for name, fact in facts.items()}
    times = dict.fromkeys(["parse", "walk", *facts], 0.0)
    clock = time.process_time
    for path, data in files:
        start = clock()
        source = parse(path, path, data)
        times["parse"] += clock() - start
        if isinstance(source, Unreadable):
            continue
        start = clock()
        assert source.walk
        times["walk"] += clock() - start
        for name, (extract, params) in extractors.items():
            start = clock()
            extract(source, params)
            times[name] += clock() - start
    return times


if __name__ == "__main__":
    main()
