"""The names and calls that a type is made of, aliases unfolded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pytest_archguard.codebase.facts.sessions.annotations import Shape
from pytest_archguard.codebase.module_names import Value

# Generic types whose argument is meant where they stand.
_WRAPPERS = frozenset({"Optional", "Union", "Annotated", "ClassVar", "Final", "Required", "NotRequired", "InitVar"})


def type_parts(
    value: Value,
    resolve: Callable[[str, int, str], str],
    value_of: Callable[[str], Value | None],
    depth: int,
    alias: str = "",
) -> Iterator[tuple[Shape, str, int, str]]:
    """(shape, module, scope, name of the alias it came from).

    resolve: what a text means in a scope of a module. value_of: what a resolved name is bound to.
    """
    shape, module, scope = value.shape, value.module, value.scope
    if depth <= 0 or shape is None:
        return
    if isinstance(shape, str):
        yield shape, module, scope, alias
        name = resolve(module, scope, shape)
        unfolded = value_of(name)
        if unfolded is not None and not unfolded.is_annotation and isinstance(unfolded.shape, tuple):
            yield from type_parts(unfolded, resolve, value_of, depth - 1, alias or name)
        return
    inner: tuple[Shape, ...] = shape[1:] if shape[0] == "|" else ()
    if shape[0] == "()":
        yield shape, module, scope, alias
    elif shape[0] == "[]":
        base = shape[1].rpartition(".")[2] if isinstance(shape[1], str) else ""
        if base in _WRAPPERS:
            inner = shape[2:]
        elif shape[1] is not None:  # `tables["x"][int]` has no name
            yield shape[1], module, scope, alias  # `async_sessionmaker[AsyncSession]`
    for item in inner:
        yield from type_parts(value._replace(shape=item), resolve, value_of, depth - 1, alias)
