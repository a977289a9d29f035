"""What all tests share: pytester, hypothesis profiles, the pinned real packages."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

pytest_plugins = ["pytester"]

REPOSITORY = Path(__file__).parent.parent

# A run in CI tries the same examples every time: what fails there fails at the desk too. Without deadlines, because
# a busy machine is no mistake.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60, print_blob=True)
hypothesis.settings.register_profile("desk", deadline=None, max_examples=40)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "desk"))


@pytest.fixture(scope="session")
def real_package() -> Callable[[str], Path]:
    """`real_package("django")`: the folder that holds the unpacked package, a source root.

    Where it is missing the test is skipped, in CI (or with ARCHGUARD_REQUIRE_REAL set) it fails.
    """

    def find(name: str) -> Path:
        folder = Path(os.environ.get("ARCHGUARD_REAL_PACKAGES", REPOSITORY / ".scratch" / "packages")) / name
        if not folder.is_dir():
            reason = f"{folder} is missing: python scripts/packages.py {name}"
            if os.environ.get("CI") or os.environ.get("ARCHGUARD_REQUIRE_REAL"):
                pytest.fail(reason)
            pytest.skip(reason)
        return folder.resolve()

    return find


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root folder of this repository."""
    return REPOSITORY
