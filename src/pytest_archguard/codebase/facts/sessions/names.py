"""The names of a file and what they are bound to, scope by scope: enough to follow a name across modules."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any, NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.sessions.annotations import Shape, shape
from pytest_archguard.codebase.facts.sessions.mentions import mentions
from pytest_archguard.codebase.facts.sessions.scopes import CLASS, FUNCTION, MODULE, Scopes, dotted, scopes_of
from pytest_archguard.codebase.source import Source

VERSION = 4
EXTRACTOR = "pytest_archguard.codebase.facts.sessions.names:extract"

NAMES = Fact("scoped-names", VERSION, EXTRACTOR)

ASYNC, GENERATOR = 1, 2
INSTANCE = "new"  # the head of a shape: what calling a class gives


class Param(NamedTuple):
    """One parameter. annotation, default: shapes; None where there is none, or none that could name anything."""

    name: str
    annotation: Shape
    default: Shape
    line: int
    column: int


def params_of(scope: Scope) -> Iterable[Param]:
    """The parameters of a function."""
    for param in scope.params:
        yield Param(param, None, None, scope.line, 1) if isinstance(param, str) else Param(*param)


class Scope(NamedTuple):
    """A module, function or class.

    kind: MODULE, FUNCTION or CLASS. parent: the index of the scope around. flags: ASYNC and GENERATOR.
    decorators: dotted texts. params: tuples as `Param`, or the name alone where nothing else is known.
    bases: of a class.
    """

    kind: int
    parent: int
    name: str
    line: int
    flags: int
    decorators: tuple[str, ...]
    params: tuple[Any, ...]
    bases: tuple[Shape, ...]


class Names(NamedTuple):
    """Everything in order of the source, as plain tuples.

    scopes: as `Scope`; index 0 is the module.
    imports: (scope, local name, level, module, symbol); the symbol is None for `import a.b as c`.
    stars: (scope, level, module).
    values: (scope, target, shape, is annotation, line, column): assignments to a name or an attribute
        (`self.factory`), and annotated names without a value. The shape is None for values that are no names.
    globals, nonlocals: (scope, name).
    """

    scopes: tuple[tuple[Any, ...], ...]
    imports: tuple[tuple[int, str, int, str, str | None], ...]
    stars: tuple[tuple[int, int, str], ...]
    values: tuple[tuple[int, str, Shape, bool, int, int], ...]
    globals: tuple[tuple[int, str], ...]
    nonlocals: tuple[tuple[int, str], ...]


def names_fact(vocabulary: Iterable[str], untyped: Iterable[str]) -> Fact:
    """The fact for these words: of a file in which none of them stands parameters and local aliases are left out."""
    return Fact("scoped-names", VERSION, EXTRACTOR, (tuple(sorted(vocabulary)), tuple(sorted(untyped))))


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[Any, ...]:
    """The fields of `Names`."""
    scopes = source.once(scopes_of)
    imports, stars = _imports(scopes)
    full = not params or mentions(source, params)
    return (
        tuple([_scope(source, scopes, number, full) for number in range(len(scopes.nodes))]),
        tuple(imports),
        tuple(stars),
        tuple(_values(source, scopes, full)),
        *(
            tuple((scope, name) for scope, node in scopes.statements[kind] for name in node.names)
            for kind in (ast.Global, ast.Nonlocal)
        ),
    )


def _scope(source: Source, scopes: Scopes, number: int, full: bool) -> tuple[Any, ...]:
    node, around = scopes.nodes[number], scopes.parents[number]
    if isinstance(node, ast.Module):
        return (MODULE, 0, "", 1, 0, (), (), ())
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    if isinstance(node, ast.ClassDef):
        decorators = tuple([_decorator(item) for item in node.decorator_list])
        bases = tuple([shape(base) for base in node.bases])
        return (CLASS, around, node.name, node.lineno, 0, decorators, (), bases)
    flags = (ASYNC if type(node) is ast.AsyncFunctionDef else 0) | (GENERATOR if number in scopes.generators else 0)
    if not full:
        return (FUNCTION, around, node.name, node.lineno, flags, (), (), ())
    decorators = tuple([_decorator(item) for item in node.decorator_list])
    params = _params(source, node.args)
    return (FUNCTION, around, node.name, node.lineno, flags, decorators, params, ())


def _decorator(node: ast.expr) -> str:
    return dotted(node).removesuffix("()")


def _params(source: Source, arguments: ast.arguments) -> tuple[Any, ...]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    pairs = [*zip(positional, (*defaults, *arguments.defaults), strict=True)]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    pairs += [(argument, None) for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return tuple([_param(source, arguments, argument, default) for argument, default in pairs])


def _param(source: Source, arguments: ast.arguments, argument: ast.arg, default: ast.expr | None) -> Any:
    annotation = argument.annotation
    if annotation is None and (default is None or type(default) is ast.Constant):
        return argument.arg
    if argument is arguments.vararg or argument is arguments.kwarg:
        return argument.arg  # `*sessions: Session` is a tuple of them
    given = None if type(default) is ast.Constant else shape(default)
    column = source.column(argument)  # type: ignore[arg-type]
    return (argument.arg, shape(annotation), given, argument.lineno, column)


def _imports(scopes: Scopes) -> tuple[list[tuple[int, str, int, str, str | None]], list[tuple[int, int, str]]]:
    imports: list[tuple[int, str, int, str, str | None]] = []
    stars: list[tuple[int, int, str]] = []
    for scope, node in scopes.statements[ast.Import]:
        for alias in node.names:
            local = alias.asname or alias.name.partition(".")[0]
            imports.append((scope, local, 0, alias.name if alias.asname else local, None))
    for scope, node in scopes.statements[ast.ImportFrom]:
        for alias in node.names:
            if alias.name == "*":
                stars.append((scope, node.level, node.module or ""))
            else:
                imports.append((scope, alias.asname or alias.name, node.level, node.module or "", alias.name))
    return imports, stars


_Assigned = tuple[int, str, Shape, bool, int, int]


def _values(source: Source, scopes: Scopes, full: bool) -> Iterable[_Assigned]:
    for scope, node in scopes.statements[ast.Assign]:
        if not full and type(scopes.nodes[scope]) in _DEFINED:
            continue
        value = None if type(node.value) in _NO_NAMES else _value(node.value)
        # What a local variable holds is of no interest unless it is another name of something.
        if value is not None or not isinstance(scopes.nodes[scope], _FUNCTIONS):
            yield from _assigned(source, scope, node, value)
    for scope, node in scopes.statements[ast.AnnAssign]:
        if not full and type(scopes.nodes[scope]) in _DEFINED:
            continue
        yield from _annotated(source, scope, node)
    for kind, found in scopes.statements.items():
        if kind.__name__ == "TypeAlias":  # `type Name = ...`, from Python 3.12 on
            for scope, node in found:
                yield (scope, node.name.id, shape(node.value), False, node.lineno, 1)


def _assigned(source: Source, scope: int, node: ast.Assign, value: Shape) -> Iterable[_Assigned]:
    for target in node.targets:
        if type(target) is ast.Name:
            yield (scope, target.id, value, False, node.lineno, source.column(target))
        elif value is not None and isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            name = f"{target.value.id}.{target.attr}"
            yield (scope, name, value, False, node.lineno, source.column(target))


def _annotated(source: Source, scope: int, node: ast.AnnAssign) -> Iterable[_Assigned]:
    target = node.target
    if not isinstance(target, (ast.Name, ast.Attribute)):
        return
    name, column = dotted(target), source.column(target)
    annotation = shape(node.annotation)
    if annotation is not None and _last(annotation) != "TypeAlias":
        yield (scope, name, annotation, True, node.lineno, column)
    if node.value is not None and (value := _value(node.value)) is not None:
        yield (scope, name, value, False, node.lineno, column)


_NO_NAMES = frozenset({ast.Constant, ast.Dict, ast.List, ast.ListComp, ast.DictComp, ast.JoinedStr, ast.Compare})
_DEFINED = frozenset({ast.FunctionDef, ast.AsyncFunctionDef})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _value(node: ast.expr) -> Shape:
    """The shape of a value if it may be another name or a type; strings are strings here."""
    if isinstance(node, ast.Constant):
        return None
    if isinstance(node, ast.Call):
        # `DbSession = Annotated[...]` is no call; of calls only those that make an alias or a type matter here.
        function = node.func
        last = function.attr if type(function) is ast.Attribute else getattr(function, "id", "")
        if last in _ALIASING:
            return shape(node)
        return _getattr(node) if last == "getattr" else _instance(function, last)
    if isinstance(node, ast.IfExp):
        return _value(node.body)
    if isinstance(node, ast.BoolOp):
        return _value(node.values[0])
    return shape(node)


def _instance(function: ast.expr, last: str) -> Shape:
    """`Database("postgresql://")` is an instance of `Database`, if that is a class of the code base."""
    if not last.lstrip("_")[:1].isupper():
        return None
    name = shape(function)
    return (INSTANCE, name) if isinstance(name, str) else None


def _getattr(node: ast.Call) -> Shape:
    """`getattr(settings, "Session", None)` is `settings.Session`."""
    if len(node.args) < 2 or not isinstance(node.args[1], ast.Constant) or not isinstance(node.args[1].value, str):
        return None
    base = shape(node.args[0])
    return f"{base}.{node.args[1].value}" if isinstance(base, str) else None


_ALIASING = frozenset({"cast", "NewType", "partial", "contextmanager", "asynccontextmanager", "Depends", "Security"})


def _last(text: Shape) -> str:
    return text.rpartition(".")[2] if isinstance(text, str) else ""
