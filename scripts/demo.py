"""Run the rules of the projects in `examples/`, show the failures, and say whether they are the expected ones.

`python scripts/demo.py [NAME...]` runs `pytest --archguard` in each project and compares what its result document
says with `expected.txt` beside its pyproject.toml: exit code 0 exactly when they agree. Where an `audit.toml` lies
beside them its rules run as well, against `audit_expected.txt`. `--write` renews these files.
"""

from __future__ import annotations

import argparse
import difflib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent.parent / "examples"
EXPECTED = "expected.txt"
# More rules than fit one screen, in a file of their own.
AUDIT, AUDIT_EXPECTED = "audit.toml", "audit_expected.txt"
# What pytest exits with when all went well but for failing tests, and when nothing failed.
PASSED, FAILED = 0, 1


def main() -> int:
    """Runs the examples; 1 when one of them shows anything but what it should."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all projects in examples/")
    parser.add_argument("--write", action="store_true", help="write what is shown now to expected.txt")
    arguments = parser.parse_args()
    projects = [EXAMPLES / name for name in arguments.names] or sorted(
        path.parent for path in EXAMPLES.glob(f"*/{EXPECTED}")
    )
    unexpected = []
    for project in projects:
        runs: list[tuple[list[str], str]] = [([], EXPECTED)]
        if (project / AUDIT).exists():
            runs.append((["--archguard-config", AUDIT], AUDIT_EXPECTED))
        agreed = [show(project, options, expected, arguments.write) for options, expected in runs]
        if not all(agreed):
            unexpected.append(project.name)
    print()
    if unexpected:
        print(f"NOT as expected: {', '.join(unexpected)}")
        return 1
    print(f"{len(projects)} example projects fail exactly where they should: that is what the rules are for.")
    return 0


def show(project: Path, options: list[str], expected_file: str, write: bool) -> bool:
    """Runs one project and prints what pytest prints; whether the verdicts are the expected ones."""
    print(f"\n$ cd examples/{project.name} && {' '.join(['pytest --archguard', *options])}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "result.json")
        command = [sys.executable, "-m", "pytest", "--archguard", *options, f"--archguard-json={path}"]
        command += ["-p", "no:cacheprovider"]
        code = subprocess.run(command, cwd=project, check=False, stdin=subprocess.DEVNULL).returncode
        if code not in (PASSED, FAILED) or not path.exists():
            print(f"{project.name}: pytest ended with exit code {code} and no verdicts", file=sys.stderr)
            return False
        verdicts = outline(json.loads(path.read_text("utf-8")))
    if write:
        (project / expected_file).write_text(verdicts, "utf-8", newline="\n")
    expected = (project / expected_file).read_text("utf-8")
    difference = difflib.unified_diff(expected.splitlines(), verdicts.splitlines(), "expected", "now", lineterm="")
    sys.stderr.writelines(f"{line}\n" for line in difference)
    return verdicts == expected


def outline(document: dict[str, Any]) -> str:
    """A result document as lines for people: each rule with its outcome, below it its violations with their sites."""
    lines = []
    for rule in document["rules"]:
        lines.append(f"{rule['id']}: {rule['outcome']}")
        if rule["error"]:
            lines.append(f"  error: {rule['error']}")
        for violation in rule["violations"]:
            lines.append(f"  {violation_title(violation)}")
            lines.extend(f"    {site['path']}:{site['line']}  {site['source']}" for site in violation["sites"])
    return "\n".join(lines) + "\n"


def violation_title(violation: dict[str, Any]) -> str:
    """One violation in a line: its chain, or what it is about and the measure that is over the limit."""
    names = violation["chain"] or [violation["subject"], *filter(None, [violation["object"]])]
    title = f"{violation['check']} {' -> '.join(names)}"
    if violation["scope"]:
        title += f" {violation['scope']}"
    if violation["value"] is not None:
        title += f" {violation['value']:g} (limit {violation['limit']:g})"
    return title if violation["state"] == "new" else f"{title} ({violation['state']})"


if __name__ == "__main__":
    sys.exit(main())
