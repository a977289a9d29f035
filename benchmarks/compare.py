"""How long `pytest --archguard` takes beside other tools, and whether it keeps its promises.

`python benchmarks/compare.py [PROJECT...]` fetches what is missing (packages to measure, tools to compare) into
.scratch, takes each tool's verdicts on the same contracts, runs whole processes in turn and prints medians, ratios,
peak memory and the promise beside each. `--write` puts all that into docs/performance.md.
"""

from __future__ import annotations

import argparse

import off
import tables
import venvs
from comparison import measure, prepare
from projects import PROJECTS, ROOT, fetch
from tools import TOOLS

PAGE = ROOT / "docs" / "performance.md"
MARK = "<!-- measured -->"


def main() -> None:
    """Measures and prints."""
    names = [project.name for project in PROJECTS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", metavar="PROJECT", help=f"{', '.join(names)}; default: all")
    parser.add_argument("--times", type=int, default=5, help="counted rounds (default: %(default)s)")
    parser.add_argument("--pairs", type=int, default=50, help="pairs of runs with nothing to do (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="write what was measured to docs/performance.md")
    options = parser.parse_args()
    if unknown := sorted(set(options.projects) - set(names)):
        parser.error(f"no such project: {', '.join(unknown)}; there are {', '.join(names)}")
    chosen = [project for project in PROJECTS if not options.projects or project.name in options.projects]
    fetch(*(project.fetched for project in chosen))
    here = venvs.ours()
    environments = {tool: venvs.rival(tool.name, tool.requirements) for tool in TOOLS}
    installed = {tool: where for tool, where in environments.items() if where}
    # All of it before anything is measured: a tool that fails is not found out after half an hour.
    prepared = [prepare(project, here, installed) for project in chosen]
    report = [tables.machine(), tables.tools(here, environments), "### Installed but off"]
    report.append("\n".join(off.measure(options.pairs)))
    report += [tables.table(measure(each, options.times), environments) for each in prepared]
    text = "\n\n".join(report)
    print(text)
    if options.write:
        head, _, rest = PAGE.read_text(encoding="utf-8").partition(MARK)
        PAGE.write_text(f"{head}{MARK}\n{text}\n{MARK}{rest.partition(MARK)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
