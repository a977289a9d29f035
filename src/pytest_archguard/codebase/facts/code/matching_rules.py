"""How nodes are compared of which a snippet need not say everything, or not in the order of the code."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_archguard.codebase.facts.code.parameters import signature, unquoted
from pytest_archguard.codebase.facts.code.snippets import Hole, hole_name, is_rest

if TYPE_CHECKING:
    from pytest_archguard.codebase.facts.code.matching import Matcher


def _call(matcher: Matcher, expected: Any, node: Any) -> bool:
    return matcher.value(expected.func, node.func) and _arguments(
        matcher, expected.args, expected.keywords, node.args, node.keywords
    )


def _arguments(matcher: Matcher, args: Any, keywords: Any, found: Any, found_keywords: Any) -> bool:
    named = [keyword for keyword in keywords if not is_rest(keyword.value)]
    open_ = any(map(is_rest, args)) or len(named) < len(keywords)
    return matcher.sequence(args, found) and matcher.each(named, found_keywords, open_)


def _dict(matcher: Matcher, expected: Any, node: Any) -> bool:
    pairs = list(zip(expected.keys, expected.values, strict=True))
    named = [_entry(key, value) for key, value in pairs if not (key is None and is_rest(value))]
    found = [_entry(key, value) for key, value in zip(node.keys, node.values, strict=True)]
    if len(named) < len(pairs):
        return matcher.each(named, found, True)
    return matcher.sequence(named, found)


def _class(matcher: Matcher, expected: Any, node: Any) -> bool:
    if not matcher.name(expected.name, node.name) or not _decorators(matcher, expected, node):
        return False
    if (expected.bases or expected.keywords) and not _arguments(
        matcher, expected.bases, expected.keywords, node.bases, node.keywords
    ):
        return False
    return _body(matcher, expected, node)


def _function(matcher: Matcher, expected: Any, node: Any) -> bool:
    if not matcher.fields(expected, node, ("args", "body", "decorator_list")):
        return False
    return (
        _signature(matcher, expected.args, node.args)
        and _decorators(matcher, expected, node)
        and _body(matcher, expected, node)
    )


def _signature(matcher: Matcher, expected: Any, node: Any) -> bool:
    return _parameters(matcher, signature(expected), signature(node))


def _parameters(matcher: Matcher, wanted: list[Any], found: list[Any]) -> bool:
    if not wanted:
        return not found
    if hole_name(wanted[0][1].arg) == "...":
        return any(_parameters(matcher, wanted[1:], found[n:]) for n in matcher.attempts(len(found) + 1))
    return bool(found) and parameter(matcher, wanted[0], found[0]) and _parameters(matcher, wanted[1:], found[1:])


def parameter(matcher: Matcher, wanted: Any, found: Any) -> bool:
    """Whether a parameter (stars, argument, default) is like the wanted one."""
    (stars, arg, default), (found_stars, found_arg, found_default) = wanted, found
    if stars != found_stars or not matcher.name(arg.arg, found_arg.arg):
        return False
    if arg.annotation is not None:
        annotation = found_arg.annotation
        if annotation is None or not matcher.value(arg.annotation, unquoted(annotation)):
            return False
    return default is None or (found_default is not None and matcher.value(default, found_default))


def _decorators(matcher: Matcher, expected: Any, node: Any) -> bool:
    return matcher.subsequence(expected.decorator_list, node.decorator_list)


def _body(matcher: Matcher, expected: Any, node: Any) -> bool:
    body = node.body
    if _is_text(body) and not _is_text(expected.body):
        body = body[1:]
    return matcher.sequence(expected.body, body)


def _with(matcher: Matcher, expected: Any, node: Any) -> bool:
    return matcher.subsequence(expected.items, node.items) and matcher.sequence(expected.body, node.body)


def _try(matcher: Matcher, expected: Any, node: Any) -> bool:
    return matcher.fields(expected, node, ("handlers",)) and matcher.subsequence(expected.handlers, node.handlers)


def _handler(matcher: Matcher, expected: Any, node: Any) -> bool:
    wanted, found = expected.type, node.type
    if isinstance(found, ast.Tuple) and wanted is not None and not isinstance(wanted, (ast.Tuple, Hole)):
        if not any(matcher.value(wanted, found.elts[n]) for n in matcher.attempts(len(found.elts))):
            return False
    elif not matcher.value(wanted, found):
        return False
    if expected.name is not None and not matcher.name(expected.name, node.name):
        return False
    return matcher.sequence(expected.body, node.body)


def _raise(matcher: Matcher, expected: Any, node: Any) -> bool:
    if expected.cause is not None and not matcher.value(expected.cause, node.cause):
        return False
    wanted, found = expected.exc, node.exc
    kept = dict(matcher.holes)
    if matcher.value(wanted, found):
        return True
    matcher.holes = kept
    # `raise E` makes an instance: it says `raise E()`.
    if isinstance(wanted, (ast.Name, ast.Attribute)) and isinstance(found, ast.Call):
        return matcher.value(wanted, found.func)
    if isinstance(wanted, ast.Call) and isinstance(found, (ast.Name, ast.Attribute)):
        return _arguments(matcher, wanted.args, wanted.keywords, [], []) and matcher.value(wanted.func, found)
    return False


def _is_text(body: list[ast.stmt]) -> bool:
    first = body[0] if body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


class _Entry(ast.AST):
    """One entry of a dictionary; two are compared field by field like any node."""

    _fields = ("key", "value")
    key: ast.expr | None
    value: ast.expr


def _entry(key: ast.expr | None, value: ast.expr) -> _Entry:
    entry = _Entry()
    entry.key, entry.value = key, value
    return entry


RULES: dict[str, Callable[[Matcher, Any, Any], bool]] = {
    "arguments": _signature,
    "Call": _call,
    "Dict": _dict,
    "ClassDef": _class,
    "FunctionDef": _function,
    "AsyncFunctionDef": _function,
    "With": _with,
    "AsyncWith": _with,
    "Try": _try,
    "TryStar": _try,
    "ExceptHandler": _handler,
    "Raise": _raise,
}
"""What compares two nodes of a type that are not simply compared field by field."""
