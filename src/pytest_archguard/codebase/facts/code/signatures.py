"""The matchers that look at definitions: `decorated`, `parameters`, `annotations`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.code.aliases import Aliases
from pytest_archguard.codebase.facts.code.candidates import decorators
from pytest_archguard.codebase.facts.code.found import Found
from pytest_archguard.codebase.facts.code.matchers import fitting_names, has_keyword, holes_fit, may_end
from pytest_archguard.codebase.facts.code.matching import Matcher
from pytest_archguard.codebase.facts.code.name_globs import last_word, may_match
from pytest_archguard.codebase.facts.code.names import Names
from pytest_archguard.codebase.facts.code.parameters import Parameters, unquoted
from pytest_archguard.codebase.facts.code.search import Search
from pytest_archguard.codebase.facts.code.shape import shape
from pytest_archguard.codebase.facts.code.snippets import dotted, read_parameter
from pytest_archguard.codebase.facts.named_calls import last_identifier
from pytest_archguard.codebase.source import Function, Source

DECORATORS = Fact("decorators", 1, "pytest_archguard.codebase.facts.code.signatures:decorator_names")
"""All decorators of a file as written, sorted: read only to suggest one."""

SATISFIED = "satisfied"
"""What a decorated definition lacks that lacks nothing."""


def decorated(source: Source, search: Search) -> Iterator[Found]:
    """Decorators that a glob matches; with requirements one for each that is not met, or one that is `SATISFIED`."""
    every = list(decorators(source))
    if not every:
        return
    worthwhile = _worthwhile(source, search.patterns)
    for definition, decorator in every:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not worthwhile(named):
            continue
        for number, glob in enumerate(search.patterns):
            if not may_end(glob, named, source):
                continue
            fitting = fitting_names(glob, _decorator_names(decorator, source), named)
            if fitting:
                code = partial(shape, decorator)
                lacking = list(_lacking(definition, decorator, source, search)) if search.demands else [""]
                for lacks in lacking or [SATISFIED]:
                    yield Found(number, decorator, definition, code, fitting, lacks, itself=True)
                break


def decorator_names(source: Source, params: tuple[Parameter, ...]) -> tuple[str, ...]:  # noqa: ARG001
    """The extractor of `DECORATORS`."""
    return tuple(sorted({written(decorator) for _, decorator in decorators(source)} - {""}))


def written(decorator: ast.expr) -> str:
    """A decorator as people name it: without its arguments; empty where it is not a dotted name."""
    return dotted(decorator.func if isinstance(decorator, ast.Call) else decorator) or ""


def _decorator_names(decorator: ast.expr, source: Source) -> tuple[str, ...]:
    """The resolved names and the one that is written: `router.get` is chosen by its look."""
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return _resolved_and_written(named, source.once(Names))


def _resolved_and_written(node: ast.expr, names: Names) -> tuple[str, ...]:
    own = dotted(node)
    return tuple(dict.fromkeys((*names.of(node), *((own,) if own else ()))))


def _lacking(
    definition: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    decorator: ast.expr,
    source: Source,
    search: Search,
) -> Iterator[str]:
    call = decorator if isinstance(decorator, ast.Call) else None
    for keyword in search.require_keyword:
        if not has_keyword(call, (keyword,)):
            yield f"keyword {keyword}"
    if search.require_decorator:
        others = [other for other in definition.decorator_list if other is not decorator]
        names = [name for other in others for name in _decorator_names(other, source)]
        if not any(may_match(glob, name) for glob in search.require_decorator for name in names):
            yield f"decorator {' or '.join(search.require_decorator)}"


def parameters(source: Source, search: Search) -> Iterator[Found]:
    """Parameters that match a snippet, of functions and lambdas."""
    seen: set[int] = set()
    for number, text in enumerate(search.patterns):
        matcher = Matcher(read_parameter(text), source)
        for stars, arg, default, arguments in source.once(Parameters).candidates(matcher.pattern):
            if id(arg) in seen:
                continue
            bindings = matcher.match_parameter(stars, arg, default)
            if bindings is not None and holes_fit(search, bindings, source):
                seen.add(id(arg))
                function = source.walk.parent(arguments) or arguments
                code = partial(_parameter, stars, arg, default)
                yield Found(number, arg, function, code, itself=isinstance(function, Function))


def _parameter(stars: str, arg: ast.arg, default: ast.expr | None) -> str:
    return f"{stars}{shape(arg)}={shape(default) if default else ''}"


def _annotation(label: str, annotation: ast.expr) -> str:
    return f"{label}:{shape(annotation)}"


def annotated(source: Source, search: Search) -> Iterator[Found]:
    """Annotations of parameters, results and variables that mention a type, at any depth."""
    names = source.once(Names)
    worthwhile = _worthwhile(source, search.patterns)
    for annotation, owner, label in _annotations(source):
        types = [node for node in _types(annotation) if worthwhile(node)]
        mentioned = [(node, _resolved_and_written(node, names)) for node in types]
        for number, glob in enumerate(search.patterns):
            fitting = tuple(name for node, meant in mentioned for name in fitting_names(glob, meant, node))
            if fitting:
                code = partial(_annotation, label, annotation)
                yield Found(number, annotation, owner, code, fitting, itself=isinstance(owner, Function))
                break


def _worthwhile(source: Source, globs: Iterable[str]) -> Callable[[ast.expr], bool]:
    """A quick test whether a name may mean something that one of the globs matches."""
    last = {last_word(glob) for glob in globs}
    if "" in last:
        return lambda _: True
    interesting = set().union(*map(source.once(Aliases).of, last))
    return lambda node: last_identifier(node) in interesting


def _annotations(source: Source) -> Iterator[tuple[ast.expr, ast.AST, str]]:
    """Each annotation with what it belongs to: the function, or the statement that declares a variable."""
    walk = source.walk
    for arg in walk.every(ast.arg):
        if arg.annotation is not None:
            function = next(p for p in walk.parents(arg) if isinstance(p, (*_FUNCTIONS, ast.Lambda)))
            yield arg.annotation, function, arg.arg
    for kind in _FUNCTIONS:
        for node in walk.every(kind):
            if node.returns is not None:  # type: ignore[attr-defined]
                yield node.returns, node, "return"  # type: ignore[attr-defined]
    for statement in walk.every(ast.AnnAssign):
        yield statement.annotation, statement, shape(statement.target)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _types(annotation: ast.expr) -> Iterable[ast.expr]:
    """The names of types in an annotation: strings are read, what `Literal` and `Annotated` carry is no type."""
    return (annotation,) if type(annotation) is ast.Name else _inner_types(annotation)


def _inner_types(annotation: ast.expr) -> Iterator[ast.expr]:
    stack: list[ast.AST] = [annotation]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            inner = unquoted(node)
            if inner is not node:
                stack.append(inner)
        elif isinstance(node, (ast.Name, ast.Attribute)):
            yield node
        elif isinstance(node, ast.Subscript):
            kind = (dotted(node.value) or "").rpartition(".")[2]
            stack.append(node.value)
            if kind == "Annotated" and isinstance(node.slice, ast.Tuple) and node.slice.elts:
                stack.append(node.slice.elts[0])
            elif kind != "Literal":
                stack.append(node.slice)
        else:
            stack.extend(ast.iter_child_nodes(node))
