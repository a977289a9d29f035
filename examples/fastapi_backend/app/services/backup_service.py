"""Copies the database while the shop is open."""

import aiosqlite

from app.core.config import settings


async def backup(target: str) -> None:
    path = settings.database_url.partition("///")[2]
    async with aiosqlite.connect(path) as source, aiosqlite.connect(target) as copy:
        await source.backup(copy)
