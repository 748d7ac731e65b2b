"""The resolved policy: one payer's statements, flattened over its parents, each with its dates, sources and origin.

Owns: the frozen classes that lowering, `policy show` and the reference documentation read.
Never: holds anything that is not known before a visit comes.
"""

import bisect
import datetime as dt
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from policy.codes import CodeSet
from policy.facts import Fact
from policy.resolve.walk import code_sets
from policy.source import SourceFile
from policy.syntax import ast
from policy.values import DateRange, Type

ONE_DAY: Final = dt.timedelta(days=1)


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
    def key(self) -> tuple[str, str]:
        """Kind and name: what its versions, and what it replaces, share."""
        return self.kind, self.name

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


def source_info(statement: Statement) -> SourceInfo:
    """What a `source` declaration says."""
    declaration = statement.declaration
    link, seen, dated = declaration.first(ast.Link), declaration.first(ast.Seen), declaration.first(ast.Dated)
    evidence = declaration.first(ast.Evidence)
    return SourceInfo(
        statement.name, statement.title or statement.name, link.url if link else None,
        seen.date if seen else None, dated.date if dated else None, evidence.word if evidence else None,
    )  # fmt: skip


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

    def versions(self, kind: str, name: str) -> Sequence[Statement]:
        """Every version of one declaration, in order."""
        return self._by_key.get((kind, name), ())

    def on(self, date: dt.date) -> tuple[Statement, ...]:
        """The statements that speak on a date of service."""
        return tuple(s for s in self.statements if s.in_force_on(date))

    def boundaries(self) -> list[dt.date]:
        """The dates on which the set of statements in force changes, sorted: from each of them on, until the next, it is one set."""
        dates: set[dt.date] = set()
        ranges = [s.dates for s in self.statements if s.basis == "service" and not s.inert]
        for statement in self.of("value"):
            ranges += [DateRange(row.start, row.end) for row in statement.declaration.all(ast.ValueRow)]
        for dates_ in (*ranges, self.dates):
            if dates_.start:
                dates.add(dates_.start)
            if dates_.end and dates_.end < dt.date.max:
                dates.add(dates_.end + ONE_DAY)
        return sorted(dates)

    def value(self, name: str, date: dt.date) -> ValueRow | None:
        """The row of a value on a date. A row without an end lasts until the next one begins."""
        rows = self.value_rows(name)
        at = bisect.bisect_right(rows, date, key=lambda row: row.dates.start or dt.date.min) - 1
        return rows[at] if at >= 0 and date in rows[at].dates else None

    def value_rows(self, name: str) -> Sequence[ValueRow]:
        """All rows of a value, by date. No two of them hold on one date."""
        return self._rows.get(name, ())

    @functools.cached_property
    def _by_key(self) -> Mapping[tuple[str, str], Sequence[Statement]]:
        found: dict[tuple[str, str], list[Statement]] = {}
        for statement in self.statements:
            found.setdefault(statement.key, []).append(statement)
        return found

    @functools.cached_property
    def _rows(self) -> Mapping[str, Sequence[ValueRow]]:
        stated: dict[str, list[ast.ValueRow]] = {}
        for statement in self.of("value"):
            if not statement.inert:
                stated.setdefault(statement.name, []).extend(statement.declaration.all(ast.ValueRow))
        return {name: _ended(rows) for name, rows in stated.items()}


def _ended(rows: Iterable[ast.ValueRow]) -> Sequence[ValueRow]:
    """Rows by date, each with its end: the one it states, else the day before the next row begins."""
    ordered = sorted(rows, key=lambda row: row.start or dt.date.min)
    starts = [row.start for row in ordered[1:]]
    out = []
    for row, following in zip(ordered, [*starts, None], strict=True):
        end = row.end or (following - ONE_DAY if following is not None and following > dt.date.min else None)
        out.append(ValueRow(DateRange(row.start, end), row.literal.type, row.literal.value))
    return out


class CodeBook:
    """The code sets of some statements, each worked out once; `on` takes those of a policy on one date of service."""

    def __init__(self, statements: Iterable[Statement], known: Mapping[str, CodeSet] | None = None) -> None:
        self._statements = {s.name: s for s in statements if s.kind == "codes"}
        self._known: dict[str, CodeSet] = dict(known or {})

    @staticmethod
    def on(policy: ResolvedPolicy, date: dt.date) -> "CodeBook":
        """The code sets in force on a date of service."""
        return CodeBook(s for s in policy.of("codes") if s.in_force_on(date))

    def set(self, name: str) -> CodeSet:
        """The codes of a set; empty when no version of it is in force."""
        if name not in self._known:
            self._work_out(name)
        return self._known[name]

    def list(self, listed: ast.CodeList) -> CodeSet:
        """The codes that a list in a clause means."""
        stated = CodeSet.of((i.first.text, i.last.text) for i in listed.items if isinstance(i, ast.CodeRange))
        return CodeSet.union(stated, *(self.set(i.name.text) for i in listed.items if isinstance(i, ast.CodeSet)))

    def applied(self, applies: ast.AppliesTo) -> CodeSet:
        """The codes of `applies to … except …`."""
        codes = self.list(applies.codes)
        return codes - self.list(applies.except_) if applies.except_ is not None else codes

    def _work_out(self, name: str) -> None:
        """Works out a set after the sets inside it; not by recursion, for sets may be nested more deeply than the stack."""
        done: set[str] = set()
        path = [name]
        while path:
            one = path[-1]
            statement = self._statements.get(one)
            inside: list[str] = []
            if statement is not None and one not in self._known:
                inside = [s.name.text for s in code_sets(statement.declaration) if s.name.text not in self._known]
            self._known.setdefault(one, CodeSet())
            if inside:
                path += inside
                continue
            if statement is not None and one not in done:
                self._known[one] = self._of(statement.declaration)
            done.add(path.pop())

    def _of(self, declaration: ast.Declaration) -> CodeSet:
        codes = CodeSet.union(*(self.list(members.codes) for members in declaration.all(ast.Members)))
        for cut in declaration.all(ast.ExceptCodes):
            codes -= self.list(cut.codes)
        return codes
