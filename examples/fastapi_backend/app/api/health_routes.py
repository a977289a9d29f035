"""For the load balancer."""

import sqlalchemy
from fastapi import APIRouter

from app.api.dependencies import DbSession

router = APIRouter()


@router.get("/health", response_model=dict[str, str])
async def health(db: DbSession) -> dict[str, str]:
    await db.execute(sqlalchemy.text("SELECT 1"))
    return {"status": "ok"}
