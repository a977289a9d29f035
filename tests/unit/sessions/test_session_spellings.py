"""How sessions are spelled in real back ends: what is found in a line stands behind its `#!`."""

from __future__ import annotations

import textwrap

import pytest

WORDS = (
    '"hold", "transaction", "leak", "escape", "engine", "share", "async_mismatch", "bare_provider", "commit_in_loop"'
)
EVERYTHING = f'open = "never"\nforbid = [{WORDS}]'
ASYNC = """
[tool.archguard.resources.db]
preset = "sqlalchemy-async"
home = ["app.database"]
dependencies = ["app.database.get_db"]
"""
DATABASE = """
from contextlib import asynccontextmanager
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite://")
SessionLocal = async_sessionmaker(engine)


async def get_db():
    async with SessionLocal() as session:
        yield session


class Database:
    def __init__(self, url):
        self.factory = async_sessionmaker(create_async_engine(url))

    def get_session(self):
        return self.factory()

    @asynccontextmanager
    async def session(self):
        async with self.factory() as session:
            yield session


database = Database("sqlite+aiosqlite://")
"""


@pytest.fixture
def spelled(found):
    """(line, check) as claimed by the comments of a module, and as found."""

    def judge(code: str, resources: str = ASYNC, **files: str):
        code = textwrap.dedent(code)
        claims = [
            (number, check)
            for number, line in enumerate(code.splitlines(), 1)
            for check in line.partition("#! ")[2].split()
        ]
        sources = {"app/orders.py": code, "app/__init__.py": "", "app/database.py": DATABASE}
        violations = found(EVERYTHING, sources, resources, {})
        return sorted(claims), sorted((v.sites[0].line, v.check) for v in violations)

    return judge


