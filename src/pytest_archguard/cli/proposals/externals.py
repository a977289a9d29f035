"""`protected` and `forbidden`: packages from outside that only some parts of the code import."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pytest_archguard.cli.proposals.proposal import Proposal, assign, listed, slug
from pytest_archguard.cli.proposals.structure import Structure, parts_importing
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.dotted import prefixes

# What talks to the world outside the process: drivers, queues, clouds, mail, payment.
_INFRASTRUCTURE = (
    "aioboto3", "aiobotocore", "aiokafka", "aiomysql", "aiopg", "aioredis", "aiosmtplib", "aiosqlite", "anthropic",
    "asyncpg", "asyncssh", "azure.storage", "boto", "boto3", "botocore", "cassandra", "clickhouse_connect",
    "clickhouse_driver", "confluent_kafka", "consul", "cx_Oracle", "docker", "duckdb", "elasticsearch", "etcd3",
    "ftplib", "google.cloud.bigquery", "google.cloud.pubsub", "google.cloud.storage", "hvac", "imaplib", "influxdb",
    "kafka", "kubernetes", "ldap", "ldap3", "meilisearch", "minio", "motor", "MySQLdb", "mysql.connector", "nats",
    "neo4j", "openai", "opensearchpy", "oracledb", "paramiko", "pika", "poplib", "psycopg", "psycopg2", "pyhive",
    "pymemcache", "pymongo", "pymssql", "pymysql", "pyodbc", "qdrant_client", "redis", "sendgrid", "smtplib",
    "snowflake.connector", "sqlite3", "stripe", "twilio", "weaviate", "zmq",
)  # fmt: skip
_FRAMEWORKS = ("fastapi", "flask", "starlette", "aiohttp.web", "sanic", "bottle", "falcon", "litestar", "quart",
               "tornado.web", "django.http", "django.views", "rest_framework")  # fmt: skip
_MOST_RULES = 5
_MOST_IMPORTERS = 2
_LEAST_IMPORTERS = 4  # where there are two places: one import in each is no decision of anybody
_LARGE = 0.75  # the share of all modules above which "only this part" says little
_LEAST_SUPPORT = 0.95
_LEAST_MODULES = 4
_EXAMPLES = re.compile(
    r"example.*|samples?|demos?|testing|testutils|test_utils|_test.*"
)  # what they import is no decision


def propose_protected(codebase: Codebase, structure: Structure) -> list[Proposal]:
    """One rule for each group of packages that the same one or two places import; the most imported first."""
    if len(structure.sizes) < 3:
        return []
    homes: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for package, importers in _importers(codebase, _INFRASTRUCTURE):
        home = _home(codebase, structure, importers)
        if home:
            homes[home][package] = len(importers)
    chosen = sorted(homes.items(), key=lambda item: (-sum(item[1].values()), item[0]))[:_MOST_RULES]
    return [_protected(home, packages) for home, packages in chosen]


def _protected(home: tuple[str, ...], packages: Mapping[str, int]) -> Proposal:
    first, *others = sorted(packages)
    where = "-and-".join(slug(name.rpartition(".")[2]) for name in home)
    number = sum(packages.values())
    held = f"{listed(sorted(packages))} {'are' if others else 'is'} imported in {listed(home)} only"
    return Proposal(
        "protected",
        f"{slug(first)}{'-and-others' if others else ''}-in-{where}",
        (
            assign("modules", sorted(packages)),
            assign("allowed_importers", list(home)),
            assign("because", "what talks to the world outside is replaced, mocked and upgraded in one place"),
            assign("fix", f"put what needs it into {listed(home, word='or')} and call that"),
        ),
        (f"Holds: {held}, by {number} module{'s' if number > 1 else ''}.",),
    )


def _importers(codebase: Codebase, packages: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """The judged modules that import each of these packages, of those that any does."""
    found: dict[str, set[str]] = defaultdict(set)
    wanted = {name: name for name in packages if name.partition(".")[0] not in codebase.top_level}
    for module in codebase.names:
        for each in codebase.imports_of(module):
            if each.external is None or each.style == "dynamic":
                continue
            for target in (each.external, *each.targets):
                for name in prefixes(target):
                    if name in wanted:
                        found[name].add(module)
    yield from ((name, frozenset(found[name])) for name in sorted(found))


def _home(codebase: Codebase, structure: Structure, importers: frozenset[str]) -> tuple[str, ...]:
    """The one or two parts that hold all importers; empty when there are none worth naming."""
    if any(structure.child_of(name) is None for name in importers):
        return ()
    parts = sorted(parts_importing(structure, importers))
    if len(parts) > _MOST_IMPORTERS or len(importers) < _LEAST_IMPORTERS * (len(parts) - 1):
        return ()
    if any(_is_large(codebase, part) or _EXAMPLES.fullmatch(part.rpartition(".")[2]) for part in parts):
        return ()
    return tuple(parts)


def _is_large(codebase: Codebase, name: str) -> bool:
    return len(codebase.select_below(name)) > _LARGE * len(codebase.modules)


def propose_forbidden(codebase: Codebase, structure: Structure, rows: tuple[tuple[str, ...], ...]) -> list[Proposal]:
    """The lower half of the layers does not know the web framework, if it hardly does today."""
    importers = dict(_importers(codebase, _FRAMEWORKS))
    total = len(codebase.modules)
    upper = {part for row in rows[: (len(rows) + 1) // 2] for part in row}
    known = {name: found for name, found in importers.items() if parts_importing(structure, found) & upper}
    known = {name: found for name, found in known.items() if len(found) <= total / 2}
    if not known or len(rows) < 2:
        return []
    users = frozenset().union(*known.values())
    parts, modules, using = [], 0, 0
    for part in (part for row in rows[(len(rows) + 1) // 2 :] for part in row):
        inside = codebase.select_below(part)
        if len(inside & users) <= (1 - _LEAST_SUPPORT) * len(inside):
            parts.append(part)
            modules, using = modules + len(inside), using + len(inside & users)
    if modules < _LEAST_MODULES:
        return []
    options = (
        assign("from", sorted(parts)),
        assign("to", sorted(known)),
        assign("direct_only", True),
        assign(
            "because", "what lies below the web layer also runs in jobs, commands and tests, where there is no request"
        ),
        assign("fix", "raise an error of your own and let the web layer turn it into a response"),
    )
    held = f"{modules - using} of the {modules}" if using else f"all {modules}"
    support = (f"Holds for {held} modules of these parts, which are in the lower half of the layers.",)
    return [Proposal("forbidden", "no-web-below", options, support)]
