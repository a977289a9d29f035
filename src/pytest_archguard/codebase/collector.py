"""The cyclic garbage collector: switched off while files are read, and asked what a parse has made.

Trees hold no cycles, so the collector finds nothing in them, and looking costs 17 % of a parse.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_FROZEN_BY_PYTHON = 1_000  # 3.12 starts with a few hundred frozen objects, the others with none

_is_ours = False


@contextmanager
def collector_off() -> Iterator[None]:
    """Switches the collector off for a batch of parses.

    What was made meanwhile and is kept counts as old afterwards, or the next allocation would look at all of it.
    """
    global _is_ours
    enabled, was_ours = gc.isenabled(), _is_ours
    gc.disable()
    # What somebody froze stays so: then nothing is frozen here, and nothing thawed.
    _is_ours = was_ours or (enabled and gc.get_freeze_count() < _FROZEN_BY_PYTHON)
    try:
        yield
    finally:
        if _is_ours and not was_ours:
            gc.freeze()
            gc.unfreeze()
        _is_ours = was_ours
        if enabled:
            gc.enable()


def set_apart() -> bool:
    """Sets all objects apart that exist, so that `made_between` has the later ones; False where that cannot be."""
    if _is_ours:
        gc.freeze()
    return _is_ours


def made_between(first: object, last: object) -> list[object] | None:
    """`first` and what was made after it, before `last`, in that order; None if these are not set apart.

    Only what the collector looks after: everything that can hold something else.
    """
    # No closures here: the list would hold the cell that holds the list, and nothing would free it.
    listed = gc.get_objects(generation=0)
    start, end = 0, len(listed) - 1
    while start <= end and listed[start] is not first:
        start += 1
    while end >= start and listed[end] is not last:
        end -= 1
    if start >= end:
        return None
    del listed[end:], listed[:start]
    return listed
