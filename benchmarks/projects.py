"""The code bases that are measured, from small to large, each with the same two contracts for every tool."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / ".scratch" / "benchmarks"
PACKAGES = Path(os.environ.get("ARCHGUARD_REAL_PACKAGES", ROOT / ".scratch" / "packages"))

ORDER = "order"  # the layers contract
NO_DRIVER = "no-driver"  # the forbidden contract


@dataclass(frozen=True, slots=True)
class Bars:
    """How good is good enough, where it is promised. cold, warm: times as long as `lint-imports`, on top of pytest.
    memory: bytes of all processes together."""

    cold: float | None = None
    warm: float | None = None
    memory: float | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A package with a layers and a forbidden contract.

    fetched: its name for scripts/packages.py; empty for an example of this repository.
    source: the package's folder, below what was fetched or below this repository.
    layers: from high to low. forbidden: (importers, package outside).
    changed: the file that "one file changed" changes.
    """

    name: str
    fetched: str
    source: str
    layers: tuple[str, ...]
    forbidden: tuple[str, str]
    changed: str
    bars: Bars = Bars()

    @property
    def package(self) -> str:
        """The name it is imported by."""
        return Path(self.source).name

    @property
    def layer_modules(self) -> list[str]:
        """The full names of the layers, from high to low."""
        return [f"{self.package}.{layer}" for layer in self.layers]

    @property
    def importers(self) -> str:
        """The full name of what may not import `driver`."""
        return f"{self.package}.{self.forbidden[0]}"

    @property
    def driver(self) -> str:
        """The package outside that is forbidden."""
        return self.forbidden[1]

    def copy(self, folder: Path) -> Path:
        """A fresh copy of the package, alone in a folder; returns the folder."""
        shutil.rmtree(folder, ignore_errors=True)
        copy_files((PACKAGES / self.fetched if self.fetched else ROOT) / self.source, folder / self.package)
        return folder


def copy_files(source: Path, folder: Path) -> None:
    """Copies what a folder holds to a folder that holds nothing else afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__", "*.dist-info"))


def fetch(*names: str) -> None:
    """Fetches the packages that are missing; exits if one cannot be had."""
    wanted = [name for name in names if name]
    script = ROOT / "scripts" / "packages.py"
    if wanted and subprocess.run([sys.executable, script, *wanted], check=False).returncode != 0:
        sys.exit("without its packages there is nothing to measure")


PROJECTS = (
    Project(
        "fastapi-backend",
        "",
        "examples/fastapi_backend/app",
        ("api", "services", "core"),
        ("core", "sqlite3"),
        "core/config.py",
    ),
    Project(
        "django",
        "django",
        "django",
        ("contrib.admin", "forms", "utils"),
        ("utils", "sqlite3"),
        "utils/text.py",
        Bars(cold=2.5, warm=1.0),
    ),
    Project(
        "superset",
        "apache_superset",
        "superset",
        ("views", "commands", "daos", "utils"),
        ("utils", "sqlite3"),
        "utils/core.py",
    ),
    Project(
        "homeassistant",
        "homeassistant",
        "homeassistant",
        ("components.zwave_js", "helpers", "util"),
        ("util", "sqlalchemy"),
        "util/dt.py",
        Bars(cold=2.0, warm=0.6, memory=400e6),
    ),
)
