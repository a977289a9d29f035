"""Who is at fault when a file does not parse: the file, or an interpreter too old for it.

grimp reads syntax newer than the running Python, with ruff's parser. What only that one accepts needs a newer Python.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pytest_archguard.codebase.parse import Unreadable, python_version

# Accepted by ruff's parser, refused by every Python for its length.
_NEVER_NEWER = ("Exceeds the limit",)
# A package so deep that no relative import goes beyond its top, on which grimp would panic.
_DEEP = ".".join(["package"] * 64)


def blame(root: Path | None, fault: Unreadable) -> Unreadable:
    """The same record with the fault decided. root: what the path is relative to; None when there is no such file."""
    if fault.fault != "syntax":
        return fault
    refused = root is None or fault.message.startswith(_NEVER_NEWER) or not _another_parser_accepts(root / fault.path)
    if refused:
        return replace(fault, fault="file")
    message = f"Python {python_version()} cannot parse it ({fault.message}), a newer Python can"
    return replace(fault, message=message, fault="interpreter")


def _another_parser_accepts(path: Path) -> bool:
    # None of this is documented by grimp. Where a release changes it, the file is blamed, as Python itself does.
    try:
        from grimp.application.ports.modulefinder import FoundPackage, ModuleFile
        from grimp.application.scanning import scan_imports
        from grimp.domain.valueobjects import Module

        file = ModuleFile(module=Module(f"{_DEEP}.{path.stem}"), mtime=0.0)
        later: dict[str, Any] = {"namespace_packages": frozenset()}  # since grimp 3.14
        known = {name: value for name, value in later.items() if name in FoundPackage.__dataclass_fields__}
        package = FoundPackage(_DEEP, str(path.parent), frozenset({file}), **known)
        scan_imports(
            {file}, found_packages={package}, include_external_packages=False, exclude_type_checking_imports=False
        )
    except Exception:  # noqa: BLE001 - whatever a release of grimp raises, the file does not parse
        return False
    return True
