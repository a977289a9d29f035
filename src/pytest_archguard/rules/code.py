"""`code`: what may not be written in some modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.code.extract import read_matches
from pytest_archguard.codebase.facts.code.search import Match, Matches, Search
from pytest_archguard.codebase.facts.code.signatures import DECORATORS
from pytest_archguard.config.nearest import nearest
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import Selector, Selectors
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.code_names import Meanings
from pytest_archguard.rules.code_options import check_options
from pytest_archguard.rules.code_patterns import Keyword, NameGlob, Parameter, Regex, Snippet, Surrounding, Texts
from pytest_archguard.rules.code_wording import CHECKS, demand, listed, requirements

Statement = Literal[
    "assert", "async def", "class", "def", "del", "global", "lambda", "match", "nonlocal", "try", "while", "with"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Some things may not be written in some modules.

    A table has one matcher, which says what is looked for (`forbid`, `calls`, `literals`, `statements`, `decorated`,
    `parameters` or `annotations`), and conditions under which a match counts. Files are parsed, never run. What is
    looked for need not be there; the modules it is looked for in must exist.
    """

    kind: ClassVar[str] = "code"

    modules: Selectors = option("Where to look; by default everywhere.", default=(Selector.parse("**"),))
    forbid: tuple[Snippet, ...] | None = option(
        "Python snippets with holes: `$X` stands for one node (twice the same hole: twice the same code), `$...` for "
        'any number of arguments, elements or statements, `"$S"` for any string. An expression, a statement, a header '
        "without its body (`except Exception`, `with open($...)`, `class $C(Base)`) or a decorator."
    )
    calls: tuple[NameGlob, ...] | None = option(
        "Calls by name: name globs for the resolved name (`requests.*`, `os.getenv`, `print`). `*` crosses dots."
    )
    literals: tuple[Regex, ...] | None = option(
        "String constants: regular expressions searched for in them. Adjacent literals are one string, values in an "
        "f-string are `{}`, docstrings are left out."
    )
    statements: tuple[Statement, ...] | None = option("Kinds of statements (`lambda` among them).")
    decorated: tuple[NameGlob, ...] | None = option(
        "Decorators by name: name globs for the name as written or resolved (`router.get`, `functools.*`)."
    )
    parameters: tuple[Parameter, ...] | None = option(
        "Parameters as they are written in a signature, with holes: `$P: dict`, `$P=[]`, `db: $T = Depends($...)`."
    )
    annotations: tuple[NameGlob, ...] | None = option(
        "Types in annotations, at any depth: name globs for the name as written or resolved (`Any`, `*.Session`)."
    )
    match: Mapping[str, Texts] = option(
        'With `forbid` and `parameters`: what a hole may stand for, as globs for its source text: `{ AGENT = "*agent" '
        "}`.",
        default={},
    )
    swallows: bool = option(
        "With `forbid` of handlers: only those after which nobody knows of the exception. A handler swallows unless "
        "it raises, uses the exception it names (`as error`), logs, reports (`capture_exception`, `print_exc`, "
        "`warnings.warn`, ...) or ends the process.",
        default=False,
    )
    handled_by: tuple[NameGlob, ...] = option(
        "With `swallows`: further calls that report an exception, by name.", default=()
    )
    docstrings: bool = option(
        "With `literals`: look in docstrings (and other strings that stand alone) as well.", default=False
    )
    unless_keyword: tuple[Keyword, ...] = option(
        "With `calls` and `forbid`: a call with one of these keywords is allowed; one with `**something` too.",
        default=(),
    )
    require_keyword: tuple[Keyword, ...] = option(
        "With `decorated`: keywords that every such decorator must be given (`response_model`).", default=()
    )
    require_decorator: tuple[NameGlob, ...] = option(
        "With `decorated`: of these decorators what is decorated must have one as well.", default=()
    )
    inside: tuple[Surrounding, ...] = option(
        "Only what is inside one of these: snippets of a call (`asyncio.gather($...)`), a header (`with $L`, `def $F`, "
        "`class $C(Base)`, `if TYPE_CHECKING`) or a decorator (`@router.post($...)`). Calls and blocks count within "
        "the same function, definitions and decorators at any distance; of a parameter only the decorators of its own "
        "function and of classes.",
        default=(),
    )
    unless_inside: tuple[Surrounding, ...] = option("Only what is inside none of these.", default=())
    in_async: bool | None = option(
        "`true`: only what an `async def` runs itself; `false`: only what none does. Functions inside it and lambdas "
        "are functions of their own."
    )
    max: int | None = option("Over all selected modules: how many are allowed.", minimum=0)
    max_per_module: int | None = option("In each module: how many are allowed.", minimum=0)

    def __post_init__(self) -> None:
        check_options(self)

    @property
    def matcher(self) -> str:
        """The name of the one matcher."""
        return check_options(self)

    @property
    def search(self) -> Search:
        """What is looked for in every file."""
        return Search(
            matcher=self.matcher,
            patterns=tuple(getattr(pattern, "text", pattern) for pattern in getattr(self, self.matcher)),
            match=tuple((hole, texts.globs) for hole, texts in sorted(self.match.items())),
            inside=tuple(snippet.text for snippet in self.inside),
            unless_inside=tuple(snippet.text for snippet in self.unless_inside),
            in_async=self.in_async,
            unless_keyword=tuple(keyword.text for keyword in self.unless_keyword),
            swallows=self.swallows,
            handled_by=tuple(glob.text for glob in self.handled_by),
            docstrings=self.docstrings,
            require_keyword=tuple(keyword.text for keyword in self.require_keyword),
            require_decorator=tuple(glob.text for glob in self.require_decorator),
        )

    def needs(self) -> frozenset[Fact]:
        """The matches in every file."""
        return frozenset({self.search.fact})

    def claims(self) -> Iterable[Claim]:
        """The modules must exist; what is forbidden in them need not."""
        return (Claim("modules", selector) for selector in self.modules)

    def sentence(self) -> str:
        """What may not be written where."""
        return demand(self, self.matcher, _shown(self.search), requirements(self))

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation for each match; with `max` and `max_per_module` one for each number that is exceeded."""
        search = self.search
        hits, satisfied = _hits(codebase, search, sorted(codebase.select(self.modules)))
        if search.demands and not hits and not satisfied:
            raise RuleError(_no_decorator(codebase, search, self.modules))
        if self.max is None and self.max_per_module is None:
            return [self._violation(codebase, search, hit) for hit in hits]
        return list(self._totals(codebase, search, hits))

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The modules that were looked at."""
        left_out = {fault.module for fault in codebase.unreadable}
        return {"modules": len(codebase.select(self.modules) - left_out)}

    def _violation(self, codebase: Codebase, search: Search, hit: _Hit) -> Violation:
        match, pattern = hit.match, _shown(search)[hit.match.pattern]
        named = hit.name if search.matcher in ("calls", "annotations") else pattern
        return Violation(
            check=CHECKS[search.matcher],
            subject=hit.module,
            object=named,
            scope=match.scope or None,
            detail=f"{match.digest} {match.lacks}".rstrip(),
            message=demand(self, search.matcher, [pattern], match.lacks),
            label=_label(search.matcher, hit),
            sites=(codebase.site(hit.module, match.line, match.column),),
            advice=f"add {match.lacks.partition(' ')[2]}=..." if match.lacks.startswith("keyword ") else None,
        )

    def _totals(self, codebase: Codebase, search: Search, hits: list[_Hit]) -> Iterator[Violation]:
        patterns = _shown(search)
        by_module: dict[str, list[_Hit]] = {}
        for hit in hits:
            by_module.setdefault(hit.module, []).append(hit)
        groups: list[tuple[str, str, int | None, list[_Hit]]] = [
            ("max", listed((selector.text for selector in self.modules), "and"), self.max, hits),
            *(("max_per_module", module, self.max_per_module, found) for module, found in by_module.items()),
        ]
        for detail, subject, limit, found in groups:
            if limit is not None and len(found) > limit:
                yield Violation(
                    check=CHECKS[search.matcher],
                    subject=subject,
                    object=listed(patterns, "or"),
                    detail=detail,
                    message=demand(self, search.matcher, patterns, requirements(self)),
                    label=f"{subject} in all" if detail == "max" else subject,
                    value=len(found),
                    limit=limit,
                    sites=tuple(codebase.site(hit.module, hit.match.line, hit.match.column) for hit in found),
                )


