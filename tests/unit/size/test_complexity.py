from __future__ import annotations

import sys
import textwrap
import threading
from collections.abc import Callable

import pytest
from radon.complexity import cc_visit
from radon.metrics import mi_visit

from pytest_archguard.codebase.facts.complexity import extract
from pytest_archguard.codebase.facts.deep_recursion import call_deeply
from pytest_archguard.codebase.facts.maintainability import extract as maintainability
from pytest_archguard.codebase.source import Source

Parse = Callable[[str], Source]


def test_functions_methods_and_closures_have_radons_complexity(source: Parse) -> None:
    text = textwrap.dedent(
        """\
        class A:
            async def m(self, a=[b for b in c if d]):
                def inner():
                    return [x for x in y if x] or z
                return inner if self else None
            class B:
                def n(self):
                    assert self
                    for a in b:
                        pass
                    else:
                        pass
        if x:
            def f():
                match a:
                    case 1: pass
                    case _: pass
        """
    )
    theirs = {(block.lineno, block.complexity) for block in cc_visit(text) if block.letter != "C"}

    found = extract(source(text))

    assert found == (("A.m", 2, 5, 2), ("A.m.inner", 3, 9, 4), ("A.B.n", 7, 9, 4), ("f", 14, 5, 2))
    assert theirs == {(2, 2), (14, 2)}  # closures and inner classes are told on request only


def test_classes_inside_functions_are_not_passed_over(source: Parse) -> None:
    text = textwrap.dedent(
        """\
        def f():
            class A:
                def m(self):
                    if self: pass
                    def inner():
                        class B:
                            class C:
                                def n(self): return self or 1
        """
    )

    assert [(row[0], row[3]) for row in extract(source(text))] == [
        ("f", 1),
        ("f.A.m", 2),
        ("f.A.m.inner", 1),
        ("f.A.m.inner.B.C.n", 2),
    ]


@pytest.mark.parametrize("text", ["", "'''Doc.'''", "x = 1", "# c\nx = y + 1  # d\n'''\nmulti\n'''\nif x: y = x * 2\n"])
def test_maintainability_is_that_of_radon_mi(source: Parse, text: str) -> None:
    assert maintainability(source(text)) == mi_visit(text, multi=True)


def test_code_too_deep_for_radons_recursion_is_measured_all_the_same(source: Parse) -> None:
    text = "def f(a):\n    return a" + " + a" * 1500 + " or 1\n"
    limit = sys.getrecursionlimit()

    with pytest.raises(RecursionError):
        cc_visit(text)
    assert extract(source(text)) == (("f", 1, 1, 2),)
    assert 0 < maintainability(source(text)) < 100
    assert sys.getrecursionlimit() == limit
    assert threading.stack_size() == 0


def test_errors_on_the_larger_stack_are_those_of_the_function() -> None:
    calls = []

    def fail() -> None:
        calls.append(threading.current_thread())
        if len(calls) == 1:
            raise RecursionError
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        call_deeply(fail)
    assert calls[0] is not calls[1]


def test_without_a_larger_stack_it_is_still_a_recursion_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(size: int = 0) -> int:
        raise ValueError

    def recurse() -> None:
        recurse()

    monkeypatch.setattr(threading, "stack_size", refuse)

    with pytest.raises(RecursionError, match="no larger stack"):
        call_deeply(recurse)
