"""What was measured, as Markdown."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from bars import judge
from comparison import Measured
from projects import NO_DRIVER, ORDER
from tools import LIMIT, Tool, Verdicts
from venvs import versions
from whole_process import median_cpu, median_wall

NOT_HERE = "cannot be installed on this Python"


def machine() -> str:
    """Where it was measured."""
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}; medians of whole processes "
        "that took turns, each in an environment of its own."
    )


def tools(here: Path, environments: dict[Tool, Path | None]) -> str:
    """Which versions were measured, and what they can express of the contracts."""
    lines = [f"- {', '.join(versions(here, ('pytest-archguard', 'pytest', 'grimp')))}"]
    for tool, where in environments.items():
        told = ", ".join(versions(where, _names(tool))) if where else f"{tool.requirements[0]}: {NOT_HERE}"
        lines.append(f"- {told}: {tool.says}" if where else f"- {told}")
    return "\n".join(lines)


def table(measured: Measured, environments: dict[Tool, Path | None]) -> str:
    """A project: a row for each command, a line for each promise."""
    prepared = measured.prepared
    rows = [
        f"### {prepared.project.name}, {prepared.files:,} files",
        "",
        f"| command | wall (s) | CPU (s) | peak memory (MB) | {ORDER} | {NO_DRIVER} |",
        "| --- | ---: | ---: | ---: | --- | --- |",
    ]
    expected = next(iter(prepared.verdicts.values()))
    rows += [_row(command.name, measured, expected) for command in prepared.commands]
    rows += [f"| {tool.name} | {NOT_HERE} | | | | |" for tool, where in environments.items() if not where]
    return "\n".join([*rows, "", *judge(prepared.project, measured.runs, measured.memory)])


def _row(name: str, measured: Measured, expected: Verdicts) -> str:
    runs = measured.runs.get(name, [])
    if runs and all(each.finished for each in runs):
        memory = measured.memory[name] / 1e6
        figures = [f"{median_wall(runs):.2f}", f"{median_cpu(runs):.2f}", f"{memory:.0f}" if memory else "?"]
    else:
        figures = [f"> {LIMIT:.0f}", "", ""]
    verdicts = measured.prepared.verdicts.get(name)
    told = [_verdict(contract, verdicts, expected) for contract in (ORDER, NO_DRIVER)] if verdicts else ["", ""]
    return f"| {' | '.join([name, *figures, *told])} |"


def _verdict(contract: str, verdicts: Verdicts, expected: Verdicts) -> str:
    if contract not in verdicts:
        return "cannot say"
    word = "kept" if verdicts[contract] else "broken"
    return word if verdicts[contract] == expected[contract] else f"**{word}**"


def _names(tool: Tool) -> tuple[str, ...]:
    return tuple(requirement.partition("==")[0] for requirement in tool.requirements)
