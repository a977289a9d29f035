"""Fill in what the documentation says about the code: `python scripts/reference.py` (`--check` only compares).

Between `<!-- generated: WHAT -->` and `<!-- /generated -->` in docs/**/*.md stands

- `about KIND`: the docstring of the rule kind;
- `options KIND`, `options settings`, `options rule`, `options exception`, `options resource`: a table of the keys;
- `snippets forms`, `snippets words`: bad and good code for each form and word of session rules, with what is printed;
  `snippets application`: the files around it;
- `shown EXAMPLE/RULE`: what that rule of the project in examples/ fails with;
- `failure`: what `pytest --archguard` prints for the code blocks above it, which are files (the first line of a block
  is a comment with the path; a `toml` block is pyproject.toml);
- `mistakes`: what it prints where the `toml` block above has mistakes.

A rule kind without a page is an error.
"""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import re
import sys
import tempfile
import types
from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pytest_archguard.check import run
from pytest_archguard.config.options import Key, keys_of
from pytest_archguard.config.resources import Resource, ResourceOptions
from pytest_archguard.config.settings import Settings
from pytest_archguard.errors import ConfigurationError
from pytest_archguard.report.text import failure_text
from pytest_archguard.report.viewpoint import Viewpoint
from pytest_archguard.rules.base import Exemption, RuleOptions
from pytest_archguard.rules.code_patterns import NameGlob, Regex, Surrounding, Texts
from pytest_archguard.rules.configuration import load_configuration
from pytest_archguard.rules.registry import BUILT_IN, load_kind
from pytest_archguard.rules.sessions import snippets as session_code

DOCS = Path(__file__).parent.parent / "docs"
GENERATED = re.compile(
    r"(<!-- generated: (?P<what>[a-z-]+)(?: (?P<of>[a-z_/-]+))? -->\n).*?(<!-- /generated -->)", re.S
)
BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.S | re.M)
PATH = re.compile(r"# (?P<path>\S+)\n")
TABLES: dict[str, type] = {
    "settings": Settings,
    "rule": RuleOptions,
    "exception": Exemption,
    "resource": ResourceOptions,
}
TYPES: dict[Any, str] = {
    bool: "`true` or `false`",
    int: "whole number",
    float: "number",
    str: "string",
    date: "date",
    NameGlob: "name glob",
    Regex: "regular expression",
    Resource: "name of a resource",
    Surrounding: "snippet",
    Texts: "glob",
}


def main() -> int:
    """Rewrites the pages; with `--check` 1 when one of them is not what the code says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    problems = [f"docs/rules/{kind}.md is missing" for kind in BUILT_IN if not (DOCS / "rules" / f"{kind}.md").exists()]
    for page in pages():
        old = page.read_text("utf-8")
        new = filled_in(old)
        if new != old and check:
            problems.append(f"{page.relative_to(DOCS.parent)} is out of date: python scripts/reference.py")
        elif new != old:
            page.write_text(new, "utf-8", newline="\n")
            print(f"wrote {page.relative_to(DOCS.parent)}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def pages() -> list[Path]:
    """Every page of the documentation, and the README."""
    return [DOCS.parent / "README.md", *sorted(DOCS.rglob("*.md"))]


def filled_in(page: str) -> str:
    """The page with all generated parts made anew."""
    from_code: dict[str, Callable[[str], str]] = {
        "about": about,
        "options": options,
        "shown": shown,
        "snippets": snippets,
    }
    from_page: dict[str, Callable[[str], str]] = {"failure": failure, "mistakes": mistakes}
    parts, end = [], 0
    for match in GENERATED.finditer(page):
        above = page[end : match.start()]
        what = match["what"]
        text = from_page[what](above) if what in from_page else from_code[what](match["of"])
        parts += [above, match[1], text, match[4]]
        end = match.end()
    return "".join([*parts, page[end:]])


def about(kind: str) -> str:
    """The docstring of a rule kind."""
    return f"{inspect.getdoc(load_kind(kind, {}))}\n"


def options(of: str) -> str:
    """The keys of a table, as a Markdown table."""
    cls = TABLES.get(of) or load_kind(of, {})
    rows = [_row(key, cls) for key in keys_of(cls)]
    return "\n".join(["| key | value | default | |", "|---|---|---|---|", *rows, ""])


def _row(key: Key, cls: type) -> str:
    default = "required" if key.option.required else _shown(_default(cls, key.attribute))
    cells = (f"`{key.name}`", accepted(key.annotation), default, key.option.doc)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(cls: type, attribute: str) -> Any:
    field = next(field for field in dataclasses.fields(cls) if field.name == attribute)
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()


def _shown(default: Any) -> str:
    if default is None or default in ("", (), {}):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple):
        return ", ".join(f'`"{item}"`' for item in default)
    return f'`"{default}"`' if isinstance(default, str) else f"`{default}`"


def accepted(annotation: Any) -> str:
    """What a key of this annotation takes, for people."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return accepted(next(arg for arg in get_args(annotation) if arg is not type(None)))
    if origin is Literal:
        return ", ".join(f'`"{choice}"`' for choice in get_args(annotation))
    if origin is tuple:
        item = get_args(annotation)[0]
        return f"any of {accepted(item)}" if get_origin(item) is Literal else f"list of {accepted(item)}s"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"table of {accepted(get_args(annotation)[1])}s"
    return TYPES.get(annotation) or annotation.__name__.lower()


