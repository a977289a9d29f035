"""One rule's result as plain text for people: what a failing test shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pytest_archguard.model import KNOWN_UNTIL, Advice, RuleResult, Stale
from pytest_archguard.report.listing import groups, more, site_lines
from pytest_archguard.report.viewpoint import Viewpoint
from pytest_archguard.report.wrapping import counted, wrapped

DEFAULT_SHOWN = 20
_NO_VERDICT = "cannot be judged"


def failure_text(result: RuleResult, view: Viewpoint, show: int | None = DEFAULT_SHOWN) -> str:
    """Everything that leads from the failure to the fix; `show` limits the violations (None: all)."""
    sections = [[_heading(result)], *_sections(result, view, show)]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def headline(text: str) -> str:
    """A failure's text in one line without the rule's name, for lists of failures: `2 new violations (5 known)`."""
    heading, *body = (line.strip() for line in text.splitlines() if line.strip())
    verdict = heading.partition(": ")[2]
    return f"{verdict}: {body[0]}" if verdict.startswith(_NO_VERDICT) and body else verdict


def _heading(result: RuleResult) -> str:
    failing = []
    if result.outcome == "error":
        failing.append(_NO_VERDICT)
    if new := result.count("new"):
        failing.append(counted(new, "new violation"))
    if expired := result.count("expired"):
        failing.append(f"{expired} expired")
    if result.stale:
        failing.append(counted(len(result.stale), "stale entry", "stale entries"))
    tolerated = [f"{n} {state}" for state in ("known", "suppressed") if (n := result.count(state))]
    verdict = ", ".join(failing or ["no new violations"]) + (f" ({', '.join(tolerated)})" if tolerated else "")
    name = result.id if result.kind == "builtin" else f"{result.kind} {result.id}"
    return f"{name}: {verdict}"


def _sections(result: RuleResult, view: Viewpoint, show: int | None) -> Iterator[list[str]]:
    because = list(wrapped(f"because {result.because}")) if result.because else []
    if result.error:
        yield [*(line for part in result.error.splitlines() for line in wrapped(part)), *because]
    failing = (*result.in_state("new"), *result.in_state("expired"))
    if failing and show == 0:
        yield [more(sum(violation.count for violation in failing))]
    for number, group in enumerate(groups(failing, show)):
        yield [*wrapped(group.message), *(because if not number and not result.error else ())]
        yield list(group.lines(view))
    yield list(_stale(result.stale, view, show))
    yield list(_advice(result.advice, view))
    yield [line for note in result.notes for line in wrapped(note)]
    yield list(_footer(result, view))


def _stale(entries: tuple[Stale, ...], view: Viewpoint, show: int | None) -> Iterator[str]:
    shown = entries if show is None else entries[:show]
    remedies: list[str] = []
    for entry in shown:
        yield from wrapped(f"stale: {entry.text}")
        if entry.remedy and entry.remedy not in remedies:
            remedies.append(entry.remedy)
    if len(shown) < len(entries):
        yield more(len(entries) - len(shown))
    for remedy in remedies:
        # The ledger does not know from where its command will be called.
        program, _, rest = remedy.partition(" ")
        verb, _, names = rest.partition(" ")
        yield from wrapped(f"mend: {view.command(verb, names).rstrip() if program == 'archguard' else remedy}")


def _advice(advice: Iterable[Advice], view: Viewpoint) -> Iterator[str]:
    for entry in advice:
        yield from wrapped(entry.text)
        yield from site_lines(entry.sites, view, indent=6)


def _footer(result: RuleResult, view: Viewpoint) -> Iterator[str]:
    for label, text in (("fix", result.fix), ("docs", result.docs), ("owner", result.owner)):
        if text:
            yield from wrapped(f"{label}: {text}")
    if result.kind == "builtin":
        return
    if result.count("new"):
        yield f'  accept as known: {view.command("accept", result.id)} --reason "..."'
    elif any((v.reason or "").startswith(KNOWN_UNTIL) for v in result.in_state("expired")):
        yield f'  accept for longer: {view.command("accept", result.id)} --reason "..." --until DATE'
