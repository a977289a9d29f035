"""Parameters that are given a session: by `Depends`, by the alias, or by their type or name alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_archguard.codebase.facts.sessions.names import Param, params_of
from pytest_archguard.codebase.facts.sessions.scopes import CLASS, FUNCTION
from pytest_archguard.codebase.module_names import ModuleNames, Value
from pytest_archguard.codebase.names import NameIndex
from pytest_archguard.rules.sessions.roles import Role, Roles, name_glob

_DEPENDS = frozenset({"Depends", "Security"})


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter (or attribute of a class) that holds a session.

    form: `alias`, `annotated`, `default`; `leak` where `Depends` is given a factory, whose session nobody closes;
    empty where somebody else opened it. source: what stands in `Depends`. typed: the type or alias as resolved.
    """

    module: str
    scope: int
    name: str
    form: str
    source: str
    typed: str
    line: int
    column: int


def place_of(given: Given, names: ModuleNames) -> tuple[int, int]:
    """The line and column of a parameter, or of an attribute of a class."""
    if given.line:
        return given.line, given.column
    return names.places.get((given.scope, given.name), (names.scopes[given.scope].line, 1))


class Injection:
    """Reads parameters and annotated attributes."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self.index: NameIndex = roles.index
        alias = roles.resource.options.alias
        self.alias = self.index.canonical(alias) if alias else ""
        self.untyped = [name_glob(name) for name in roles.resource.options.names]

    def given(self, names: ModuleNames) -> Iterator[Given]:
        """All parameters and annotated attributes of a module that hold a session."""
        for number, scope in enumerate(names.scopes):
            for param in params_of(scope):
                found = self._param(names, number, param)
                if found is not None:
                    yield found
        for (number, name), values in names.values.items():
            annotation = next((value for value in values if value.is_annotation), None)
            if annotation is not None and names.scopes[number].kind == CLASS:
                default = next((value for value in values if not value.is_annotation and value.scope == number), None)
                yield from self._annotated(names, number, name, annotation, default)

    def _annotated(
        self, names: ModuleNames, number: int, name: str, annotation: Value, default: Value | None
    ) -> Iterator[Given]:
        form, source, typed = self._form(annotation, default)
        if form or typed:
            yield Given(names.name, number, name, form, source, typed, 0, 0)

    def _param(self, names: ModuleNames, number: int, param: Param) -> Given | None:
        around = names.scopes[number].parent
        annotation = Value(names.name, around, param.annotation, True)
        default = Value(names.name, around, param.default, False)
        form, source, typed = self._form(annotation, default)
        if not form and not typed:
            # A type that is known to be something else wins over a name.
            is_untyped = param.annotation is None and names.scopes[number].kind == FUNCTION
            if not is_untyped or not any(pattern.match(param.name) for pattern in self.untyped):
                return None
        return Given(names.name, number, param.name, form, source, typed, param.line, param.column)

    def _form(self, annotation: Value, default: Value | None) -> tuple[str, str, str]:
        form = source = typed = ""
        for shape, module, scope, alias in self.index.parts(annotation):
            if isinstance(shape, str):
                name = self.index.resolve(module, scope, shape)
                if self.alias and name == self.alias:
                    return "alias", name, name
                if self.roles.is_session_type(name):
                    typed = typed or name
            else:
                given = self._depends(shape, module, scope)
                if given:
                    form, source = given
                    if self.alias and alias == self.alias:
                        form = "alias"
        if default is not None and isinstance(default.shape, tuple) and default.shape[0] == "()":
            given = self._depends(default.shape, default.module, default.scope, typed)
            if given:
                form, source = ("default" if given[0] == "annotated" else given[0]), given[1]
        return form, source, typed

    def _depends(self, shape: tuple[object, ...], module: str, scope: int, typed: str = "") -> tuple[str, str] | None:
        """What `Depends(...)` gives; None for other calls, and for dependencies that give something else."""
        function = shape[1]
        if not isinstance(function, str):
            return None
        if self.index.resolve(module, scope, function).rpartition(".")[2] not in _DEPENDS:
            return None
        text = shape[2] if len(shape) > 2 and isinstance(shape[2], str) else typed
        if not text:
            return None
        name = self.index.resolve(module, scope, text)
        role = self.roles.of_name(name, text)
        if role in (Role.DEPENDENCY, Role.PROVIDER):
            return "annotated", text
        return ("leak", text) if role is Role.FACTORY and self._leaks(name) else None

    def _leaks(self, name: str) -> bool:
        """A configured dependency is what the team says it is; a factory in `Depends` is closed by nobody."""
        return name not in self.roles.configured or self.roles.names.get(name) is Role.FACTORY
