"""What names a module offers to its importers, and whether it holds anything at all."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.blocks import BLOCKS
from pytest_archguard.codebase.source import Source

BINDINGS = Fact("bindings", 3, "pytest_archguard.codebase.facts.bindings:extract")


class Bindings(NamedTuple):
    """The top level of a module.

    names: bound by a statement at module level, in any branch: definitions, assignments, imports, loop variables,
        `with ... as`, `except ... as`, `global` names assigned in functions. Sorted.
    stars: the modules of `from x import *`, as written with leading dots.
    open: the module can have names that no statement shows: `__getattr__`, `globals()` unless it is only read,
        `exec`, `vars()` at module level, `sys.modules[...] = ...`.
    exported: `__all__` where it is a plain list or tuple of strings, else None.
    statements: at module level and in definitions; imports, docstrings, `pass` and `...` are left out, and an
        assignment over several lines counts as so many.
    imports_only: every statement is an import, a docstring, `__all__` or a comment.
    main: `if __name__ == "__main__"` stands at module level.
    definitions: public classes and functions at module level, without those that a decorator may register somewhere:
        (name, line).
    """

    names: tuple[str, ...]
    stars: tuple[str, ...]
    open: bool
    exported: tuple[str, ...] | None
    statements: int
    imports_only: bool
    main: bool
    definitions: tuple[tuple[str, int], ...]


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[Any, ...]:  # noqa: ARG001
    """The fields of `Bindings`."""
    names: set[str] = set()
    stars: list[str] = []
    for node in _module_level(source.tree.body):
        names.update(_bound(node))
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            stars.append("." * node.level + (node.module or ""))
    names |= _globals_assigned(source)
    body = source.tree.body
    found = Bindings(
        names=tuple(sorted(names - {"*"})),
        stars=tuple(stars),
        open="__getattr__" in names or _may_hide_names(source),
        exported=_exported(body),
        statements=sum(_weight(node) for node in _all_statements(body)),
        imports_only=_imports_only(body),
        main=any(isinstance(node, ast.If) and _is_main(node.test) for node in body),
        definitions=tuple(
            (node.name, node.lineno)
            for node in body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and node.name[0] != "_"
            and not node.decorator_list
        ),
    )
    return tuple(found)


def _module_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt | ast.ExceptHandler | ast.match_case]:
    """Every statement that runs in the module's own scope, those in its blocks included."""
    stack: list[Any] = list(reversed(list(body)))
    while stack:
        node = stack.pop()
        yield node
        kind = type(node)
        if kind not in _SCOPES:
            for blocks in reversed(BLOCKS[kind]):
                stack.extend(reversed(getattr(node, blocks)))


def _bound(node: Any) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Import() | ast.ImportFrom():
            top_only = isinstance(node, ast.Import)
            for alias in node.names:
                yield alias.asname or (alias.name.partition(".")[0] if top_only else alias.name)
        case ast.ExceptHandler(name=str(name)):
            yield name
        case _:
            # Targets are expressions, so what a simple statement binds is found by looking at its stores.
            yield from _stored(node)


def _stored(node: ast.AST) -> Iterator[str]:
    stack: list[ast.AST] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, ast.Name):
            if isinstance(current.ctx, ast.Store):
                yield current.id
        elif isinstance(current, ast.MatchAs | ast.MatchStar) and current.name:
            yield current.name
        elif isinstance(current, ast.MatchMapping) and current.rest:
            yield current.rest
        elif type(current).__name__ == "TypeAlias":  # from Python 3.12 on
            yield current.name.id  # type: ignore[attr-defined]
            continue
        for child in _same_scope(current):
            if not isinstance(child, ast.stmt | ast.Lambda | ast.ExceptHandler | ast.match_case):
                stack.append(child)
            elif isinstance(child, ast.match_case):
                stack.append(child.pattern)


def _same_scope(node: ast.AST) -> Iterator[ast.AST]:
    """The children; of a comprehension without its targets, which are names of a scope of their own."""
    if isinstance(node, ast.comprehension):
        yield node.iter
        yield from node.ifs
    else:
        yield from ast.iter_child_nodes(node)


