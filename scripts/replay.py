"""Replay a package's releases through the ledger: `python scripts/replay.py`.

The first release is accepted whole, every later one is checked against that baseline and pruned. Printed is what is
known, new, gone and moved, and every new violation in a new module that looks like one of a module that is gone: those
are to be read. At the end the last release is reformatted with ruff, which must change nothing at all.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from pytest_archguard.check import Analysis, RunOptions
from pytest_archguard.cli.main import main as archguard
from pytest_archguard.ledger.entries import Entry
from pytest_archguard.model import Violation
from pytest_archguard.rules.configuration import load_configuration

PACKAGE = "prefect"
RELEASES = ("3.0.0", "3.0.5", "3.0.10", "3.1.0", "3.1.10", "3.2.0", "3.2.10", "3.3.0", "3.4.0", "3.4.10")
RULES = """
[tool.archguard]
packages = ["prefect"]

[[tool.archguard.layers]]
id = "tiers"
layers = ["prefect.cli", "prefect.server", "prefect.client", "prefect.utilities"]

[[tool.archguard.forbidden]]
id = "client-without-server"
from = ["prefect.client"]
to = ["prefect.server"]
direct_only = true

[[tool.archguard.acyclic]]
id = "no-cycles"

[[tool.archguard.size]]
id = "ceilings"
modules = ["prefect"]
max_lines = 500
max_function_lines = 60
max_complexity = 10
max_arguments = 8
min_maintainability = 20

[[tool.archguard.code]]
id = "no-broad-except"
modules = ["prefect"]
forbid = ["except Exception"]
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation with its rule."""

    rule: str
    violation: Violation

    @property
    def is_new(self) -> bool:
        return self.violation.state == "new"

    @property
    def identity(self) -> tuple[str, str]:
        return (self.rule, self.violation.fingerprint(self.rule))

    def __str__(self) -> str:
        v = self.violation
        name = f"{v.subject}.{v.scope}" if v.scope else v.subject
        value = "" if v.value is None else f" {v.value:g}"
        return f"{self.rule}: {v.check} {name}{f' -> {v.object}' if v.object else ''}{value}"


@dataclass(slots=True)
class Verdicts:
    """One release: its modules, what was found, which entries are gone, and what moved."""

    modules: frozenset[str] = frozenset()
    findings: list[Finding] = field(default_factory=list)
    gone: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def main() -> int:
    """1 when reformatting changed something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, default=Path(".scratch/replay"), help="where the wheels are or go")
    parser.add_argument("--verbose", action="store_true", help="name every new violation")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        git(project, "init", "-q")
        before = Verdicts()
        for number, release in enumerate(RELEASES):
            unpack(wheel(arguments.wheels, release), project)
            if not number:
                run_archguard(project, "accept", "--reason", f"there in {release}")
            now = judge(project)
            report(release, now, before, arguments.verbose)
            before = now
            run_archguard(project, "prune")
            git(project, "add", "-A")
            git(project, "commit", "-q", "-m", release)
        return 0 if survives_formatting(project) else 1


def wheel(folder: Path, release: str) -> Path:
    """The wheel of a release, fetched if need be."""
    name = f"{PACKAGE}-{release}-py3-none-any.whl"
    if not (folder / name).exists():
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", str(folder)]
        subprocess.run([*pip, f"{PACKAGE}=={release}"], check=True)
    return folder / name


def unpack(path: Path, project: Path) -> None:
    """Replaces the package by that of the wheel."""
    shutil.rmtree(project / PACKAGE, ignore_errors=True)
    with zipfile.ZipFile(path) as archive:
        names = [n for n in archive.namelist() if n.startswith(f"{PACKAGE}/") and n.endswith(".py")]
        archive.extractall(project, [name for name in names if "/_vendor/" not in name])
    (project / "pyproject.toml").write_text(RULES)


