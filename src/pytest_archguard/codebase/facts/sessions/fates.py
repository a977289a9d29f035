"""What becomes of the value of a call, read off the nodes around it."""

from __future__ import annotations

import ast
from typing import NamedTuple

from pytest_archguard.codebase.facts.named_calls import last_identifier
from pytest_archguard.codebase.facts.sessions.written import dotted
from pytest_archguard.codebase.source import Walk

(
    OTHER, WITH, ASYNC_WITH, ASSIGN, RETURN, YIELD, YIELD_FROM, ARGUMENT, ATTRIBUTE, EXPRESSION, ITERATE, DEFAULT,
    DECORATOR, CALLED,
) = range(14)  # fmt: skip

AWAITED, CLOSING, DEFERRED = 1, 2, 4

# Calls that hand their argument through.
_TRANSPARENT = frozenset({"cast", "wait_for", "shield", "nullcontext", "iter", "aiter"})
_CLOSING = frozenset({"closing", "aclosing"})
_ENTERING = {"enter_context": WITH, "enter_async_context": ASYNC_WITH}


class Fate(NamedTuple):
    """What becomes of a value.

    kind: one of the constants above. targets: what it is bound to, or the function it is an argument of, or the
    attribute taken from it. flags: AWAITED, CLOSING (wrapped in `contextlib.closing`), DEFERRED (inside a lambda).
    """

    kind: int
    targets: tuple[str, ...] = ()
    flags: int = 0


def fate(node: ast.expr, walk: Walk) -> Fate:
    """What becomes of the value of an expression."""
    parent_of = walk.parent_of
    around = parent_of[node]
    kind = type(around)
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if kind is ast.Attribute:
        return Fate(ATTRIBUTE, (around.attr,))  # type: ignore[attr-defined]
    if kind is ast.Assign and type(around.targets[0]) is ast.Name and len(around.targets) == 1:  # type: ignore[attr-defined]
        return Fate(ASSIGN, (around.targets[0].id,))  # type: ignore[attr-defined]
    flags, entered = 0, 0
    child: ast.AST = node
    while True:
        parent = parent_of[child]
        step = _through(child, parent)
        if step is None:
            end = _end(child, parent, walk)
            if entered:
                bound = end.targets if end.kind == ASSIGN else ()
                return Fate(entered, bound, flags | end.flags)
            return end._replace(flags=flags | end.flags)
        flags |= step
        if isinstance(parent, ast.Call) and not entered:
            entered = _ENTERING.get(last_identifier(parent.func), 0)
        child = parent


def _through(child: ast.AST, parent: ast.AST) -> int | None:
    """The flags that stepping up to the parent adds; None where the value does not simply pass through."""
    if isinstance(parent, ast.Await):
        return AWAITED
    if isinstance(parent, ast.IfExp):
        return None if child is parent.test else 0
    if isinstance(parent, (ast.BoolOp, ast.keyword, ast.Starred)):
        return 0
    if isinstance(parent, ast.Call) and child is not parent.func:
        last = last_identifier(parent.func)
        if last in _CLOSING:
            return CLOSING
        return 0 if last in _TRANSPARENT or last in _ENTERING else None
    if isinstance(parent, ast.Lambda):
        return DEFERRED if child is parent.body else None
    return None


def _end(child: ast.AST, parent: ast.AST, walk: Walk) -> Fate:
    kind = _KINDS.get(type(parent))
    if isinstance(parent, ast.Call):
        return Fate(CALLED) if child is parent.func else Fate(ARGUMENT, (dotted(parent.func),))
    if isinstance(parent, ast.withitem):
        target = parent.optional_vars
        kind = ASYNC_WITH if isinstance(walk.parent(parent), ast.AsyncWith) else WITH
        return Fate(kind, (dotted(target),) if target is not None else ())
    if isinstance(parent, ast.Assign):
        return Fate(ASSIGN, tuple(dotted(target) for target in parent.targets))
    if isinstance(parent, (ast.AnnAssign, ast.NamedExpr)):
        return Fate(ASSIGN, (dotted(parent.target),))
    if isinstance(parent, ast.Attribute):
        return Fate(ATTRIBUTE, (parent.attr,))
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
        return Fate(ITERATE, (dotted(parent.target),)) if child is parent.iter else Fate(OTHER)
    if isinstance(parent, (ast.Tuple, ast.List)):
        around = walk.parent(parent)
        if partner := _partner(child, parent, around):
            return Fate(ASSIGN, (partner,))
        kind = _KINDS.get(type(around)) if isinstance(around, (ast.Return, ast.Yield)) else None
    if kind is None and isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        kind = DECORATOR
    return Fate(kind or OTHER)


def _partner(child: ast.AST, values: ast.Tuple | ast.List, assignment: ast.AST | None) -> str:
    """The target that one of several values goes to: `b` for `2` in `a, b = 1, 2`; empty where that is not plain."""
    targets = assignment.targets[0] if isinstance(assignment, ast.Assign) else None
    if not isinstance(targets, (ast.Tuple, ast.List)) or len(targets.elts) != len(values.elts):
        return ""
    return dotted(targets.elts[values.elts.index(child)]) if child in values.elts else ""


_KINDS: dict[type[ast.AST] | None, int] = {
    ast.Return: RETURN,
    ast.Yield: YIELD,
    ast.YieldFrom: YIELD_FROM,
    ast.Expr: EXPRESSION,
    ast.arguments: DEFAULT,
    ast.Lambda: RETURN,
}


# What most values end in; asked first.
_SIMPLE: dict[type[ast.AST], Fate] = {
    ast.Expr: Fate(EXPRESSION),
    ast.Return: Fate(RETURN),
    ast.Yield: Fate(YIELD),
    **{kind: Fate(OTHER) for kind in (ast.Compare, ast.If, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.Raise, ast.Dict)},
}
