"""What a module offers to its importers, read off its top level."""

from __future__ import annotations

import pytest

from pytest_archguard.codebase.facts.bindings import Bindings, extract
from pytest_archguard.codebase.source import Source


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("", 0),
        ("'''Doc.'''\nimport a\nfrom b import c\n", 0),
        ("def f():\n    '''Doc.'''\n    ...\n\nclass A:\n    pass\n", 2),
        ("x = 1\nprint(x)\n", 2),
        ("x = [\n    1,\n    2,\n]\n", 4),
        ("def f():\n    return {\n        1: 2,\n    }\n", 4),
        ("assert (\n    x\n)\n", 1),
        ("try:\n    a()\nexcept E:\n    b()\nelse:\n    c()\nfinally:\n    d()\n", 5),
        ("match a:\n    case 1:\n        b()\n    case 2:\n        pass\n", 2),
        ("if a:\n    pass\nelif b:\n    import c\nelse:\n    d()\n", 3),
        ("class A:\n    def f(self):\n        global g\n        x: int = 1\n", 4),
    ],
)
def test_statements_count_at_any_depth_and_tables_by_their_lines(text: str, statements: int) -> None:
    assert Bindings(*extract(Source("a.py", b"", text))).statements == statements