class _Hit(NamedTuple):
    """A match in a module. name: what the name in it means there, or the text that matched; empty for snippets."""

    module: str
    match: Match
    name: str


def _hits(codebase: Codebase, search: Search, modules: Iterable[str]) -> tuple[list[_Hit], int]:
    """The matches, and how many decorated functions have all that is required."""
    hits: list[_Hit] = []
    satisfied = 0
    by_name = search.matcher in ("calls", "decorated", "annotations")
    meanings = Meanings(codebase, search.patterns if by_name else ())
    for module in modules:
        matches = _matches(codebase, search, module)
        for match in matches.found:
            if not by_name:
                hits.append(_Hit(module, match, match.names[0] if match.names else ""))
                continue
            found = meanings.first_match(module, match.names)
            if found is not None:
                glob, name = found
                hits.append(_Hit(module, match._replace(pattern=search.patterns.index(glob)), name.lstrip("~.")))
        satisfied += sum(meanings.first_match(module, names) is not None for names in matches.satisfied)
    return hits, satisfied


def _matches(codebase: Codebase, search: Search, module: str) -> Matches:
    return read_matches(codebase.fact(module, search.fact))


def _shown(search: Search) -> list[str]:
    return [" ".join(pattern.split()) for pattern in search.patterns]


def _label(matcher: str, hit: _Hit) -> str:
    where = f"{hit.module}.{hit.match.scope}" if hit.match.scope else hit.module
    if matcher == "calls":
        return f"{where} calls {hit.name}"
    if matcher == "literals":
        return f'{where}: "{hit.name}"'
    if matcher == "annotations":
        return f"{where}: {hit.name}"
    return where


def _no_decorator(codebase: Codebase, search: Search, modules: Selectors) -> str:
    """Why a demand on decorated functions is a demand on nothing."""
    selected = [codebase.modules[name] for name in sorted(codebase.select(modules))]
    seen = {name for _, names in codebase.facts_of(selected, DECORATORS) for name in names or ()}
    close = sorted({name for pattern in search.patterns for name in nearest(pattern, seen)})
    hint = f"; the nearest: {', '.join(close)}" if close else f"; the decorators are {', '.join(sorted(seen)[:8])}"
    everywhere = any(selector.text == "**" for selector in modules)
    where = "the code base" if everywhere else listed((selector.text for selector in modules), "and")
    return f'"decorated": nothing in {where} is decorated with {listed(search.patterns, "or")}{hint if seen else ""}'
