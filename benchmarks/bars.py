"""What was measured, held against what is promised."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archguard_runs import parse_seconds, wall_on_top
from projects import Project
from tools import LINTER_COLD, LINTER_WARM
from whole_process import Run, median_wall

COLD, WARM, CHANGED = "archguard cold", "archguard warm", "archguard, one file changed"
BUT_RADON, EVERYTHING = "archguard cold, all facts but radon's", "archguard cold, all facts"
OURS = (COLD, WARM, CHANGED, BUT_RADON, EVERYTHING)
START_UP = 0.3  # seconds that any cold run may take


@dataclass(frozen=True, slots=True)
class Bar:
    """A value and the most it may be; told: that limit, in words."""

    value: float
    limit: float
    told: str

    def __str__(self) -> str:
        return f"bar: at most {self.told}; {'met' if self.value <= self.limit else 'missed'}"


def judge(project: Project, runs: Mapping[str, Sequence[Run]], memory: Mapping[str, int]) -> list[str]:
    """A line for each promise, with the bar where there is one for this project."""
    cold, warm, changed = (wall_on_top(runs, name) for name in (COLD, WARM, CHANGED))
    ratio = changed / warm
    lines = [
        _beside("cold", cold, runs, LINTER_COLD, project.bars.cold),
        _beside("warm", warm, runs, LINTER_WARM, project.bars.warm),
        f"- one file changed, on top of pytest: {changed:.2f} s, {ratio:.2f} x warm ({Bar(ratio, 1.2, '1.20')})",
        *_beside_parsing(runs),
    ]
    peak = max(memory[name] for name in OURS)
    bar = f" ({Bar(peak, project.bars.memory, f'{project.bars.memory / 1e6:.0f} MB')})" if project.bars.memory else ""
    return [*lines, f"- peak memory of all our processes together, over all our runs: {peak / 1e6:.0f} MB{bar}"]


def _beside(heat: str, seconds: float, runs: Mapping[str, Sequence[Run]], linter: str, most: float | None) -> str:
    told = f"- {heat}, on top of pytest: {seconds:.2f} s"
    if not runs.get(linter):
        return told
    ratio = seconds / median_wall(runs[linter])
    bar = f" ({Bar(ratio, most, f'{most:.2f}')})" if most else ""
    return f"{told}, {ratio:.2f} x `{linter}`{bar}"


def _beside_parsing(runs: Mapping[str, Sequence[Run]]) -> list[str]:
    """Cold runs beside reading: parse is the CPU time of parsing every file over the number of cores."""
    parse = parse_seconds(runs) / (os.cpu_count() or 1)
    limits = (
        (COLD, "import rules only", 1.3 * (parse + START_UP), "1.3 x (parse + 0.3 s)"),
        (BUT_RADON, "all facts but complexity and maintainability", 1.8 * parse + START_UP, "1.8 x parse + 0.3 s"),
        (EVERYTHING, "all facts", 4 * parse + START_UP, "4 x parse + 0.3 s"),
    )
    lines = [f"- parse, every file over all cores: {parse:.2f} s"]
    for name, rules, limit, formula in limits:
        seconds = wall_on_top(runs, name)
        lines.append(f"- cold, {rules}: {seconds:.2f} s ({Bar(seconds, limit, f'{formula} = {limit:.2f} s')})")
    return lines
