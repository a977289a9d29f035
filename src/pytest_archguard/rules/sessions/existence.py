"""Never silently green: what a resource lists must exist in the code base."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.name_existence import exists, names_in
from pytest_archguard.config.nearest import nearest
from pytest_archguard.rules.sessions.reading import Reading
from pytest_archguard.rules.sessions.roles import name_glob


def missing(reading: Reading, codebase: Codebase) -> list[str]:
    """One sentence for each name that a resource lists and that does not exist, with the nearest."""
    options = reading.resource.options
    keys = ("factories", "providers", "dependencies", "types")
    listed = [(key, name) for key in keys for name in getattr(options, key)]
    if options.alias:
        listed.append(("alias", options.alias))
    errors = []
    globs = any("*" in name for _, name in listed)
    # Where a module was not looked at, no word of a glob stands: only suggestions need the names of all.
    called = _called(reading, reading.roles.readings.read) if globs else set()
    for key, name in listed:
        if "*" in name:
            if not _is_matched(name, called):
                others = {f"*.{word}" for words in reading.roles.readings.passed_over.values() for word in words}
                candidates = [*_called(reading, reading.index.modules), *others]
                errors.append(_sentence(reading, key, name, "matches no call", candidates))
        elif not _exists(reading, codebase, name):
            candidates = names_in(reading.index, name)
            errors.append(_sentence(reading, key, name, "does not exist", candidates))
    return errors


def _exists(reading: Reading, codebase: Codebase, name: str) -> bool:
    plain = name.replace("()", "").replace("[]", "")
    if plain.partition(".")[0] in codebase.top_level:
        return exists(reading.index, plain)
    return codebase.externals.knows(plain.rpartition(".")[0] or plain) or codebase.externals.knows(
        plain.partition(".")[0]
    )


def _called(reading: Reading, modules: Iterable[str]) -> set[str]:
    """Every called name, as written and as resolved; and every function that is defined or imported, since a
    dependency is not called."""
    found: set[str] = set()
    for module in modules:
        names = reading.index.modules[module]
        found.update(f"{module}.{qualname}" for qualname in names.definitions)
        found.update(reading.index.resolve(module, scope, local) for scope, local in names.imported())
        for call in reading.roles.readings.calls[module]:
            resolved = reading.roles.readings.resolve(module, call)
            found.update((call.text, resolved, call.text.removesuffix(".begin"), resolved.removesuffix(".begin")))
    return found


def _is_matched(name: str, called: set[str]) -> bool:
    pattern = name_glob(name)
    return any(pattern.match(text) for text in called)


def _sentence(reading: Reading, key: str, name: str, what: str, candidates: list[str]) -> str:
    close = nearest(name, candidates)
    if not close:
        last = name.rpartition(".")[2]
        ends = {each.rpartition(".")[2]: each for each in sorted(candidates)}
        close = tuple(ends[each] for each in nearest(last, ends))
    hint = f"; the nearest: {', '.join(close)}" if close else ""
    return f'"{key}" of [tool.archguard.resources.{reading.resource}]: {name} {what} in the code base{hint}'
