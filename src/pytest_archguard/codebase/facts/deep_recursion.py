"""Calling recursive code on trees that are nested more deeply than Python's stack."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# radon takes three frames a level, and Python's own parser gives up well below 50,000 levels. Up to Python 3.10 a
# frame takes about a kilobyte of the thread's stack; memory that is not used is never taken from the system.
_FRAMES = 200_000
_STACK = 400 * 1024 * 1024


def call_deeply(function: Callable[[], T]) -> T:
    """The result of a recursive function; where the stack is too small for it, it is called again on a larger one.

    Raises RecursionError where that is not enough either, or where the system grants no such stack.
    """
    try:
        return function()
    except RecursionError:
        return _call_in_thread(function)


def _call_in_thread(function: Callable[[], T]) -> T:
    results: list[T] = []
    errors: list[BaseException] = []

    def target() -> None:
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001 - raised again where the function was called
            errors.append(error)

    limit = sys.getrecursionlimit()
    try:
        size = threading.stack_size(_STACK)
    except ValueError as error:
        raise RecursionError("no larger stack is to be had") from error
    try:
        sys.setrecursionlimit(max(limit, _FRAMES))
        thread = threading.Thread(target=target)
        thread.start()
        thread.join()
    except RuntimeError as error:  # RecursionError is one, but only `target` recurses
        raise RecursionError("no larger stack is to be had") from error
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    if errors:
        raise errors[0]
    return results[0]
