"""`duplicates`: the same thing in several modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar, Literal

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.bodies import Body, bodies
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import EVERYTHING, Selectors, named
from pytest_archguard.model import Site, Violation
from pytest_archguard.rules.base import Claim

What = Literal["class_names", "function_names", "method_names", "bodies", "package_names"]
Found = dict[str, list[tuple[str, Body]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """The same class, function, method, body or package name in several modules.

    - `class_names`, `function_names`: one name defined at the top level of several modules (`UserService` in `x.py`
      and `x_v2.py`). `method_names`: `Class.method` in several modules.
    - `bodies`: functions and methods that are equal but for docstring, annotations, decorators, parameter list and
      name, and have at least `min_statements` statements; also within one module.
    - `package_names`: several packages of one last name (`app.utils` and `app.core.utils`).

    Every copy is a line of the violation, and the number of copies too many is what a baseline counts.
    """

    kind: ClassVar[str] = "duplicates"

    of: tuple[What, ...] = option("What may not be there twice.", required=True)
    modules: Selectors = option("The modules that are compared.", default=(EVERYTHING,))
    min_statements: int = option(
        "`bodies`: shorter ones may be equal. Counted at any depth, without docstrings.", default=5, minimum=1
    )
    ignore: tuple[str, ...] = option("Names that may be there twice (`Meta`, `main`); `*` is a wildcard.", default=())

    def needs(self) -> frozenset[Fact]:
        """The definitions of every file, unless only packages are compared."""
        return frozenset() if set(self.of) == {"package_names"} else frozenset({self._fact()})

    def _fact(self) -> Fact:
        return bodies(self.min_statements if "bodies" in self.of else None)

    def claims(self) -> Iterable[Claim]:
        """The modules must exist."""
        return (Claim("modules", selector) for selector in self.modules)

    def sentence(self) -> str:
        """What is there once only."""
        texts = {"bodies": f"body of {self.min_statements} statements or more"}
        whats = " or ".join(texts.get(what, what.removesuffix("s").replace("_", " ")) for what in self.of)
        names = named(self.modules)
        return f"no {whats} is in {names} twice"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation for each thing that has copies."""
        modules = sorted(codebase.select(self.modules))
        defined = [] if set(self.of) == {"package_names"} else self._defined(codebase, modules)
        for what in self.of:
            if what == "package_names":
                yield from self._packages(codebase, modules)
            else:
                yield from self._definitions(codebase, defined, what)

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The modules that were compared."""
        return {"modules": len(codebase.select(self.modules))}

    def _defined(self, codebase: Codebase, modules: list[str]) -> list[tuple[str, Body]]:
        """Every definition that counts, with its module."""
        fact = self._fact()
        every = ((module, Body(*row)) for module in modules for row in codebase.fact(module, fact) or ())
        return [(module, body) for module, body in every if not self._is_ignored(body.qualname)]

    def _definitions(self, codebase: Codebase, defined: list[tuple[str, Body]], what: What) -> Iterator[Violation]:
        found: Found = {}
        key = self._key(what)
        for module, body in defined:
            if name := key(body):
                found.setdefault(name, []).append((module, body))
        for name, copies in sorted(found.items()):
            # A name counts once a module: overloads and branches of an `if` are no copies.
            distinct = (
                copies if what == "bodies" else list({module: (module, b) for module, b in reversed(copies)}.values())
            )
            if len(distinct) > 1:
                yield self._violation(codebase, what, name, sorted(distinct, key=lambda copy: (copy[0], copy[1].line)))

    def _key(self, what: What) -> Callable[[Body], str]:
        if what == "bodies":
            return lambda body: body.digest
        kind = {"class_names": "class", "function_names": "function", "method_names": "method"}[what]
        return lambda body: (
            body.qualname if body.kind == kind and (kind == "method" or "." not in body.qualname) else ""
        )

    def _is_ignored(self, qualname: str) -> bool:
        if not self.ignore:
            return False
        last = qualname.rpartition(".")[2]
        return any(fnmatchcase(last, pattern) or fnmatchcase(qualname, pattern) for pattern in self.ignore)

    def _violation(self, codebase: Codebase, what: What, name: str, copies: list[tuple[str, Body]]) -> Violation:
        messages = {
            "class_names": "these classes are in several modules",
            "function_names": "these functions are in several modules",
            "method_names": "these methods are in several modules",
            "bodies": "these bodies are equal",
        }
        names = list(dict.fromkeys(body.qualname for _, body in copies))
        label = f"{' = '.join(names[:3])}{' ...' if len(names) > 3 else ''}"
        if what == "bodies":
            label += f", {copies[0][1].statements} statements"
        return Violation(
            check=what,
            # No module: which copy stays is open, and one copy less must not look like another violation.
            subject="equal bodies" if what == "bodies" else name,
            detail=name if what == "bodies" else None,
            message=messages[what],
            label=f"{label}: {len(copies)} copies",
            count=len(copies) - 1,
            sites=tuple(codebase.site(module, body.line) for module, body in copies),
        )

    def _packages(self, codebase: Codebase, modules: list[str]) -> Iterator[Violation]:
        packages = {name.rpartition(".")[0] for name in modules} | {
            n for n in modules if codebase.modules[n].is_package
        }
        by_name: dict[str, list[str]] = {}
        for package in sorted(packages - {""}):
            by_name.setdefault(package.rpartition(".")[2], []).append(package)
        for name, copies in sorted(by_name.items()):
            if len(copies) > 1 and not self._is_ignored(name):
                yield Violation(
                    check="package_names",
                    subject=name,
                    message="these packages have one name: which is for what?",
                    label=f"{name}: {', '.join(copies)}",
                    count=len(copies) - 1,
                    sites=tuple(Site(codebase.modules[min(codebase.select_below(copy))].path, 1) for copy in copies),
                )
