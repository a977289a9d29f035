"""What the plugin costs where it is installed and has nothing to do: `python benchmarks/off.py [--times N]`.

CPU time, user and system, of `pytest --collect-only` in a folder with rules that nobody asked for and nothing else, in
an environment that holds pytest and the plugin from a wheel. Runs are compared in pairs, A B B A, and the median
difference is told with its quartiles and with the bounds that it lies within with 95 % confidence: noise that puts the
bar between them leaves it undecided. The same command against itself shows what a difference means on this machine.
Where valgrind is installed the instructions are counted as well, which are the same in every run.
"""

from __future__ import annotations

import argparse
import math
import statistics
from dataclasses import dataclass

from archguard_runs import empty
from instructions import instructions
from projects import PROJECTS
from rule_tables import contracts
from venvs import ours
from whole_process import Command, run

AIM = 3.0  # milliseconds of CPU time


@dataclass(frozen=True, slots=True)
class Difference:
    """Milliseconds of CPU time that one command takes more than another."""

    name: str
    pairs: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.pairs)

    @property
    def bounds(self) -> tuple[float, float]:
        """Where the median lies with 95 % confidence: order statistics, whatever the distribution."""
        ordered, count = sorted(self.pairs), len(self.pairs)
        if count < 6:  # all of five lie on one side of the median in 6 % of all cases
            return -math.inf, math.inf
        rank = max(0, int(count / 2 - 0.98 * math.sqrt(count)) - 1)
        return ordered[rank], ordered[-rank - 1]

    def verdict(self, most: float) -> str:
        low, high = self.bounds
        told = "met" if high <= most else "missed" if low > most else f"undecided by {len(self.pairs)} pairs"
        return f"bar: at most {most:.0f} ms; {told}"

    def __str__(self) -> str:
        quarter, _, rest = statistics.quantiles(self.pairs, n=4) if len(self.pairs) > 1 else (self.median,) * 3
        low, high = self.bounds
        return (
            f"{self.name}: median {self.median:+.1f} ms, with 95 % confidence {low:+.1f} to {high:+.1f} "
            f"(quartiles {quarter:+.1f} to {rest:+.1f})"
        )


def measure(times: int) -> list[str]:
    """The lines of the report."""
    here, without = ours(), ours(installed=False)
    rules = contracts(PROJECTS[0])
    off = empty(here, "off", rules=rules)
    blocked = empty(here, "blocked", "-p", "no:archguard", rules=rules)
    absent = empty(without, "absent", rules=rules)
    compared: dict[str, tuple[Command, Command]] = {
        "off, against `-p no:archguard`": (off, blocked),
        "off, against an environment without the plugin": (off, absent),
        "the same command against itself": (blocked, blocked),
    }
    for command in (off, blocked, absent):
        run(command)  # writes what pytest keeps of the modules it rewrites
    pairs: dict[str, list[float]] = {name: [] for name in compared}
    for number in range(times):
        for name, (first, second) in compared.items():
            pairs[name].append(_difference(first, second, turned=number % 2 == 1))
    found = [Difference(name, each) for name, each in pairs.items()]
    lines = [f"CPU time of one start, {times} pairs each:\n", *(f"- {each}" for each in found)]
    lines[1] += f"; {found[0].verdict(AIM)}"
    return [*lines, *_counted(off, blocked)]


def _counted(off: Command, blocked: Command) -> list[str]:
    """The same in instructions, which no noise reaches; in time at the speed of the quickest of some runs."""
    more, start = instructions(off), instructions(blocked)
    if more is None or start is None:
        return []
    seconds = min(run(blocked).cpu for _ in range(10))
    spent = (more - start) / start * seconds * 1000
    told = (
        f"{(more - start) / 1e6:+.1f} of {start / 1e6:.0f} million ({(more - start) / start:+.1%}), which take "
        f"{spent:.1f} ms here; bar: at most {AIM:.0f} ms; {'met' if spent <= AIM else 'missed'}"
    )
    return [f"- in instructions, against `-p no:archguard`: {told}"]


def _difference(first: Command, second: Command, turned: bool) -> float:
    if turned:
        return -_difference(second, first, turned=False)
    return (run(first).cpu - run(second).cpu) * 1000


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50, help="pairs (default: %(default)s)")
    print("\n".join(measure(parser.parse_args().times)))


if __name__ == "__main__":
    main()
