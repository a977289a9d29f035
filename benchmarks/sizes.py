"""What ceilings cost beside parsing and import rules: `python benchmarks/sizes.py [PACKAGE] [--times N]`.

Whole processes, taking turns, medians. "On top" is what is left after an empty `pytest --collect-only`; "parse" is the
CPU time of `ast.parse` over all files divided by the number of cores, so 1.0 would be a perfect reader that does
nothing else. Fetch the package first: `python scripts/packages.py apache_superset`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from functools import partial
from pathlib import Path

from compare import ALONE, PLUGIN, PYTEST
from projects import PACKAGES, ROOT
from whole_process import Command, in_turn, median_cpu, median_wall

SCRATCH = ROOT / ".scratch" / "benchmarks" / "sizes"
PARSE = (
    "import ast, gc, pathlib, sys; gc.disable()\n"
    "for path in pathlib.Path(sys.argv[1]).rglob('*.py'): ast.parse(path.read_bytes())"
)
IMPORTS = 'forbidden]]\nid = "imports"\nfrom = ["**"]\nto = ["sqlite3"]\n'
PLAIN = (
    "max_lines = 800\nmax_sloc = 600\nmax_lloc = 600\nmax_classes = 20\nmax_functions = 40\nmax_imports = 40\n"
    "max_importers = 100\nmax_function_lines = 80\nmax_arguments = 7\nmax_nesting = 5\nmax_statements = 50\n"
    "max_class_lines = 400\nmax_methods = 30\nmax_attributes = 30\n"
)
RADON = "max_complexity = 15\nmin_maintainability = 10\n"
RULES = {
    "imports": IMPORTS,
    "ceilings": f'{IMPORTS}[[tool.archguard.size]]\nid = "sizes"\n{PLAIN}',
    "all ceilings": f'{IMPORTS}[[tool.archguard.size]]\nid = "sizes"\n{PLAIN}{RADON}',
}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="?", default="apache_superset")
    parser.add_argument("--times", type=int, default=5, help="counted rounds (default: %(default)s)")
    options = parser.parse_args()
    runs = in_turn(_commands(PACKAGES / options.package), options.times)
    print(f"{options.package}, Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    print(f"{'':20} {'wall on top':>12} {'x parse':>9}   {'CPU on top':>12} {'x parse':>9}")
    cores = os.cpu_count() or 1
    for name, measured in runs.items():
        wall, cpu = median_wall(measured), median_cpu(measured)
        if name not in ("empty", "parse"):
            wall, cpu = wall - median_wall(runs["empty"]), cpu - median_cpu(runs["empty"])
        parse = median_cpu(runs["parse"])
        print(f"{name:20} {wall:10.2f} s {wall / (parse / cores):9.2f}   {cpu:10.2f} s {cpu / parse:9.2f}")


def _commands(package: Path) -> list[Command]:
    shutil.rmtree(SCRATCH, ignore_errors=True)
    empty = SCRATCH / "empty"
    empty.mkdir(parents=True)
    commands = [
        Command("empty", [*PYTEST, "--collect-only"], empty, environment=ALONE),
        Command("parse", [sys.executable, "-c", PARSE, str(package)], SCRATCH),
    ]
    for name, rules in RULES.items():
        folder = SCRATCH / name.replace(" ", "-")
        shutil.copytree(package, folder, ignore=shutil.ignore_patterns("__pycache__", "*.dist-info"))
        (folder / "pyproject.toml").write_text(f"[tool.archguard]\n[[tool.archguard.{rules}", encoding="utf-8")
        cache = folder / ".archguard_cache"
        command = [*PYTEST, *PLUGIN, "--archguard", "pyproject.toml"]
        remove = partial(shutil.rmtree, cache, ignore_errors=True)
        commands.append(Command(f"{name}, cold", command, folder, remove, ALONE))
        commands.append(Command(f"{name}, warm", command, folder, environment=ALONE))
    return commands


if __name__ == "__main__":
    main()
