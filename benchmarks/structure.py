"""What structure rules cost beside parsing: `python benchmarks/structure.py [PACKAGE] [--times N]`.

Whole processes, taking turns, medians. "On top" is what is left after an empty `pytest --collect-only`; "more" is what
a rule adds to the same run with one import rule, in CPU time of all processes and in parts of `ast.parse` over all
files. Warm runs have nothing to read, so what they add is judging alone. The promise: duplicates add at most 0.60
parses, cold. Fetch the package first: `python scripts/packages.py apache_superset`.
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

SCRATCH = ROOT / ".scratch" / "benchmarks" / "structure"
PARSE = (
    "import ast, gc, pathlib, sys; gc.disable()\n"
    "for path in pathlib.Path(sys.argv[1]).rglob('*.py'): ast.parse(path.read_bytes())"
)
START = "import ast, gc, pathlib, sys"
IMPORTS = '[tool.archguard]\n[[tool.archguard.forbidden]]\nid = "imports"\nfrom = ["**"]\nto = ["sqlite3"]\n'
RULES = {
    "imports": "",
    "duplicates": '[[tool.archguard.duplicates]]\nid = "x"\nof = ["bodies", "class_names", "method_names"]\n',
    "health": '[[tool.archguard.health]]\nid = "x"\nchecks = ["unresolved", "empty", "stub"]\n',
    "unused": '[[tool.archguard.unused]]\nid = "x"\nstrings = true\n',
    "symbols": '[[tool.archguard.unused]]\nid = "x"\nof = "symbols"\n',
    "files": '[[tool.archguard.files]]\nid = "x"\nfiles = ["**/*.py"]\ncontains = ["TODO", "<div"]\n',
}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="?", default="apache_superset")
    parser.add_argument("--times", type=int, default=5, help="counted rounds (default: %(default)s)")
    parser.add_argument("--rules", nargs="+", choices=RULES, default=list(RULES), help="default: all")
    options = parser.parse_args()
    names = list(dict.fromkeys(("imports", *options.rules)))
    runs = in_turn(_commands(PACKAGES / options.package, names), options.times)
    parse = median_cpu(runs["parse"]) - median_cpu(runs["start"])
    print(f"{options.package}, Python {sys.version.split()[0]}, {os.cpu_count()} cores, parsing {parse:.2f} s")
    print(f"{'':18} {'wall on top':>12} {'CPU on top':>12} {'more CPU':>10} {'x parse':>8}")
    for name in names:
        for heat in ("cold", "warm"):
            measured = runs[f"{name}, {heat}"]
            wall = median_wall(measured) - median_wall(runs["empty"])
            cpu = median_cpu(measured) - median_cpu(runs["empty"])
            more = median_cpu(measured) - median_cpu(runs[f"imports, {heat}"])
            print(f"{name + ', ' + heat:18} {wall:10.2f} s {cpu:10.2f} s {more:8.2f} s {more / parse:8.2f}")


def _commands(package: Path, names: list[str]) -> list[Command]:
    shutil.rmtree(SCRATCH, ignore_errors=True)
    empty = SCRATCH / "empty"
    empty.mkdir(parents=True)
    commands = [
        Command("empty", [*PYTEST, "--collect-only"], empty, environment=ALONE),
        Command("start", [sys.executable, "-c", START], SCRATCH),
        Command("parse", [sys.executable, "-c", PARSE, str(package)], SCRATCH),
    ]
    for name in names:
        folder = SCRATCH / name
        shutil.copytree(package, folder, ignore=shutil.ignore_patterns("__pycache__", "*.dist-info"))
        (folder / "pyproject.toml").write_text(IMPORTS + RULES[name], encoding="utf-8")
        command = [*PYTEST, *PLUGIN, "--archguard", "pyproject.toml"]
        remove = partial(shutil.rmtree, folder / ".archguard_cache", ignore_errors=True)
        commands.append(Command(f"{name}, cold", command, folder, remove, ALONE))
        commands.append(Command(f"{name}, warm", command, folder, environment=ALONE))
    return commands


if __name__ == "__main__":
    main()
