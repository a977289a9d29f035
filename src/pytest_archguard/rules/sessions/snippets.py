"""One bad and one good piece of code for every form and every word: shown on the documentation page, run by the tests.

All of them stand in one module, `app.orders`, of an application with the files of `APPLICATION`.
"""

from __future__ import annotations

from dataclasses import dataclass

RESOURCE = """\
[tool.archguard.resources.db]
preset = "sqlalchemy-async"
home = ["app.database"]
factories = ["app.database.SessionLocal"]
providers = ["app.database.session_scope"]
dependencies = ["app.database.get_db"]
alias = "app.dependencies.DbSession"
"""

APPLICATION = {
    "app/__init__.py": "",
    "app/database.py": """\
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite://")
SessionLocal = async_sessionmaker(engine)


async def get_db():
    async with SessionLocal() as session:
        yield session


@asynccontextmanager
async def session_scope():
    async with SessionLocal() as session:
        yield session
        await session.commit()
""",
    "app/dependencies.py": """\
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_db

DbSession = Annotated[AsyncSession, Depends(get_db)]
""",
}


@dataclass(frozen=True, slots=True)
class Snippet:
    """A form or a word.

    audit: the sentence of an audit that it answers. rule: the keys of the table that make `bad` fail and leave `good`
    alone. finds: the names of the violations in `bad`. resource: the table of the resource.
    """

    name: str
    audit: str
    says: str
    rule: str
    bad: str
    good: str
    finds: tuple[str, ...]
    resource: str = RESOURCE


def _code(code: str) -> str:
    return code.lstrip("\n")


