"""One parse a file serves all facts, and nothing of it stays behind."""

from __future__ import annotations

import ast
import gc

from pytest_archguard.codebase.collector import collector_off, set_apart
from pytest_archguard.codebase.extract import extract_file
from pytest_archguard.codebase.facts.code.search import Search
from pytest_archguard.codebase.facts.sessions.names import names_fact
from pytest_archguard.codebase.facts.sessions.uses import uses_fact
from pytest_archguard.model import Module

CODE = b"from db import Session\nget = Session\ndef f():\n    with get() as s:\n        print(s)\n"


def _trees() -> int:
    """How many trees are left of those made since everything was set apart."""
    return sum(isinstance(thing, ast.Module) for thing in gc.get_objects(generation=0))


def test_a_tree_is_freed_once_its_facts_are_known_with_the_collector_off_too() -> None:
    facts = [
        names_fact(("Session",), ()),
        uses_fact(("Session",), (), ()),
        Search(matcher="calls", patterns=("print",), inside=("with Session()",)).fact,
        Search(matcher="annotations", patterns=("int",)).fact,
    ]
    with collector_off():
        set_apart()
        extract_file(Module("m", "m.py"), CODE, facts)
        assert _trees() == 0
