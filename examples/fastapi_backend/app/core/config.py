"""Settings, read from the environment once."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    shop_name: str = os.getenv("SHOP_NAME", "Corner shop")
    database_url: str = os.getenv("DATABASE_URL", "sqlite+aiosqlite:///shop.db")
    secret: str = os.getenv("SHOP_SECRET", "change me")
    run_scheduler: bool = os.getenv("SHOP_SCHEDULER") == "1"


settings = Settings()
