"""The resolved policy: one payer's statements, flattened over its parents, each with its dates, sources and origin.

Owns: the frozen classes that lowering, `policy show` and the reference documentation read.
Never: holds anything that is not known before a visit comes.
"""

import datetime as dt
from collections.abc import Iterator, Mapping

import attrs

from policy.codes import CodeSet
from policy.facts import Fact
from policy.source import SourceFile
from policy.syntax import ast
from policy.values import DateRange, Type


@attrs.frozen
class SourceInfo:
    """A `source` declaration: where a rule was read."""

    name: str
    title: str
    link: str | None
    seen: dt.date | None
    dated: dt.date | None
    evidence: str | None


@attrs.frozen
class Cited:
    """A source as one statement cites it; `where` is the place inside it."""

    source: SourceInfo
    where: str | None


@attrs.frozen
class Statement:
    """One version of one declaration, as it stands in the flattened policy."""

    kind: str
    name: str
    title: str | None
    policy: str
    """The id of the policy whose file holds it."""
    file: SourceFile = attrs.field(repr=False)
    declaration: ast.Declaration = attrs.field(repr=False)
    dates: DateRange
    basis: str = "service"
    status: str = "in force"
    """`in force`, or a word that makes the statement inert: `announced`, `paused`, `withdrawn`, `unverified`."""
    cites: tuple[Cited, ...] = ()
    assumptions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    replaces: str | None = None
    """The id of the policy whose statement this one replaces."""

    @property
    def label(self) -> str:
        """What decisions call it: `limit four_units`."""
        return f"{self.kind} {self.name}"

    @property
    def inert(self) -> bool:
        return self.status != "in force"

    def in_force_on(self, date: dt.date) -> bool:
        """Whether it speaks on a date of service; always, when another date judges it."""
        return not self.inert and (self.basis != "service" or date in self.dates)


@attrs.frozen
class ValueRow:
    dates: DateRange
    type: Type
    value: object


@attrs.frozen
class ResolvedPolicy:
    """A policy with everything it inherits. `statements` are parents' first, replacements in their parents' places."""

    id: str
    title: str
    dates: DateRange
    statements: tuple[Statement, ...]
    parents: tuple[str, ...]
    facts: Mapping[str, Fact]
    elements: frozenset[str]
    files: tuple[tuple[str, str], ...]
    """Each policy id of the chain, parents first, with the digest of its file."""

    def of(self, *kinds: str) -> Iterator[Statement]:
        """The statements of some kinds, in order."""
        return (s for s in self.statements if s.kind in kinds)

    def versions(self, kind: str, name: str) -> list[Statement]:
        """Every version of one declaration."""
        return [s for s in self.statements if s.kind == kind and s.name == name]

    def on(self, date: dt.date) -> tuple[Statement, ...]:
        """The statements that speak on a date of service."""
        return tuple(s for s in self.statements if s.in_force_on(date))

    def boundaries(self) -> list[dt.date]:
        """The dates on which the set of statements in force changes, sorted: from each of them on, until the next, it is one set."""
        one = dt.timedelta(days=1)
        dates: set[dt.date] = set()
        ranges = [s.dates for s in self.statements if s.basis == "service" and not s.inert]
        for statement in self.of("value"):
            ranges += [DateRange(row.start, row.end) for row in statement.declaration.all(ast.ValueRow)]
        for dates_ in (*ranges, self.dates):
            if dates_.start:
                dates.add(dates_.start)
            if dates_.end and dates_.end < dt.date.max:
                dates.add(dates_.end + one)
        return sorted(dates)

    def value(self, name: str, date: dt.date) -> ValueRow | None:
        """The row of a value on a date. A row without an end lasts until the next one begins."""
        return next((row for row in self.value_rows(name) if date in row.dates), None)

    def value_rows(self, name: str) -> list[ValueRow]:
        """All rows of a value, by date."""
        one = dt.timedelta(days=1)
        rows = [row for s in self.versions("value", name) if not s.inert for row in s.declaration.all(ast.ValueRow)]
        rows.sort(key=lambda row: row.start or dt.date.min)
        out = []
        for i, row in enumerate(rows):
            following = next((later.start for later in rows[i + 1 :] if later.start), None)
            end = row.end or (following - one if following and following > dt.date.min else None)
            out.append(ValueRow(DateRange(row.start, end), row.literal.type, row.literal.value))
        return out


class CodeBook:
    """The code sets of a policy on one date of service, each worked out once."""

    def __init__(self, policy: ResolvedPolicy, date: dt.date) -> None:
        self._statements = {s.name: s for s in policy.of("codes") if s.in_force_on(date)}
        self._known: dict[str, CodeSet] = {}

    def set(self, name: str) -> CodeSet:
        """The codes of a set; empty when no version of it is in force."""
        if name not in self._known:
            self._known[name] = CodeSet()
            statement = self._statements.get(name)
            if statement is not None:
                self._known[name] = self._of(statement.declaration)
        return self._known[name]

    def list(self, listed: ast.CodeList) -> CodeSet:
        """The codes that a list in a clause means."""
        codes = CodeSet.of((i.first.text, i.last.text) for i in listed.items if isinstance(i, ast.CodeRange))
        for item in listed.items:
            if isinstance(item, ast.CodeSet):
                codes |= self.set(item.name.text)
        return codes

    def _of(self, declaration: ast.Declaration) -> CodeSet:
        codes = CodeSet()
        for members in declaration.all(ast.Members):
            codes |= self.list(members.codes)
        for cut in declaration.all(ast.ExceptCodes):
            codes -= self.list(cut.codes)
        return codes
