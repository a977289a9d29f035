"""Which `except` handlers swallow what they catch."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import Any

from pytest_archguard.codebase.facts.code.name_globs import may_match
from pytest_archguard.codebase.facts.code.names import Names
from pytest_archguard.codebase.facts.named_calls import last_identifier
from pytest_archguard.codebase.nodes import push_children
from pytest_archguard.codebase.source import Source

_METHODS = ("critical", "debug", "error", "exception", "fatal", "info", "log", "warn", "warning")
_LEVELS = frozenset({*_METHODS, *(f"a{method}" for method in _METHODS)})  # `await logger.aerror(...)` of structlog
_LOGGER = re.compile(r"(^|_)(log|logs|logger|logging|structlog|loguru)(_|$)|logger$", re.IGNORECASE)
# Functions that log, raise, report or end the process by their names: `log_error`, `exit_with_error`, `handleError`.
_TELLING = re.compile(
    r"(^|_)(log|warn|warning|exit|abort|fail|raise|reraise)(_|$)"
    r"|(handle|report|record|capture|notify)_?(error|exception|failure)",
    re.IGNORECASE,
)
# `errors.append(...)` keeps for later what went wrong.
_KEEPING = frozenset({"add", "append", "extend"})
_KEPT = re.compile(r"(^|_)(errors?|failures?|problems?|warnings?)$", re.IGNORECASE)
# Functions of the standard library and of error trackers that record or pass on the exception being handled.
_REPORTING = frozenset(
    {
        "capture_exception", "capture_message", "exc_info", "format_exc", "format_exception", "print_exc",
        "print_exception", "quit", "record_exception", "set_exception",
    }
)  # fmt: skip


def swallows(handler: ast.ExceptHandler, source: Source, handled_by: tuple[str, ...] = ()) -> bool:
    """Whether nobody learns of the exception: the handler does not raise, does not use the exception it names, and
    calls nothing that logs, reports or ends the process. Functions defined in it do not count: they run later.

    handled_by: name globs of further calls that report.
    """
    called: list[ast.expr] = []
    stack: list[Any] = list(handler.body)
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is ast.Raise:
            return False
        if kind is ast.Name:
            if node.id == handler.name and type(node.ctx) is ast.Load:
                return False
        elif kind not in _LATER:
            if kind is ast.Call:
                called.append(node.func)
            push_children(node, stack)
    return not any(_reports(function, source, handled_by) for function in called)


_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _reports(function: ast.expr, source: Source, handled_by: tuple[str, ...]) -> bool:
    name = last_identifier(function)
    if not name:
        return False
    if _tells(name):
        return True
    if isinstance(function, ast.Attribute):
        if name in _LEVELS and _is_logger(function.value, source):
            return True
        if name in _KEEPING and _KEPT.search(last_identifier(function.value)):
            return True
    if not handled_by:
        return False
    return any(may_match(glob, meant) for meant in source.once(Names).of(function) for glob in handled_by)


@lru_cache(maxsize=4096)
def _tells(name: str) -> bool:
    return name in _REPORTING or _TELLING.search(name) is not None


def _is_logger(receiver: ast.expr, source: Source) -> bool:
    """`logger`, `self.log`, `logging`, `current_app.logger`, `logging.getLogger(...)`, or what is imported from one."""
    while isinstance(receiver, ast.Call):
        receiver = receiver.func
    if _LOGGER.search(last_identifier(receiver)):
        return True
    parts = [part for name in source.once(Names).of(receiver) for part in name.lstrip("=~.").split(".")]
    return any(_LOGGER.search(part) or part == "getLogger" for part in parts)
