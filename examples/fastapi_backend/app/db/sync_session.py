"""A second, synchronous way to the same database, for the reports."""

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from app.core.config import settings

SyncSessionLocal = sessionmaker(create_engine(settings.database_url.replace("+aiosqlite", "")))
