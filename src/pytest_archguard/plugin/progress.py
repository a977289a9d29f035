"""How far a long analysis is, shown on a terminal only."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from time import monotonic
from types import TracebackType
from typing import Any

import pytest

_PATIENCE = 0.5  # seconds without a word; most analyses are over by then
_PAUSE = 0.1
_SAVE, _RESTORE, _ERASE = "\x1b7", "\x1b8", "\x1b[K"


class Progress:
    """Writes behind the cursor and takes it back, so that pytest's own line stays as it is."""

    def __init__(self, capture: Any) -> None:
        self._capture = capture
        self._next = monotonic() + _PATIENCE
        self._visible = False

    @classmethod
    def on_terminal(cls, config: pytest.Config) -> Progress | nullcontext[None]:
        """A context manager; what it enters is None where nobody looks on: a log, a pipe, a worker of xdist."""
        reporter = config.pluginmanager.getplugin("terminalreporter")
        if reporter is None or not reporter.isatty or not reporter.hasmarkup or config.option.verbose < 0:
            return nullcontext()
        return cls(config.pluginmanager.getplugin("capturemanager"))

    def __call__(self, done: int, total: int) -> None:
        """Shows `done` of `total` files, not too often."""
        if monotonic() >= self._next:
            self._next = monotonic() + _PAUSE
            self._visible = True
            self._write(f"{done} of {total} files")

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._visible:
            self._write("")

    def _write(self, text: str) -> None:
        with self._capture.global_and_fixture_disabled() if self._capture else nullcontext():
            sys.stdout.write(f"{_SAVE}{text}{_ERASE}{_RESTORE}")
            sys.stdout.flush()
