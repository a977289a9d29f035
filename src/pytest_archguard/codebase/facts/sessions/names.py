"""The names of a file and what they are bound to, scope by scope: enough to follow a name across modules."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any, NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.named_calls import last_identifier
from pytest_archguard.codebase.facts.sessions.annotations import Shape, shape
from pytest_archguard.codebase.facts.sessions.hiding import hiding
from pytest_archguard.codebase.facts.sessions.mentions import mentions
from pytest_archguard.codebase.facts.sessions.scopes import CLASS, FUNCTION, MODULE, Scopes, scopes_of
from pytest_archguard.codebase.facts.sessions.written import dotted
from pytest_archguard.codebase.source import Source

VERSION = 5
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
        (`self.factory`), and annotated names without a value. The shape is None for values that are no names: of
        local variables these are kept only where they hide something.
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
    return tuple(names_of(source, not params or mentions(source, params)))


def names_of(source: Source, full: bool) -> Names:
    """All names of a file; without `full`, parameters and local aliases are left out."""
    return source.once(_full if full else _outer)


def _full(source: Source) -> Names:
    source.walk  # noqa: B018 - whoever wants all names wants the calls, too, and then scopes come cheaper
    return _names(source, True)


def _outer(source: Source) -> Names:
    return _names(source, False)


def _names(source: Source, full: bool) -> Names:
    scopes = source.once(scopes_of)
    imports, stars = _imports(scopes)
    values, others = _values(source, scopes, full)
    if full:
        outer = {local for scope, local, _, _, _ in imports if not scope}
        outer.update(target for scope, target, _, _, _, _ in values if not scope)
        for scope, name, node in hiding(source, scopes, outer, others):
            values.append((scope, name, None, False, node.lineno, source.column(node)))
    return Names(
        tuple([_scope(source, scopes, number, full) for number in range(len(scopes.nodes))]),
        tuple(imports),
        tuple(stars),
        tuple(values),
        *(
            tuple((scope, name) for scope, node in scopes.statements[kind] for name in node.names)
            for kind in (ast.Global, ast.Nonlocal)
        ),
    )


def _scope(source: Source, scopes: Scopes, number: int, full: bool) -> tuple[Any, ...]:
    node: Any = scopes.nodes[number]
    kind, around = type(node), scopes.parents[number]
    if kind is ast.Module:
        return (MODULE, 0, "", 1, 0, (), (), ())
    if kind is not ast.ClassDef and not full:
        return (FUNCTION, around, node.name, node.lineno, _flags(kind, number, scopes), (), (), ())
    decorators = tuple([_decorator(item) for item in node.decorator_list]) if node.decorator_list else ()
    if kind is ast.ClassDef:
        bases = tuple([shape(base) for base in node.bases])
        return (CLASS, around, node.name, node.lineno, 0, decorators, (), bases)
    params = _params(source, node.args)
    return (FUNCTION, around, node.name, node.lineno, _flags(kind, number, scopes), decorators, params, ())


def _flags(kind: type[ast.AST], number: int, scopes: Scopes) -> int:
    return (ASYNC if kind is ast.AsyncFunctionDef else 0) | (GENERATOR if number in scopes.generators else 0)


def _decorator(node: ast.expr) -> str:
    return dotted(node).removesuffix("()")


def _params(source: Source, arguments: ast.arguments) -> tuple[Any, ...]:
    positional = [*arguments.posonlyargs, *arguments.args] if arguments.posonlyargs else arguments.args
    missing = [None] * (len(positional) - len(arguments.defaults))
    found = _read_params(source, positional, [*missing, *arguments.defaults])
    if arguments.kwonlyargs:
        found += _read_params(source, arguments.kwonlyargs, arguments.kw_defaults)
    # `*sessions: Session` is a tuple of them.
    found += [each.arg for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return tuple(found)


def _read_params(source: Source, arguments: list[ast.arg], defaults: list[ast.expr | None]) -> list[Any]:
    found: list[Any] = []
    for argument, default in zip(arguments, defaults, strict=True):
        annotation = argument.annotation
        given = None if default is None or type(default) is ast.Constant else shape(default)
        if annotation is None and given is None:
            found.append(argument.arg)
        else:
            typed = annotation.id if type(annotation) is ast.Name else shape(annotation)
            found.append((argument.arg, typed, given, argument.lineno, source.column(argument)))
    return found


def _imports(scopes: Scopes) -> tuple[list[tuple[int, str, int, str, str | None]], list[tuple[int, int, str]]]:
    imports: list[tuple[int, str, int, str, str | None]] = []
    stars: list[tuple[int, int, str]] = []
    for scope, node in scopes.statements[ast.Import]:
        for alias in node.names:
            local = alias.asname or alias.name.partition(".")[0]
            imports.append((scope, local, 0, alias.name if alias.asname else local, None))
    for scope, node in scopes.statements[ast.ImportFrom]:
        level, module = node.level, node.module or ""
        for alias in node.names:
            name = alias.name
            if name == "*":
                stars.append((scope, level, module))
            else:
                imports.append((scope, alias.asname or name, level, module, name))
    return imports, stars


_Assigned = tuple[int, str, Shape, bool, int, int]


def _values(source: Source, scopes: Scopes, full: bool) -> tuple[list[_Assigned], list[tuple[int, ast.Assign]]]:
    """What is assigned, and the assignments to local variables that are left out: of these nothing is of interest but
    that they may hide something."""
    found: list[_Assigned] = []
    others: list[tuple[int, ast.Assign]] = []
    nodes, column = scopes.nodes, source.column
    for scope, node in scopes.statements[ast.Assign]:
        is_local = type(nodes[scope]) in _DEFINED
        if is_local and not full:
            continue
        value = None if type(node.value) in _NO_NAMES else _value(node.value)
        if value is None and is_local:
            others.append((scope, node))
            continue
        for target in node.targets:
            if type(target) is ast.Name:
                found.append((scope, target.id, value, False, node.lineno, column(target)))
            elif value is not None and type(target) is ast.Attribute and type(target.value) is ast.Name:
                found.append((scope, f"{target.value.id}.{target.attr}", value, False, node.lineno, column(target)))
    for scope, node in scopes.statements[ast.AnnAssign]:
        if full or type(nodes[scope]) not in _DEFINED:
            _read_annotated(source, scope, node, found)
    for kind, statements in scopes.statements.items():
        if kind.__name__ == "TypeAlias":  # `type Name = ...`, from Python 3.12 on
            found += [(scope, node.name.id, shape(node.value), False, node.lineno, 1) for scope, node in statements]
    return found, others


def _read_annotated(source: Source, scope: int, node: ast.AnnAssign, found: list[_Assigned]) -> None:
    target = node.target
    if type(target) is ast.Name:
        name = target.id
    elif type(target) is ast.Attribute:
        name = dotted(target)
    else:
        return
    line, column = node.lineno, source.column(target)
    annotation = node.annotation.id if type(node.annotation) is ast.Name else shape(node.annotation)
    if annotation is not None and _last(annotation) != "TypeAlias":
        found.append((scope, name, annotation, True, line, column))
    if node.value is not None and type(node.value) not in _NO_NAMES and (value := _value(node.value)) is not None:
        found.append((scope, name, value, False, line, column))


_NO_NAMES = frozenset({ast.Constant, ast.Dict, ast.List, ast.ListComp, ast.DictComp, ast.JoinedStr, ast.Compare})
_DEFINED = frozenset({ast.FunctionDef, ast.AsyncFunctionDef})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _value(node: ast.expr) -> Shape:
    """The shape of a value if it may be another name or a type; strings are strings here."""
    kind = type(node)
    if kind is ast.Call:
        return _called(node)  # type: ignore[arg-type]
    if kind in _NO_NAMES:
        return None
    if kind is ast.IfExp:
        return _value(node.body)  # type: ignore[attr-defined]
    if kind is ast.BoolOp:
        return _value(node.values[0])  # type: ignore[attr-defined]
    return shape(node)


def _called(node: ast.Call) -> Shape:
    """`DbSession = Annotated[...]` is no call; of calls only those that make an alias or a type matter here.

    `Database("postgresql://")` is an instance of `Database`, if that is a class of the code base.
    """
    function = node.func
    last = last_identifier(function)
    if last in _ALIASING:
        return shape(node)
    if last == "getattr":
        return _getattr(node)
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


CALLED_AS_GIVEN = frozenset({"partial", "staticmethod"})
"""What these give is called like the function they are given."""
_ALIASING = CALLED_AS_GIVEN | {"cast", "NewType", "contextmanager", "asynccontextmanager", "Depends", "Security"}


def _last(text: Shape) -> str:
    return text.rpartition(".")[2] if isinstance(text, str) else ""
