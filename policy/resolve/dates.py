"""Are the dates of a policy's statements right?

Owns: empty ranges, two versions in force at once, gaps between versions, counts for one code, and which date may judge what.
Never: evaluates a visit.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policy.codes import CodeSet
from policy.diagnostics import Diagnostic, Label
from policy.resolve.model import CodeBook, ResolvedPolicy, Statement
from policy.resolve.scope import Scope
from policy.syntax import ast
from policy.values import DateRange

BY_SERVICE_ONLY: Final = frozenset({"codes", "count", "value", "policy"})


def check_dates(scope: Scope) -> list[Diagnostic]:
    """The mistakes in ranges of dates, and versions that overlap or leave a gap."""
    found: list[Diagnostic] = []
    for statement in scope.statements:
        found += _ranges(statement)
    groups: dict[tuple[str, str], list[Statement]] = {}
    for statement in scope.statements:
        groups.setdefault((statement.kind, statement.name), []).append(statement)
    for versions in groups.values():
        if len(versions) > 1:
            found += _versions(versions)
    return found


def _ranges(statement: Statement) -> Iterator[Diagnostic]:
    for clause in statement.declaration.clauses:
        if (
            isinstance(clause, (ast.InForce, ast.ValueRow))
            and clause.start
            and clause.end
            and clause.end < clause.start
        ):
            message = f"this range ends on {clause.end}, before it begins on {clause.start}"
            yield Diagnostic(
                "range-empty", message, Label(statement.file, clause.span), help="write the earlier date after `from`"
            )
        if isinstance(clause, ast.InForce) and clause.basis != "service" and statement.kind in BY_SERVICE_ONLY:
            message = f"a {statement.kind} is judged by the date of service"
            yield Diagnostic(
                "basis", message, Label(statement.file, clause.span), help=f"leave out `, by {clause.basis} date`"
            )
    if statement.kind == "value":
        yield from _rows(statement)


def _rows(statement: Statement) -> Iterator[Diagnostic]:
    rows = sorted(statement.declaration.all(ast.ValueRow), key=lambda row: row.start or dt.date.min)
    for row, following in zip(rows, rows[1:], strict=False):
        if (
            row.start is None
            or row.start == following.start
            or (row.end and following.start and row.end >= following.start)
        ):
            also = (Label(statement.file, row.span, "and this one"),)
            yield Diagnostic(
                "overlap", f"two rows of `{statement.label}` hold on the same date", Label(statement.file, following.span), also=also,
                help="let each row begin after the one before it ends",
            )  # fmt: skip


def _versions(versions: Sequence[Statement]) -> Iterator[Diagnostic]:
    live = sorted((s for s in versions if not s.inert), key=lambda s: s.dates.start or dt.date.min)
    for earlier, later in zip(live, live[1:], strict=False):
        both = earlier.dates.overlap(later.dates)
        if earlier.basis != later.basis:
            continue
        if both is not None:
            message = f"two versions of `{later.label}` are in force {both}"
            also = (Label(earlier.file, earlier.declaration.head, "the other version"),)
            start = later.dates.start
            if start and earlier.dates.start and start > earlier.dates.start:
                help_ = (
                    f"end the earlier one: `in force from {earlier.dates.start} until {start - dt.timedelta(days=1)}`"
                )
            else:
                help_ = "give each version its own dates with `in force from … until …`"
            yield Diagnostic("overlap", message, Label(later.file, later.declaration.head), also=also, help=help_)
        elif earlier.dates.end and later.dates.start and later.dates.start - earlier.dates.end > dt.timedelta(days=1):
            one = dt.timedelta(days=1)
            gap = DateRange(earlier.dates.end + one, later.dates.start - one)
            message = f"no version of `{later.label}` is in force {gap}"
            yield Diagnostic(
                "gap",
                message,
                Label(later.file, later.declaration.head),
                help="if that is what the payer says, leave it",
            )


def check_slices(policy: ResolvedPolicy) -> list[Diagnostic]:
    """What can only be seen date by date: two counts for one code, sets without codes, examples outside every version."""
    found: list[Diagnostic] = []
    starts = [policy.dates.start or dt.date.min, *policy.boundaries()]
    seen: set[tuple[str, ...]] = set()
    for date in starts:
        if date not in policy.dates:
            continue
        statements = [s for s in policy.on(date) if s.kind in {"count", "codes"}]
        key = tuple(f"{s.label}{s.dates}" for s in statements)
        if key not in seen:
            seen.add(key)
            found += _counts(policy, statements, date)
    for example in policy.of("example"):
        visit = example.declaration.first(ast.ExampleVisit)
        if visit is not None and visit.date not in policy.dates:
            message = f"the visit is on {visit.date}, when `{policy.id}` is not in force ({policy.dates})"
            found.append(
                Diagnostic(
                    "example-date",
                    message,
                    Label(example.file, visit.span),
                    help="choose a date on which the policy is in force",
                )
            )
    return found


def _counts(policy: ResolvedPolicy, statements: Sequence[Statement], date: dt.date) -> Iterator[Diagnostic]:
    book = CodeBook(policy, date)
    counts = {s.name: s for s in statements if s.kind == "count"}
    parts = {word.text for s in counts.values() for by in s.declaration.all(ast.By) for word in by.counts}
    yield from _combined(counts, date)
    taken: list[tuple[Statement, CodeSet]] = []
    for statement in counts.values():
        if statement.name in parts:
            continue
        codes = _counted(book, counts, statement)
        for other, others in taken:
            shared = codes & others
            if shared:
                message = f"`{statement.label}` and `{other.label}` both count {shared}"
                also = (Label(other.file, other.declaration.head, "the other count"),)
                at = Label(statement.file, statement.declaration.head)
                yield Diagnostic(
                    "two-counts", message, at, also=also, help="take the codes out of one of them with `except`"
                )
        taken.append((statement, codes))
    yield from _bases(book, statements)


def _counted(book: CodeBook, counts: Mapping[str, Statement], statement: Statement) -> CodeSet:
    """The codes of a count; of a combination that names none, those of its counts."""
    applies = statement.declaration.first(ast.AppliesTo)
    if applies is not None:
        codes = book.list(applies.codes)
        return codes - book.list(applies.except_) if applies.except_ is not None else codes
    codes = CodeSet()
    for by in statement.declaration.all(ast.By):
        for word in by.counts:
            if word.text in counts and counts[word.text].declaration.first(ast.AppliesTo) is not None:
                codes |= _counted(book, counts, counts[word.text])
    return codes


def _combined(counts: Mapping[str, Statement], date: dt.date) -> Iterator[Diagnostic]:
    """`whichever allows …` combines two counts by minutes that are in force where it is."""
    for statement in counts.values():
        for by in statement.declaration.all(ast.By):
            for word in by.counts:
                at = Label(statement.file, word.span)
                method = counts[word.text].declaration.first(ast.By) if word.text in counts else None
                if word.text not in counts:
                    message = f"`count {word}` is not in force on {date}, where `{statement.label}` is"
                    yield Diagnostic(
                        "whichever", message, at, help="give both counts the dates of the one that combines them"
                    )
                elif method is None or method.method not in {"total time", "each code"}:
                    message = f"`count {word}` does not count by minutes"
                    yield Diagnostic("whichever", message, at, help="combine counts by total time or each code")


def _bases(book: CodeBook, statements: Sequence[Statement]) -> Iterator[Diagnostic]:
    """A code has one length of unit."""
    known: list[tuple[Statement, ast.UnitBasis, CodeSet]] = []
    for statement in statements:
        basis = statement.declaration.first(ast.UnitBasis) if statement.kind == "codes" else None
        if basis is None:
            continue
        codes = book.set(statement.name)
        for other, theirs, others in known:
            shared = codes & others
            if shared and theirs.minutes != basis.minutes:
                message = f"`{statement.label}` and `{other.label}` give {shared} units of different length"
                also = (Label(other.file, theirs.span, "the other length"),)
                yield Diagnostic(
                    "two-bases",
                    message,
                    Label(statement.file, basis.span),
                    also=also,
                    help="take the codes out of one of them with `except`",
                )
        known.append((statement, basis, codes))
