"""Fetch the pinned real packages that tests and benchmarks read: `python scripts/packages.py [NAME...]`.

Each wheel is unpacked, never installed and never imported, to `.scratch/packages/<name>/` (or below the folder that
ARCHGUARD_REAL_PACKAGES names). What is there in the pinned version is left alone, so a second run costs nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# Tests hold counts read off exactly these versions; raise one together with the numbers it changes.
PINS = {
    "apache_airflow_core": "3.3.2",  # 900 files, a FastAPI back end with sessions
    "apache_superset": "6.1.0",  # 200,000 lines, SQLAlchemy throughout
    "azure_mgmt_network": "33.1.0",  # files of 100,000 lines: shows what is quadratic
    "django": "5.2.19",  # 900 files, well known
    "homeassistant": "2024.3.3",  # 6,725 files, a million lines
    "mlflow": "3.18.0",  # sessions of several kinds
    "prefect": "3.9.1",  # asynchronous sessions
    "sqlalchemy": "2.1.9",  # imports under TYPE_CHECKING, cycles
}
DEFAULT_FOLDER = Path(__file__).parent.parent / ".scratch" / "packages"
# The wheel for any platform, so that everyone reads the same files; asking for it also lifts `Requires-Python`.
ANY_PLATFORM = ("--platform=any", "--implementation=py", "--abi=none", "--python-version=3.13")


def main() -> int:
    """Fetches what is missing; 1 when a package cannot be had."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(PINS)}; default: all")
    names = parser.parse_args().names or list(PINS)
    if unknown := sorted(set(names) - set(PINS)):
        parser.error(f"not pinned here: {', '.join(unknown)}; there are {', '.join(PINS)}")
    folder = Path(os.environ.get("ARCHGUARD_REAL_PACKAGES", DEFAULT_FOLDER))
    folder.mkdir(parents=True, exist_ok=True)
    failed = [name for name in names if not present(folder, name) and not fetch(folder, name)]
    if failed:
        print(f"could not fetch: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def present(folder: Path, name: str) -> bool:
    """Whether the pinned version of this package has been unpacked."""
    return (folder / name / f"{name}-{PINS[name]}.dist-info").is_dir()


def fetch(folder: Path, name: str) -> bool:
    """Downloads and unpacks one package; false when pip cannot get it (pip has said why)."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-qq", "--no-deps"]
        wanted = f"{name.replace('_', '-')}=={PINS[name]}"
        arguments = ["--only-binary=:all:", *ANY_PLATFORM, "--dest", scratch, wanted]
        if subprocess.run([*pip, *arguments], check=False, stdin=subprocess.DEVNULL).returncode != 0:
            return False
        (wheel,) = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(Path(scratch, "unpacked"))
        # Renamed into place whole: an interrupted run leaves nothing that looks complete.
        shutil.rmtree(folder / name, ignore_errors=True)
        Path(scratch, "unpacked").rename(folder / name)
    print(f"unpacked {name} {PINS[name]}")
    return True


if __name__ == "__main__":
    sys.exit(main())
