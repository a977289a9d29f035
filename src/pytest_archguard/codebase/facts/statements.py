"""The stored form of an import statement: plain data that is small and loads quickly."""

from __future__ import annotations

# line, column, end line, bits, level, module, names, aliases.
#   level -1: `import a.b, c as d` (module is "", names are ("a.b", "c"), aliases (None, "d"))
#   level 0: `from module import names`; above: a relative import with so many dots.
#   Without names the module itself is imported (`import_module("a.b")`).
#   aliases is None when nothing is renamed.
#   bits: one style, any number of traits.
Statement = tuple[int, int, int, int, int, str, tuple[str, ...], "tuple[str | None, ...] | None"]

TOP, FUNCTION, TYPE_CHECKING, DYNAMIC = 1, 2, 4, 8
STYLE_BITS = TOP | FUNCTION | TYPE_CHECKING | DYNAMIC
STYLES = {TOP: "top", FUNCTION: "function", TYPE_CHECKING: "type_checking", DYNAMIC: "dynamic"}
STYLE_BIT = {name: bit for bit, name in STYLES.items()}

GUARDED, STAR, RELATIVE = 16, 32, 64
FROM_OWN_NAME = 128  # import_module(".x", __name__): the dots count from the module itself, not from its package
