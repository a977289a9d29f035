"""A whole run in a few lines: the counts that are never kept silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pytest_archguard.model import Result, RuleResult
from pytest_archguard.report.wrapping import counted, wrapped


def counts_line(results: Sequence[Result]) -> str:
    """`12 new, 384 known (3 fewer), 2 stale, 71 modules, 512 imports examined in 0.21 s`."""
    sums: dict[str, float] = {}
    for result in results:
        for name, number in result.summary().items():
            sums[name] = sums.get(name, 0) + number
    parts = [f"{sums['new']:.0f} new"]
    if sums["known"]:
        fewer = sum(rule.fewer for result in results for rule in result.rules)
        parts.append(f"{sums['known']:.0f} known" + (f" ({fewer} fewer)" if fewer else ""))
    parts += [f"{sums[name]:.0f} {name}" for name in ("stale", "expired", "suppressed") if sums[name]]
    errors = sum(rule.outcome == "error" for result in results for rule in result.rules)
    if errors:
        parts.append(f"{counted(errors, 'rule')} not judged")
    left_out = sum(rule.outcome == "not_run" for result in results for rule in result.rules)
    if left_out:
        parts.append(f"{counted(left_out, 'rule')} not run")
    parts.append(counted(int(sums["modules"]), "module"))
    return f"{', '.join(parts)}, {counted(int(sums['imports']), 'import')} examined in {sums['seconds']:.2f} s"


def rule_lines(rules: Iterable[RuleResult]) -> Iterator[str]:
    """One line for every rule that tolerates something or has something to note: what it knows, what only warns."""
    rows = [(rule, tolerated, _notes(rule)) for rule in rules if (tolerated := _tolerated(rule)) or _notes(rule)]
    width = max((len(rule.id) for rule, _, _ in rows), default=0)
    kind_width = max((len(rule.kind) for rule, _, _ in rows), default=0)
    for rule, tolerated, notes in rows:
        yield f"{rule.id:<{width}}  {rule.kind:<{kind_width}}  {tolerated}".rstrip()
        for note in notes:
            yield from wrapped(note)


def _notes(rule: RuleResult) -> tuple[str, ...]:
    return rule.notes if rule.outcome == "passed" else ()  # a failure shows them itself


def _tolerated(rule: RuleResult) -> str:
    parts = []
    if rule.severity == "warn" and rule.outcome not in ("off", "not_run"):
        found = [f"{rule.count('new')} new", f"{rule.count('expired')} expired", f"{len(rule.stale)} stale"]
        parts += [f"warns: {', '.join(kept)}"] if (kept := [text for text in found if text[:2] != "0 "]) else []
    if known := rule.count("known"):
        parts.append(f"{known} known" + (f" ({rule.fewer} fewer)" if rule.fewer else ""))
    if suppressed := rule.count("suppressed"):
        parts.append(f"{suppressed} suppressed")
    return ", ".join(parts)
