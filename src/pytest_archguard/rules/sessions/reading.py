"""Everything known about the sessions of one resource in a code base: worked out once for all its zones."""

from __future__ import annotations

from functools import cached_property
from weakref import WeakKeyDictionary

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.sessions.names import names_fact
from pytest_archguard.codebase.facts.sessions.uses import uses_fact
from pytest_archguard.codebase.module_names import ModuleNames
from pytest_archguard.codebase.names import NameIndex
from pytest_archguard.config.resources import Resource
from pytest_archguard.rules.sessions.forms import Acquisition, Forms
from pytest_archguard.rules.sessions.further_words import further_words
from pytest_archguard.rules.sessions.holders import Holders
from pytest_archguard.rules.sessions.injected import Given, Injection, place_of
from pytest_archguard.rules.sessions.reach import Reach
from pytest_archguard.rules.sessions.readings import Readings
from pytest_archguard.rules.sessions.roles import Role, Roles
from pytest_archguard.rules.sessions.words import Words


def facts_for(resource: Resource) -> tuple[Fact, Fact]:
    """The facts about names and about sessions: the same for all resources of a rules file."""
    return (
        names_fact(resource.vocabulary, resource.untyped),
        uses_fact(resource.vocabulary, resource.methods, resource.untyped, resource.waiting),
    )


class Reading:
    """One resource in one code base."""

    def __init__(self, readings: Readings, resource: Resource) -> None:
        self.resource = resource
        self.index = readings.index
        while True:
            self.roles = Roles(readings, resource)
            injection = Injection(self.roles)
            self.given: dict[str, list[Given]] = {name: [] for name in self.index.modules}
            for name in readings.read:
                self.given[name].extend(injection.given(self.index.modules[name]))
            self.holders = Holders(self.roles, self.given)
            words = further_words(self.roles)
            late = Reach(self.roles, self.holders).unread()
            late |= {name for name, passed in readings.passed_over.items() if not words.isdisjoint(passed)}
            if not late:
                break
            readings.read_again(late)

    @cached_property
    def acquisitions(self) -> dict[str, list[Acquisition]]:
        """Every acquisition by module: calls, and what is injected."""
        forms = Forms(self.roles)
        found: dict[str, list[Acquisition]] = {name: [] for name in self.index.modules}
        for name in self.roles.readings.read:
            found[name].extend(forms.acquisitions(name))
            found[name].extend(_injected(each, self.index.modules[name]) for each in self.given[name] if each.form)
        return found

    @cached_property
    def words(self) -> Words:
        """What the words of `forbid` are about."""
        return Words(self.roles, self.holders, self.acquisitions, self.given)


def _injected(given: Given, names: ModuleNames) -> Acquisition:
    line, column = place_of(given, names)
    note = f"Depends({given.source}) hands out what the factory gives, and nobody closes it"
    role = Role.DEPENDENCY if given.form != "leak" else Role.FACTORY
    source = given.source if given.form == "alias" else f"Depends({given.source})"
    return Acquisition(
        module=given.module,
        scope=given.scope,
        form=given.form,
        text="",
        targets=(given.name,),
        line=line,
        column=column,
        role=role,
        note=note if given.form == "leak" else "",
        shown=f"{given.name}: {source.rpartition('.')[2] if given.form == 'alias' else source}",
    )


_indices: WeakKeyDictionary[Codebase, dict[str, object]] = WeakKeyDictionary()


def reading_of(codebase: Codebase, resource: Resource) -> Reading:
    """The reading of a resource, made on first use and kept as long as the code base."""
    kept = _indices.setdefault(codebase, {})
    names, fact = facts_for(resource)
    readings = kept.get(fact.key)
    if not isinstance(readings, Readings):
        readings = kept[fact.key] = Readings(codebase, fact, NameIndex(codebase, names))
    key = f"resource {resource.name} {fact.key}"
    reading = kept.get(key)
    if not isinstance(reading, Reading) or reading.resource != resource:
        reading = kept[key] = Reading(readings, resource)
    return reading
