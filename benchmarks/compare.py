"""How long `pytest --archguard` takes beside import-linter and others: `python benchmarks/compare.py [PROJECT...]`.

Every figure is a whole process; commands take turns, and medians and ratios are printed. `--write` puts the tables
into docs/performance.md. Fetch the packages first: `python scripts/packages.py`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from pathlib import Path

from projects import PROJECTS, ROOT, Project
from whole_process import Command, Run, in_turn, median_cpu, median_wall, run

SCRATCH = ROOT / ".scratch" / "benchmarks"
BIN = Path(sys.executable).parent
# Other plugins of this environment would be measured as well, so they are left out.
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
ALONE = (("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"),)
PLUGIN = ["-p", "pytest_archguard.plugin"]
PARSE = (
    "import ast, gc, pathlib, sys; gc.disable(); "
    "[ast.parse(path.read_bytes()) for path in pathlib.Path(sys.argv[1]).rglob('*.py')]"
)
MARK = "<!-- measured -->"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", help=", ".join(project.name for project in PROJECTS))
    parser.add_argument("--times", type=int, default=5, help="counted rounds (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="write the tables to docs/performance.md")
    options = parser.parse_args()
    chosen = [project for project in PROJECTS if not options.projects or project.name in options.projects]
    text = [_machine(), _off(50)]
    text += [_table(project, options.times) for project in chosen]
    report = "\n\n".join(text)
    print(report)
    if options.write:
        page = ROOT / "docs" / "performance.md"
        head, _, rest = page.read_text(encoding="utf-8").partition(MARK)
        tail = rest.partition(MARK)[2]
        page.write_text(f"{head}{MARK}\n{report}\n{MARK}{tail}", encoding="utf-8")


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}; medians of whole processes."
    )


def _off(times: int) -> str:
    empty = _empty()
    installed = Command("off", [*PYTEST, *PLUGIN, "--collect-only"], empty, environment=ALONE)
    blocked = Command("blocked", [*PYTEST, "--collect-only"], empty, environment=ALONE)
    runs = in_turn([installed, blocked], times)
    pairs = sorted((a.cpu - b.cpu) * 1000 for a, b in zip(runs["off"], runs["blocked"], strict=True))
    return f"Installed but off: {pairs[len(pairs) // 2]:+.1f} ms of CPU (median of {times} pairs)."


def _table(project: Project, times: int) -> str:
    folder = project.prepare(SCRATCH)
    cache = folder / ".archguard_cache"
    changed = folder / project.package / project.changed
    source = changed.read_text(encoding="utf-8")

    def cold() -> None:
        shutil.rmtree(cache, ignore_errors=True)

    rounds = iter(range(10**6))

    def change() -> None:
        changed.write_text(f"{source}\n# change {next(rounds)}\n", encoding="utf-8")

    archguard = [*PYTEST, *PLUGIN, "--archguard", "pyproject.toml"]
    linter = [str(BIN / "lint-imports")]  # finds .importlinter by itself; its option --config warns since 2.17
    path = (("PYTHONPATH", str(folder)),)
    commands = [
        Command("pytest, nothing to do", [*PYTEST, "--collect-only"], _empty(), environment=ALONE),
        Command("parse every file, one process", [sys.executable, "-c", PARSE, project.package], folder),
        Command("archguard cold", archguard, folder, cold, ALONE),
        Command("archguard warm", archguard, folder, environment=ALONE),
        Command("archguard, one file changed", archguard, folder, change, ALONE),
        Command("lint-imports --no-cache", [*linter, "--no-cache"], folder, environment=path),
        Command("lint-imports warm", linter, folder, environment=path),
    ]
    runs = in_turn(commands, times)
    cold()
    memory = run(commands[2], memory=True).memory / 1e6
    changed.write_text(source, encoding="utf-8")
    files = sum(1 for _ in (folder / project.package).rglob("*.py"))
    return "\n".join(
        [f"### {project.name}, {files:,} files\n", *_rows(runs), "", *_ratios(runs), f"- memory, cold: {memory:.0f} MB"]
    )


def _rows(runs: dict[str, list[Run]]) -> list[str]:
    rows = ["| command | wall (s) | CPU (s) |", "| --- | ---: | ---: |"]
    return rows + [f"| {name} | {median_wall(each):.2f} | {median_cpu(each):.2f} |" for name, each in runs.items()]


def _ratios(runs: dict[str, list[Run]]) -> list[str]:
    wall = {name: median_wall(each) for name, each in runs.items()}
    empty = wall["pytest, nothing to do"]
    cold, warm = wall["archguard cold"] - empty, wall["archguard warm"] - empty
    changed = wall["archguard, one file changed"] - empty
    floor = wall["parse every file, one process"] / (os.cpu_count() or 1)
    beside, beside_warm = cold / wall["lint-imports --no-cache"], warm / wall["lint-imports warm"]
    return [
        f"- cold, on top of pytest: {cold:.2f} s, {beside:.2f} x `lint-imports --no-cache`",
        f"- cold, beside parsing every file: {cold / (floor + 0.3):.2f} x (parse / cores + 0.3 s)",
        f"- warm, on top of pytest: {warm:.2f} s, {beside_warm:.2f} x `lint-imports` warm",
        f"- one file changed: {changed / warm:.2f} x warm",
    ]


def _empty() -> Path:
    folder = SCRATCH / "empty"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return folder


if __name__ == "__main__":
    main()
