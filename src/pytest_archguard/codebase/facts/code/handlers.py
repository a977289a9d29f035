"""Which `except` handlers swallow what they catch."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_archguard.codebase.facts.code.name_globs import may_match
from pytest_archguard.codebase.facts.code.names import Names
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
    for node in _run(handler.body):
        if isinstance(node, ast.Raise):
            return False
        if isinstance(node, ast.Name) and node.id == handler.name and isinstance(node.ctx, ast.Load):
            return False
        if isinstance(node, ast.Call) and _reports(node.func, source, handled_by):
            return False
    return True


def _run(body: list[ast.stmt]) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(node))


def _reports(function: ast.expr, source: Source, handled_by: tuple[str, ...]) -> bool:
    if isinstance(function, ast.Attribute):
        if function.attr in _LEVELS and _is_logger(function.value, source):
            return True
        if function.attr in _KEEPING and _KEPT.search(_last_name(function.value)):
            return True
        name = function.attr
    elif isinstance(function, ast.Name):
        name = function.id
    else:
        return False
    if name in _REPORTING or _TELLING.search(name):
        return True
    return any(may_match(glob, meant) for meant in source.once(Names).of(function) for glob in handled_by)


def _is_logger(receiver: ast.expr, source: Source) -> bool:
    """`logger`, `self.log`, `logging`, `current_app.logger`, `logging.getLogger(...)`, or what is imported from one."""
    while isinstance(receiver, ast.Call):
        receiver = receiver.func
    if _LOGGER.search(_last_name(receiver)):
        return True
    parts = [part for name in source.once(Names).of(receiver) for part in name.lstrip("=~.").split(".")]
    return any(_LOGGER.search(part) or part == "getLogger" for part in parts)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
