"""Counting the instructions of a command, which is the same each time, whatever else the machine does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from whole_process import Command

_COUNTED = re.compile(r"I\s+refs:\s+([\d,]+)")


def instructions(command: Command) -> int | None:
    """How many instructions one run takes, without the processes it starts; None where valgrind is not installed."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return None
    done = subprocess.run(
        [valgrind, "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *command.arguments],
        cwd=command.folder,
        env={**os.environ, **dict(command.environment), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,  # an empty folder is no success for pytest
    )
    found = _COUNTED.search(done.stderr)
    if found is None:
        raise RuntimeError(f"valgrind counted nothing for {command.name}:\n{done.stderr}")
    return int(found[1].replace(",", ""))