FORMS = (
    Snippet(
        "alias",
        "the report builder asks the web framework for a session, so it cannot run in a worker",
        "The session is injected through the one `Annotated` alias.",
        'open = "never"',
        _code("""
from app.dependencies import DbSession


async def list_orders(db: DbSession):
    return await db.scalars("select ...")
"""),
        _code("""
from sqlalchemy.ext.asyncio import AsyncSession


async def list_orders(db: AsyncSession):
    return await db.scalars("select ...")
"""),
        ("alias",),
    ),
    Snippet(
        "annotated",
        "the dependency is spelled out in 40 signatures; whoever changes it has to find them all",
        "The session is injected by `Depends` inside `Annotated`, written out.",
        'open = "inject"\ninject = "alias"',
        _code("""
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_db


async def list_orders(db: Annotated[AsyncSession, Depends(get_db)]):
    return await db.scalars("select ...")
"""),
        _code("""
from app.dependencies import DbSession


async def list_orders(db: DbSession):
    return await db.scalars("select ...")
"""),
        ("annotated",),
    ),
    Snippet(
        "default",
        "handlers called from tests get a `Depends` object instead of a session",
        "The session is injected by `Depends` as a default value.",
        'open = "inject"\ninject = "alias"',
        _code("""
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_db


async def list_orders(db: AsyncSession = Depends(get_db)):
    return await db.scalars("select ...")
"""),
        _code("""
from app.dependencies import DbSession


async def list_orders(db: DbSession):
    return await db.scalars("select ...")
"""),
        ("default",),
    ),
    Snippet(
        "provider",
        "handlers open a second session beside the one of the request",
        "The session is borrowed: `with` or `async with` on a provider, or an exit stack that enters one.",
        'open = "inject"',
        _code("""
from app.database import session_scope


async def list_orders():
    async with session_scope() as db:
        return await db.scalars("select ...")
"""),
        _code("""
from app.dependencies import DbSession


async def list_orders(db: DbSession):
    return await db.scalars("select ...")
"""),
        ("provider",),
    ),
    Snippet(
        "with",
        "some code opens sessions past `session_scope`, and its changes are never committed",
        "The session is opened by `with` or `async with` on a factory, or by `contextlib.closing`.",
        'open = "provider"',
        _code("""
from app.database import SessionLocal


async def list_orders():
    async with SessionLocal() as db:
        return await db.scalars("select ...")
"""),
        _code("""
from app.database import session_scope


async def list_orders():
    async with session_scope() as db:
        return await db.scalars("select ...")
"""),
        ("with",),
    ),
    Snippet(
        "finally",
        "every service closes its sessions by hand, each in its own way",
        "The session is opened by a plain call and closed in `finally`.",
        'open = "with"',
        _code("""
from app.database import SessionLocal


async def list_orders():
    db = SessionLocal()
    try:
        return await db.scalars("select ...")
    finally:
        await db.close()
"""),
        _code("""
from app.database import SessionLocal


async def list_orders():
    async with SessionLocal() as db:
        return await db.scalars("select ...")
"""),
        ("finally",),
    ),
    Snippet(
        "dependency",
        "there are two ways to get a session, and only one of them is known to the team",
        "A function that the resource lists hands a session on: that is its purpose, so it is always allowed, outside "
        "of `home` too.",
        'open = "inject"',
        _code("""
from app.database import session_scope


async def listed_db():
    async with session_scope() as db:
        yield db


async def other_db():
    async with session_scope() as db:
        yield db
"""),
        _code("""
from app.database import session_scope


async def listed_db():
    async with session_scope() as db:
        yield db
"""),
        ("provider",),
        RESOURCE.replace('get_db"]', 'get_db", "app.orders.listed_db"]'),
    ),
    Snippet(
        "escape",
        "`new_session()` is called in 76 places, and nobody knows who closes what it returns",
        "The session is returned or yielded raw: whoever gets it has to know that it must be closed. The callers of "
        "such a function are judged as if they called the factory.",
        'open = "any"\nforbid = ["escape"]',
        _code("""
from app.database import SessionLocal


def new_session():
    return SessionLocal()
"""),
        _code("""
from contextlib import asynccontextmanager

from app.database import SessionLocal


@asynccontextmanager
async def new_session():
    async with SessionLocal() as db:
        yield db
"""),
        ("escape",),
    ),
    Snippet(
        "manual",
        "`await anext(get_db())` is used outside of requests; what stands behind the `yield` never runs in time",
        "A provider or a dependency is stepped through by `next`, `anext`, `__enter__` or a loop. What it does on "
        "leaving (commit, close) happens some time later, or never. This is never allowed.",
        'open = "any"\nforbid = ["leak"]',
        _code("""
from app.database import get_db


async def list_orders():
    db = await anext(get_db())
    return await db.scalars("select ...")
"""),
        _code("""
from app.database import session_scope


async def list_orders():
    async with session_scope() as db:
        return await db.scalars("select ...")
"""),
        ("manual",),
    ),
    Snippet(
        "leak",
        "after an error the connection is never given back; the pool is empty by noon",
        "Everything else: closed on the happy path only, never closed, opened inside an expression, or a `with` that "
        "does not release.",
        'open = "any"\nforbid = ["leak"]',
        _code("""
from app.database import SessionLocal


async def list_orders():
    db = SessionLocal()
    orders = await db.scalars("select ...")
    await db.close()
    return orders
"""),
        _code("""
from app.database import SessionLocal


async def list_orders():
    async with SessionLocal() as db:
        return await db.scalars("select ...")
"""),
        ("leak",),
    ),
)

