"""The fact behind the rule: which loggers a file makes. It sees one file and nothing else."""

from __future__ import annotations

import ast

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.source import Source

# Raise the version whenever the result changes for some file: the cache keeps what the old one said.
LOGGERS = Fact("archguard-logging-loggers", 1, "archguard_logging.loggers:extract")


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[tuple[int, str], ...]:  # noqa: ARG001
    """(line, name) of each `getLogger("...")`; plain data, because it is stored and sent between processes."""
    return tuple(
        (node.lineno, node.args[0].value)
        for node in source.walk.every(ast.Call)
        if isinstance(node.func, ast.Attribute | ast.Name)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id) == "getLogger"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    )
