"""What an import means is held against Python's import system, run in a process of its own.

For generated folders with packages, modules, namespace packages, shadowed names and several source roots, an
interpreter executes one import statement inside one module; this project has to say the same of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_archguard.codebase.facts.imports import extract
from pytest_archguard.codebase.layout import Layout, discover
from pytest_archguard.codebase.resolve import Import, Resolver
from pytest_archguard.codebase.source import Source
from pytest_archguard.errors import ConfigurationError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each statement needs a process of its own")

# Executes each statement in a forked child, so that one import never helps the next.
_RUN = """
import importlib, json, os, sys
order = json.loads(sys.stdin.read())
sys.path[:0] = order["roots"]
sys.dont_write_bytecode = True

def run(importer, statement):
    try:
        module = importlib.import_module(importer)
    except ImportError as error:
        return {"failed": "importer", "message": str(error)}
    try:
        exec(statement, vars(module))
        failed, name = None, None
    except ModuleNotFoundError as error:
        failed, name = "missing", error.name
    except ImportError as error:
        failed, name = ("relative" if "relative import" in str(error) else "name"), error.name
    loaded = {n: getattr(m, "__file__", None) for n, m in sys.modules.items() if n.split(".")[0] in order["tops"]}
    return {"failed": failed, "name": name, "loaded": loaded}

