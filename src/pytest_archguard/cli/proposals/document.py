"""The proposals as the text that is appended to `pyproject.toml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_archguard.cli.proposals.places import Places
from pytest_archguard.cli.proposals.proposal import Declined, Proposal

_RULER = "# " + "-" * 98


def render(
    places: Places,
    proposals: Sequence[Proposal | Declined],
    open_violations: Mapping[str, int],
    contracts_off: bool = False,
) -> str:
    """The whole text. open_violations: by rule id, how many are left; such a rule only warns."""
    lines = [
        _RULER,
        "# Architecture rules: `pytest --archguard` runs each table below as a test. Proposed by",
    ]
    lines += ["# `archguard init` from the code as it is; the comments say how far each holds. Edit them freely.", ""]
    lines += ["[tool.archguard]", *places.lines()]
    if contracts_off:
        lines += ["# Some contracts written for import-linter fail today; remove the line to judge them here as well."]
        lines += ['import_linter = "off"']
    for proposal in proposals:
        lines.append("")
        if isinstance(proposal, Declined):
            lines.append(f"# No proposal for `{proposal.what}`: {proposal.why}.")
        else:
            lines += _table(proposal, open_violations.get(proposal.id, 0))
    return "\n".join(lines) + "\n"


def _table(proposal: Proposal, left: int) -> list[str]:
    lines = [*proposal.preamble, ""] if proposal.preamble else []
    lines += [f"# {text}" for text in proposal.support]
    lines += [f"[[tool.archguard.{proposal.kind}]]", f'id = "{proposal.id}"', *proposal.options]
    if left:
        lines += [
            f"# {left} violation{'s are' if left > 1 else ' is'} left, so the rule only warns. To make it count:",
            f'# archguard accept {proposal.id} --reason "..."   then remove the next line.',
            'severity = "warn"',
        ]
    return lines
