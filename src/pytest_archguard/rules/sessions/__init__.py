"""The rule kind `sessions`: how database sessions are made, held and handed on."""

from pytest_archguard.rules.sessions.zone import Sessions

__all__ = ["Sessions"]
