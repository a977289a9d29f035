"""Sessions: `Depends(get_db)` in a request, `session_scope()` anywhere else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.db.base import Base
from app.db.engine import engine

AsyncSessionLocal = async_sessionmaker(engine, expire_on_commit=False)


async def get_db() -> AsyncIterator[AsyncSession]:
    async with AsyncSessionLocal() as session:
        yield session
        await session.commit()


@asynccontextmanager
async def session_scope() -> AsyncIterator[AsyncSession]:
    async with AsyncSessionLocal() as session:
        yield session
        await session.commit()


async def create_tables() -> None:
    import app.models  # noqa: F401  fills Base.metadata

    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