WORDS = (
    Snippet(
        "hold",
        "services keep a session on `self`; two requests that share a service share a transaction",
        "A session is kept on an object, a class or in a global, where it outlives the call it was opened for.",
        'forbid = ["hold"]',
        _code("""
from sqlalchemy.ext.asyncio import AsyncSession


class Orders:
    def __init__(self, db: AsyncSession):
        self.db = db
"""),
        _code("""
from sqlalchemy.ext.asyncio import AsyncSession


class Orders:
    async def all(self, db: AsyncSession):
        return await db.scalars("select ...")
"""),
        ("hold",),
    ),
    Snippet(
        "transaction",
        "services commit in the middle of what their callers took for one transaction",
        "A transaction is begun, flushed or ended (commit, rollback, flush, begin) by somebody who does not own the "
        "session.",
        'forbid = ["transaction"]',
        _code("""
from sqlalchemy.ext.asyncio import AsyncSession


async def cancel(order, db: AsyncSession):
    order.cancelled = True
    await db.commit()
"""),
        _code("""
from sqlalchemy.ext.asyncio import AsyncSession


async def cancel(order, db: AsyncSession):
    order.cancelled = True
    db.add(order)
"""),
        ("transaction",),
    ),
    Snippet(
        "leak",
        "`SessionLocal()` is called inline, inside expressions",
        "The form `leak`, whatever `open` says.",
        'forbid = ["leak"]',
        _code("""
from app.database import SessionLocal


async def count(query):
    return await SessionLocal().scalar(query)
"""),
        _code("""
from app.database import SessionLocal


async def count(query):
    async with SessionLocal() as db:
        return await db.scalar(query)
"""),
        ("leak",),
    ),
    Snippet(
        "escape",
        "a generator hands out sessions and closes none",
        "The form `escape`, whatever `open` says.",
        'forbid = ["escape"]',
        _code("""
from app.database import SessionLocal


async def sessions():
    db = SessionLocal()
    yield db
"""),
        _code("""
from app.database import SessionLocal


async def sessions():
    async with SessionLocal() as db:
        yield db
"""),
        ("escape",),
    ),
    Snippet(
        "engine",
        "three modules have an engine of their own; the database counts three pools",
        "An engine, a pool or a session factory is made outside `home`: a second pool of connections.",
        'forbid = ["engine"]',
        _code("""
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://")
"""),
        _code("""
from app.database import engine

name = engine.name
"""),
        ("engine",),
    ),
    Snippet(
        "share",
        "queries run side by side on one session and fail now and then",
        "One session is handed to what runs beside its owner: `gather`, `create_task`, a task group, a thread, a task "
        "queue. Sessions of all nine drivers serve one task at a time.",
        'forbid = ["share"]',
        _code("""
import asyncio

from sqlalchemy.ext.asyncio import AsyncSession


async def totals(db: AsyncSession, queries):
    return await asyncio.gather(*[db.scalar(query) for query in queries])
"""),
        _code("""
from sqlalchemy.ext.asyncio import AsyncSession


async def totals(db: AsyncSession, queries):
    return [await db.scalar(query) for query in queries]
"""),
        ("share",),
    ),
    Snippet(
        "async_mismatch",
        "an order is cancelled, and the next day it is not: nobody awaited the commit",
        "A synchronous session in `async def` blocks the event loop; an asynchronous one in a plain `with`, or without "
        "`await`, does nothing at all.",
        'forbid = ["async_mismatch"]',
        _code("""
from sqlalchemy.ext.asyncio import AsyncSession


async def cancel(order, db: AsyncSession):
    order.cancelled = True
    db.commit()
"""),
        _code("""
from sqlalchemy.ext.asyncio import AsyncSession


async def cancel(order, db: AsyncSession):
    order.cancelled = True
    await db.commit()
"""),
        ("async_mismatch",),
    ),
    Snippet(
        "bare_provider",
        "a `with` fails at run time, in the branch that no test takes",
        "A generator is used in `with`, but nothing made it a context manager.",
        'forbid = ["bare_provider"]',
        _code("""
from app.database import get_db


async def list_orders():
    async with get_db() as db:
        return await db.scalars("select ...")
"""),
        _code("""
from app.database import session_scope


async def list_orders():
    async with session_scope() as db:
        return await db.scalars("select ...")
"""),
        ("bare_provider",),
    ),
    Snippet(
        "commit_in_loop",
        "an import of 10,000 rows takes an hour and stops half-way",
        "Each turn of a loop commits a session that was opened before the loop: slow, and half done when it fails.",
        'forbid = ["commit_in_loop"]',
        _code("""
from app.database import SessionLocal


async def import_orders(orders):
    async with SessionLocal() as db:
        for order in orders:
            db.add(order)
            await db.commit()
"""),
        _code("""
from app.database import SessionLocal


async def import_orders(orders):
    async with SessionLocal() as db:
        for order in orders:
            db.add(order)
        await db.commit()
"""),
        ("commit_in_loop",),
    ),
)
