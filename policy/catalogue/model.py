"""Policies as the catalogue's pages show them: each statement with its state on one date, its sentences and its place on a page.

Owns: `Doc` (one policy), `Shown` (one statement), `Catalogue` (all of them), and the date that a catalogue stands on.
Never: renders; templates do. Everything here is worked out from resolved policies, without a clock.
"""

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from policy.catalogue.dimensions import dimension_of
from policy.catalogue.sentences.table import sentences
from policy.catalogue.short import heading, short
from policy.catalogue.telling import Telling
from policy.catalogue.words import Words
from policy.codes import CodeSet
from policy.resolve.model import ResolvedPolicy, SourceInfo, Statement, source_info
from policy.resolve.walk import nodes
from policy.syntax import ast
from policy.values import Type

IN_FORCE: Final = "in force"
GRADES: Final = ("published", "derived", "reported", "recalled", "assumed", "not graded")
"""Evidence, best first."""
_FOUNDATIONS: Final = "base"
FAMILIES: Final = {
    "base": "Shared foundations",
    "medicare": "Medicare",
    "medicaid": "Medicaid",
    "commercial": "Commercial plans",
    "workers_comp": "Workers' compensation",
}
"""Titles of the shipped families, in the order of an index; other families follow by name."""


@attrs.frozen(slots=False, eq=False)
class Shown:
    """One version of one statement on the page of one policy."""

    doc: "Doc" = attrs.field(repr=False)
    statement: Statement
    anchor: str

    @property
    def state(self) -> str:
        """`in force`, `ended`, `later`, or the word that makes it inert."""
        s = self.statement
        if s.inert:
            return s.status
        if s.basis != "service" or self.doc.date in s.dates:
            return IN_FORCE
        return "ended" if s.dates.end is not None and s.dates.end < self.doc.date else "later"

    @property
    def speaks(self) -> bool:
        """Whether it is in force on the catalogue's date."""
        return self.state == IN_FORCE

    @property
    def own(self) -> bool:
        """Whether the policy states it itself."""
        return self.statement.policy == self.doc.id

    @functools.cached_property
    def dimension(self) -> str | None:
        return dimension_of(self.statement)

    @functools.cached_property
    def heading(self) -> Words:
        return heading(self.statement)

    @functools.cached_property
    def telling(self) -> Telling:
        """The policy on the catalogue's date, or on the nearest date on which the statement holds."""
        return self.doc.telling_in(self.statement)

    @functools.cached_property
    def sentences(self) -> list[Words]:
        return sentences(self.telling, self.statement)

    @functools.cached_property
    def short(self) -> Words:
        return short(self.telling, self.statement)

    @functools.cached_property
    def about(self) -> CodeSet | None:
        """The codes it is about, also those that only its conditions name; `None` when it speaks of every code."""
        d = self.statement.declaration
        meant = self.telling.meant(d)
        if meant is not None:
            return meant
        named = [n.value for n in nodes(d) if isinstance(n, ast.Literal) and n.type is Type.CODE]
        lists = [n.codes for n in nodes(d) if isinstance(n, ast.InCodes)]
        if not named and not lists:
            return None
        return CodeSet.union(CodeSet.of((str(c), str(c)) for c in named), *map(self.telling.book.list, lists))

    @property
    def versions(self) -> "Sequence[Shown]":
        """Every version of it, by date."""
        return self.doc.versions[self.statement.key]

    @property
    def source_text(self) -> str:
        """It in the words of the language."""
        from policy.syntax.format import print_declaration

        return print_declaration(self.statement.declaration)

    @property
    def grade(self) -> str:
        """The best evidence grade of its sources; `assumed` when it rests on an assumption alone."""
        grades = [cited.source.evidence or "not graded" for cited in self.statement.cites]
        return min(grades, key=GRADES.index) if grades else "assumed" if self.statement.assumptions else "not graded"


