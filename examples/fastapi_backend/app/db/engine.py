"""The one engine of the process."""

import aiosqlite
from sqlalchemy.ext.asyncio import create_async_engine

from app.core.config import settings

DRIVER_VERSION = aiosqlite.__version__

engine = create_async_engine(settings.database_url)
