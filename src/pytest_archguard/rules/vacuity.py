"""Never silently green: a selector that matches nothing fails its rule, with the nearest names."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.config.nearest import nearest
from pytest_archguard.config.selectors import Expression, Selector
from pytest_archguard.model import Stale
from pytest_archguard.rules.base import Claim, Rule


def unmatched(rule: Rule, codebase: Codebase) -> list[str]:
    """One sentence for each selector of the rule that must match something and does not."""
    allowed = rule.options.allow_empty
    found = []
    for claim in rule.kind.claims():
        if claim.selector.text in allowed:
            continue
        # A group is as good as its members: one that matches nothing is a hole in every rule that uses it.
        dead = (e for e in claim.selector.expressions if not _matches(claim, e, codebase))
        found += [_sentence(claim, expression, codebase) for expression in dead]
    return found


def needless_allowances(rule: Rule, codebase: Codebase) -> list[Stale]:
    """Entries of `allow_empty` that match something by now, or that no option of the rule mentions."""
    claimed = {claim.selector.text: claim for claim in rule.kind.claims()}
    found = []
    for text in rule.options.allow_empty:
        claim = claimed.get(text)
        if claim is None:
            found.append(Stale(f'allow_empty names "{text}", which this rule does not select', "remove it"))
        elif all(_matches(claim, expression, codebase) for expression in claim.selector.expressions):
            found.append(Stale(f'allow_empty names "{text}", which matches modules by now', "remove it"))
    return found


def _matches(claim: Claim, expression: Expression, codebase: Codebase) -> bool:
    selector = Selector(expression.name, (expression,))
    if claim.match == "modules":
        return bool(codebase.select((selector,)))
    if codebase.select_all((selector,)):
        return True
    return (
        not expression.has_wildcard
        and not _is_internal(expression, codebase)
        and codebase.externals.knows(expression.name)
    )


def _is_internal(expression: Expression, codebase: Codebase) -> bool:
    """Whether the name can only mean a module of the code base: its first part is one of ours."""
    return expression.name.partition(".")[0] in codebase.top_level


def _sentence(claim: Claim, expression: Expression, codebase: Codebase) -> str:
    where = f'"{claim.key}": {claim.selector.text}'
    if claim.selector.is_group:
        where += f" ({expression.name})"
    candidates: Iterable[str] = codebase.node_names
    what = "matches no module"
    if claim.match == "targets" and not _is_internal(expression, codebase):
        candidates = (*codebase.node_names, *codebase.externals.candidates())
        what = "is no module of the code base, and no package that is imported, installed or declared as a dependency"
    hint = claim.selector.hint
    if not hint:
        close = _below_another_root(expression.name, codebase) or nearest(expression.name, candidates)
        hint = f"; the nearest: {', '.join(close)}" if close else f"; {_what_there_is(codebase)}"
    if claim.match == "targets" and not _is_internal(expression, codebase):
        hint += f'; if it is not there on purpose: allow_empty = {{ "{claim.selector.text}" = "why" }}'
    return f"{where} {what}{hint}"


def _below_another_root(name: str, codebase: Codebase) -> tuple[str, ...]:
    """The modules whose names end in the whole name: what is meant where a source root was forgotten."""
    return tuple(sorted(known for known in codebase.node_names if known.endswith(f".{name}")))[:3]


def _what_there_is(codebase: Codebase) -> str:
    names = sorted(codebase.top_level)
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    return f"the top-level modules are {shown}"