answers = []
for importer, statement in order["questions"]:
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, json.dumps(run(importer, statement)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        answers.append(json.loads(answer.read()))
    os.wait()
print(json.dumps(answers))
"""


@dataclass(frozen=True)
class Question:
    importer: str
    statement: str


def ask_python(root: Path, source_roots: list[str], tops: list[str], questions: list[Question]) -> list[dict]:
    order = {
        "roots": [str(root / source_root) for source_root in source_roots],
        "tops": tops,
        "questions": [(question.importer, question.statement) for question in questions],
    }
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _RUN], input=json.dumps(order), capture_output=True, text=True, check=True
    )
    answers: list[dict] = json.loads(done.stdout)
    return answers


def make_files(root: Path, paths: list[str]) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def ask_archguard(layout: Layout, question: Question) -> tuple[Import, ...]:
    resolver = Resolver((module.name for module in layout.modules), layout.namespaces)
    importer = next(module for module in layout.modules if module.name == question.importer)
    text = question.statement
    statements = extract(Source(importer.path, text.encode(), text))
    return resolver.imports(importer, statements)


def disagreement(layout: Layout, found: tuple[Import, ...], answer: dict) -> str | None:
    """What differs between the two answers for a statement with one target; None when they agree."""
    (only,) = found
    paths = {module.name: str(layout.root / module.path) for module in layout.modules}
    if answer["failed"] == "relative":
        return None if (only.missing or "").startswith(".") else "Python says: beyond the top"
    if answer["failed"] == "missing":
        name = answer["name"]
        # What is missing in a namespace package, or in no package at all, may be in another distribution.
        open_ended = name.rpartition(".")[0] in ("", *layout.namespaces)
        if open_ended:
            agree = only.missing is None and only.external is not None and f"{only.external}.".startswith(f"{name}.")
            return None if agree else f"Python says: no {name}"
        return None if only.missing == name else f"Python says: no {name}"
    if only.missing is not None:
        return "Python finds it"
    if answer["failed"] == "name" and only.imported in layout.namespaces:
        return None if only.external is not None else "a namespace package has no names of its own"
    if only.imported is None:
        return "Python finds it in the code base"
    if only.imported not in answer["loaded"]:
        return f"Python does not load {only.imported}"
    loaded = answer["loaded"][only.imported]
    if loaded != paths.get(only.imported):
        return f"Python loads {loaded}"
    return None


_NAMES = st.sampled_from(["a", "b", "c"])
_FOLDERS = st.lists(_NAMES, max_size=3).map("/".join)
_FILES = st.sampled_from(["__init__.py", "a.py", "b.py", "c.py"])
_PATHS = st.builds(lambda folder, file: f"{folder}/{file}".lstrip("/"), _FOLDERS, _FILES)
_DOTTED = st.lists(_NAMES, min_size=1, max_size=4).map(".".join)
_STATEMENTS = st.one_of(
    st.builds("import {}".format, _DOTTED),
    st.builds("import {} as z".format, _DOTTED),
    st.builds("from {} import {}".format, _DOTTED, _NAMES),
    st.builds("from {}{} import {}".format, st.sampled_from([".", "..", "..."]), _DOTTED | st.just(""), _NAMES),
)


@st.composite
def _projects(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Paths of files and source roots; one source root inside another now and then."""
    source_roots = draw(st.sampled_from([["."], ["."], ["one", "two"], ["one", "one/lib"]]))
    paths = draw(st.lists(_PATHS, min_size=2, max_size=8, unique=True))
    if source_roots == ["."]:
        return paths, source_roots
    owners = draw(st.lists(st.sampled_from(source_roots), min_size=len(paths), max_size=len(paths)))
    return [f"{owner}/{path}" for owner, path in zip(owners, paths, strict=True)], source_roots


@given(_projects(), st.lists(st.tuples(st.integers(0, 20), _STATEMENTS), min_size=4, max_size=8))
def test_an_import_means_what_python_makes_of_it(
    project: tuple[list[str], list[str]], drawn: list[tuple[int, str]]
) -> None:
    paths, source_roots = project
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        make_files(root, paths)
        for source_root in source_roots:
            (root / source_root).mkdir(exist_ok=True, parents=True)
        try:
            layout = discover(root, source_roots)
        except ConfigurationError:
            return  # two files of one name: there is nothing to compare
        importers = [module for module in layout.modules if not module.name.endswith("__init__")]
        if not importers:
            return
        questions = [Question(importers[at % len(importers)].name, statement) for at, statement in drawn]
        answers = ask_python(root, source_roots, ["a", "b", "c"], questions)
        problems = [
            f"{question} {found}: {problem}"
            for question, answer in zip(questions, answers, strict=True)
            if (problem := disagreement(layout, found := ask_archguard(layout, question), answer))
        ]
        assert not problems, "\n".join([f"{sorted(paths)} {source_roots}", *problems])


@given(_projects())
def test_a_module_is_the_file_that_python_imports_under_its_name(project: tuple[list[str], list[str]]) -> None:
    paths, source_roots = project
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        make_files(root, paths)
        for source_root in source_roots:
            (root / source_root).mkdir(exist_ok=True, parents=True)
        try:
            layout = discover(root, source_roots)
        except ConfigurationError:
            return
        names = [module.name for module in layout.modules] + [shadowed.name for shadowed in layout.shadowed]
        answers = ask_python(
            root, source_roots, ["a", "b", "c", "__init__"], [Question(name, "pass") for name in names]
        )
        loaded = {name: answer.get("loaded", {}).get(name) for name, answer in zip(names, answers, strict=True)}
        for module in layout.modules:
            assert loaded[module.name] == str(root / module.path)
        for shadowed in layout.shadowed:
            assert loaded[shadowed.name] != str(root / shadowed.path), shadowed
        known = {module.path for module in layout.modules} | {shadowed.path for shadowed in layout.shadowed}
        assert known == set(paths)


# Where grimp has no answer: folders it leaves out, relative imports beyond the top, shadowed names, several roots. What
# is expected is not written here: Python is asked.
_WITHOUT_GRIMP = [
    (["a/__init__.py", "a/b/c.py"], "a", "import a.b.c"),
    (["a/__init__.py", "a/b/c.py"], "a", "from a.b import c"),
    (["a/__init__.py", "a/b/c.py"], "a", "from .b import c"),
    (["a/__init__.py", "a/b/c.py"], "a", "from . import b"),
    (["a/__init__.py", "a/b/c.py"], "a.b.c", "from .. import b"),
    (["a/__init__.py", "a/b/c.py"], "a.b.c", "from ..b import c"),
    (["a/__init__.py", "a/b/c.py"], "a.b.c", "from . import nothing"),
    (["a/__init__.py", "a/b/c.py"], "a.b.c", "from ... import a"),
    (["a/__init__.py", "a/b.py"], "a.b", "from .. import a"),
    (["a/__init__.py", "a/b.py"], "a.b", "from ...a import b"),
    (["a/__init__.py", "a/b.py"], "a", "from .. import b"),
    (["a.py", "b.py"], "a", "from . import b"),
    (["a.py", "b.py"], "a", "from .b import c"),
    (["a.py", "b.py"], "a", "import b"),
    (["a.py", "b/c.py"], "a", "from b.c import x"),
    (["a.py", "b/c.py"], "a", "from b import x"),
    (["a.py", "b/c.py"], "a", "import b.x"),
    (["a.py", "b/c.py"], "b.c", "from . import c"),
    (["a.py", "b/c.py"], "b.c", "from .. import a"),
    (["a.py", "a/__init__.py", "a/b.py", "c.py"], "c", "import a"),
    (["a.py", "a/__init__.py", "a/b.py", "c.py"], "c", "from a import b"),
    (["a.py", "a/b.py", "c.py"], "c", "import a"),
    (["a.py", "a/b.py", "c.py"], "c", "import a.b"),
    (["a.py", "a/b.py", "c.py"], "c", "from a.b import x"),
    (["a/b.py", "a/b/__init__.py", "a/b/c.py"], "a.b.c", "from .. import b"),
    (["a/b.py", "a/b/c.py", "c.py"], "c", "from a.b import c"),
]


@pytest.mark.parametrize(("paths", "importer", "statement"), _WITHOUT_GRIMP)
def test_python_is_right_where_grimp_has_no_answer(
    tmp_path: Path, paths: list[str], importer: str, statement: str
) -> None:
    make_files(tmp_path, paths)
    layout = discover(tmp_path, ["."])
    question = Question(importer, statement)
    (answer,) = ask_python(tmp_path, ["."], ["a", "b", "c"], [question])
    assert disagreement(layout, ask_archguard(layout, question), answer) is None


@pytest.mark.parametrize("statement", ["import a.b", "import a.c", "from a import b, c", "from a.c import x"])
@pytest.mark.parametrize(
    "paths",
    [
        ["one/a/b.py", "two/a/c.py", "two/b.py"],
        ["one/a/__init__.py", "one/a/b.py", "two/a/c.py", "two/b.py"],
        ["one/a/b.py", "two/a/__init__.py", "two/a/c.py", "two/b.py"],
        ["one/a.py", "two/a/c.py", "two/b.py"],
    ],
)
def test_python_is_right_about_packages_spread_over_source_roots(
    tmp_path: Path, paths: list[str], statement: str
) -> None:
    make_files(tmp_path, paths)
    layout = discover(tmp_path, ["one", "two"])
    questions = [Question("b", part) for part in _apart(statement)]
    answers = ask_python(tmp_path, ["one", "two"], ["a", "b", "c"], questions)
    for question, answer in zip(questions, answers, strict=True):
        assert disagreement(layout, ask_archguard(layout, question), answer) is None


def _apart(statement: str) -> list[str]:
    """`from a import b, c` as two statements: Python stops at the first that fails."""
    start, _, names = statement.rpartition("import ")
    return [f"{start}import {name}" for name in names.split(", ")]
