"""Sets every order back to open. Written for one night in May, still here."""

import asyncio

from sqlalchemy import update

from app.db import session_scope
from app.models import Order


async def reset() -> None:
    async with session_scope() as db:
        await db.execute(update(Order).values(state="open"))


if __name__ == "__main__":
    asyncio.run(reset())
