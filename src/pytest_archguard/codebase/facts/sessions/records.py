"""What is kept of a file: calls, and what is done with names."""

from __future__ import annotations

from typing import NamedTuple

# Flags of a call; the others are in `fates`. HANDLER: in an `except` that catches every Exception. FORGOTTEN: the
# value should be awaited, and is used without.
HANDLER, FORGOTTEN = 8, 16

# Kinds of use of a name, beside those of `fates` (RETURN, YIELD, WITH, ASYNC_WITH, EXPRESSION).
STORED, SHARED, REFERRED, CLOSED, DECORATING = 20, 21, 22, 23, 24


class Call(NamedTuple):
    """One call.

    scope: index into the file's scopes. text: the function as a dotted text. argument: the first argument as a dotted
    text, empty without one. made_of: the keyword `class_` as a dotted text. kind, targets, flags: as `fates.Fate`,
    and those above. loop, closing: as `scopes.Place`.
    """

    scope: int
    line: int
    column: int
    text: str
    argument: str
    made_of: str
    kind: int
    targets: tuple[str, ...]
    flags: int
    loop: int
    closing: int


class Use(NamedTuple):
    """Something done with a name.

    kind: RETURN, YIELD, WITH, ASYNC_WITH, STORED (target: where), SHARED (target: with what), REFERRED (a bound method
    is registered to be called later; target: the method), CLOSED, DECORATING. loop: the line of the innermost loop that
    a `with` or a call is in, 0 for none.
    """

    scope: int
    kind: int
    name: str
    target: str
    line: int
    column: int
    loop: int