CASES = {
    "an object made of a class of the code base has the methods of that class": """
        from app import database
        from app.database import Database, database as shared

        class Orders:
            def __init__(self):
                self.database = Database("sqlite://")

            async def all(self):
                db = self.database.get_session()  #! leak
                return await db.scalars("select")

            async def one(self):
                async with self.database.session() as db:  #! provider
                    return await db.scalar("select")

        async def f():
            a = shared.get_session()  #! leak
            b = database.Database("sqlite://").get_session()  #! leak
            own = Database("sqlite://")
            c = own.get_session()  #! leak
            return await a.scalar(b, c)
    """,
    "super() has the methods of the base classes": """
        from app.database import SessionLocal

        class Base:
            def _open(self):
                return SessionLocal()  #! escape

        class Orders(Base):
            async def all(self):
                db = super()._open()  #! leak
                return await db.scalars("select")
    """,
    "a factory is known by its type": """
        from collections.abc import Callable
        from contextlib import AbstractAsyncContextManager
        from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

        Make = Callable[[], AsyncSession]

        class Orders:
            other: "async_sessionmaker[AsyncSession] | None"

            def __init__(self, factory: async_sessionmaker[AsyncSession]):
                self.factory = factory

            async def all(self):
                db = self.factory()  #! leak
                return await db.scalars("select")

            async def one(self):
                async with self.other() as db:  #! with
                    return await db.scalar("select")

        async def f(make: Make, plain: async_sessionmaker, lend: Callable[..., AbstractAsyncContextManager[AsyncSession]]):
            a = make()  #! leak
            b = plain()  #! leak
            async with lend() as c:  #! provider
                return await c.scalar(await a.scalar("select"), await b.scalar("select"))

        async def other(numbers: Callable[[], int], rows: Callable[[AsyncSession], int]):
            a = numbers()
            b = rows(1)
            return a, b
    """,
    "an object that can be called lends what its class lends": """
        from collections.abc import Callable
        from contextlib import AbstractAsyncContextManager
        from sqlalchemy.ext.asyncio import AsyncSession

        class Lender:
            def __init__(self, lend: Callable[[], AbstractAsyncContextManager[AsyncSession]]):
                self.lend = lend

            def __call__(self):
                return self.lend()  #! provider

        async def f(lender: Lender, lend):
            async with lender() as db:  #! provider
                await db.scalar("select")
            return Lender(lend)
    """,
    "a module that may be missing is the module": """
        from typing import TYPE_CHECKING

        try:
            from app.database import SessionLocal
        except ImportError:
            SessionLocal = None

        class Lazy: ...

        if TYPE_CHECKING:
            import sqlalchemy.ext.asyncio as later
        else:
            later = Lazy()

        async def f(engine):
            db = SessionLocal()  #! leak
            own = later.AsyncSession(engine)  #! leak
            return await db.scalar("select"), await own.scalar("select")
    """,
    "the asynchronous session of sqlmodel is one": """
        from sqlmodel.ext.asyncio.session import AsyncSession

        async def f(engine):
            db = AsyncSession(engine)  #! leak
            rows = db.exec("select")  #! async_mismatch
            return rows.all()
    """,
    "a session reaches tasks by a list, and by a function that takes it from around it": """
        import asyncio
        from threading import Thread
        from app.database import SessionLocal

        async def load(db, query): ...

        async def listed(queries):
            async with SessionLocal() as db:  #! with
                tasks = [load(db, query) for query in queries]  #! share
                await asyncio.gather(*tasks)

        async def appended(queries):
            async with SessionLocal() as db:  #! with
                tasks = []
                for query in queries:
                    tasks.append(db.scalars(query))  #! share
                await asyncio.gather(*tasks)

        async def enclosed(queries):
            async with SessionLocal() as db:  #! with
                async def one(query):
                    return await db.scalars(query)  #! share
                def work():
                    db.add(1)  #! share
                Thread(target=work).start()
                await asyncio.gather(*[one(query) for query in queries])

        async def fine(queries):
            async with SessionLocal() as db:  #! with
                async def one(query):
                    async with SessionLocal() as db:  #! with
                        return await db.scalars(query)
                names = [db]
                tasks = [one(query) for query in queries]
                await asyncio.gather(*tasks)
                return names, [await load(db, query) for query in queries]
    """,
    "a factory can be kept and handed to tasks": """
        import asyncio
        from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

        class Orders:
            def __init__(self, factory: async_sessionmaker[AsyncSession]):
                self.factory = factory

        async def f(factory: async_sessionmaker[AsyncSession]):
            await asyncio.gather(g(factory), g(factory))

        async def g(factory): ...
    """,
    "a function or property that returns a factory gives one": """
        from sqlalchemy.ext.asyncio import async_sessionmaker
        from app.database import SessionLocal, engine

        _factory = None

        def get_factory():
            global _factory
            if _factory is None:
                _factory = async_sessionmaker(engine)  #! engine
            return _factory

        def listed():
            return SessionLocal

        class Manager:
            def start(self):
                self._factory = SessionLocal

            @property
            def factory(self):
                return self._factory

        async def f(manager: Manager):
            async with get_factory()() as a:  #! with
                await a.scalar("select")
            make = listed()
            b = make()  #! leak
            c = manager.factory()  #! leak
            return await b.scalar("select"), await c.scalar("select")
    """,
    "a session whose connection goes back with its transaction does not leak": """
        from app.database import SessionLocal

        async def f(order):
            db = SessionLocal()  #! with
            async with db.begin():  #! transaction
                db.add(order)

        async def g(order):
            db = SessionLocal()  #! leak
            await db.begin()  #! transaction
            db.add(order)
    """,
    "an attribute is held where it is assigned, not where it is announced as well": """
        from sqlalchemy.ext.asyncio import AsyncSession

        class Unit:
            other: AsyncSession  #! hold

            def __init__(self):
                self.db: AsyncSession | None = None

            def begin(self, db: AsyncSession):
                self.db = db  #! hold

        class Unassigned:
            def __init__(self):
                self.db: AsyncSession | None = None  #! hold
    """,
    "a function that closes what it is given takes a session over": """
        from contextlib import asynccontextmanager
        from sqlalchemy.ext.asyncio import AsyncSession
        from app.database import SessionLocal

        @asynccontextmanager
        async def scope(session: AsyncSession, name=None):
            try:
                yield session
            finally:
                await session.close()

        async def entering(session: AsyncSession):
            async with session:
                await session.scalar("select")

        async def using(session: AsyncSession):
            await session.scalar("select")

        async def f():
            async with scope(session=SessionLocal()) as db:  #! finally
                db.add(1)
            await entering(SessionLocal())  #! with
            await using(SessionLocal())  #! leak
    """,
    "a lambda is a factory": """
        from app.database import SessionLocal

        make = lambda: SessionLocal()  #! escape

        async def f():
            async with make() as db:  #! with
                await db.scalar("select")
            db = make()  #! leak
            return await db.scalar("select")
    """,
    "a nested function is a factory": """
        from app.database import SessionLocal

        async def f():
            def make():
                return SessionLocal()  #! escape
            db = make()  #! leak
            return await db.scalar("select")
    """,
    "of several values each goes to its own name": """
        from sqlalchemy.ext.asyncio import AsyncSession
        from app.database import SessionLocal

        async def f():
            db, rows = SessionLocal(), []  #! finally
            try:
                return await db.scalars(rows)
            finally:
                await db.close()

        class Orders:
            def __init__(self, db: AsyncSession, cache):
                self.db, self.cache = db, cache  #! hold

        class Invoices:
            def __init__(self, db: AsyncSession):
                session = db
                self.session = session  #! hold
    """,
    "a nonlocal session is that of the function around": """
        from app.database import SessionLocal

        async def f():
            db = None
            def begin():
                nonlocal db
                db = SessionLocal()  #! finally
            try:
                begin()
                return await db.scalar("select")
            finally:
                await db.close()

        async def g():
            db = None
            def begin():
                nonlocal db
                db = SessionLocal()  #! leak
            begin()
            return await db.scalar("select")
    """,
    "iter() and aiter() do not hide a dependency": """
        from app.database import get_db

        async def f():
            db = await anext(aiter(get_db()))  #! manual
            return await db.scalar("select")
    """,
    "aclosing() closes a generator": """
        from contextlib import aclosing
        from app.database import get_db

        async def f():
            async with aclosing(get_db()) as sessions:  #! provider
                async for db in sessions:
                    return await db.scalar("select")
    """,
    "a session that is kept is not used in the function that opens it": """
        from app.database import SessionLocal

        shared = {}

        class Orders:
            def __init__(self):
                self.db = SessionLocal()  #! leak hold

        def connect():
            shared["db"] = SessionLocal()  #! leak

        def local():
            db = SessionLocal()  #! leak async_mismatch
            db.add(1)
    """,
    "a result that nobody awaited is none": """
        import asyncio
        from sqlalchemy.ext.asyncio import AsyncSession

        async def f(db: AsyncSession):
            rows = db.execute("select")  #! async_mismatch
            return rows.all()

        async def g(db: AsyncSession):
            for row in db.scalars("select"):  #! async_mismatch
                print(row)
            return db.scalars("select").all()  #! async_mismatch

        async def fine(db: AsyncSession):
            rows = db.execute("select")
            rows = await rows
            later = db.execute("select")
            first, = await asyncio.gather(later)
            return rows.all(), first.all(), db.execute("select")
    """,
    "a block can commit in each turn of a loop": """
        from sqlalchemy.ext.asyncio import AsyncSession
        from app.database import SessionLocal

        async def f(db: AsyncSession, rows):
            for row in rows:
                async with db.begin():  #! transaction commit_in_loop
                    db.add(row)
            for row in rows:
                async with db.begin_nested():  #! transaction
                    db.add(row)
            async with db.begin():  #! transaction
                for row in rows:
                    db.add(row)
            [await db.commit() for row in rows]  #! transaction commit_in_loop
            for row in rows:
                async with SessionLocal() as own, own.begin():  #! with transaction
                    own.add(row)
    """,
    "a variable is a session by its annotation": """
        import asyncio
        from sqlalchemy import inspect
        from sqlalchemy.ext.asyncio import AsyncSession

        shared: AsyncSession

        async def f(row, rows):
            db: AsyncSession = inspect(row).session
            for row in rows:
                await db.commit()  #! transaction commit_in_loop
            asyncio.create_task(g(db))  #! share
            await shared.commit()  #! transaction

        async def g(db): ...
    """,
    "an attribute that is given a session or opens one is a session": """
        from app.database import SessionLocal

        class Orders:
            def __init__(self, db=None):
                self.db = db or SessionLocal()  #! leak hold

            async def save(self):
                await self.db.commit()  #! transaction

        class Special(Orders):
            async def save(self):
                await self.db.commit()  #! transaction
    """,
    "a property that returns a session is one": """
        from sqlalchemy.ext.asyncio import AsyncSession

        class Orders:
            def __init__(self, db: AsyncSession):
                self.__db = db  #! hold

            @property
            def db(self):
                return self.__db

            async def save(self):
                await self.db.commit()  #! transaction
    """,
    "an injected attribute is found in its line": """
        from fastapi import Depends
        from sqlalchemy.ext.asyncio import AsyncSession
        from app.database import get_db

        class View:
            title = "orders"
            db: AsyncSession = Depends(get_db)  #! default hold
    """,
    "a generator that closes where nothing goes wrong leaks": """
        from contextlib import asynccontextmanager
        from app.database import SessionLocal

        @asynccontextmanager
        async def scope():
            db = SessionLocal()  #! leak
            yield db
            await db.close()

        async def sessions():
            db = SessionLocal()  #! escape
            yield db
    """,
}


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_spelling(spelled, code):
    claims, found = spelled(code)

    assert found == claims


