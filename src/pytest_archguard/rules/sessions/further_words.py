"""Under which further names modules may call what has to do with sessions, once it is known what has."""

from __future__ import annotations

from pytest_archguard.codebase.facts.sessions.aliases import objects
from pytest_archguard.rules.sessions.roles import Role, Roles


def further_words(roles: Roles) -> frozenset[str]:
    """The last parts of the names of functions and classes that were found to open, lend or make sessions, and of all
    names that any module gives to these or to what the resources list; without the words that files are read for
    anyway. Nothing is resolved, so these may be names of something else, too."""
    resource, readings = roles.resource, roles.readings
    known = {*resource.vocabulary, *resource.methods}
    found = {name.rpartition(".")[2] for name, role in roles.names.items() if role is not Role.POOL}
    classes = {name.split(".")[-2] for name in roles.names if name.endswith(".__call__")}
    if classes:
        found.update(_closed(classes, readings.names_for(objects)) - classes)
    return frozenset(_closed(known | found, readings.other_names) - known)


def _closed(words: set[str], edges: dict[str, set[str]]) -> set[str]:
    found = set(words)
    todo = list(words)
    while todo:
        more = edges.get(todo.pop(), set()) - found
        found |= more
        todo.extend(more)
    return found
