"""Bad and good code for each word of `forbid`."""

from __future__ import annotations

from pytest_archguard.rules.sessions.snippets.application import Snippet, code

WORDS = (
    Snippet(
        "hold",
        "services keep a session on `self`; two requests that share a service share a transaction",
        "A session is kept on an object, a class or in a global, where it outlives the call it was opened for.",
        'forbid = ["hold"]',
        code("""
from sqlalchemy.ext.asyncio import AsyncSession


class Orders:
    def __init__(self, db: AsyncSession):
        self.db = db
"""),
        code("""
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
        code("""
from sqlalchemy.ext.asyncio import AsyncSession


async def cancel(order, db: AsyncSession):
    order.cancelled = True
    await db.commit()
"""),
        code("""
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
        code("""
from app.database import SessionLocal


async def count(query):
    return await SessionLocal().scalar(query)
"""),
        code("""
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
        code("""
from app.database import SessionLocal


async def sessions():
    db = SessionLocal()
    yield db
"""),
        code("""
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
        code("""
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://")
"""),
        code("""
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
        code("""
import asyncio

from sqlalchemy.ext.asyncio import AsyncSession


async def totals(db: AsyncSession, queries):
    return await asyncio.gather(*[db.scalar(query) for query in queries])
"""),
        code("""
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
        code("""
from sqlalchemy.ext.asyncio import AsyncSession


async def cancel(order, db: AsyncSession):
    order.cancelled = True
    db.commit()
"""),
        code("""
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
        code("""
from app.database import get_db


async def list_orders():
    async with get_db() as db:
        return await db.scalars("select ...")
"""),
        code("""
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
        "Each turn of a loop commits a session that was opened before the loop, by `commit` or by leaving a `with` "
        "that commits: slow, and half done when it fails.",
        'forbid = ["commit_in_loop"]',
        code("""
from app.database import SessionLocal


async def import_orders(orders):
    async with SessionLocal() as db:
        for order in orders:
            db.add(order)
            await db.commit()
"""),
        code("""
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
