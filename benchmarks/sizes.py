"""What ceilings cost beside parsing and import rules: `python benchmarks/sizes.py [PACKAGE] [--times N]`.

Whole processes, taking turns, medians. "On top" is what is left after an empty `pytest --collect-only`; "parse" is the
CPU time of `ast.parse` over all files divided by the number of cores, so 1.0 would be a perfect reader that does
nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys

from archguard_runs import beside, cold, cpu_on_top, parse_seconds, wall_on_top, warm
from projects import PACKAGES, SCRATCH, copy_files, fetch
from rule_tables import CEILINGS, HEAD, IMPORTS, RADON
from venvs import ours
from whole_process import Command, in_turn

RULES = {"imports": "", "ceilings": CEILINGS, "all ceilings": CEILINGS + RADON}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="?", default="apache_superset")
    parser.add_argument("--times", type=int, default=5, help="counted rounds (default: %(default)s)")
    options = parser.parse_args()
    fetch(options.package)
    commands = _commands(options.package)
    runs = in_turn(commands, options.times, options.package)
    cores, parse = os.cpu_count() or 1, parse_seconds(runs)
    print(f"{options.package}, Python {sys.version.split()[0]}, {cores} cores, parsing {parse:.2f} s")
    print(f"{'':20} {'wall on top':>12} {'x parse':>9}   {'CPU on top':>12} {'x parse':>9}")
    for name in [f"{name}, {heat}" for name in RULES for heat in ("cold", "warm")]:
        wall, cpu = wall_on_top(runs, name), cpu_on_top(runs, name)
        print(f"{name:20} {wall:10.2f} s {wall / (parse / cores):9.2f}   {cpu:10.2f} s {cpu / parse:9.2f}")


def _commands(package: str) -> list[Command]:
    here = ours()
    commands = beside(here, PACKAGES / package)
    for name, rules in RULES.items():
        folder = SCRATCH / "sizes" / name.replace(" ", "-")
        copy_files(PACKAGES / package, folder)
        (folder / "pyproject.toml").write_text(HEAD + IMPORTS + rules, encoding="utf-8")
        commands += [cold(here, f"{name}, cold", folder), warm(here, f"{name}, warm", folder)]
    return commands


if __name__ == "__main__":
    main()
