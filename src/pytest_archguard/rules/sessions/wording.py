"""The sentences: what each form and word means, and what to write instead."""

from __future__ import annotations

from pytest_archguard.codebase.facts.sessions.fates import AWAITED
from pytest_archguard.config.resources import Resource
from pytest_archguard.rules.sessions.forms import Acquisition
from pytest_archguard.rules.sessions.words import IN_ASYNC, NOT_AWAITED, PLAIN_DEF, PLAIN_WITH, Finding

FORMS: dict[str, str] = {
    "alias": "a session is injected through the alias",
    "annotated": "a session is injected by `Annotated[..., Depends(...)]`",
    "default": "a session is injected by `= Depends(...)`",
    "provider": "a session is borrowed by `with` on a provider",
    "with": "a session is opened by `with` on a factory",
    "finally": "a session is opened and closed in `finally`",
    "dependency": "a session is handed on by a dependency",
    "escape": "a session leaves the function that opened it, and its closing is left to others",
    "manual": "a provider is stepped through by hand, so what it does on leaving does not happen",
    "leak": "a session is opened that is not closed on every path",
}

WORDS: dict[str, str] = {
    "hold": "a session is kept beyond the call it was opened for",
    "transaction": "a session's transaction is ended or begun here; that is for whoever opened the session",
    "leak": FORMS["leak"],
    "escape": FORMS["escape"],
    "engine": "an engine, a pool or a session factory is made outside home",
    "share": "one session is handed to what runs beside its owner",
    "async_mismatch": "synchronous and asynchronous sessions are mixed up",
    "bare_provider": "a generator without @contextmanager is used in `with`",
    "commit_in_loop": "every turn of a loop commits",
}


MISMATCHES: dict[str, str] = {
    NOT_AWAITED: "`await {}`",
    PLAIN_WITH: "`async with`",
    PLAIN_DEF: "`async def`",
    IN_ASYNC: "open an asynchronous session, or move this to a plain `def` and run it in a thread",
}


def advice_for(
    resource: Resource, found: Acquisition, asynchronous: bool | None, open_to: str, inject: str
) -> str | None:
    """What to write instead of an acquisition, with the names the rules file lists; None where it lists none."""
    options = resource.options
    name = _variable(found)
    if open_to == "never":
        return f"take the session as a parameter: `{name}`"
    if found.form in ("default", "annotated", "alias") or open_to == "inject":
        return _injected(resource, name, inject)
    with_ = "async with" if asynchronous else "with"
    provider = next((each for each in options.providers if "*" not in each), None)
    if provider is not None:
        return f"`{with_} {_last(provider)}() as {name}:`"
    if open_to != "provider" and found.text and "?" not in found.text:
        return _opened(resource, found, name, with_)
    return None


def _opened(resource: Resource, found: Acquisition, name: str, with_: str) -> str | None:
    """How the same call is written so that it releases what it gives."""
    driver, opened = resource.driver, f"{found.text}()"
    head, _, last = found.text.rpartition(".")
    if driver.keeps(last):
        return f"`{with_} {head}.{driver.lent[0]}() as {name}:`"
    if resource.options.preset == "asyncpg" and last not in driver.pooled:
        return f"close `{name}` in `finally`; it is no context manager"
    if not driver.releases:
        opened = f"contextlib.closing({opened})"
    elif driver.asynchronous is None and found.call is not None and found.call.flags & AWAITED:
        opened = f"await {opened}"  # `async with await psycopg.AsyncConnection.connect()`
    return f"`{with_} {opened} as {name}:`"


def advice_on(resource: Resource, found: Finding) -> str | None:
    """What to write instead of what a word forbids."""
    if found.word == "bare_provider":
        return f"decorate {found.note} with @contextmanager or @asynccontextmanager"
    if found.word == "transaction":
        return "leave it to the caller"
    if found.word == "async_mismatch":
        return MISMATCHES.get(found.note, "").format(found.text) or None
    if found.word == "commit_in_loop":
        return "commit once, after the loop" if found.text.endswith("commit()") else "put the loop into the block"
    if found.word == "share":
        return "open a session in each task"
    if found.word == "engine":
        home = ", ".join(str(selector) for selector in resource.options.home)
        return f"make it in {home}" if home else None
    if found.word == "hold":
        return "keep the factory, or pass the session to each method"
    return None


def _injected(resource: Resource, name: str, inject: str) -> str | None:
    """How a session is injected here."""
    options = resource.options
    if options.alias and inject in ("any", "alias"):
        return f"`{name}: {_last(options.alias)}`"
    dependency = next((_last(each) for each in options.dependencies if "*" not in each), None)
    if dependency is None:
        return None
    if inject == "default":
        return f"`{name} = Depends({dependency})`"
    kind = _last(resource.driver.types[0]) if resource.driver.types else "..."
    return f"`{name}: Annotated[{kind}, Depends({dependency})]`"


def _variable(found: Acquisition) -> str:
    target = found.targets[0] if found.targets else "db"
    return target if target.isidentifier() else "db"


def _last(name: str) -> str:
    return name.rpartition(".")[2]
