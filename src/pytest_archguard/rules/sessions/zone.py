"""`sessions`: what a group of modules may do with the sessions of a resource."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.sessions.fates import ASSIGN
from pytest_archguard.config.options import option
from pytest_archguard.config.resources import Resource
from pytest_archguard.config.selectors import Selectors
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.sessions.existence import missing
from pytest_archguard.rules.sessions.forms import LEVELS, SCALE, Acquisition
from pytest_archguard.rules.sessions.reading import Reading, facts_for, reading_of
from pytest_archguard.rules.sessions.wording import FORMS, WORDS, advice_for, advice_on
from pytest_archguard.rules.sessions.words import Finding

Open = Literal["never", "inject", "provider", "with", "finally", "any"]
Inject = Literal["any", "default", "annotated", "alias"]
Word = Literal[
    "hold", "transaction", "leak", "escape", "engine", "share", "async_mismatch", "bare_provider", "commit_in_loop"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """How database sessions are made, held and handed on.

    A resource (`[tool.archguard.resources.<name>]`) says what a session is; each `sessions` table says what a group of
    modules may do with it. Every place where a session is had has exactly one form, on the scale `never` < `inject` <
    `provider` < `with` < `finally` < `any`. Modules of the resource's `home` may do anything. What cannot be resolved
    is not guessed.
    """

    kind: ClassVar[str] = "sessions"

    resource: Resource = option("The name of a table [tool.archguard.resources.<name>].", required=True)
    modules: Selectors = option("The modules this is about.", required=True)
    open: Open = option(
        "The loosest form in which these modules may have a session: `never` (they are given it), `inject` (by "
        "`Depends`), `provider` (by `with` on a provider), `with` (by `with` on a factory), `finally` (closed in "
        "`finally`), `any`.",
        default="any",
    )
    inject: Inject = option(
        "Which form of injection is allowed: `default` (`= Depends(...)`), `annotated` (`Annotated`, the alias "
        "included), `alias` (the resource's alias only), `any`.",
        default="any",
    )
    forbid: tuple[Word, ...] = option("What is forbidden besides.", default=())

    def __post_init__(self) -> None:
        if self.open == "never" and self.inject != "any":
            raise ValueError(f'"inject" = "{self.inject}" contradicts "open" = "never", which allows no injection')
        if self.inject == "alias" and not self.resource.options.alias:
            raise ValueError(f'"inject" = "alias" needs the key "alias" in [tool.archguard.resources.{self.resource}]')
        repeated = sorted({word for word in self.forbid if self.forbid.count(word) > 1})
        if repeated:
            raise ValueError(f'"forbid" names {", ".join(repeated)} twice')
        if self.open == "any" and self.inject == "any" and not self.forbid:
            raise ValueError('says nothing: set "open", "inject" or "forbid"')

    def needs(self) -> frozenset[Fact]:
        """Names, and what is done with what may be a session."""
        return frozenset(facts_for(self.resource))

    def claims(self) -> Iterable[Claim]:
        """The zone and the resource's home must exist."""
        yield from (Claim("modules", selector) for selector in self.modules)
        yield from (Claim(f"resources.{self.resource}.home", selector) for selector in self.resource.options.home)

    def sentence(self) -> str:
        """What the zone may do."""
        where = ", ".join(selector.text for selector in self.modules)
        parts = []
        if self.open == "never":
            parts.append(f"{where} may not open {self.resource} sessions; they are given them")
        elif self.open != "any":
            parts.append(f"{where} may have {self.resource} sessions by {_upto(self.open)} only")
        if self.inject != "any":
            parts.append(f"{where} may inject {self.resource} sessions as {self.inject} only")
        if self.forbid:
            parts.append(f"in {where} these are forbidden for {self.resource} sessions: {', '.join(self.forbid)}")
        return "; ".join(parts)

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """One violation for each form or word; RuleError where the resource names something that does not exist."""
        reading = reading_of(codebase, self.resource)
        home = codebase.select(self.resource.options.home)
        selected = codebase.select(self.modules)
        for module in sorted((selected - home).intersection(reading.roles.readings.read)):
            yield from self._forms(codebase, reading, module)
            yield from self._words(codebase, reading, module)
        errors = missing(reading, codebase)
        if selected and selected <= home:
            errors.append('"modules" are all part of home, where anything is allowed, so the rule forbids nothing')
        if errors:
            raise RuleError("\n".join(errors))

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The modules of the zone, and the acquisitions in them."""
        reading = reading_of(codebase, self.resource)
        zone = codebase.select(self.modules) - codebase.select(self.resource.options.home)
        return {"modules": len(zone), "sessions": sum(len(reading.acquisitions.get(name, ())) for name in zone)}

    def _forms(self, codebase: Codebase, reading: Reading, module: str) -> Iterator[Violation]:
        for found in reading.acquisitions[module]:
            message = self._objection(found)
            if message is None:
                continue
            if found.form == "manual":
                found = _stepped(reading, found)
            target = f"{found.targets[0]} = " if found.targets else ""
            text = found.shown or f"{target}{found.text}()"
            asynchronous = reading.holders.asynchronous(found.text)
            advice = advice_for(self.resource, found, asynchronous, self.open, self.inject)
            yield _violation(codebase, reading, found.form, found, text, message, found.note, advice)

    def _objection(self, found: Acquisition) -> str | None:
        form = found.form
        if LEVELS[form] > SCALE.index(self.open):
            return (
                f"{FORMS[form]} ({form})" if form in ("leak", "manual", "escape") else f"{FORMS[form]}, {self._limit()}"
            )
        if LEVELS[form] == 1 and not self._may_inject(form):
            return f"{FORMS[form]}; here the form is `{self.inject}`"
        if form in self.forbid:
            return f"{FORMS[form]} ({form})"
        return None

    def _limit(self) -> str:
        if self.open == "never":
            return "where none may be opened"
        return f"where the loosest form allowed is `{self.open}`"

    def _may_inject(self, form: str) -> bool:
        return self.inject in ("any", form) or (self.inject == "annotated" and form == "alias")

    def _words(self, codebase: Codebase, reading: Reading, module: str) -> Iterator[Violation]:
        for word in self.forbid:
            if word in ("leak", "escape"):
                continue
            for found in reading.words.find(word, module):
                message = f"{WORDS[word]} ({word})"
                advice = advice_on(self.resource, found)
                yield _violation(codebase, reading, word, found, found.text, message, found.note, advice)


def _stepped(reading: Reading, found: Acquisition) -> Acquisition:
    """A provider stepped through by hand, shown with the step and with the variable its session goes to."""
    step = found.note.removesuffix("()")
    if step == found.note or found.call is None:
        return found
    outer = [
        call
        for call in reading.roles.readings.by_last(found.module, step)
        if call.scope == found.scope and call.line <= found.line and call.argument == f"{found.call.text}()"
    ]
    targets = outer[-1].targets if outer and outer[-1].kind == ASSIGN else ()
    target = f"{targets[0]} = " if targets else ""
    call = f"{step}({found.text}())" if step in ("next", "anext") else f"{found.text}().{step}()"
    return replace(found, targets=targets, shown=f"{target}{call}", note="")


def _violation(
    codebase: Codebase,
    reading: Reading,
    check: str,
    found: Acquisition | Finding,
    text: str,
    message: str,
    note: str,
    advice: str | None,
) -> Violation:
    qualname = reading.index.modules[found.module].qualname(found.scope)
    where = f"{found.module}.{qualname}" if qualname else found.module
    return Violation(
        check=check,
        subject=found.module,
        message=message,
        sites=(codebase.site(found.module, found.line, found.column),),
        scope=qualname or None,
        detail=hashlib.blake2b(text.encode(), digest_size=8).hexdigest(),
        label=f"{where}: {text}" + (f" ({note})" if note else ""),
        advice=advice,
    )


def _upto(form: str) -> str:
    allowed = SCALE[1 : SCALE.index(form) + 1]
    return " or ".join([", ".join(allowed[:-1]), allowed[-1]]) if len(allowed) > 1 else allowed[0]