DRIVERS = {
    "asyncpg": (
        "a pool is one as a context manager, and as what a call gives",
        """
        import asyncpg
        from elsewhere import get_pool

        async def f():
            async with asyncpg.create_pool("postgresql://") as pool:  #! engine
                async with pool.acquire() as connection:  #! with
                    await connection.fetch("select")
            async with asyncpg.create_pool("postgresql://") as p:  #! engine
                async with p.acquire() as connection:  #! with
                    await connection.fetch("select")
            async with (await get_pool()).acquire() as connection:  #! with
                for number in range(3):
                    async with connection.transaction():  #! transaction commit_in_loop
                        await connection.execute("update")
        """,
    ),
    "psycopg": (
        "a transaction in a loop commits in each turn",
        """
        import psycopg

        def f(connection: psycopg.Connection):
            for number in range(3):
                with connection.transaction():  #! transaction commit_in_loop
                    connection.execute("update")
            with connection.transaction():  #! transaction
                for number in range(3):
                    connection.execute("update")
        """,
    ),
    "sqlite3": (
        "leaving `with connection` commits",
        """
        import sqlite3
        from contextlib import closing

        def f(connection: sqlite3.Connection):
            for number in range(3):
                with connection:  #! transaction commit_in_loop
                    connection.execute("update")

        def g():
            with closing(sqlite3.connect("orders.db")) as connection, connection:  #! with transaction
                connection.execute("update")

        def h():
            with closing(sqlite3.connect("orders.db")) as connection:  #! with
                return connection.execute("select").fetchall()
        """,
    ),
    "psycopg2": (
        "leaving `with connection` commits here too",
        """
        import psycopg2

        def f():
            connection = psycopg2.connect("")  #! finally
            try:
                with connection, connection.cursor() as cursor:  #! transaction
                    cursor.execute("update")
            finally:
                connection.close()
        """,
    ),
    "django": (
        "a decorator without brackets is a transaction",
        """
        from django.db import transaction
        from django.db.transaction import atomic

        @transaction.atomic  #! transaction
        def f(): ...

        @atomic  #! transaction
        def g(): ...

        @transaction.atomic(durable=True)  #! transaction
        def h(): ...

        @transaction.non_atomic_requests
        def i(): ...
        """,
    ),
}


@pytest.mark.parametrize(
    ("preset", "code"), [(p, c) for p, (_, c) in DRIVERS.items()], ids=[n for n, _ in DRIVERS.values()]
)
def test_spelling_of_a_driver(spelled, preset, code):
    claims, found = spelled(code, f'[tool.archguard.resources.db]\npreset = "{preset}"\n')

    assert found == claims
