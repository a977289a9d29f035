"""The gate against the merge base: a change may not list more than the branch it goes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from pytest_archguard.ledger.baseline_file import Baseline, Fault, parse_baseline
from pytest_archguard.ledger.entries import Entry, number
from pytest_archguard.ledger.git import Git

_DEPTH = (
    "fetch the whole history: `fetch-depth: 0` in the checkout step of a GitHub workflow, "
    '`GIT_DEPTH: "0"` in a GitLab job'
)


class UnverifiableError(Exception):
    """Indicates that it cannot be told what the merge base lists. The text is complete for people."""


def baseline_at(git: Git, reference: str, name: str) -> tuple[str, Baseline]:
    """The merge base of HEAD and a reference, and the baseline file `name` there.

    Raises UnverifiableError.
    """
    if not git.is_repository:
        raise UnverifiableError(
            f"cannot verify against {reference}: this is no git repository, or git is not installed"
        )
    commit = git.merge_base(reference)
    if commit is None:
        if git.is_shallow:
            raise UnverifiableError(f"cannot verify against {reference}: this clone is shallow; {_DEPTH}")
        raise UnverifiableError(
            f"cannot verify against {reference}: git finds no common ancestor; is it fetched and spelt right?"
        )
    if not git.paths(commit):
        raise UnverifiableError(
            f"cannot verify against {reference}: commit {commit[:10]} is not in this clone; {_DEPTH}"
        )
    data = git.contents(commit, (name,)).get(name)
    baseline = parse_baseline(data) if data is not None else Baseline()
    if not baseline.usable:
        fault = baseline.faults[0].text
        raise UnverifiableError(f"cannot verify against {reference}: at its merge base {name} {fault}")
    return commit, baseline


def growth(
    now: Baseline,
    before: Baseline,
    current_ids: Mapping[str, str],
    moves: Callable[[Iterable[str]], Mapping[str, str]],
) -> Iterator[Fault]:
    """The entries that are not in `before`, or that allow more than there.

    current_ids: former rule ids to those the rules have now. moves: gone names to new ones since the merge base.
    """
    allowed = _by_key(before.entries, current_ids)
    added = [entry for entry in now.entries if _key(entry, current_ids) not in allowed]
    if added:
        present = {_key(entry, current_ids) for entry in now.entries}
        idle = [entry for key, entry in allowed.items() if key not in present]
        names = dict(moves({name for entry in idle for name in entry.names}))
        for entry in idle if names else ():
            allowed.setdefault(_key(entry.renamed(names), current_ids), entry)
    for entry, line in zip(now.entries, now.lines, strict=True):
        text = _more(entry, allowed.get(_key(entry, current_ids)))
        if text is not None:
            yield Fault(line, f"{entry} of {entry.rule}: {text}")


def _key(entry: Entry, current_ids: Mapping[str, str]) -> tuple[str, ...]:
    return (current_ids.get(entry.rule, entry.rule), *entry.key)


def _by_key(entries: Iterable[Entry], current_ids: Mapping[str, str]) -> dict[tuple[str, ...], Entry]:
    found: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        key = _key(entry, current_ids)
        found[key] = found[key].stricter(entry) if key in found else entry
    return found


def _more(entry: Entry, before: Entry | None) -> str | None:
    """In what the entry allows more than before; None where it does not."""
    if before is None:
        return "is new"
    if entry.times > before.times:
        return f"is listed {entry.times} times, before {before.times}"
    if before.ceiling is not None and (entry.ceiling is None or entry.ceiling > before.ceiling):
        return f"its ceiling is {_bound(entry.ceiling)}, before {_bound(before.ceiling)}"
    if before.floor is not None and (entry.floor is None or entry.floor < before.floor):
        return f"its floor is {_bound(entry.floor)}, before {_bound(before.floor)}"
    if before.until is not None and (entry.until is None or entry.until > before.until):
        return f"is known {'for ever' if entry.until is None else f'until {entry.until}'}, before until {before.until}"
    return None


def _bound(value: float | None) -> str:
    return "gone" if value is None else number(value)
