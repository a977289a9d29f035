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
    """A form or a word. rule: the keys of the table that make `bad` fail and leave `good` alone.

    finds: the names of the violations in `bad`; none for what is always allowed.
    """

    name: str
    says: str
    rule: str
    bad: str
    good: str
    finds: tuple[str, ...]


def _imports(code: str) -> str:
    return code.lstrip("\n")


FORMS = (
    Snippet(
        "alias",
        "The session is injected through the one `Annotated` alias.",
        'open = "never"',
        _imports("""
from app.dependencies import DbSession


async def list_orders(db: DbSession):
    return await db.scalars("select ...")
"""),
        _imports("""
from sqlalchemy.ext.asyncio import AsyncSession


async def list_orders(db: AsyncSession):
    return await db.scalars("select ...")
"""),
        ("alias",),
    ),
    Snippet(
        "annotated",
        "The session is injected by `Depends` inside `Annotated`, written out.",
        'open = "inject"\ninject = "alias"',
        _imports("""
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_db


async def list_orders(db: Annotated[AsyncSession, Depends(get_db)]):
    return await db.scalars("select ...")
"""),
        _imports("""
from app.dependencies import DbSession


async def list_orders(db: DbSession):
    return await db.scalars("select ...")
"""),
        ("annotated",),
    ),
    Snippet(
        "default",
        "The session is injected by `Depends` as a default value.",
        'open = "inject"\ninject = "alias"',
        _imports("""
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_db


async def list_orders(db: AsyncSession = Depends(get_db)):
    return await db.scalars("select ...")
"""),
        _imports("""
from app.dependencies import DbSession


async def list_orders(db: DbSession):
    return await db.scalars("select ...")
"""),
        ("default",),
    ),
    Snippet(
        "provider",
        "The session is borrowed: `with` or `async with` on a provider, or an exit stack that enters one.",
        'open = "inject"',
        _imports("""
from app.database import session_scope


async def list_orders():
    async with session_scope() as db:
        return await db.scalars("select ...")
"""),
        _imports("""
from app.dependencies import DbSession


async def list_orders(db: DbSession):
    return await db.scalars("select ...")
"""),
        ("provider",),
    ),
    Snippet(
        "with",
        "The session is opened by `with` or `async with` on a factory, or by `contextlib.closing`.",
        'open = "provider"',
        _imports("""
from app.database import SessionLocal


async def list_orders():
    async with SessionLocal() as db:
        return await db.scalars("select ...")
"""),
        _imports("""
from app.database import session_scope


async def list_orders():
    async with session_scope() as db:
        return await db.scalars("select ...")
"""),
        ("with",),
    ),
    Snippet(
        "finally",
        "The session is opened by a plain call and closed in `finally`.",
        'open = "with"',
        _imports("""
from app.database import SessionLocal


async def list_orders():
    db = SessionLocal()
    try:
        return await db.scalars("select ...")
    finally:
        await db.close()
"""),
        _imports("""
from app.database import SessionLocal


async def list_orders():
    async with SessionLocal() as db:
        return await db.scalars("select ...")
"""),
        ("finally",),
    ),
    Snippet(
        "dependency",
        "A function that the resource lists hands a session on: that is its purpose, so it is always allowed.",
        'open = "never"',
        _imports("""
from app.database import session_scope


async def other_db():
    async with session_scope() as db:
        yield db
"""),
        _imports("""
async def list_orders(db):
    return await db.scalars("select ...")
"""),
        ("provider",),
    ),
    Snippet(
        "escape",
        "The session is returned or yielded raw: whoever gets it has to know that it must be closed. The callers of "
        "such a function are judged as if they called the factory.",
        'open = "any"\nforbid = ["escape"]',
        _imports("""
from app.database import SessionLocal


def new_session():
    return SessionLocal()
"""),
        _imports("""
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
        "A provider or a dependency is stepped through by `next`, `anext`, `__enter__` or a loop. What it does on "
        "leaving (commit, close) happens some time later, or never. This is never allowed.",
        'open = "any"\nforbid = ["leak"]',
        _imports("""
from app.database import get_db


async def list_orders():
    db = await anext(get_db())
    return await db.scalars("select ...")
"""),
        _imports("""
from app.database import session_scope


async def list_orders():
    async with session_scope() as db:
        return await db.scalars("select ...")
"""),
        ("manual",),
    ),
    Snippet(
        "leak",
        "Everything else: closed on the happy path only, never closed, opened inside an expression, or a `with` that "
        "does not release.",
        'open = "any"\nforbid = ["leak"]',
        _imports("""
from app.database import SessionLocal


async def list_orders():
    db = SessionLocal()
    orders = await db.scalars("select ...")
    await db.close()
    return orders
"""),
        _imports("""
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
        "A session is kept on an object, a class or in a global, where it outlives the call it was opened for.",
        'forbid = ["hold"]',
        _imports("""
from sqlalchemy.ext.asyncio import AsyncSession


class Orders:
    def __init__(self, db: AsyncSession):
        self.db = db
"""),
        _imports("""
from sqlalchemy.ext.asyncio import AsyncSession


class Orders:
    async def all(self, db: AsyncSession):
        return await db.scalars("select ...")
"""),
        ("hold",),
    ),
    Snippet(
        "transaction",
        "A transaction is begun, flushed or ended (commit, rollback, flush, begin) by somebody who does not own the "
        "session.",
        'forbid = ["transaction"]',
        _imports("""
from sqlalchemy.ext.asyncio import AsyncSession


async def cancel(order, db: AsyncSession):
    order.cancelled = True
    await db.commit()
"""),
        _imports("""
from sqlalchemy.ext.asyncio import AsyncSession


async def cancel(order, db: AsyncSession):
    order.cancelled = True
    db.add(order)
"""),
        ("transaction",),
    ),
    Snippet(
        "leak",
        "The form `leak`, whatever `open` says.",
        'forbid = ["leak"]',
        _imports("""
from app.database import SessionLocal


async def count(query):
    return await SessionLocal().scalar(query)
"""),
        _imports("""
from app.database import SessionLocal


async def count(query):
    async with SessionLocal() as db:
        return await db.scalar(query)
"""),
        ("leak",),
    ),
    Snippet(
        "escape",
        "The form `escape`, whatever `open` says.",
        'forbid = ["escape"]',
        _imports("""
from app.database import SessionLocal


async def sessions():
    db = SessionLocal()
    yield db
"""),
        _imports("""
from app.database import SessionLocal


async def sessions():
    async with SessionLocal() as db:
        yield db
"""),
        ("escape",),
    ),
    Snippet(
        "engine",
        "An engine, a pool or a session factory is made outside `home`: a second pool of connections.",
        'forbid = ["engine"]',
        _imports("""
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://")
"""),
        _imports("""
from app.database import engine

name = engine.name
"""),
        ("engine",),
    ),
    Snippet(
        "share",
        "One session is handed to what runs beside its owner: `gather`, `create_task`, a task group, a thread, a task "
        "queue. Sessions of all nine drivers serve one task at a time.",
        'forbid = ["share"]',
        _imports("""
import asyncio

from sqlalchemy.ext.asyncio import AsyncSession


async def totals(db: AsyncSession, queries):
    return await asyncio.gather(*[db.scalar(query) for query in queries])
"""),
        _imports("""
from sqlalchemy.ext.asyncio import AsyncSession


async def totals(db: AsyncSession, queries):
    return [await db.scalar(query) for query in queries]
"""),
        ("share",),
    ),
    Snippet(
        "async_mismatch",
        "A synchronous session in `async def` blocks the event loop; an asynchronous one in a plain `with`, or without "
        "`await`, does nothing at all.",
        'forbid = ["async_mismatch"]',
        _imports("""
from sqlalchemy.ext.asyncio import AsyncSession


async def cancel(order, db: AsyncSession):
    order.cancelled = True
    db.commit()
"""),
        _imports("""
from sqlalchemy.ext.asyncio import AsyncSession


async def cancel(order, db: AsyncSession):
    order.cancelled = True
    await db.commit()
"""),
        ("async_mismatch",),
    ),
    Snippet(
        "bare_provider",
        "A generator is used in `with`, but nothing made it a context manager.",
        'forbid = ["bare_provider"]',
        _imports("""
from app.database import get_db


async def list_orders():
    async with get_db() as db:
        return await db.scalars("select ...")
"""),
        _imports("""
from app.database import session_scope


async def list_orders():
    async with session_scope() as db:
        return await db.scalars("select ...")
"""),
        ("bare_provider",),
    ),
    Snippet(
        "commit_in_loop",
        "Each turn of a loop commits a session that was opened before the loop: slow, and half done when it fails.",
        'forbid = ["commit_in_loop"]',
        _imports("""
from app.database import SessionLocal


async def import_orders(orders):
    async with SessionLocal() as db:
        for order in orders:
            db.add(order)
            await db.commit()
"""),
        _imports("""
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