def _globals_assigned(source: Source) -> set[str]:
    if "global" not in source.text:
        return set()
    return {name for node in _all_statements(source.tree.body) if isinstance(node, ast.Global) for name in node.names}


_HIDING = ("globals(", "exec(", "vars(", "modules[", "locals(")
_WRITES = frozenset({"update", "setdefault"})


def _may_hide_names(source: Source) -> bool:
    """Whether names can be bound that no statement shows. Reading `globals()` binds none, nor does `vars(thing)`."""
    if not any(word in source.text for word in _HIDING):
        return False
    nodes: Mapping[type[ast.AST], list[Any]] = source.walk.by_type
    return any(_writes_names(source, node) for node in nodes.get(ast.Call, ())) or any(
        _is_modules(node) and (isinstance(node.ctx, ast.Store) or _is_own_name(node.slice))
        for node in nodes.get(ast.Subscript, ())
    )


def _writes_names(source: Source, node: ast.Call) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="exec")):
            return True
        case ast.Call(func=ast.Name(id="vars"), args=[argument]):
            return _is_modules(argument)
        case ast.Call(func=ast.Name(id="vars" | "locals")):  # in a function they hold the function's names
            return source.walk.enclosing_function(node) is None and not _is_only_read(source, node)
        case ast.Call(func=ast.Name(id="globals")):
            return not _is_only_read(source, node)
        case ast.Call(func=ast.Name(id="setattr"), args=[module, *_]):
            return _is_modules(module)
    return False


def _is_modules(node: ast.expr) -> bool:
    """`sys.modules[...]`."""
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "modules"


def _is_own_name(node: ast.expr) -> bool:
    """`sys.modules[__name__]`, whatever becomes of it."""
    return isinstance(node, ast.Name) and node.id == "__name__"


def _is_only_read(source: Source, namespace: ast.Call) -> bool:
    """Whether a dictionary of names is only looked into: `globals()["x"]`, `globals().get("x")`, `x in globals()`."""
    match source.walk.parent(namespace):
        case ast.Subscript(ctx=ctx):
            return isinstance(ctx, ast.Load)
        case ast.Attribute(attr=name):
            return name not in _WRITES
        case ast.Compare() | ast.For() | ast.comprehension():
            return True
    return False


def _exported(body: Iterable[ast.stmt]) -> tuple[str, ...] | None:
    names: list[str] = []
    found = False
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                found, names = True, []
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value):
                found, names = True, []
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
                pass
            case _:
                continue
        if not isinstance(value, ast.List | ast.Tuple):
            return None
        for item in value.elts:
            if not (isinstance(item, ast.Constant) and isinstance(item.value, str)):
                return None
            names.append(item.value)
    return tuple(names) if found else None


def _all_statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    stack: list[Any] = list(body)
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind not in _NO_STATEMENTS:
            yield node
        for blocks in BLOCKS[kind]:
            stack.extend(getattr(node, blocks))


_SCOPES = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_NO_STATEMENTS = frozenset({ast.ExceptHandler, ast.match_case})


def _weight(node: ast.stmt) -> int:
    if isinstance(node, ast.Pass | ast.Import | ast.ImportFrom):
        return 0
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return 0
    # A table of forty lines is as much to read as forty statements.
    return (node.end_lineno or node.lineno) - node.lineno + 1 if type(node) in _TABLES else 1


_TABLES = frozenset({ast.Assign, ast.AnnAssign, ast.Expr, ast.Return})


def _imports_only(body: list[ast.stmt]) -> bool:
    imports = 0
    for node in body:
        match node:
            case ast.ImportFrom(module="__future__"):
                continue
            case ast.Import() | ast.ImportFrom():
                imports += 1
            case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.AugAssign(target=ast.Name(id="__all__")):
                continue
            case ast.AnnAssign(target=ast.Name(id="__all__")) | ast.Expr(value=ast.Constant()) | ast.Pass():
                continue
            case _:
                return False
    return imports > 0


def _is_main(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
        case ast.Compare(left=ast.Constant(value="__main__"), ops=[ast.Eq()], comparators=[ast.Name(id="__name__")]):
            return True
    return False
