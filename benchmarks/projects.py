"""The code bases that are measured, each with the same contracts for every tool."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / ".scratch" / "packages"


@dataclass(frozen=True, slots=True)
class Project:
    """A package with a layers and a forbidden contract.

    source: the package's folder. layers: from high to low. forbidden: (importers, package outside).
    changed: the file that "one file changed" changes.
    """

    name: str
    package: str
    source: Path
    layers: tuple[str, ...]
    forbidden: tuple[str, str]
    changed: str

    def prepare(self, scratch: Path) -> Path:
        """Copies the package to a folder of its own and writes every tool's configuration; returns the folder."""
        folder = scratch / self.name
        if not (folder / self.package).exists():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copytree(self.source, folder / self.package, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "pyproject.toml").write_text(self._rules(), encoding="utf-8")
        (folder / ".importlinter").write_text(self._contracts(), encoding="utf-8")
        return folder

    def _rules(self) -> str:
        layers = ", ".join(f'"{self.package}.{layer}"' for layer in self.layers)
        importers, imported = self.forbidden
        # The pytest table makes this folder the root folder: this repository's own rules are not measured.
        return textwrap.dedent(f"""\
            [tool.pytest.ini_options]

            [tool.archguard]
            packages = ["{self.package}"]
            import_linter = "off"

            [[tool.archguard.layers]]
            id = "order"
            layers = [{layers}]

            [[tool.archguard.forbidden]]
            id = "no-driver"
            from = ["{self.package}.{importers}"]
            to = ["{imported}"]
            """)

    def _contracts(self) -> str:
        layers = "\n".join(f"    {self.package}.{layer}" for layer in self.layers)
        importers, imported = self.forbidden
        return (
            f"[importlinter]\nroot_package = {self.package}\ninclude_external_packages = True\n\n"
            f"[importlinter:contract:order]\nname = order\ntype = layers\nlayers =\n{layers}\n\n"
            f"[importlinter:contract:no-driver]\nname = no-driver\ntype = forbidden\n"
            f"source_modules = {self.package}.{importers}\nforbidden_modules = {imported}\n"
        )


PROJECTS = (
    Project(
        "fastapi-backend",
        "app",
        ROOT / "examples" / "fastapi_backend" / "app",
        ("api", "services", "core"),
        ("core", "sqlite3"),
        "core/config.py",
    ),
    Project(
        "django",
        "django",
        PACKAGES / "django" / "django",
        ("contrib.admin", "forms", "utils"),
        ("utils", "sqlite3"),
        "utils/text.py",
    ),
    Project(
        "superset",
        "superset",
        PACKAGES / "apache_superset" / "superset",
        ("views", "commands", "daos", "utils"),
        ("utils", "sqlite3"),
        "utils/core.py",
    ),
    Project(
        "homeassistant",
        "homeassistant",
        PACKAGES / "homeassistant" / "homeassistant",
        ("components.zwave_js", "helpers", "util"),
        ("util", "sqlalchemy"),
        "util/dt.py",
    ),
)
