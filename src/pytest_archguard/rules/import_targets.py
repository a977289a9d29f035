"""What `imports` rules name: modules, packages outside the code base, and single symbols of either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from pytest_archguard.codebase.resolve import Import
from pytest_archguard.config.options import Context
from pytest_archguard.config.selectors import Selector

_SYMBOL = re.compile(r"[\w*?]+")


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """`app.db`, `sqlalchemy.orm`, `@drivers`, or with a symbol `app.db:SessionLocal` (`*` and `?` are wildcards)."""

    text: str
    selector: Selector
    symbol: str | None = None

    @classmethod
    def from_toml(cls, value: Any, context: Context) -> ImportTarget:
        """Reads one target; raises ValueError with a sentence for people."""
        if not isinstance(value, str):
            raise ValueError(f"a target must be a string, not {value!r}")
        module, colon, symbol = value.strip().partition(":")
        if colon and not _SYMBOL.fullmatch(symbol):
            raise ValueError(f'"{value}" names no symbol after the colon (`app.db:SessionLocal`)')
        return cls(value.strip(), Selector.from_toml(module, context), symbol if colon else None)

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Any string: the grammar is checked when the file is read."""
        return {"type": "string", "minLength": 1}

    def matched(self, found: Import) -> str | None:
        """What of an import this target is about, as reports name it; None when it is about something else."""
        if self.symbol is not None:
            if self.selector.matches(found.module):
                for name, _ in found.names:
                    if fnmatchcase(name, self.symbol):
                        return f"{found.module}:{name}"
            return None
        return next((name for name in meanings(found) if self.selector.matches(name)), None)


def meanings(found: Import) -> Iterator[str]:
    """The dotted names an import stands for: the module of the code base, or the external names, as written."""
    if found.imported is not None:
        yield found.imported
    elif found.external is not None:
        yield from found.targets
    else:
        yield found.module or found.missing or ""
