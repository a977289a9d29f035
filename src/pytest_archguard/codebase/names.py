"""Following a name across modules: imports in scope, re-exports, `from x import *`, aliases, attributes of classes.

A resolved name is where the thing is defined: `app.db.session.SessionLocal`, `app.store.Store.open` (a method),
`app.jobs.<4>.factory` (a local variable of scope 4), `sqlalchemy.orm.Session` (outside the code base, as imported).
What cannot be followed keeps the name it has where the trail ends; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.sessions.annotations import Shape
from pytest_archguard.codebase.facts.sessions.names import CALLED_AS_GIVEN, INSTANCE, NAMES, Param
from pytest_archguard.codebase.facts.sessions.scopes import CLASS
from pytest_archguard.codebase.module_names import Binding, Import, ModuleNames, Value, absolute
from pytest_archguard.codebase.name_tables import NameTables
from pytest_archguard.codebase.type_parts import type_parts
from pytest_archguard.model import Module

DEPTH = 16


class NameIndex:
    """Names across all modules of a code base, tests included."""

    def __init__(self, codebase: Codebase, fact: Fact = NAMES) -> None:
        """fact: which of the facts about names the code base was read with."""
        self.modules = NameTables(codebase, fact)
        self.packages = codebase.all_names
        self.definition = self.modules.definition
        self._tops = codebase.top_level
        self._known: dict[tuple[str, int, str], str] = {}

    def put(self, module: Module, data: tuple[Any, ...]) -> None:
        """Replaces what is known about a module."""
        self.modules.put(module, data)
        self._known.clear()

    def note(self, module: str, scope: int, target: str) -> None:
        """Registers a name that is assigned a value which is no other name."""
        self.modules[module].note(scope, target)
        self._known.clear()

    def resolve(self, module: str, scope: int, text: str) -> str:
        """What a dotted text means in a scope of a module."""
        key = (module, scope, text)
        if key not in self._known:
            self._known[key] = text  # an answer for circles
            self._known[key] = self._resolve(module, scope, text, DEPTH)
        return self._known[key]

    def canonical(self, name: str) -> str:
        """Where something is defined that can be reached by this dotted name from outside."""
        parts = name.split(".")
        for count in range(len(parts), 0, -1):
            head = ".".join(parts[:count])
            if head in self.modules or head in self.packages:
                return self.descend(head, parts[count:], DEPTH)
        return name

    def qualified(self, module: str, scope: int) -> str:
        """The resolved name of a function or class."""
        qualname = self.modules[module].qualname(scope)
        return f"{module}.{qualname}" if qualname else module

    def bound_name(self, module: str, scope: int, target: str) -> str | None:
        """The resolved name of what an assignment binds; None for subscripts and attributes of unknown objects."""
        if "?" in target or "[" in target or "(" in target:
            return None
        names = self.modules[module]
        owner = names.owner(scope, target)
        if owner is None:
            resolved = self.resolve(module, scope, target)
            return resolved if resolved != target else None
        return self._name_in(names, *owner)

    def star_modules(self, names: ModuleNames) -> Iterator[str]:
        """The modules of the code base of which a module imports everything."""
        for _, level, module in names.stars:
            target = self.imported(names, Import(level, module, None), DEPTH)
            if target in self.modules:
                yield target

    def types(self, value: Value, depth: int = DEPTH) -> Iterator[str]:
        """The resolved names a type may stand for: both sides of a union, what is inside Optional or Annotated."""
        for shape, module, scope, _ in self.parts(value, depth):
            if isinstance(shape, str):
                yield self.resolve(module, scope, shape)

    def parts(self, value: Value, depth: int = DEPTH) -> Iterator[tuple[Shape, str, int, str]]:
        """The names and calls in a type, aliases unfolded: (shape, module, scope, name of the alias it came from)."""
        return type_parts(value, self.resolve, self.value_of, depth)

    def value_of(self, name: str) -> Value | None:
        """What a resolved name of the code base is bound to, if that is a name or a type."""
        head, _, last = name.rpartition(".")
        module, scope = self.modules.find(head), 0
        if module is None:
            found = self.definition(head)
            if found is None:
                return None
            module, scope = found
        binding = module.bound[scope].get(last)
        return binding if isinstance(binding, Value) else None

    def class_of(self, name: str) -> str | None:
        """The class that a resolved name is, or is an object of by its annotation or by what is assigned to it."""
        return self._class_of_value(name, DEPTH)

    def ancestors(self, name: str, depth: int = DEPTH) -> Iterator[str]:
        """A class and those it inherits from, resolved; the last ones may be outside the code base."""
        yield name
        found = self.definition(name)
        if found is None or depth <= 0:
            return
        module, scope = found
        for base in module.scopes[scope].bases:
            text = base if isinstance(base, str) else base[1] if isinstance(base, tuple) else None
            if isinstance(text, str):
                resolved = self.resolve(module.name, module.scopes[scope].parent, text)
                if resolved != name:
                    yield from self.ancestors(resolved, depth - 1)

    def _resolve(self, module: str, scope: int, text: str, depth: int) -> str:
        root, *rest = text.split(".")
        name, suffix = _without_brackets(root)
        names = self.modules[module]
        around = names.class_of(scope) if rest else None
        if around is not None and scope != around:
            if name in ("self", "cls") and not suffix:
                return self.descend(self._name_in(names, around, None), rest, depth)
            if name == "super" and suffix == "()":
                return self._inherited(names, around, rest, depth) or text
        for place in (0,) if (scope, name) in names.globals else names.chain(scope):
            if name in names.bound[place]:
                head = self._bound(names, place, name, depth)
                return self.descend(head + suffix, rest, depth)
        found = self.from_stars(names, name, depth)
        return self.descend((found or name) + suffix, rest, depth)

    def _inherited(self, names: ModuleNames, around: int, rest: list[str], depth: int) -> str | None:
        """What `super().name` is: looked for in the bases of a class, in their order."""
        for base in [*self.ancestors(self._name_in(names, around, None))][1:]:
            found = self.definition(base)
            if found is not None and rest[0] in found[0].bound[found[1]]:
                return self.descend(base, rest, depth)
        return None

    def _bound(self, names: ModuleNames, place: int, name: str, depth: int) -> str:
        binding = names.bound[place][name]
        own = self._name_in(names, place, name)
        if depth <= 0:
            return own
        if isinstance(binding, Import):
            return self.imported(names, binding, depth - 1)
        if isinstance(binding, Param):
            if isinstance(binding.default, str) and binding.default != name:
                return self._resolve(names.name, names.scopes[place].parent, binding.default, depth - 1)
            return own
        if isinstance(binding, Value) and not binding.is_annotation:
            return self._aliased(binding, own, name, place, depth)
        return own

    def _aliased(self, value: Value, own: str, name: str, place: int, depth: int) -> str:
        shape = value.shape
        if isinstance(shape, tuple) and shape[0] == "()" and shape[1].rpartition(".")[2] in CALLED_AS_GIVEN:
            shape = shape[2] if len(shape) > 2 else None
        if not isinstance(shape, str) or (shape == name and value.scope == place):
            return own
        return self._resolve(value.module, value.scope, shape, depth - 1)

    def imported(self, names: ModuleNames, binding: Import, depth: int) -> str:
        target = absolute(names.package, binding.level, binding.module)
        return target if binding.symbol is None else self.descend(target, [binding.symbol], depth)

    def descend(self, head: str, rest: list[str], depth: int) -> str:
        for position, part in enumerate(rest):
            name, suffix = _without_brackets(part)
            step = self._member(head, name, depth)
            if step is None:
                return ".".join((head, *rest[position:]))
            head = step + suffix
        return head

    def _member(self, head: str, name: str, depth: int) -> str | None:
        """What `head.name` is; None when `head` is nothing that is known from inside."""
        if depth <= 0:
            return None
        names = self.modules.find(head)
        if names is not None:
            if name in names.bound[0]:
                return self._bound(names, 0, name, depth - 1)
            if f"{head}.{name}" in self.packages:
                return f"{head}.{name}"
            return self.from_stars(names, name, depth - 1)
        if head in self.packages:
            return f"{head}.{name}"
        instance = self._class_of_value(head.removesuffix("()"), depth)
        for ancestor in self.ancestors(instance) if instance else ():
            found = self.definition(ancestor)
            if found is None:
                if ancestor != instance or not self._is_local(head):
                    continue
                return f"{ancestor}.{name}"
            module, scope = found
            if name in module.bound[scope] and module.scopes[scope].kind == CLASS:
                return self._bound(module, scope, name, depth - 1)
        return None

    def _is_local(self, head: str) -> bool:
        return head.partition(".")[0] in self._tops

    def _class_of_value(self, head: str, depth: int) -> str | None:
        """The class that a resolved name is, or is an instance of by its annotation."""
        found = self.definition(head)
        if found is not None:
            return head if found[0].scopes[found[1]].kind == CLASS else None
        place, _, name = head.rpartition(".")
        binding = self._local_binding(place, name)
        value = None
        if isinstance(binding, Value) and isinstance(binding.shape, tuple) and binding.shape[0] == INSTANCE:
            return self._own_class(binding, depth)
        if isinstance(binding, Value) and binding.is_annotation:
            value = binding
        elif isinstance(binding, Param) and binding.annotation is not None:
            module, scope = self._local_place(place)  # type: ignore[misc]
            value = Value(module.name, module.scopes[scope].parent, binding.annotation, True)
        if value is None:
            return None
        return next((name for name in self.types(value, depth - 1) if "." in name), None)

    def _own_class(self, value: Value, depth: int) -> str | None:
        """The class of the code base that an instance was made of."""
        name = self._resolve(value.module, value.scope, value.shape[1], depth - 1) if depth > 0 else ""
        found = self.definition(name)
        return name if found is not None and found[0].scopes[found[1]].kind == CLASS else None

    def _local_binding(self, place: str, name: str) -> Binding:
        found = self._local_place(place)
        return None if found is None else found[0].bound[found[1]].get(name)

    def _local_place(self, place: str) -> tuple[ModuleNames, int] | None:
        if place.endswith(">"):
            module, _, number = place.rpartition(".<")
            return self.modules[module], int(number[:-1])
        if place in self.modules:
            return self.modules[place], 0
        return self.definition(place)

    def from_stars(self, names: ModuleNames, name: str, depth: int) -> str | None:
        if depth <= 0 or name.startswith("_"):
            return None
        for _, level, module in names.stars:
            target = self.imported(names, Import(level, module, None), depth)
            other = self.modules.find(target)
            if other is None or other is names:
                continue
            if name in other.bound[0]:
                return self._bound(other, 0, name, depth - 1)
            found = self.from_stars(other, name, depth - 1)
            if found is not None:
                return found
        return None

    def _name_in(self, names: ModuleNames, place: int, name: str | None) -> str:
        scope = names.scopes[place]
        if not place:
            head = names.name
        elif scope.kind == CLASS or (name in names.bound[place] and isinstance(names.bound[place][name or ""], int)):
            head = self.qualified(names.name, place)
        else:
            head = f"{names.name}.<{place}>"
        return head if name is None else f"{head}.{name}"


def _without_brackets(part: str) -> tuple[str, str]:
    """`get()` -> (`get`, `()`)."""
    for start in ("(", "["):
        if start in part:
            cut = part.index(start)
            return part[:cut], part[cut:]
    return part, ""
