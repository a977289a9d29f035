"""Imports by call: `import_module("a.b")`, `importlib.import_module(".c", __package__)`, `__import__("d")`."""

from __future__ import annotations

import ast

from pytest_archguard.codebase.facts.statements import DYNAMIC, FROM_OWN_NAME, RELATIVE, Statement
from pytest_archguard.codebase.source import Source


def dynamic_imports(source: Source) -> list[Statement]:
    """The calls whose module is a literal, in no particular order.

    A relative name needs its package as a literal, `__package__` or `__name__`; what is computed
    at run time is not guessed.
    """
    found: list[Statement] = []
    for node in source.walk.every(ast.Call):
        assert isinstance(node, ast.Call)
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
        if name == "import_module" or name == "__import__":
            target = _target(node, name)
            if target is not None:
                bits, level, module = target
                end = node.end_lineno or node.lineno
                found.append((node.lineno, source.column(node), end, DYNAMIC | bits, level, module, (), None))
    return found


def _target(call: ast.Call, function: str) -> tuple[int, int, str] | None:
    written = _literal(_argument(call, 0, "name"))
    if not written:
        return None
    module = written.lstrip(".")
    dots = len(written) - len(module)
    if not _is_dotted_name(module) and (module or not dots):
        return None
    if not dots:
        return 0, 0, module
    if function == "__import__":
        return None
    package = _argument(call, 1, "package")
    if isinstance(package, ast.Name) and package.id in ("__package__", "__name__"):
        own = FROM_OWN_NAME if package.id == "__name__" else 0
        return RELATIVE | own, dots, module
    anchor = _literal(package)
    if anchor is None:
        return None
    parts = anchor.split(".")
    if dots > len(parts) or not _is_dotted_name(anchor):
        return None
    base = parts[: len(parts) - dots + 1]
    return RELATIVE, 0, ".".join([*base, module] if module else base)


def _is_dotted_name(text: str) -> bool:
    return bool(text) and all(part.replace("-", "_").isidentifier() for part in text.split("."))


def _argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((argument.value for argument in call.keywords if argument.arg == keyword), None)


def _literal(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None
