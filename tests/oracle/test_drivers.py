"""What leaving `with` does to a session, asked of the drivers themselves: the presets say the same.

The three drivers of PostgreSQL are asked on a server of their own where its programs are installed, and otherwise as
far as they answer without one.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_archguard.config.drivers import DRIVERS


def needs(module: str) -> Any:
    return pytest.importorskip(module, reason=f"{module} is not installed: it is in the dependency group `drivers`")


@pytest.fixture
def pool() -> Any:
    """An SQLAlchemy engine that counts the connections that are in use."""
    sqlalchemy = needs("sqlalchemy")
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.pool.QueuePool)
    yield engine
    engine.dispose()


def test_leaving_with_releases_a_session_of_sqlalchemy(pool):
    orm, text = needs("sqlalchemy.orm"), needs("sqlalchemy").text

    with orm.sessionmaker(pool)() as session:
        session.execute(text("select 1"))
        assert pool.pool.checkedout() == 1

    assert pool.pool.checkedout() == 0
    assert DRIVERS["sqlalchemy"].releases


def test_begin_of_a_sessionmaker_and_of_a_session_release_too(pool):
    orm, text = needs("sqlalchemy.orm"), needs("sqlalchemy").text

    with orm.sessionmaker(pool).begin() as session:
        session.execute(text("select 1"))
    assert pool.pool.checkedout() == 0

    other = orm.Session(pool)
    with other.begin():
        other.execute(text("select 1"))
        assert pool.pool.checkedout() == 1
    assert pool.pool.checkedout() == 0


def test_a_session_of_sqlalchemy_that_is_only_committed_may_still_hold_a_connection(pool):
    orm, text = needs("sqlalchemy.orm"), needs("sqlalchemy").text
    session = orm.Session(pool)
    session.execute(text("select 1"))

    assert pool.pool.checkedout() == 1
    session.close()
    assert pool.pool.checkedout() == 0


def test_a_scoped_session_is_a_factory_whose_methods_are_those_of_a_session(pool):
    orm, text = needs("sqlalchemy.orm"), needs("sqlalchemy").text
    registry = orm.scoped_session(orm.sessionmaker(pool))
    registry.execute(text("select 1"))

    assert isinstance(registry(), orm.Session)
    assert callable(registry.commit)
    registry.remove()
    assert pool.pool.checkedout() == 0


def test_leaving_async_with_releases_an_async_session_of_sqlalchemy(tmp_path):
    sqlalchemy, ext = needs("sqlalchemy"), needs("sqlalchemy.ext.asyncio")
    needs("aiosqlite")
    needs("greenlet")

    async def use() -> list[int]:
        engine = ext.create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
        counts = []
        async with ext.async_sessionmaker(engine)() as session:
            await session.execute(sqlalchemy.text("select 1"))
            counts.append(engine.sync_engine.pool.checkedout())
        counts.append(engine.sync_engine.pool.checkedout())
        await engine.dispose()
        return counts

    assert asyncio.run(use()) == [1, 0]
    assert DRIVERS["sqlalchemy-async"].releases
    assert not hasattr(ext.AsyncSession, "__enter__")


def test_the_session_of_sqlmodel_is_one_of_sqlalchemy(pool):
    sqlmodel = needs("sqlmodel")

    assert issubclass(sqlmodel.Session, needs("sqlalchemy.orm").Session)
    with sqlmodel.Session(pool) as session:
        session.exec(sqlmodel.text("select 1"))
        assert pool.pool.checkedout() == 1
    assert pool.pool.checkedout() == 0
    assert DRIVERS["sqlmodel"].releases


def test_leaving_with_keeps_a_connection_of_sqlite3_open():
    with sqlite3.connect(":memory:") as connection:
        pass

    assert connection.execute("select 1").fetchone() == (1,)
    assert not DRIVERS["sqlite3"].releases
    with contextlib.closing(connection):
        pass
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("select 1")


def test_leaving_async_with_closes_a_connection_of_aiosqlite():
    aiosqlite = needs("aiosqlite")

    async def use() -> None:
        async with aiosqlite.connect(":memory:") as connection:
            await connection.execute("select 1")
        with pytest.raises(ValueError, match="closed|no active connection"):
            await connection.execute("select 1")

    asyncio.run(use())
    assert DRIVERS["aiosqlite"].releases


def test_leaving_with_closes_a_cursor_of_django():
    django = needs("django")
    from django.conf import settings

    if not settings.configured:
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        settings.configure(DATABASES={"default": database})
        django.setup()
    from django.db import connection
    from django.db.backends.utils import CursorWrapper

    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        assert isinstance(cursor, CursorWrapper)
        with pytest.raises(Exception, match="closed"):
            cursor.execute("select 1")
    finally:
        connection.close()
    assert DRIVERS["django"].releases


def test_connect_of_asyncpg_is_no_context_manager_but_acquire_is():
    asyncpg = needs("asyncpg")

    connecting = asyncpg.connect("postgresql://nobody@localhost:1/none")
    assert not hasattr(connecting, "__aenter__")
    assert not hasattr(asyncpg.Connection, "__aenter__")
    connecting.close()
    assert hasattr(asyncpg.pool.PoolAcquireContext, "__aenter__")


def test_leaving_with_closes_a_connection_of_psycopg_by_its_own_code():
    psycopg = needs("psycopg")
    done: list[str] = []

    class Stub:
        closed = False
        _pool = None

        def commit(self) -> None:
            done.append("commit")

        def close(self) -> None:
            done.append("close")

    class Pooled(Stub):
        _pool = object()

    psycopg.Connection.__exit__(Stub(), None, None, None)
    psycopg.Connection.__exit__(Pooled(), None, None, None)

    assert done == ["commit", "close", "commit"]  # what comes from a pool is neither closed nor given back
    assert DRIVERS["psycopg"].releases
    assert DRIVERS["psycopg"].keeps("getconn")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server of its own."""
    initdb, postgres = shutil.which("initdb"), shutil.which("pg_ctl")
    if not initdb or not postgres:
        pytest.skip("initdb and pg_ctl of PostgreSQL are not installed")
    folder = Path(tempfile.mkdtemp())  # others may not look into pytest's own folders
    owner: dict[str, Any] = {}
    if os.name == "posix" and os.geteuid() == 0:  # a server does not run as root
        owner = {"user": "nobody"}
        shutil.chown(folder, "nobody")
    data, port = folder / "data", "54329"
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    quiet: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    try:
        subprocess.run([initdb, "-D", data, "-A", "trust", "-U", "tester"], **quiet, **owner)
        log = folder / "log"
        subprocess.run([postgres, "-D", data, "-l", log, "-o", options, "-w", "start"], **quiet, **owner)
    except (subprocess.CalledProcessError, OSError, LookupError) as error:
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield f"postgresql://tester@127.0.0.1:{port}/postgres"
    subprocess.run([postgres, "-D", data, "-m", "immediate", "stop"], **quiet, **owner)
    shutil.rmtree(folder, ignore_errors=True)


