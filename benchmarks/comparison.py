"""One project: every tool told the same contracts, its verdicts taken, and all of them run in turn."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import rule_tables
from archguard_runs import Change, beside, cold, warm
from bars import BUT_RADON, CHANGED, COLD, EVERYTHING, WARM
from projects import SCRATCH, Project
from tools import IMPORT_LINTER, LIMIT, Tool, UnreadableError, Verdicts, our_verdicts, same
from whole_process import Command, Run, in_turn, run


@dataclass(frozen=True, slots=True)
class Prepared:
    """A project ready to be measured. commands: in the order in which they take turns. verdicts: by command, where it
    has any. unfinished: names of commands that took too long."""

    project: Project
    files: int
    commands: list[Command]
    verdicts: dict[str, Verdicts]
    unfinished: frozenset[str]


@dataclass(frozen=True, slots=True)
class Measured:
    """A project that has been measured. memory: bytes, by command."""

    prepared: Prepared
    runs: dict[str, list[Run]]
    memory: dict[str, int]


def prepare(project: Project, here: Path, environments: dict[Tool, Path]) -> Prepared:
    """Writes every tool's configuration and runs each once for its verdicts.

    Exits if import-linter, which can express what we can, judges otherwise than we do.
    """
    folder = project.copy(SCRATCH / project.name / "contracts")
    (folder / "pyproject.toml").write_text(rule_tables.contracts(project), encoding="utf-8")
    commands, verdicts, unfinished = beside(here, folder / project.package), {}, set()
    expected = _verdicts(cold(here, COLD, folder), our_verdicts)
    assert expected is not None, "our own runs are not limited"
    own = _own(project, here, folder, expected)
    verdicts.update({command.name: expected for command in own})
    for tool, where in environments.items():
        tool.configure(project, folder)
        environment = (("PYTHONPATH", str(folder)),) if tool.needs_path else ()
        found: Verdicts | None = None
        for name, arguments in tool.runs(where).items():
            command = Command(name, arguments, folder, environment=environment, limit=LIMIT)
            found = found if found is not None else _verdicts(command, tool.verdicts)
            if found is None:
                unfinished.add(name)
            else:
                verdicts[name] = found
            commands.append(replace(command, check=same(tool.verdicts, found or {})))
        if tool is IMPORT_LINTER and found != expected:
            sys.exit(f"{project.name}: import-linter says {found}, we say {expected}")
    files = sum(1 for _ in (folder / project.package).rglob("*.py"))
    # What changes a file comes last: the other tools must find what they know unchanged.
    return Prepared(project, files, commands[:3] + own[:-1] + commands[3:] + own[-1:], verdicts, frozenset(unfinished))


def measure(prepared: Prepared, times: int) -> Measured:
    """Runs what finishes in turn, and once more for its memory, which is not measured together with time."""
    commands = [command for command in prepared.commands if command.name not in prepared.unfinished]
    runs = in_turn(commands, times, prepared.project.name)
    finished = [command for command in commands if all(each.finished for each in runs[command.name])]
    memory = {command.name: run(command, memory=True).memory for command in finished}
    finished[0].prepare()
    return Measured(prepared, runs, memory)


def _own(project: Project, here: Path, folder: Path, expected: Verdicts) -> list[Command]:
    check = same(our_verdicts, expected)
    change = Change(folder / project.package / project.changed)
    forget = cold(here, COLD, folder, check)

    def forget_and_undo() -> None:
        change.undo()
        forget.prepare()

    commands = [replace(forget, prepare=forget_and_undo), warm(here, WARM, folder, check)]
    for name, rules in ((BUT_RADON, rule_tables.BUT_RADON), (EVERYTHING, rule_tables.EVERYTHING)):
        # A copy of its own for each, so that the facts of one set of rules are not those of another.
        variant = project.copy(folder.with_name("but-radon" if name == BUT_RADON else "everything"))
        text = f"{rule_tables.contracts(project)}\n{rules}"
        (variant / "pyproject.toml").write_text(text, encoding="utf-8")
        commands.append(cold(here, name, variant, check))
    return [*commands, replace(warm(here, CHANGED, folder, check), prepare=change.make)]


def _verdicts(command: Command, read: Callable[[int, str], Verdicts]) -> Verdicts | None:
    """What a tool says; none if it takes too long."""
    known: list[Verdicts] = []

    def check(status: int, output: str) -> str:
        try:
            known.append(read(status, output))
        except (UnreadableError, KeyError) as error:
            return f"cannot be read: {error}"
        return ""

    run(replace(command, check=check))
    return known[0] if known else None
