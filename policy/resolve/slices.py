"""What can only be seen date by date, with the code sets worked out: what counts which code, and what is left empty.

Owns: two counts for one code, two lengths of a unit, combinations of counts, sets and lists without codes, code sets that are not in
force where they are used.
Never: runs on a policy with other errors; its answers would only repeat them.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import attrs

from policy.codes import CodeSet
from policy.diagnostics import Diagnostic, Label
from policy.resolve.model import CodeBook, ResolvedPolicy, Statement
from policy.resolve.walk import code_sets, nodes
from policy.resolve.words import when
from policy.syntax import ast
from policy.values import DateRange

MINUTES_METHODS = frozenset({"total time", "each code"})


def check_slices(policy: ResolvedPolicy) -> list[Diagnostic]:
    """The mistakes of every span of dates on which the same codes and counts are in force."""
    found: list[Diagnostic] = []
    statements = list(policy.of("codes", "count"))
    plain = _plain(statements)
    seen: set[tuple[int, ...]] = set()
    for date in _dates(policy, statements):
        live = [i for i, s in enumerate(statements) if s.in_force_on(date)]
        if tuple(live) in seen:
            continue
        seen.add(tuple(live))
        here = [statements[i] for i in live]
        book = CodeBook(here, {statements[i].name: plain[i] for i in live if i in plain})
        one = _Slice(date, book, here)
        found += one.counts()
        found += one.lengths()
        found += one.empty()
    books: dict[dt.date, CodeBook] = {}
    for statement in policy.statements:
        if statement.kind not in {"source", "value", "fact", "example"} and not statement.inert:
            found += _out_of_force(policy, statement)
            found += _nothing_left(policy, statement, books)
    return found


def _plain(statements: Sequence[Statement]) -> dict[int, CodeSet]:
    """The sets that name no other set, by index: they hold the same codes on every date, and are worked out once."""
    return {
        i: CodeBook([s]).set(s.name)
        for i, s in enumerate(statements)
        if s.kind == "codes" and next(code_sets(s.declaration), None) is None
    }


def _dates(policy: ResolvedPolicy, statements: Sequence[Statement]) -> list[dt.date]:
    """The first date of each span."""
    one = dt.timedelta(days=1)
    dates = {policy.dates.start or dt.date.min}
    for statement in statements:
        start, end = statement.dates.start, statement.dates.end
        dates |= {start} if start else set()
        dates |= {end + one} if end and end < dt.date.max else set()
    return sorted(date for date in dates if date in policy.dates)


@attrs.frozen
class _Slice:
    """The codes and counts in force on one date."""

    date: dt.date
    book: CodeBook
    statements: Sequence[Statement]

    def counts(self) -> Iterator[Diagnostic]:
        """A code has one count, and `whichever allows …` combines counts by minutes that are in force with it."""
        counts = {s.name: s for s in self.statements if s.kind == "count"}
        yield from _combined(counts, self.date)
        parts = {word.text for s in counts.values() for by in s.declaration.all(ast.By) for word in by.counts}
        counted = [_Codes(s, i, self._counted(counts, s)) for i, s in enumerate(counts.values()) if s.name not in parts]
        for one, other in _meeting(counted):
            message = (
                f"`{one.statement.label}` and `{other.statement.label}` both count {_some(one.codes & other.codes)}"
            )
            also = (Label(other.statement.file, other.statement.declaration.head, "the other count"),)
            at = Label(one.statement.file, one.statement.declaration.head)
            help_ = "take the codes out of one of them with `applies to … except …`"
            yield Diagnostic("two-counts", message, at, also=also, help=help_)

    def _counted(self, counts: Mapping[str, Statement], statement: Statement) -> CodeSet:
        """The codes of a count; of a combination that names none, those of its counts."""
        applies = statement.declaration.first(ast.AppliesTo)
        if applies is not None:
            return self.book.applied(applies)
        codes = CodeSet()
        for by in statement.declaration.all(ast.By):
            for word in by.counts:
                part = counts.get(word.text)
                own = part.declaration.first(ast.AppliesTo) if part is not None else None
                if own is not None:
                    codes |= self.book.applied(own)
        return codes

    def lengths(self) -> Iterator[Diagnostic]:
        """A code has one length of unit."""
        known = []
        for statement in self.statements:
            basis = statement.declaration.first(ast.UnitBasis) if statement.kind == "codes" else None
            if basis is not None:
                known.append(_Codes(statement, basis.minutes or 0, self.book.set(statement.name)))
        for one, other in _meeting(known):
            shared = _some(one.codes & other.codes)
            message = f"`{one.statement.label}` and `{other.statement.label}` give {shared} units of different length"
            mine, theirs = (c.statement.declaration.first(ast.UnitBasis) for c in (one, other))
            assert mine is not None and theirs is not None
            also = (Label(other.statement.file, theirs.span, "the other length"),)
            help_ = "take the codes out of one of them with `except`"
            yield Diagnostic("two-bases", message, Label(one.statement.file, mine.span), also=also, help=help_)

    def empty(self) -> Iterator[Diagnostic]:
        """A set from which `except` takes every code."""
        for statement in self.statements:
            declaration = statement.declaration
            cut = declaration.first(ast.ExceptCodes) if statement.kind == "codes" else None
            if cut is None or self.book.set(statement.name):
                continue
            if any(self.book.list(members.codes) for members in declaration.all(ast.Members)):
                message = f"no code is left in `{statement.label}`: `except` takes out every one"
                at = Label(statement.file, cut.span)
                yield Diagnostic("empty-codes", message, at, help="leave out of `except` what belongs to the set")


@attrs.frozen
class _Codes:
    """The codes of a statement. Two of different groups must not share a code."""

    statement: Statement
    group: int
    codes: CodeSet


def _meeting(items: Sequence[_Codes]) -> list[tuple[_Codes, _Codes]]:
    """Pairs of different groups that share a code, the later statement first. Not every pair, but one for each code that is shared.

    Ranges are swept in order, keeping of two groups the range that reaches furthest: time does not grow with pairs.
    """
    ranges = sorted((low, high, k) for k, item in enumerate(items) for low, high in item.codes.ranges)
    pairs: set[tuple[int, int]] = set()
    first, far, second, near = -1, -1, -1, -1  # the range that reaches furthest, and the furthest one of another group
    for low, high, k in ranges:
        group = items[k].group
        other, reach = (first, far) if first >= 0 and items[first].group != group else (second, near)
        if reach >= low:
            pairs.add((max(k, other), min(k, other)))
        if high > far:
            if first >= 0 and items[first].group != group:
                second, near = first, far
            first, far = k, high
        elif high > near and items[first].group != group:
            second, near = k, high
    return [(items[later], items[earlier]) for later, earlier in sorted(pairs)]


def _some(codes: CodeSet) -> str:
    """A few of the codes, as ranges."""
    shown = CodeSet(codes.ranges[:6])
    return f"{shown} and others" if len(codes.ranges) > 6 else str(shown)


def _combined(counts: Mapping[str, Statement], date: dt.date) -> Iterator[Diagnostic]:
    """`whichever allows …` combines two counts by minutes that are in force where it is."""
    for statement in counts.values():
        for by in statement.declaration.all(ast.By):
            for word in by.counts:
                at = Label(statement.file, word.span)
                method = counts[word.text].declaration.first(ast.By) if word.text in counts else None
                if word.text not in counts:
                    message = f"`count {word}` is not in force on {date}, where `{statement.label}` is"
                    help_ = "give both counts the dates of the one that combines them"
                    yield Diagnostic("whichever", message, at, help=help_)
                elif method is None or method.method not in MINUTES_METHODS:
                    what = (
                        "is a combination itself"
                        if method is not None and method.counts
                        else "does not count by minutes"
                    )
                    help_ = "combine two counts by total time or by each code"
                    yield Diagnostic("whichever", f"`count {word}` {what}", at, help=help_)


def _out_of_force(policy: ResolvedPolicy, statement: Statement) -> Iterator[Diagnostic]:
    """A list of code sets none of which is in force on some of the dates of what uses it: there it would silently be empty."""
    own = policy.dates if statement.basis != "service" else policy.dates.overlap(statement.dates)
    if own is None:
        return
    for listed in nodes(statement.declaration):
        if not isinstance(listed, ast.CodeList) or not all(isinstance(item, ast.CodeSet) for item in listed.items):
            continue
        names = dict.fromkeys(item.name.text for item in listed.items if isinstance(item, ast.CodeSet))
        versions = [s for name in names for s in policy.versions("codes", name)]
        gap = _uncovered(own, [s.dates for s in versions if not s.inert])
        if gap is not None:
            shown = " and ".join(f"`{name}`" for name in names)
            verb = "is" if len(names) == 1 else "are"
            message = f"{shown} {verb} not in force {when(gap)}, when `{statement.label}` is"
            help_ = f"`{statement.label}` has no code there then; give both the same dates"
            yield Diagnostic("gap", message, Label(statement.file, listed.span), help=help_)


def _uncovered(whole: DateRange, parts: Sequence[DateRange]) -> DateRange | None:
    """The first dates of `whole` that no part holds."""
    one = dt.timedelta(days=1)
    start = whole.start or dt.date.min
    end = whole.end or dt.date.max
    for part in sorted(parts, key=lambda p: p.start or dt.date.min):
        if (part.start or dt.date.min) > start:
            break
        if (part.end or dt.date.max) >= end:
            return None
        start = max(start, (part.end or dt.date.max) + one)
    following = min((p.start for p in parts if p.start and start < p.start <= end), default=None)
    last = following - one if following else whole.end
    return DateRange(start if start > dt.date.min else None, last)


def _nothing_left(policy: ResolvedPolicy, statement: Statement, books: dict[dt.date, CodeBook]) -> Iterator[Diagnostic]:
    """`applies to` whose `except` leaves no code, and a pair whose columns hold one code between them."""
    applies, columns = statement.declaration.first(ast.AppliesTo), statement.declaration.first(ast.Columns)
    if columns is None and (applies is None or applies.except_ is None):
        return
    start = max(
        policy.dates.start or dt.date.min, (statement.basis == "service" and statement.dates.start) or dt.date.min
    )
    book = books.get(start)
    if book is None:
        book = books[start] = CodeBook.on(policy, start)
    if applies is not None and applies.except_ is not None and book.list(applies.codes) and not book.applied(applies):
        message = f"`{statement.label}` applies to no code: `except` takes out every one"
        help_ = "leave out of `except` what it applies to"
        yield Diagnostic("empty-codes", message, Label(statement.file, applies.except_.span), help=help_)
    if columns is not None:
        first, second = book.list(columns.first), book.list(columns.second)
        if first and first == second and len(first) == 1:
            help_ = "name two different codes; to cap the units of one code, write a `limit`"
            message = f"both columns hold only {first}, which is no pair"
            yield Diagnostic("pair-itself", message, Label(statement.file, columns.span), help=help_)
