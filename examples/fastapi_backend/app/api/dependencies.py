"""What the routes are given."""

from typing import Annotated

from fastapi import Depends, Header, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.security import verify
from app.db import get_db

DbSession = Annotated[AsyncSession, Depends(get_db)]


async def current_customer_id(token: Annotated[str, Header()]) -> int:
    customer_id = verify(token)
    if customer_id is None:
        raise HTTPException(401, "the token is not valid")
    return customer_id


CurrentCustomerId = Annotated[int, Depends(current_customer_id)]