def test_leaving_with_keeps_a_connection_of_psycopg2_open(server):
    psycopg2 = needs("psycopg2")

    with psycopg2.connect(server) as connection:
        connection.cursor().execute("select 1")

    assert connection.closed == 0
    assert connection.status == psycopg2.extensions.STATUS_READY  # the transaction has ended
    assert not DRIVERS["psycopg2"].releases
    with contextlib.closing(connection):
        pass
    assert connection.closed


def test_leaving_with_closes_a_connection_of_psycopg(server):
    psycopg = needs("psycopg")

    with psycopg.connect(server) as connection:
        connection.execute("select 1")
    assert connection.closed

    async def use() -> bool:
        async with await psycopg.AsyncConnection.connect(server) as other:
            await other.execute("select 1")
        return bool(other.closed)

    assert asyncio.run(use())


def test_leaving_async_with_gives_a_connection_of_asyncpg_back_to_its_pool(server):
    asyncpg = needs("asyncpg")

    async def use() -> list[int]:
        idle = []
        async with asyncpg.create_pool(server, min_size=1, max_size=1) as pool:
            async with pool.acquire() as connection:
                await connection.execute("select 1")
                idle.append(pool.get_idle_size())
            idle.append(pool.get_idle_size())
            connection = await pool.acquire()
            idle.append(pool.get_idle_size())
            await pool.release(connection)
            idle.append(pool.get_idle_size())
        return idle

    assert asyncio.run(use()) == [0, 1, 0, 1]
    assert DRIVERS["asyncpg"].returners == ("release",)


def test_every_preset_names_classes_and_functions_that_exist():
    """What the presets call types, factories, makers, engines and transactions can be imported from the drivers."""
    from importlib import import_module

    missing = []
    for name, driver in DRIVERS.items():
        for dotted in (*driver.types, *driver.factories, *driver.makers, *driver.engines, *driver.transactions):
            if "*" in dotted or dotted.startswith("psycopg_pool"):
                continue
            parts = dotted.replace("[]", "").split(".")
            needs(parts[0])
            for count in range(len(parts) - 1, 0, -1):
                try:
                    found: Any = import_module(".".join(parts[:count]))
                except ImportError:
                    continue
                break
            rest = parts[count:]
            # The attributes of Django's connections are those of a wrapper that needs settings.
            if parts[:2] == ["django", "db"] and rest[0] in ("connection", "connections"):
                rest = rest[:1]
            for part in rest:
                if not hasattr(found, part):
                    missing.append(f"{name}: {dotted}")
                    break
                found = getattr(found, part)
    assert missing == []