def snippets(of: str) -> str:
    """Every form, or every word, of session rules: what it is, code that fails, what is printed, code that passes."""
    listed = {"forms": session_code.FORMS, "words": session_code.WORDS, "application": ()}[of]
    if of == "application":
        files = [f"```python\n# {path}\n{text}```\n" for path, text in session_code.APPLICATION.items() if text]
        return "\n".join([f"```toml\n[tool.archguard]\n\n{session_code.RESOURCE}```\n", *files])
    return "\n".join(_snippet(snippet) for snippet in listed)


def _snippet(snippet: session_code.Snippet) -> str:
    rule = " ".join(f"`{line}`" for line in snippet.rule.splitlines())
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        table = f'[[tool.archguard.sessions]]\nid = "x"\nresource = "db"\nmodules = ["app.orders"]\n{snippet.rule}\n'
        files = {
            **session_code.APPLICATION,
            "app/orders.py": snippet.bad,
            "pyproject.toml": f"[tool.archguard]\n{snippet.resource}\n{table}",
        }
        for name, text in files.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text, "utf-8")
        printed = failure_block(root).partition("\n\n")[2].partition("\n\n  accept as known")[0]
    return (
        f"### `{snippet.name}`\n\n> The audit says: {snippet.audit}.\n\n{snippet.says}\n\n"
        f"With {rule} this fails:\n\n```python\n{snippet.bad}```\n\n```text\n{printed}\n```\n\n"
        f"and this passes:\n\n```python\n{snippet.good}```\n"
    )


def shown(of: str) -> str:
    """What one rule of an example project fails with."""
    example, _, rule_id = of.partition("/")
    return failure_block(DOCS.parent / "examples" / example, {rule_id})


def failure(above: str) -> str:
    """What the rules in the code blocks above say about the files in them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        write_files(above, root)
        return failure_block(root)


def mistakes(above: str) -> str:
    """What is wrong with the `toml` block above."""
    with tempfile.TemporaryDirectory() as folder:
        write_files(above, Path(folder))
        try:
            load_configuration(Path(folder, "pyproject.toml"))
        except ConfigurationError as error:
            found = ConfigurationError("pyproject.toml", error.problems)
            return "```text\n" + "\n".join(f"ERROR: {found}".splitlines()) + "\n```\n"
    raise SystemExit(f"there is no mistake in this configuration:\n{above}")


def write_files(above: str, root: Path) -> None:
    """Writes the code blocks of a stretch of a page to the files they are."""
    for block in BLOCK.finditer(above):
        if name := _file_name(block):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["text"], "utf-8", newline="\n")


def failure_block(root: Path, only: Collection[str] | None = None) -> str:
    """The failure texts of a project's rules as a code block; somebody must have failed."""
    configuration = load_configuration(root / "pyproject.toml")
    view = Viewpoint(root, configuration.path)
    failed = [rule for rule in run(configuration).rules if rule.outcome in ("failed", "error")]
    texts = [failure_text(rule, view) for rule in failed if only is None or rule.id in only]
    if not texts:
        raise SystemExit(f"nothing fails in {root}")
    return "```text\n" + "\n\n".join(texts) + "\n```\n"


def _file_name(block: re.Match[str]) -> str | None:
    if block["language"] == "toml":
        return "pyproject.toml"
    path = PATH.match(block["text"])
    return path["path"] if path else None


if __name__ == "__main__":
    sys.exit(main())
