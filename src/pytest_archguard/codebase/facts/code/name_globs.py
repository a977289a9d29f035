"""Name globs: `requests.*`, `*.session_factory`, `*agent`. `*` stands for any characters, dots included.

A resolved name is absolute (`requests.get`), or begins with

- `=`: a name of the file's own module level (`=helper`), absolute once the module's name is put before it;
- dots: relative to the file's package (`..config.get`), as in the import;
- `~`: a local variable or parameter, about which nothing else is known; only a glob that begins with `*` matches it.
"""

from __future__ import annotations

import re
from functools import lru_cache

UNDECIDED = ("=", ".")


@lru_cache(maxsize=1024)
def glob_regex(glob: str) -> re.Pattern[str]:
    """The glob as a regular expression for `fullmatch`."""
    return re.compile(".*".join(map(re.escape, glob.split("*"))), re.DOTALL)


def matches(glob: str, name: str) -> bool:
    """Whether a name, absolute or local, is one of those the glob stands for."""
    return glob_regex(glob).fullmatch(name) is not None


@lru_cache(maxsize=1024)
def last_word(glob: str) -> str:
    """The identifier that every name the glob matches ends in; empty when it ends in a wildcard."""
    last = glob.rpartition(".")[2]
    return "" if "*" in last else last


@lru_cache(maxsize=1024)
def any_word(glob: str) -> str:
    """The last part of the glob without wildcards: it occurs in every file that holds a matching name."""
    return next((part for part in reversed(glob.split(".")) if part and "*" not in part), "")


@lru_cache(maxsize=1024)
def last_fragment(glob: str) -> str:
    """What stands behind the last dot and wildcard: the last identifier of every matching name ends in it."""
    return glob.rpartition(".")[2].rpartition("*")[2]


@lru_cache(maxsize=16384)
def may_match(glob: str, name: str) -> bool:
    """Whether a resolved name matches, or might once the other modules are known.

    A part of the glob without wildcards must be written in the file: `app.legacy.*` finds those who import
    `app.legacy`, not what its own modules call of each other by shorter names.
    """
    if not name.startswith(UNDECIDED):
        return matches(glob, name)
    tail = name.lstrip("=.")
    return any(glob_regex(end).fullmatch(tail) is not None for end in _ends(glob))


@lru_cache(maxsize=16384)
def may_be_handed_on(glob: str, name: str, bare: bool) -> bool:
    """Whether an imported name may be what another module of the code base imported and hands on.

    bare: what is imported is used by itself. An attribute of something imported may be anything's (`settings.get`), so
    there the part before the last must be one of the glob as well.
    """
    if name.startswith(("~", "=")) or "." not in name:
        return False
    parts = name.lstrip(".").split(".")
    last = last_word(glob)
    if last:
        return parts[-1] == last and (bare or parts[-2:-1] == [] or parts[-2] in glob.split("."))
    word = any_word(glob)
    return word in parts and matches(glob, ".".join(parts[parts.index(word) :]))


@lru_cache(maxsize=16384)
def may_hold(glob: str, parent: str) -> bool:
    """Whether what the glob stands for may be an attribute of something called `parent`."""
    if not last_word(glob):
        return True
    parts = glob.split(".")
    before = parts[-2] if len(parts) > 1 else ""
    return parent in parts or ("*" in before and parent.endswith(before.rpartition("*")[2]))


@lru_cache(maxsize=1024)
def _ends(glob: str) -> tuple[str, ...]:
    """The ends of the glob that a name can match when the beginning is left to a prefix that ends in a dot."""
    word = any_word(glob)
    starts = [i for i in range(len(glob)) if i == 0 or glob[i - 1] in ".*" or glob[i] == "*"]
    ends = (glob[i:] for i in starts)
    return tuple(end for end in ends if not word or word in end.split("."))


def absolute(name: str, module: str, package: str) -> str:
    """A resolved name with the module or package that it is relative to put before it; beyond the top as it is."""
    if name.startswith("="):
        return f"{module}.{name[1:]}"
    if not name.startswith("."):
        return name
    tail = name.lstrip(".")
    parts = package.split(".") if package else []
    up = len(name) - len(tail) - 1
    if up > len(parts) or not parts:
        return name
    return ".".join([*parts[: len(parts) - up], tail])
