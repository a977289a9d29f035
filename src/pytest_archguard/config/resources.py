"""`[tool.archguard.resources.<name>]`: what a database session is in this code base, and how it is had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pytest_archguard.config.drivers import DRIVERS, Driver, Preset
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.config.options import Context, option, read_table
from pytest_archguard.config.selectors import Selectors

_NAME = r"[\w*]+(\(\)|\[\])?(\.[\w*]+(\(\)|\[\])?)*"
_NAMED = "a dotted name or a name glob (`app.database.SessionLocal`, `*.session_factory`)"
_DOTTED = r"\w+(\.\w+)*"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceOptions:
    """What a session is, where it may be made, and by which names the code gets one."""

    preset: Preset | None = option(
        "The driver: fills `types`, `methods` and `releases`, and knows the driver's own factories, engines and pools."
    )
    home: Selectors = option("The modules that make sessions and may do anything with them.", default=())
    factories: tuple[str, ...] = option(
        "Names whose call gives a session that the caller must release: dotted names (`app.database.SessionLocal`) or "
        "name globs (`*.session_factory`; `*` crosses dots). What is derived from them is found without being listed.",
        default=(),
        pattern=_NAME,
        wanted=_NAMED,
    )
    providers: tuple[str, ...] = option(
        "Names whose call gives a context manager around a session; dotted names or name globs.",
        default=(),
        pattern=_NAME,
        wanted=_NAMED,
    )
    dependencies: tuple[str, ...] = option(
        "Generators that are given to `Depends`; dotted names or name globs.",
        default=(),
        pattern=_NAME,
        wanted=_NAMED,
    )
    alias: str | None = option(
        "The one `Annotated` alias for an injected session.",
        pattern=_DOTTED,
        wanted="a dotted name (`app.dependencies.DbSession`)",
    )
    names: tuple[str, ...] = option(
        "Untyped parameters, and receivers such as `db.session`, that count as sessions; name globs.",
        default=(),
        pattern=_NAME,
        wanted=_NAMED,
    )
    types: tuple[str, ...] = option(
        "Classes whose instances are sessions, in addition to the preset's.",
        default=(),
        pattern=_DOTTED,
        wanted="a dotted name (`app.database.Session`)",
    )
    methods: tuple[str, ...] = option(
        "Methods of a session that begin or end a transaction, in addition to the preset's.",
        default=(),
        pattern=r"\w+",
        wanted="the name of a method, without dots",
    )
    releases: bool | None = option(
        "Whether leaving `with session:` releases the session. Default: as the preset's driver does, else true."
    )


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource ready to use: its table and its driver in one.

    name: of the table. vocabulary: the last parts of all names that any resource of the rules file mentions, so that
    one reading of a file serves every rule; methods: further words that matter only next to one of the vocabulary;
    untyped: the names of all resources; waiting: the methods
    of asynchronous sessions that must be awaited.
    """

    name: str
    options: ResourceOptions = field(default_factory=ResourceOptions)
    driver: Driver = field(default_factory=Driver)
    vocabulary: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    untyped: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    @classmethod
    def from_toml(cls, value: Any, context: Context) -> Resource:
        """Finds the resource that a rule names; raises ValueError with the nearest name."""
        if not isinstance(value, str):
            raise ValueError(f"must be the name of a table [tool.archguard.resources.<name>], not {value!r}")
        known = _resources(context)
        if value not in known:
            listed = ", ".join(sorted(known)) or "none are declared in [tool.archguard.resources]"
            raise ValueError(f'no resource "{value}"{did_you_mean(value, known)}; the resources: {listed}')
        return known[value]

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """The name of a resource."""
        return {"type": "string", "minLength": 1}

    def __str__(self) -> str:
        return self.name


def _resources(context: Context) -> Mapping[str, Resource]:
    return {name: found for name, found in context.resources.items() if isinstance(found, Resource)}


def read_resources(table: Any, where: str, context: Context) -> dict[str, Resource]:
    """Reads `[tool.archguard.resources]`: a table of tables. A table with a mistake stays known by its name, so that
    the rules that use it are not reported as well."""
    if not isinstance(table, Mapping):
        context.report(where, "must be a table of tables: write [tool.archguard.resources.<name>]")
        return {}
    found: dict[str, Resource] = {}
    for name, value in table.items():
        inner = f"[tool.archguard.resources.{name}]"
        options = read_table(ResourceOptions, value, inner, context)
        if options is None:
            found[name] = Resource(name)
            continue
        _report_unusable(options, inner, context)
        found[name] = Resource(name, options, _driver(options))
    _report_repeats(found, context)
    every = found.values()
    vocabulary = _union(_words(resource) for resource in every)
    methods = _union(_methods(resource.driver) for resource in every)
    untyped = _union(resource.options.names for resource in every)
    waiting = _union(_waiting(resource.driver) for resource in every)
    return {
        name: replace(resource, vocabulary=vocabulary, methods=methods, untyped=untyped, waiting=waiting)
        for name, resource in found.items()
    }


def _union(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({word for part in parts for word in part}))


def _waiting(driver: Driver) -> tuple[str, ...]:
    return () if driver.asynchronous is False else (*driver.methods, *driver.blocking, *driver.closers)


def _driver(options: ResourceOptions) -> Driver:
    preset = DRIVERS[options.preset] if options.preset else Driver(asynchronous=None)
    return replace(
        preset,
        types=(*preset.types, *options.types),
        constructed=preset.constructed or (options.preset is None and bool(options.types)),
        methods=(*preset.methods, *options.methods),
        releases=preset.releases if options.releases is None else options.releases,
    )


def _report_unusable(options: ResourceOptions, where: str, context: Context) -> None:
    says = (options.preset, options.factories, options.providers, options.dependencies, options.types, options.names)
    if not any(says):
        context.report(where, 'says nothing about sessions: set "preset", or at least "factories" or "types"')


def _report_repeats(resources: Mapping[str, Resource], context: Context) -> None:
    """A name has one role in one resource; listed twice, one of the two is a mistake."""
    seen: dict[str, str] = {}
    for resource in resources.values():
        where = f"[tool.archguard.resources.{resource.name}]"
        own: set[str] = set()
        for key in ("factories", "providers", "dependencies"):
            for name in getattr(resource.options, key):
                first = seen.get(name)
                if first is not None and (name in own or "*" not in name):
                    context.report(where, f'"{key}" names {name}, which {first} already lists')
                own.add(name)
                seen.setdefault(name, f'"{key}" of [tool.archguard.resources.{resource.name}]')


def _words(resource: Resource) -> Iterable[str]:
    options, driver = resource.options, resource.driver
    alias = (options.alias,) if options.alias else ()
    dotted = (
        *options.factories, *options.providers, *options.dependencies, *alias, *driver.types, *driver.factories,
        *driver.providers, *driver.makers, *driver.engines, *driver.pools, *driver.transactions,
    )  # fmt: skip
    return (name.rpartition(".")[2].removesuffix("()").removesuffix("[]") for name in dotted)


def _methods(driver: Driver) -> Iterable[str]:
    return (*driver.pooled, *driver.lent, *driver.methods, *driver.closers, *driver.returners)
