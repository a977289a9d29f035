"""Bad and good code for each form."""

from __future__ import annotations

from pytest_archguard.rules.sessions.snippets.application import RESOURCE, Snippet, code

FORMS = (
    Snippet(
        "alias",
        "the report builder asks the web framework for a session, so it cannot run in a worker",
        "The session is injected through the one `Annotated` alias.",
        'open = "never"',
        code("""
from app.dependencies import DbSession


async def list_orders(db: DbSession):
    return await db.scalars("select ...")
"""),
        code("""
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
        code("""
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_db


async def list_orders(db: Annotated[AsyncSession, Depends(get_db)]):
    return await db.scalars("select ...")
"""),
        code("""
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
        code("""
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_db


async def list_orders(db: AsyncSession = Depends(get_db)):
    return await db.scalars("select ...")
"""),
        code("""
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
        code("""
from app.database import session_scope


async def list_orders():
    async with session_scope() as db:
        return await db.scalars("select ...")
"""),
        code("""
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
        code("""
from app.database import SessionLocal


async def list_orders():
    async with SessionLocal() as db:
        return await db.scalars("select ...")
"""),
        code("""
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
        code("""
from app.database import SessionLocal


async def list_orders():
    db = SessionLocal()
    try:
        return await db.scalars("select ...")
    finally:
        await db.close()
"""),
        code("""
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
        code("""
from app.database import session_scope


async def listed_db():
    async with session_scope() as db:
        yield db


async def other_db():
    async with session_scope() as db:
        yield db
"""),
        code("""
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
        code("""
from app.database import SessionLocal


def new_session():
    return SessionLocal()
"""),
        code("""
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
        code("""
from app.database import get_db


async def list_orders():
    db = await anext(get_db())
    return await db.scalars("select ...")
"""),
        code("""
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
        code("""
from app.database import SessionLocal


async def list_orders():
    db = SessionLocal()
    orders = await db.scalars("select ...")
    await db.close()
    return orders
"""),
        code("""
from app.database import SessionLocal


async def list_orders():
    async with SessionLocal() as db:
        return await db.scalars("select ...")
"""),
        ("leak",),
    ),
)
