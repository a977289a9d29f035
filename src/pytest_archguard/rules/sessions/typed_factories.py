"""Factories known by their type: parameters and attributes such as `make: async_sessionmaker[AsyncSession]`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pytest_archguard.codebase.facts.sessions.annotations import Shape
from pytest_archguard.codebase.facts.sessions.names import params_of
from pytest_archguard.codebase.module_names import ModuleNames, Value
from pytest_archguard.codebase.names import DEPTH, NameIndex
from pytest_archguard.config.drivers import Driver

_CONTEXTS = frozenset(
    {"AbstractContextManager", "AbstractAsyncContextManager", "ContextManager", "AsyncContextManager"}
)
_TRANSPARENT = frozenset({"Optional", "Union", "Annotated", "ClassVar", "Final"})


class TypedFactories:
    """Reads the annotations of modules."""

    def __init__(self, index: NameIndex, driver: Driver) -> None:
        self.index = index
        self.driver = driver
        self._types = frozenset(driver.types)
        self._makers = frozenset(driver.makers)

    def found(self, modules: Iterable[str]) -> Iterator[tuple[str, bool]]:
        """(resolved name of the parameter or attribute, whether calling it gives a context manager)."""
        for module in modules:
            names = self.index.modules[module]
            for scope, name, value in _annotations(names):
                gives = self.gives(value)
                bound = None if gives is None else self.index.bound_name(names.name, scope, name)
                if bound is not None and gives is not None:
                    yield bound, gives

    def gives(self, value: Value) -> bool | None:
        """Whether calling a value of this type gives a context manager; None where it gives no session."""
        return self._gives(value, DEPTH)

    def _gives(self, value: Value, depth: int) -> bool | None:
        shape = value.shape
        if shape is None or depth <= 0:
            return None
        if isinstance(shape, str):
            return self._of_name(self._resolve(value, shape), depth)
        if shape[0] == "|" or (shape[0] == "[]" and _last(shape[1]) in _TRANSPARENT):
            inner = shape[1:] if shape[0] == "|" else shape[2:]
            gives = (self._gives(value._replace(shape=item), depth - 1) for item in inner)
            return next((each for each in gives if each is not None), None)
        return self._of_generic(value, shape) if shape[0] == "[]" else None

    def _of_name(self, name: str, depth: int) -> bool | None:
        """`async_sessionmaker`, or another name of a type."""
        if name in self._makers:
            return False if not self.driver.asynchronous or "async" in name else None
        alias = self.index.value_of(name)
        if alias is None or alias.is_annotation or not isinstance(alias.shape, tuple):
            return None
        return self._gives(alias, depth - 1)

    def _of_generic(self, value: Value, shape: Shape) -> bool | None:
        """`sessionmaker[Session]`, `Callable[[], Session]`, `Callable[..., AbstractContextManager[Session]]`."""
        if _last(shape[1]) == "Callable":
            result = shape[-1]
            if isinstance(result, tuple) and result[0] == "[]" and _last(result[1]) in _CONTEXTS:
                return True if self._is_session(value, result[2]) else None
            return False if self._is_session(value, result) else None
        if isinstance(shape[1], str) and self._resolve(value, shape[1]) in self._makers:
            return False if self._is_session(value, shape[2]) else None
        return None

    def _is_session(self, value: Value, shape: Shape) -> bool:
        if not isinstance(shape, str):
            return False
        return any(each in self._types for each in self.index.ancestors(self._resolve(value, shape)))

    def _resolve(self, value: Value, text: str) -> str:
        return self.index.resolve(value.module, value.scope, text)


def _annotations(names: ModuleNames) -> Iterator[tuple[int, str, Value]]:
    for number, scope in enumerate(names.scopes):
        for param in params_of(scope):
            if param.annotation is not None:
                yield number, param.name, Value(names.name, scope.parent, param.annotation, True)
    for (place, name), values in names.values.items():
        for value in values:
            if value.is_annotation:
                yield place, f"self.{name}" if names.class_of(place) == place else name, value


def _last(text: Shape) -> str:
    return text.rpartition(".")[2] if isinstance(text, str) else ""
