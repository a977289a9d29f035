"""What structure rules cost beside parsing: `python benchmarks/structure.py [PACKAGE] [--times N]`.

Whole processes, taking turns, medians. "On top" is what is left after an empty `pytest --collect-only`; "more" is what
a rule adds to the same run with one import rule, in CPU time of all processes and in parts of `ast.parse` over all
files. Warm runs have nothing to read, so what they add is judging alone. The promise: duplicates add at most 0.60
parses, cold.
"""

from __future__ import annotations

import argparse
import os
import sys

from archguard_runs import beside, cold, cpu_on_top, parse_seconds, wall_on_top, warm
from projects import PACKAGES, SCRATCH, copy_files, fetch
from rule_tables import HEAD, IMPORTS, STRUCTURE
from venvs import ours
from whole_process import Command, in_turn


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="?", default="apache_superset")
    parser.add_argument("--times", type=int, default=5, help="counted rounds (default: %(default)s)")
    parser.add_argument("--rules", nargs="+", choices=STRUCTURE, default=list(STRUCTURE), help="default: all")
    options = parser.parse_args()
    fetch(options.package)
    names = ["imports", *options.rules]
    runs = in_turn(_commands(options.package, names), options.times, options.package)
    parse = parse_seconds(runs)
    print(f"{options.package}, Python {sys.version.split()[0]}, {os.cpu_count()} cores, parsing {parse:.2f} s")
    print(f"{'':18} {'wall on top':>12} {'CPU on top':>12} {'more CPU':>10} {'x parse':>8}")
    for name in names:
        for heat in ("cold", "warm"):
            wall, cpu = wall_on_top(runs, f"{name}, {heat}"), cpu_on_top(runs, f"{name}, {heat}")
            more = cpu - cpu_on_top(runs, f"imports, {heat}")
            print(f"{name + ', ' + heat:18} {wall:10.2f} s {cpu:10.2f} s {more:8.2f} s {more / parse:8.2f}")


def _commands(package: str, names: list[str]) -> list[Command]:
    here = ours()
    commands = beside(here, PACKAGES / package)
    for name in names:
        folder = SCRATCH / "structure" / name
        copy_files(PACKAGES / package, folder)
        rules = HEAD + IMPORTS + STRUCTURE.get(name, "")
        (folder / "pyproject.toml").write_text(rules, encoding="utf-8")
        commands += [cold(here, f"{name}, cold", folder), warm(here, f"{name}, warm", folder)]
    return commands


if __name__ == "__main__":
    main()
