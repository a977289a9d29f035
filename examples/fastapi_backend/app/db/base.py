"""The declarative base of all tables."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass
