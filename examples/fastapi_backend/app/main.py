"""The application: `uvicorn app.main:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.api import auth_routes, customer_routes, health_routes, order_routes, product_routes, report_routes
from app.core.config import settings
from app.db import create_tables
from app.services import scheduler


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await create_tables()
    task = scheduler.start() if settings.run_scheduler else None
    yield
    if task is not None:
        task.cancel()


app = FastAPI(title=settings.shop_name, lifespan=lifespan)
app.include_router(auth_routes.router)
app.include_router(customer_routes.router)
app.include_router(health_routes.router)
app.include_router(order_routes.router)
app.include_router(product_routes.router)
app.include_router(report_routes.router)
