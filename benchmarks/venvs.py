"""Environments of their own for what is measured, below `.scratch/benchmarks/venvs`: what is installed beside a tool
(other plugins of pytest, an editable installation) costs time as well, so nothing is."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from projects import ROOT, SCRATCH

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
PYTEST = "pytest==9.2.0"
LINTER = ("import-linter==2.17", "grimp==3.20")
# The same grimp for us as for import-linter, where there is one for this Python.
BESIDE_US = (PYTEST, *(f"{pin}; python_version >= '3.11'" for pin in LINTER))


def rival(name: str, requirements: tuple[str, ...]) -> Path | None:
    """The folder of commands of an environment with these packages; none if they cannot be installed here."""
    folder = _folder(name)
    if not _is_complete(folder, "\n".join(requirements)):
        _make(folder)
        if not _install(folder, requirements):
            return None
        _complete(folder, "\n".join(requirements))
    return folder / "bin"


def ours(installed: bool = True) -> Path:
    """The folder of commands of an environment with pytest and this project, from a wheel, as users have it.

    installed: false for the same environment, this project taken out again.
    """
    folder = _folder("archguard" if installed else "pytest")
    state = f"{_digest_of_sources()}\n{BESIDE_US}\n{installed}"
    if not _is_complete(folder, state):
        _make(folder)
        with tempfile.TemporaryDirectory() as wheels:
            subprocess.run([*PIP, "wheel", "-qq", "--no-deps", "--wheel-dir", wheels, str(ROOT)], check=True)
            (wheel,) = Path(wheels).glob("*.whl")
            if not _install(folder, (str(wheel), *BESIDE_US)):
                sys.exit("pytest-archguard cannot be installed; pip has said why")
        if not installed:
            subprocess.run([*PIP, *_into(folder), "uninstall", "-qq", "--yes", "pytest-archguard"], check=True)
        _complete(folder, state)
    return folder / "bin"


def versions(commands: Path, names: tuple[str, ...]) -> list[str]:
    """`name version` of these packages in an environment."""
    code = "import sys; from importlib.metadata import version; [print(name, version(name)) for name in sys.argv[1:]]"
    done = subprocess.run([commands / "python", "-c", code, *names], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def _folder(name: str) -> Path:
    return SCRATCH / "venvs" / name


def _make(folder: Path) -> None:
    print(f"making {folder.relative_to(ROOT)}", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", folder], check=True)


def _install(folder: Path, requirements: tuple[str, ...]) -> bool:
    # pip compiles what it installs, so the first run is not slower than the others.
    command = [*PIP, *_into(folder), "install", "-qq", "--only-binary=:all:", *requirements]
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0


def _into(folder: Path) -> list[str]:
    return ["--python", str(folder / "bin" / "python")]


def _is_complete(folder: Path, state: str) -> bool:
    # Written last: an interrupted installation leaves nothing that looks complete.
    stamp = folder / "installed.txt"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == f"{sys.version}\n{state}"


def _complete(folder: Path, state: str) -> None:
    (folder / "installed.txt").write_text(f"{sys.version}\n{state}", encoding="utf-8")


def _digest_of_sources() -> str:
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    for path in sorted((ROOT / "src").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
