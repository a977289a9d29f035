"""The nine database drivers a resource can be made for: what their sessions are called and what `with` does to them.

Every statement about releasing is proved against the driver itself in `tests/oracle/test_drivers.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Preset = Literal[
    "sqlalchemy", "sqlalchemy-async", "sqlmodel", "asyncpg", "psycopg", "psycopg2", "sqlite3", "aiosqlite", "django"
]


@dataclass(frozen=True, slots=True)
class Driver:
    """What is known about the sessions of one driver. All names are dotted and resolved; `*` crosses dots.

    types: classes whose instances are sessions. Where the driver exports a class under several names, all of them.
    factories: calls that give a session which the caller must release; the types themselves are factories too if
        `constructed`.
    providers: calls that give a context manager which opens and releases a session.
    makers: calls that give a factory (`sessionmaker`). engines: calls that give an engine or a pool.
    pools: classes of engines and pools, for receivers. pooled: their methods that are factories.
    lent: their methods that are providers.
    methods: methods of a session that end or begin a transaction. transactions: functions that do.
    blocking: further methods that wait for the database. closers: methods of a session that release it.
    returners: functions that release the session they are given (`pool.release(connection)`).
    releases: whether leaving `with session:` releases the session. asynchronous: whether its methods are awaited.
    """

    types: tuple[str, ...] = ()
    constructed: bool = False
    factories: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    pooled: tuple[str, ...] = ()
    lent: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("commit", "rollback")
    transactions: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ("execute",)
    closers: tuple[str, ...] = ("close",)
    returners: tuple[str, ...] = ()
    releases: bool = True
    asynchronous: bool | None = False

    def keeps(self, method: str) -> bool:
        """Whether leaving `with` on what this method of a pool gives does not give it back: the pool has another
        method for that (`with pool.getconn()` of psycopg ends the transaction, `with pool.connection()` does both)."""
        return bool(self.lent) and method in self.pooled


_SQLALCHEMY_METHODS = ("begin", "begin_nested", "commit", "flush", "rollback")
_SQLALCHEMY_BLOCKING = ("execute", "scalar", "scalars", "refresh", "merge", "delete", "get", "run_sync")
_SQLALCHEMY_ENGINES = ("sqlalchemy.create_engine", "sqlalchemy.engine.create_engine", "sqlalchemy.engine_from_config")
_ASYNC_ENGINES = (
    "sqlalchemy.ext.asyncio.create_async_engine",
    "sqlalchemy.ext.asyncio.engine.create_async_engine",
    "sqlalchemy.ext.asyncio.async_engine_from_config",
)
_SQLALCHEMY_MAKERS = (
    "sqlalchemy.orm.sessionmaker",
    "sqlalchemy.orm.session.sessionmaker",
    "sqlalchemy.orm.scoped_session",
    "sqlalchemy.orm.scoping.scoped_session",
)

DRIVERS: dict[str, Driver] = {
    "sqlalchemy": Driver(
        types=("sqlalchemy.orm.Session", "sqlalchemy.orm.session.Session"),
        constructed=True,
        makers=_SQLALCHEMY_MAKERS,
        engines=_SQLALCHEMY_ENGINES,
        methods=_SQLALCHEMY_METHODS,
        blocking=_SQLALCHEMY_BLOCKING,
        closers=("close", "remove"),
    ),
    "sqlalchemy-async": Driver(
        types=(
            "sqlalchemy.ext.asyncio.AsyncSession",
            "sqlalchemy.ext.asyncio.session.AsyncSession",
            "sqlmodel.ext.asyncio.session.AsyncSession",
        ),
        constructed=True,
        makers=(
            "sqlalchemy.ext.asyncio.async_sessionmaker",
            "sqlalchemy.ext.asyncio.session.async_sessionmaker",
            "sqlalchemy.ext.asyncio.async_scoped_session",
            "sqlalchemy.ext.asyncio.scoping.async_scoped_session",
            *_SQLALCHEMY_MAKERS,  # of `class_=AsyncSession`, as before SQLAlchemy 2.0
        ),
        engines=_ASYNC_ENGINES,
        methods=_SQLALCHEMY_METHODS,
        blocking=("exec", *_SQLALCHEMY_BLOCKING),  # of sqlmodel
        closers=("close", "aclose", "remove"),
        asynchronous=True,
    ),
    "sqlmodel": Driver(
        types=(
            "sqlmodel.Session",
            "sqlmodel.orm.session.Session",
            "sqlalchemy.orm.Session",
            "sqlalchemy.orm.session.Session",
        ),
        constructed=True,
        makers=_SQLALCHEMY_MAKERS,
        engines=("sqlmodel.create_engine", *_SQLALCHEMY_ENGINES),
        methods=_SQLALCHEMY_METHODS,
        blocking=("exec", *_SQLALCHEMY_BLOCKING),
        closers=("close", "remove"),
    ),
    "asyncpg": Driver(
        types=(
            "asyncpg.Connection",
            "asyncpg.connection.Connection",
            "asyncpg.pool.PoolConnectionProxy",
        ),
        factories=(
            "asyncpg.connect",
            "asyncpg.connection.connect",
            "*pool.acquire",
            "*Pool.acquire",
            "*pool().acquire",
            "*Pool().acquire",
        ),
        engines=("asyncpg.create_pool", "asyncpg.pool.create_pool"),
        pools=("asyncpg.Pool", "asyncpg.pool.Pool"),
        pooled=("acquire",),
        methods=("transaction",),
        blocking=("execute", "executemany", "fetch", "fetchrow", "fetchval"),
        returners=("release",),
        releases=True,
        asynchronous=True,
    ),
    "psycopg": Driver(
        types=(
            "psycopg.Connection",
            "psycopg.connection.Connection",
            "psycopg.AsyncConnection",
            "psycopg.connection_async.AsyncConnection",
        ),
        factories=(
            "psycopg.connect",
            "psycopg.Connection.connect",
            "psycopg.connection.Connection.connect",
            "psycopg.AsyncConnection.connect",
            "psycopg.connection_async.AsyncConnection.connect",
        ),
        engines=(
            "psycopg_pool.ConnectionPool",
            "psycopg_pool.AsyncConnectionPool",
            "psycopg_pool.NullConnectionPool",
            "psycopg_pool.AsyncNullConnectionPool",
        ),
        pools=(
            "psycopg_pool.ConnectionPool",
            "psycopg_pool.AsyncConnectionPool",
            "psycopg_pool.NullConnectionPool",
            "psycopg_pool.AsyncNullConnectionPool",
        ),
        pooled=("getconn",),
        lent=("connection",),
        methods=("commit", "rollback", "transaction"),
        returners=("putconn",),
        asynchronous=None,  # both kinds in one package; the class says which
    ),
    "psycopg2": Driver(
        types=("psycopg2.extensions.connection",),
        factories=("psycopg2.connect",),
        engines=("psycopg2.pool.SimpleConnectionPool", "psycopg2.pool.ThreadedConnectionPool"),
        pools=("psycopg2.pool.SimpleConnectionPool", "psycopg2.pool.ThreadedConnectionPool"),
        pooled=("getconn",),
        methods=("commit", "rollback"),
        returners=("putconn",),
        releases=False,
    ),
    "sqlite3": Driver(
        types=("sqlite3.Connection", "sqlite3.dbapi2.Connection"),
        factories=("sqlite3.connect", "sqlite3.dbapi2.connect"),
        releases=False,
        blocking=("execute", "executemany", "executescript"),
    ),
    "aiosqlite": Driver(
        types=("aiosqlite.Connection", "aiosqlite.core.Connection"),
        factories=("aiosqlite.connect", "aiosqlite.core.connect"),
        blocking=("execute", "executemany", "executescript", "execute_fetchall", "execute_insert"),
        asynchronous=True,
    ),
    "django": Driver(
        types=("django.db.backends.utils.CursorWrapper",),
        factories=("django.db.connection.cursor", "django.db.connections[].cursor"),
        methods=(),
        transactions=(
            "django.db.transaction.atomic",
            "django.db.transaction.commit",
            "django.db.transaction.rollback",
            "django.db.transaction.savepoint",
            "django.db.transaction.savepoint_commit",
            "django.db.transaction.savepoint_rollback",
            "django.db.transaction.set_autocommit",
            "django.db.transaction.set_rollback",
            "django.db.connection.commit",
            "django.db.connection.rollback",
            "django.db.connection.set_autocommit",
        ),
    ),
}
