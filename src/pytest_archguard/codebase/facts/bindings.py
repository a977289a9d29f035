"""What names a module offers to its importers, and whether it holds anything at all."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.nodes import BLOCKS
from pytest_archguard.codebase.source import Definition, Source

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
    body = source.tree.body
    names, stars = _bound(body, everywhere=":=" in source.text)
    weight, global_names = _weight(body)
    names |= global_names
    found = Bindings(
        names=tuple(sorted(names)),
        stars=tuple(stars),
        open="__getattr__" in names or _may_hide_names(source),
        exported=_exported(body),
        statements=weight,
        imports_only=_imports_only(body),
        main=any(isinstance(node, ast.If) and _is_main(node.test) for node in body),
        definitions=tuple(
            (node.name, node.lineno)
            for node in body
            if isinstance(node, Definition) and node.name[0] != "_" and not node.decorator_list
        ),
    )
    return tuple(found)


def _bound(body: list[ast.stmt], *, everywhere: bool) -> tuple[set[str], list[str]]:
    """The names that statements in the module's own scope bind, those in its blocks included, and its star imports.

    everywhere: expressions may bind names too, so that none may be passed over.
    """
    names: set[str] = set()
    stars: list[str] = []
    stack: list[Any] = body[::-1]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind in _SCOPES:
            names.add(node.name)
            continue
        for blocks in reversed(BLOCKS[kind]):
            stack += reversed(getattr(node, blocks))
        if kind is ast.Import:
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif kind is ast.ImportFrom:
            if node.names[0].name == "*":
                stars.append("." * node.level + (node.module or ""))
            else:
                names.update(alias.asname or alias.name for alias in node.names)
        elif kind is ast.ExceptHandler and node.name:
            names.add(node.name)
        elif everywhere and kind.__name__ != "TypeAlias":
            names.update(_stored(node))
        else:
            for target in _targets(node, kind):
                names.update((target.id,) if type(target) is ast.Name else _stored(target))
    return names, stars


def _targets(node: Any, kind: type[ast.AST]) -> Iterable[ast.AST]:
    """The parts of a statement or a case that may bind names, but for assignments inside of expressions."""
    if kind is ast.Assign:
        return node.targets  # type: ignore[no-any-return]
    if kind is ast.With or kind is ast.AsyncWith:
        return [item.optional_vars for item in node.items if item.optional_vars]
    if kind in _ONE_TARGET:
        return (node.target,)
    if kind is ast.match_case:
        return (node.pattern,)
    return (node.name,) if kind.__name__ == "TypeAlias" else ()  # from Python 3.12 on


_SCOPES = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_ONE_TARGET = frozenset({ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor})


def _stored(node: ast.AST) -> Iterator[str]:
    """What is bound by this node and by expressions and patterns in it."""
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
        stack.extend(child for child in _same_scope(current) if not isinstance(child, _OTHER_SCOPES_AND_STATEMENTS))


_OTHER_SCOPES_AND_STATEMENTS = (ast.Lambda, ast.stmt, ast.ExceptHandler, ast.match_case)


def _same_scope(node: ast.AST) -> Iterator[ast.AST]:
    """The children; of a comprehension without its targets, which are names of a scope of their own."""
    if isinstance(node, ast.comprehension):
        yield node.iter
        yield from node.ifs
    else:
        yield from ast.iter_child_nodes(node)


_HIDING = ("globals(", "exec(", "vars(", "modules[", "locals(")
_WRITES = frozenset({"update", "setdefault"})


def _may_hide_names(source: Source) -> bool:
    """Whether names can be bound that no statement shows. Reading `globals()` binds none, nor does `vars(thing)`."""
    if not any(word in source.text for word in _HIDING):
        return False
    every = source.walk.every
    return any(_writes_names(source, node) for node in every(ast.Call)) or any(
        _is_modules(node) and (isinstance(node.ctx, ast.Store) or _is_own_name(node.slice))
        for node in every(ast.Subscript)
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


def _weight(body: list[ast.stmt]) -> tuple[int, set[str]]:
    """How much all statements weigh, those in definitions included, and the names that `global` lets functions bind."""
    weight = 0
    global_names: set[str] = set()
    blocks: list[list[Any]] = [body]
    for block in blocks:  # which grows
        weight += len(block)
        for node in block:
            kind = type(node)
            if kind in _TABLES:
                if kind is ast.Expr and type(node.value) is ast.Constant:
                    weight -= 1
                else:  # a table of forty lines is as much to read as forty statements
                    weight += node.end_lineno - node.lineno
            elif names := BLOCKS[kind]:
                weight -= kind in _CLAUSES
                blocks.extend([getattr(node, name) for name in names])
            elif kind in _WEIGHTLESS:
                weight -= 1
            elif kind is ast.Global:
                global_names.update(node.names)
    return weight, global_names


_TABLES = frozenset({ast.Assign, ast.AnnAssign, ast.Expr, ast.Return})
_WEIGHTLESS = frozenset({ast.Pass, ast.Import, ast.ImportFrom})
_CLAUSES = frozenset({ast.ExceptHandler, ast.match_case})


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
