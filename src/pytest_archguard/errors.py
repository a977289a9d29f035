"""Everything that can go wrong for a reason the user can mend.

Every error is picklable: its arguments are what it was made from, so it crosses process borders
(cold workers, xdist) unharmed.
"""

from __future__ import annotations

from dataclasses import dataclass


class ArchguardError(Exception):
    """Indicates that something the user can mend went wrong; the text is complete for people."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a rules file.

    `where` is the table (`[tool.archguard]`, `[[tool.archguard.layers]] "backend-layers"`), `text` says what is
    wrong with which key and, where there is one, the nearest valid name.
    """

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class ConfigurationError(ArchguardError):
    """Indicates that a rules file cannot be used as it is; carries every mistake found in it at once."""

    def __init__(self, path: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(path, problems)
        self.path = path
        self.problems = problems

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return f"{self.path}: {self.problems[0]}"
        listed = "\n".join(f"  - {problem}" for problem in self.problems)
        return f"{self.path}: {len(self.problems)} mistakes\n{listed}"


class RuleError(ArchguardError):
    """Indicates that one rule cannot be judged as it is meant (it matches nothing, a contract is invalid).

    The other rules are judged all the same.
    """


class AnalysisError(ArchguardError):
    """Indicates that no rule can be judged, because the code base as a whole cannot be analysed."""
