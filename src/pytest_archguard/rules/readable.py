"""The extra item `readable`: every file decodes and parses, and the configured code is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.missed_roots import missed_source_roots, sentences
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import Claim


@dataclass(frozen=True, slots=True)
class Readable:
    """Every file of the code base can be decoded and parsed.

    A file that cannot is left out of every other rule, which would otherwise be green for the wrong reason.
    """

    kind: ClassVar[str] = "builtin"

    def needs(self) -> frozenset[Fact]:
        """Nothing: reading the code base finds the faults."""
        return frozenset()

    def claims(self) -> Iterable[Claim]:
        """Nothing is selected."""
        return ()

    def sentence(self) -> str:
        """The promise."""
        return "every file of the code base decodes and parses"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation a file; raises RuleError when the configured packages or globs match nothing."""
        for fault in codebase.unreadable:
            yield Violation(
                check="readable",
                subject=fault.path,
                message="these files cannot be read, so no other rule judges them",
                label=fault.message,
                sites=(codebase.site_in(fault.path, fault.line, fault.column),),
                advice=_advice(fault.path, fault.fault),
            )
        if codebase.layout.problems:
            raise RuleError("\n".join(codebase.layout.problems))

    def notes(self, codebase: Codebase) -> Iterable[str]:
        """Folders that are most likely source roots: what their modules import from each other is not seen. And why
        nothing could be kept for the next run, if so."""
        return (*sentences(missed_source_roots(codebase)), *filter(None, [codebase.note]))

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """All files, the unreadable ones included."""
        return {"files": len(codebase.modules) + len(codebase.tests)}


def _advice(path: str, fault: str) -> str:
    if fault == "interpreter":
        return "this Python is too old for the file; run the rules with the version the project uses"
    return f'mend the file, or leave it out: exclude = ["{path}"] in [tool.archguard]'
