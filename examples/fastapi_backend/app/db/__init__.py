"""The database layer: how sessions are made and handed out."""

from app.db.session import AsyncSessionLocal, create_tables, get_db, session_scope

__all__ = ["AsyncSessionLocal", "create_tables", "get_db", "session_scope"]
