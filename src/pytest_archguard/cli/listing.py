"""What the commands print: lists that are long enough to be read, and no longer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_archguard.codebase.parse import Unreadable
from pytest_archguard.model import RuleResult
from pytest_archguard.report.viewpoint import Viewpoint
from pytest_archguard.report.wrapping import counted, wrapped

_MOST = 20


def print_list(title: str, lines: Sequence[str]) -> None:
    """A title with up to twenty lines below it."""
    print(title)
    for line in lines[:_MOST]:
        print(f"  {line}")
    if len(lines) > _MOST:
        print(f"  (+{len(lines) - _MOST} more)")


def print_wrapped(text: str, indent: int = 2) -> None:
    """A text in lines of at most 80 columns, as in a failure."""
    for line in wrapped(text, indent):
        print(line)


def print_unread(unreadable: Sequence[Unreadable], view: Viewpoint) -> None:
    """The files that no rule could judge."""
    if unreadable:
        lines = [f"{view.path(fault.path)}:{fault.line}: {fault.message}" for fault in unreadable]
        print_list(f"not judged, because they cannot be read: {counted(len(lines), 'file')}", lines)


def print_unjudged(results: Iterable[RuleResult], consequence: str) -> bool:
    """The rules that could not be judged; whether there were any."""
    found = False
    for result in results:
        if result.error is not None:
            found = True
            print_list(f"{result.id} cannot be judged, so {consequence}:", result.error.splitlines())
    return found