@attrs.frozen(slots=False, eq=False)
class Doc:
    """One policy as on a date."""

    resolved: ResolvedPolicy = attrs.field(repr=False)
    asked: dt.date
    """The catalogue's date."""

    @functools.cached_property
    def date(self) -> dt.date:
        """The date it is shown on: the catalogue's, or the nearest one on which the policy is in force."""
        dates = self.resolved.dates
        if dates.start is not None and self.asked < dates.start:
            return dates.start
        return dates.end if dates.end is not None and dates.end < self.asked else self.asked

    @property
    def id(self) -> str:
        return self.resolved.id

    @property
    def title(self) -> str:
        return self.resolved.title or self.resolved.id

    @property
    def family(self) -> str:
        return self.id.partition(".")[0] if "." in self.id else ""

    @functools.cached_property
    def shown(self) -> list[Shown]:
        """Every statement with its anchor; of several versions, the one in force has the plain one."""
        out = []
        for key, versions in self._by_key.items():
            plain = f"{key[0]}-{key[1]}".replace(" ", "-")
            best = next((i for i, s in enumerate(versions) if s.in_force_on(self.date)), 0)
            for i, statement in enumerate(versions):
                out.append((statement, plain if i == best else f"{plain}-{i + 1}"))
        order = {id(s): i for i, s in enumerate(self.resolved.statements)}
        return [Shown(self, s, anchor) for s, anchor in sorted(out, key=lambda one: order[id(one[0])])]

    @functools.cached_property
    def _by_key(self) -> Mapping[tuple[str, str], list[Statement]]:
        found: dict[tuple[str, str], list[Statement]] = {}
        for statement in self.resolved.statements:
            found.setdefault(statement.key, []).append(statement)
        for versions in found.values():
            versions.sort(key=lambda s: s.dates.start or dt.date.min)
        return found

    @functools.cached_property
    def versions(self) -> Mapping[tuple[str, str], list[Shown]]:
        found: dict[tuple[str, str], list[Shown]] = {}
        for one in self.shown:
            found.setdefault(one.statement.key, []).append(one)
        for versions in found.values():
            versions.sort(key=lambda one: one.statement.dates.start or dt.date.min)
        return found

    @functools.cached_property
    def places(self) -> "Mapping[str, Shown]":
        """Each statement by label: the version in force, else the first."""
        out: dict[str, Shown] = {}
        for one in sorted(self.shown, key=lambda one: len(one.anchor)):
            out.setdefault(one.statement.label, one)
        return out

    def of(self, *kinds: str) -> list[Shown]:
        """The statements of some kinds that are in force."""
        return [one for one in self.shown if one.statement.kind in kinds and one.speaks]

    def dimension(self, key: str) -> list[Shown]:
        """The statements of one dimension that are in force."""
        return [one for one in self.shown if one.dimension == key and one.speaks]

    @property
    def silent(self) -> list[Shown]:
        """Statements that are not in force on the date: ended, later, or inert. Sources and examples are never."""
        return [one for one in self.shown if not one.speaks and one.statement.kind not in {"source", "example"}]

    def telling_in(self, statement: Statement) -> Telling:
        """What sentences about a statement need, on a date on which it holds."""
        dates, date = statement.dates, self.date
        if statement.basis == "service" and date not in dates:
            date = (dates.end if dates.end is not None and dates.end < date else dates.start) or date
        return self._telling(date)

    def _telling(self, date: dt.date) -> Telling:
        if date not in self._tellings:
            self._tellings[date] = Telling(self.resolved, date)
        return self._tellings[date]

    @functools.cached_property
    def _tellings(self) -> dict[dt.date, Telling]:
        return {}

    # ------------------------------------------------------------------------------------------ in all

    @functools.cached_property
    def sources(self) -> list[SourceInfo]:
        """The sources of the policy, its own first."""
        own = sorted(self.of("source"), key=lambda one: not one.own)
        return [source_info(one.statement) for one in own]

    @property
    def own(self) -> list[Shown]:
        """What the policy itself states: no sources, no examples."""
        return [one for one in self.shown if one.own and one.statement.kind not in {"source", "example"}]

    @property
    def status(self) -> str:
        """`in force`, `ended` or `later` by the policy's dates, or the word that makes all its statements inert."""
        words = {one.statement.status for one in self.own}
        if len(words) == 1 and words != {IN_FORCE}:
            return next(iter(words))
        dates = self.resolved.dates
        if self.asked in dates:
            return IN_FORCE
        return "ended" if self.date < self.asked else "later"

    @property
    def last_seen(self) -> dt.date | None:
        """The last day on which one of the policy's own sources was read."""
        own = [one.statement.declaration.first(ast.Seen) for one in self.shown if one.own]
        return max((seen.date for seen in own if seen is not None), default=None)

    @property
    def evidence(self) -> list[tuple[str, int]]:
        """How many of its own statements rest on each grade of evidence, each by the best of its sources."""
        found: dict[str, int] = {}
        for one in self.own:
            if one.dimension is not None:
                found[one.grade] = found.get(one.grade, 0) + 1
        return sorted(found.items(), key=lambda item: GRADES.index(item[0]))


@attrs.frozen(slots=False, eq=False)
class Catalogue:
    """Policies on one date, sorted by family and id."""

    docs: tuple[Doc, ...]
    date: dt.date

    @staticmethod
    def of(policies: Iterable[ResolvedPolicy], date: dt.date | None = None) -> "Catalogue":
        """The catalogue of some policies; without a date, as on the last day on which one of their sources was read.

        Raises `ValueError` when no date is given and no source tells one.
        """
        found = sorted({p.id: p for p in policies}.values(), key=lambda p: (_family_order(p.id), p.id))
        on = date or last_seen(found)
        if on is None:
            raise ValueError("no source states when it was seen, so there is no date to show the policies on")
        return Catalogue(tuple(Doc(policy, on) for policy in found), on)

    @functools.cached_property
    def payers(self) -> list[Doc]:
        """The policies that a comparison is about: not the foundations, nor what others build on and counts no units itself."""
        parents = {parent for doc in self.docs for parent in doc.resolved.parents}
        found = [doc for doc in self.docs if doc.family != _FOUNDATIONS and (doc.id not in parents or doc.of("count"))]
        return found or list(self.docs)

    @functools.cached_property
    def by_id(self) -> Mapping[str, Doc]:
        return {doc.id: doc for doc in self.docs}

    @property
    def families(self) -> list[tuple[str, list[Doc]]]:
        """Policies by family, with the family's title."""
        found: dict[str, list[Doc]] = {}
        for doc in self.docs:
            found.setdefault(doc.family, []).append(doc)
        return [(family_title(family), docs) for family, docs in found.items()]


def family_title(family: str) -> str:
    """What an index calls the first part of an id."""
    return FAMILIES.get(family) or family.replace("_", " ").capitalize() or "Policies"


def _family_order(policy_id: str) -> tuple[int, str]:
    family = policy_id.partition(".")[0] if "." in policy_id else ""
    known = list(FAMILIES)
    return (known.index(family) if family in known else len(known), family)


def last_seen(policies: Sequence[ResolvedPolicy]) -> dt.date | None:
    """The last day on which a source of the policies was read, else the last date that one of them bears."""
    seen = [c.date for p in policies for s in p.of("source") for c in s.declaration.all(ast.Seen)]
    dated = [c.date for p in policies for s in p.of("source") for c in s.declaration.all(ast.Dated)]
    return max(seen, default=max(dated, default=None))
