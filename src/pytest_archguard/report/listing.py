"""The violations of one rule, listed: grouped by what they violate, aligned, limited to what is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pytest_archguard.model import Site, Violation
from pytest_archguard.report.viewpoint import Viewpoint
from pytest_archguard.report.wrapping import WIDTH, shortened

# Source lines of one group start in one column, unless a path is so long that they would leave the screen.
_WIDEST_PLACE = 60
_INDENT = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Violations under one message; `hidden` counts those that are not shown, `places` limits the sites of each."""

    message: str
    shown: tuple[Violation, ...]
    hidden: int
    places: int | None

    def lines(self, view: Viewpoint) -> Iterator[str]:
        """A row for each that was measured, otherwise what and where."""
        measured = all(v.value is not None and v.limit is not None for v in self.shown)
        yield from _table(self.shown, view) if measured else _entries(self.shown, self.places, view)
        if self.hidden:
            yield more(self.hidden)


def groups(violations: Iterable[Violation], show: int | None) -> list[Group]:
    """The violations by message, in order of first appearance; measured ones the worst first.

    With `show`, at most that many in all (None: no limit), shared out so that every group gets its turn; the groups
    that get none are counted by the last that does.
    """
    by_message: dict[str, list[Violation]] = {}
    for violation in violations:
        by_message.setdefault(violation.message, []).append(violation)
    for members in by_message.values():
        members.sort(key=_excess, reverse=True)  # stable: what was not measured stays in order
    shares = _shares([len(members) for members in by_message.values()], show)
    found = [
        Group(message, tuple(members[:share]), sum(v.count for v in members[share:]), show)
        for (message, members), share in zip(by_message.items(), shares, strict=True)
    ]
    visible = [group for group in found if group.shown]
    left_out = sum(group.hidden for group in found if not group.shown)
    if visible and left_out:
        last = visible[-1]
        visible[-1] = replace(last, hidden=last.hidden + left_out)
    return visible


def more(hidden: int, what: str = "") -> str:
    """How much is not shown, and how to see it."""
    return f"  (+{hidden} more{what}, --archguard-show all)"


def site_lines(sites: Sequence[Site], view: Viewpoint, indent: int = _INDENT, width: int = 0) -> Iterator[str]:
    """`path:line  source`, one a line, the source in one column."""
    places = [_place(site, view) for site in sites]
    width = width or _width(places)
    for site, place in zip(sites, places, strict=True):
        start = indent + max(width, len(place)) + 2
        yield f"{' ' * indent}{place:<{width}}  {shortened(site.source, start)}".rstrip()


def _shares(sizes: list[int], show: int | None) -> list[int]:
    if show is None or sum(sizes) <= show:
        return sizes
    shares = [0] * len(sizes)
    left = show
    while left:
        hungry = [number for number, size in enumerate(sizes) if shares[number] < size]
        portion = max(1, left // len(hungry))
        for number in hungry[:left]:
            given = min(portion, sizes[number] - shares[number], left)
            shares[number] += given
            left -= given
    return shares


def _excess(violation: Violation) -> float:
    if violation.value is None or violation.limit is None:
        return 0.0
    return abs(violation.value - violation.limit)


def _entries(violations: Sequence[Violation], places: int | None, view: Viewpoint) -> Iterator[str]:
    width = _width([_place(site, view) for violation in violations for site in violation.sites])
    for violation in violations:
        yield from _title(violation)
        if violation.state == "expired":
            yield f"{' ' * _INDENT}no longer allowed: {violation.reason or 'its date has passed'}"
        yield from site_lines(violation.sites[:places], view, width=width)
        if places is not None and len(violation.sites) > places:
            yield f"    {more(len(violation.sites) - places, ' places')}"
        if violation.advice and not _is_pointer(violation.advice):
            yield f"{' ' * _INDENT}-> {violation.advice}"


def _title(violation: Violation) -> Iterator[str]:
    """`importer -> ... -> imported`, over several lines where it is long, and what points into it."""
    if violation.label or not violation.chain:
        arrow = f"{violation.subject} -> {violation.object}" if violation.object else name_of(violation)
        lines = [f"  {line}".rstrip() for line in (violation.label or arrow).split("\n")]
    else:
        lines = ["  " + violation.chain[0]]
        for module in violation.chain[1:]:
            if len(lines[-1]) + 4 + len(module) <= WIDTH:
                lines[-1] += f" -> {module}"
            else:
                lines.append(f"    -> {module}")
    # Of copies all but one count, and the label says how many there are: "5 copies (4 times)" is one number too many.
    copies = bool(violation.label) and violation.count == len(violation.sites) - 1
    if violation.count > 1 and not copies:
        lines[-1] += f"  ({violation.count} times)"
    if violation.advice and _is_pointer(violation.advice):
        lines[-1] += f"      {violation.advice}"
    yield from lines


def name_of(violation: Violation) -> str:
    """The qualified name of what violates: `app.services.load.Loader.run`."""
    return f"{violation.subject}.{violation.scope}" if violation.scope else violation.subject


def _is_pointer(advice: str) -> bool:
    """Advice like `<- cut the second import` is about the line it stands behind."""
    return advice.startswith("<-")


def _table(violations: Sequence[Violation], view: Viewpoint) -> Iterator[str]:
    rows = [_row(violation, view) for violation in violations]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    place_width = _width([row[3] for row in rows])
    for violation, (value, limit, over, place, name) in zip(violations, rows, strict=True):
        numbers = f"{value:>{widths[0]}}  limit {limit:>{widths[1]}}  {over:>{widths[2]}}"
        yield f"  {numbers}  {place:<{place_width}}  {name}".rstrip()
        if violation.advice:
            yield f"{' ' * _INDENT}{'' if _is_pointer(violation.advice) else '-> '}{violation.advice}"
        if violation.state == "expired":
            yield f"{' ' * _INDENT}no longer allowed: {violation.reason or 'its date has passed'}"


def _row(violation: Violation, view: Viewpoint) -> tuple[str, str, str, str, str]:
    value, limit = violation.value or 0, violation.limit or 0
    over = _number(value - limit)
    place = _place(violation.sites[0], view) if violation.sites else ""
    return (
        _number(value),
        _number(limit),
        f"({over if over.startswith('-') else '+' + over})",
        place,
        violation.label or name_of(violation),
    )


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.2f}"


def _place(site: Site, view: Viewpoint) -> str:
    return f"{view.path(site.path)}:{site.line}"


def _width(places: Iterable[str]) -> int:
    return max((len(place) for place in places if len(place) <= _WIDEST_PLACE), default=0)
