"""What a baseline of 20,000 entries costs: a whole analysis with it, over the same analysis without.

Measured in process and in turn, in CPU seconds, the best of `--times` runs each, because whatever else the machine
does only adds. The aim is less than 0.2 s on top.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from pytest_archguard.check import Analysis, RunOptions
from pytest_archguard.ledger.acceptance import accept
from pytest_archguard.ledger.baseline_file import BASELINE, render
from pytest_archguard.rules.configuration import load_configuration

RULES = """
[tool.archguard]
packages = ["app"]

[[tool.archguard.forbidden]]
id = "services-below-api"
from = ["app.services"]
to = ["app.api"]
direct_only = true
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_project(root, arguments.entries)
        configuration = load_configuration(root / "pyproject.toml")
        analysis = Analysis(configuration, None, RunOptions())
        rule = configuration.rule("services-below-api")
        found = analysis.matched(rule.id).unlisted
        contents = render(accept((), [(rule, found)], "known since we look", None).entries)
        print(f"{len(found)} violations, {len(contents) / 1e6:.1f} MB of baseline")
        without, with_it = [], []
        for _ in range(arguments.times):
            (root / BASELINE).unlink(missing_ok=True)
            without.append(seconds(root))
            (root / BASELINE).write_bytes(contents)
            with_it.append(seconds(root))
    a, b = min(without), min(with_it)
    print(f"without {a:.3f} s, with {b:.3f} s: {b - a:+.3f} s")
    return 0 if b - a < 0.2 else 1


def write_project(root: Path, entries: int) -> None:
    """As many direct imports from services to api as entries are asked for, a hundred in each service."""
    files = {"pyproject.toml": RULES, "app/__init__.py": "", "app/api/__init__.py": "", "app/services/__init__.py": ""}
    files.update({f"app/api/r{number}.py": "" for number in range(100)})
    imports = "".join(f"import app.api.r{number}\n" for number in range(100))
    files.update({f"app/services/s{number}.py": imports for number in range(entries // 100)})
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def seconds(root: Path) -> float:
    """One analysis, facts from the cache."""
    started = time.process_time()
    configuration = load_configuration(root / "pyproject.toml")
    analysis = Analysis(configuration, None, RunOptions())
    for rule in configuration.rules:
        analysis.judge(rule.id)
    return time.process_time() - started


if __name__ == "__main__":
    raise SystemExit(main())