def judge(project: Path) -> Verdicts:
    """Everything the ledger says about the project as it is."""
    configuration = load_configuration(project / "pyproject.toml")
    analysis = Analysis(configuration, None, RunOptions(cache=False))
    verdicts = Verdicts(modules=frozenset(analysis.codebase.modules))
    for result in (analysis.judge(rule.id) for rule in configuration.rules):
        if result.error:
            raise SystemExit(f"{result.id}: {result.error}")
        verdicts.findings += [Finding(result.id, v) for v in result.violations if result.kind != "builtin"]
        verdicts.notes += [f"{result.id}: {note}" for note in result.notes if note.startswith("moved: ")]
        matched = analysis.matched(result.id)
        verdicts.gone += [line for r in matched.revisions if r.entry is None for line in r.lines]
    return verdicts


def report(release: str, now: Verdicts, before: Verdicts, verbose: bool) -> None:
    """What became of the release, rule by rule, and what is worth reading."""
    seen = {finding.identity for finding in before.findings}
    known = {finding.identity for finding in before.findings if finding.violation.state == "known"}
    print(f"{release}: {len(now.modules)} modules, {len(now.gone)} entries gone")
    for rule in dict.fromkeys(finding.rule for finding in now.findings):
        states = Counter(f.violation.state for f in now.findings if f.rule == rule)
        first = sum(f.rule == rule and f.is_new and f.identity not in seen for f in now.findings)
        worse = sum(f.rule == rule and f.is_new and f.identity in known for f in now.findings)
        print(
            f"    {rule:<22} {states['known']:>5} known {states['new']:>5} new: {first} were not there in the release "
            f"before, {worse} were known and got worse"
        )
    for note in now.notes:
        print(f"    {note}")
    for finding in now.findings:
        if finding.is_new and finding.identity in known and finding.violation.value is None:
            print(f"    ! {finding} was known, {finding.violation.count} now")
        if finding.is_new and finding.identity not in seen:
            if verbose:
                print(f"    + {finding}")
            for entry in look_alikes(finding, now, before):
                print(f"    ? {finding}   looks like   {entry}")


def look_alikes(finding: Finding, now: Verdicts, before: Verdicts) -> list[Entry]:
    """Entries that are gone, of the same kind, whose module is gone while that of the finding is new."""
    violation = finding.violation
    if violation.subject in before.modules or violation.parts:
        return []
    return [
        entry
        for entry in now.gone
        if (entry.rule, entry.check, entry.scope) == (finding.rule, violation.check, violation.scope or "")
        and entry.subject not in now.modules
        and (not entry.object or entry.object.rpartition(".")[2] == (violation.object or "").rpartition(".")[2])
    ]


def survives_formatting(project: Path) -> bool:
    """Whether sorting the imports and breaking the lines elsewhere changes anything but sizes."""
    fingerprints = [states(project)]
    ruff = [sys.executable, "-m", "ruff"]
    tree = str(project / PACKAGE)
    subprocess.run([*ruff, "check", "-q", "--isolated", "--select", "I", "--fix", "--exit-zero", tree], check=True)
    subprocess.run([*ruff, "format", "-q", "--isolated", "--line-length", "100", tree], check=True)
    changed = subprocess.run(["git", "diff", "--stat"], cwd=project, check=True, capture_output=True, text=True).stdout
    print(f"reformatted: {changed.splitlines()[-1].strip()}")
    fingerprints.append(states(project))
    difference = fingerprints[0] ^ fingerprints[1]
    for rule, fingerprint, state in sorted(difference):
        print(f"    {rule} {fingerprint} {state}")
    print(f"reformatting changed the state of {len(difference)} violations")
    return not difference


def states(project: Path) -> set[tuple[str, str, str]]:
    """The states of all violations but those of sizes, which formatting changes."""
    findings = judge(project).findings
    return {(*f.identity, f.violation.state) for f in findings if f.rule != "ceilings"}


def run_archguard(project: Path, *arguments: str) -> None:
    """The command, silent unless it fails."""
    with redirect_stdout(StringIO()) as out:
        code = archguard((*arguments, "--config", str(project / "pyproject.toml")))
    if code:
        raise SystemExit(f"archguard {arguments[0]}: {code}\n{out.getvalue()}")


def git(project: Path, *arguments: str) -> None:
    """A git command in the project."""
    identity = ("-c", "user.name=replay", "-c", "user.email=replay@example.org")
    subprocess.run(("git", *identity, *arguments), cwd=project, check=True, capture_output=True)


if __name__ == "__main__":
    raise SystemExit(main())
