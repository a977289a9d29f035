"""Which names of a file may stand for something that is called otherwise: told by words, nothing is resolved."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_archguard.codebase.facts.sessions.annotations import Shape
from pytest_archguard.codebase.facts.sessions.names import CALLED_AS_GIVEN, INSTANCE, Names, Scope

_WRAPPING = CALLED_AS_GIVEN | {"contextmanager", "asynccontextmanager"}
_TRANSPARENT = frozenset({"Optional", "Union", "Annotated", "ClassVar", "Final"})


def aliases(names: Names) -> Iterator[tuple[str, str]]:
    """(word, name): calling `name` may be calling what ends in `word`: `make` in `make = db.SessionLocal`, and in
    `make: sessionmaker[Session]`."""
    for _, local, _, _, symbol in names.imports:
        if symbol is not None and symbol != local:
            yield symbol, local
    for _, target, shape, is_annotation, _, _ in names.values:
        if type(shape) is str:
            word = _last(shape)
            if not is_annotation and word != _last(target):
                yield word, _last(target)
        elif shape is not None and shape[0] != INSTANCE:
            name = _last(target)
            yield from ((word, name) for word in (_makers(shape) if is_annotation else _words(shape)))
    for scope in names.scopes:
        for param in scope[_PARAMS]:
            if type(param) is tuple:
                yield from _of_param(*param[:3])
        for base in scope[_BASES]:
            yield from ((word, scope[_NAME]) for word in _leaves(base))


def _of_param(name: str, annotation: Shape, default: Shape) -> Iterator[tuple[str, str]]:
    if type(annotation) is tuple:
        yield from ((word, name) for word in _makers(annotation))
    if type(default) is str:
        yield _last(default), name


def objects(names: Names) -> Iterator[tuple[str, str]]:
    """(word, name): `name` may hold an object of a class whose name is `word`."""
    for _, target, shape, is_annotation, _, _ in names.values:
        if is_annotation or (type(shape) is tuple and shape[0] == INSTANCE):
            yield from ((word, _last(target)) for word in _leaves(shape))
    for scope in names.scopes:
        for param in scope[_PARAMS]:
            if type(param) is tuple:
                yield from ((word, param[0]) for word in _leaves(param[1]))


# Making a `Scope` and a `Param` of each would cost more than all the rest.
_NAME, _PARAMS, _BASES = (Scope._fields.index(field) for field in ("name", "params", "bases"))


def _words(shape: Shape) -> Iterator[str]:
    """What a value that is another name of something may be called; a call gives one only where it wraps a function."""
    if not isinstance(shape, tuple) or shape[0] != "()" or _last(shape[1]) in _WRAPPING:
        yield from _leaves(shape)


def _makers(shape: Shape) -> Iterator[str]:
    """What a type may be called that makes sessions: `sessionmaker[Session]`, `Callable[[], Session]`."""
    if not isinstance(shape, tuple) or shape[0] not in ("[]", "|"):
        return
    base = _last(shape[1]) if shape[0] == "[]" and isinstance(shape[1], str) else ""
    if shape[0] == "|" or base in _TRANSPARENT:
        for inner in shape[1:]:
            yield from _makers(inner)
    elif base == "Callable":
        yield from _leaves(shape)
    elif base:
        yield base


def _leaves(shape: Shape) -> Iterator[str]:
    if isinstance(shape, str):
        yield _last(shape)
    elif shape is not None:
        for inner in shape[1:]:
            yield from _leaves(inner)


def _last(text: str) -> str:
    return text.rpartition(".")[2]
