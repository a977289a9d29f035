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


def code(text: str) -> str:
    """The text of a snippet without the newline that follows its opening quotes."""
    return text.lstrip("\n")
