"""What stands around a match: statements it is in the body of, calls it is an argument of, definitions, decorators."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from pytest_archguard.codebase.facts.code.matching import Matcher
from pytest_archguard.codebase.facts.code.snippets import Pattern
from pytest_archguard.codebase.source import Definition, Function, Source


def check_context(pattern: Pattern) -> None:
    """Raises ValueError for a snippet that nothing can be inside of."""
    if pattern.part == "decorator":
        return
    if isinstance(pattern.root, (ast.Name, ast.Constant, ast.Pass, ast.Import, ast.ImportFrom)):
        raise ValueError(f"nothing is inside `{pattern.text}`; write a call, a header (`with x($...)`) or `@decorator`")


def is_inside(patterns: Iterable[Pattern], node: ast.AST, source: Source, itself: bool = False) -> bool:
    """Whether any of the patterns stands around the node.

    A block or a call counts up to the function that the node is in: what is merely defined inside `with timeout():`
    runs later. Definitions, classes and decorators count at any distance. itself: the node counts as well; of what is
    part of a signature, decorators of a function around are not.
    """
    around = list(_around(node, source, itself))
    return any(_stands_around(pattern, around, source) for pattern in patterns)


def runs_async(node: ast.AST, source: Source, itself: bool = False) -> bool:
    """Whether the innermost function around the node is `async def`; a lambda is a function that is not."""
    if itself and isinstance(node, Function):
        return isinstance(node, ast.AsyncFunctionDef)
    return isinstance(source.walk.enclosing_function(node), ast.AsyncFunctionDef)


def _around(node: ast.AST, source: Source, itself: bool) -> Iterator[tuple[ast.AST, ast.AST | None, bool]]:
    """Each node around with its child on the way, and whether a function's body lies between."""
    beyond = False
    child: ast.AST | None = None if itself else node
    for parent in [node, *source.walk.parents(node)] if itself else source.walk.parents(node):
        yield parent, child, beyond
        if isinstance(parent, Function) and (child is None or child in parent.body):
            beyond = True
        child = parent


def _stands_around(pattern: Pattern, around: list[tuple[ast.AST, ast.AST | None, bool]], source: Source) -> bool:
    matcher = Matcher(pattern, source)
    if pattern.part == "decorator":
        of_signature = any(child is None for _, child, _ in around)
        return any(
            matcher.match(decorator) is not None
            for parent, child, _ in around
            if isinstance(parent, Definition) and (child is None or child in parent.body)
            if child is None or isinstance(parent, ast.ClassDef) or not of_signature
            for decorator in parent.decorator_list
        )
    defines = isinstance(pattern.root, Definition)
    return any(
        matcher.match(parent) is not None
        for parent, child, beyond in around
        if (defines or not beyond) and _holds(parent, child)
    )


def _holds(parent: ast.AST, child: ast.AST | None) -> bool:
    """Whether being below `parent` by way of `child` is being inside it: in the body of what has one."""
    body = getattr(parent, "body", None)
    return child is None or not isinstance(body, list) or child in body
