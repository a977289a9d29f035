"""Whether and which rules a run is about."""

from __future__ import annotations

import pytest


def activate(config: pytest.Config) -> None:
    """Registers the part of the plugin that collects and runs rules."""
