"""Are the dates of a policy's statements right?

Owns: empty ranges, one name declared twice, versions in force at once or with a gap between them, rows of a value, which date may
judge what, and the dates of examples.
Never: evaluates a visit; looks at codes (`slices`).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

from policy.diagnostics import Diagnostic, Label
from policy.resolve.chain import Link
from policy.resolve.flatten import UNDATED
from policy.resolve.model import Statement
from policy.resolve.scope import Scope
from policy.resolve.words import when
from policy.source import SourceFile
from policy.syntax import ast
from policy.values import DateRange

BY_SERVICE_ONLY: Final = frozenset({"codes", "count", "evidence", "policy", "reasons"})
ONE: Final = dt.timedelta(days=1)


def check_dates(scope: Scope, links: Sequence[Link]) -> list[Diagnostic]:
    """The mistakes in ranges of dates, and versions that overlap or leave a gap."""
    found: list[Diagnostic] = []
    for link in links:
        found += _ranges(link.parsed.file, link.header)
    groups: dict[tuple[str, str], list[Statement]] = {}
    for statement in scope.statements:
        found += _ranges(statement.file, statement.declaration)
        if statement.kind == "value":
            found += _rows(statement)
        groups.setdefault(statement.key, []).append(statement)
    for (kind, _), versions in groups.items():
        if len(versions) > 1:
            found += _twice(versions) if kind in UNDATED else _versions(versions)
    for statement in scope.statements:
        if statement.kind == "example":
            found += _example(links[-1], groups, statement)
    return found


def _ranges(file: SourceFile, declaration: ast.Declaration) -> Iterator[Diagnostic]:
    for clause in declaration.clauses:
        if not isinstance(clause, (ast.InForce, ast.ValueRow)):
            continue
        if _backwards(clause):
            message = f"this range ends on {clause.end}, before it begins on {clause.start}"
            help_ = f"write the earlier date first: `from {clause.end} until {clause.start}`"
            yield Diagnostic("range-empty", message, Label(file, clause.span), help=help_)
        if isinstance(clause, ast.InForce) and clause.basis != "service" and declaration.kind in BY_SERVICE_ONLY:
            what = {
                "codes": "a `codes` declaration",
                "reasons": "a `reasons` declaration",
                "evidence": "an evidence",
            }.get(declaration.kind, f"a {declaration.kind}")
            help_ = f"leave out `, by {clause.basis} date`"
            yield Diagnostic("basis", f"{what} is judged by the date of service", Label(file, clause.span), help=help_)


def _backwards(clause: ast.InForce | ast.ValueRow) -> bool:
    return clause.start is not None and clause.end is not None and clause.end < clause.start


def _rows(statement: Statement) -> Iterator[Diagnostic]:
    rows = [row for row in statement.declaration.all(ast.ValueRow) if row.start is not None and not _backwards(row)]
    rows.sort(key=_start)
    for last, row in _neighbours(rows):
        at, start = Label(statement.file, row.span), row.start
        assert start is not None
        if last.start == start or (last.end is not None and last.end >= start):
            both = DateRange(last.start, last.end).overlap(DateRange(start, row.end)) or DateRange(start, start)
            if last.end is None and last.start == start:
                both = DateRange(start, start)
            message = f"two rows of `{statement.label}` hold {when(both)}"
            also = (Label(statement.file, last.span, "the other row"),)
            help_ = "let each row begin after the one before it ends"
            yield Diagnostic("overlap", message, at, help=help_, also=also)
        elif last.end is not None and start - last.end > ONE:
            gap = DateRange(last.end + ONE, start - ONE)
            help_ = "if that is what the payer says, leave it; what asks for the value is then undetermined"
            yield Diagnostic("gap", f"no row of `{statement.label}` holds {when(gap)}", at, help=help_)


def _neighbours(rows: Sequence[ast.ValueRow]) -> Iterator[tuple[ast.ValueRow, ast.ValueRow]]:
    """Each row after the first, with the row before it that ends last."""
    last: ast.ValueRow | None = None
    for row in rows:
        if last is not None:
            yield last, row
        if last is None or (last.end or dt.date.min) <= (row.end or dt.date.max):
            last = row


def _start(item: ast.ValueRow) -> dt.date:
    return item.start or dt.date.min


def _twice(versions: Sequence[Statement]) -> Iterator[Diagnostic]:
    first = versions[0]
    for other in versions[1:]:
        also = (Label(first.file, first.declaration.head, "the first one"),)
        at = Label(other.file, other.declaration.head)
        yield Diagnostic(
            "declared-twice", f"`{other.label}` is declared twice", at, help=UNDATED[other.kind], also=also
        )


def _versions(versions: Sequence[Statement]) -> Iterator[Diagnostic]:
    """Live versions of one name: one basis for all, never two at once; a gap is told unless an inert version says it is one."""
    live = [s for s in versions if not s.inert and not (s.dates.start and s.dates.end and s.dates.end < s.dates.start)]
    live.sort(key=lambda s: s.dates.start or dt.date.min)
    last: Statement | None = None
    for later in live:
        if last is not None:
            if last.basis != later.basis:
                yield _mixed(last, later)
                return
            both = last.dates.overlap(later.dates)
            if both is not None:
                yield _at_once(last, later, both)
            elif last.dates.end and later.dates.start and later.dates.start - last.dates.end > ONE:
                gap = DateRange(last.dates.end + ONE, later.dates.start - ONE)
                if not any(s.inert and s.dates.overlap(gap) == gap for s in versions):
                    message = f"no version of `{later.label}` is in force {when(gap)}"
                    help_ = (
                        "if that is what the payer says, state it with a version of `status withdrawn` on these dates"
                    )
                    yield Diagnostic("gap", message, Label(later.file, later.declaration.head), help=help_)
        if last is None or (last.dates.end or dt.date.max) <= (later.dates.end or dt.date.max):
            last = later


def _at_once(earlier: Statement, later: Statement, both: DateRange) -> Diagnostic:
    also = (Label(earlier.file, earlier.declaration.head, "the other version"),)
    start = later.dates.start
    if start and start > (earlier.dates.start or dt.date.min):
        dates = DateRange(earlier.dates.start, start - ONE)
        help_ = f"end the earlier one: `in force {dates}`"
    else:
        help_ = "give each version its own dates with `in force from … until …`, or another name"
    in_force = f"in force {when(both)}" if both != DateRange() else "in force at once, on every date"
    message = f"two versions of `{later.label}` are {in_force}"
    return Diagnostic("overlap", message, Label(later.file, later.declaration.head), also=also, help=help_)


def _mixed(one: Statement, other: Statement) -> Diagnostic:
    message = f"versions of `{other.label}` are judged by different dates, {one.basis} and {other.basis}"
    also = (Label(one.file, one.declaration.head, f"judged by the date of {one.basis}"),)
    help_ = "judge every version by the same date, such as `in force until 2025-12-31, by receipt date`"
    return Diagnostic("mixed-basis", message, Label(other.file, other.declaration.head), also=also, help=help_)


def _example(link: Link, groups: dict[tuple[str, str], list[Statement]], example: Statement) -> Iterator[Diagnostic]:
    """The policy, and every statement that the example expects to speak, is in force on its date."""
    visit = example.declaration.first(ast.ExampleVisit)
    if visit is None:
        return
    date = visit.date
    if date not in link.dates:
        message = f"the visit is on {date}, when `{link.id}` is not in force ({link.dates})"
        help_ = "choose a date on which the policy is in force"
        yield Diagnostic("example-date", message, Label(example.file, visit.span), help=help_)
        return
    for expect in example.declaration.all(ast.Expect):
        for item in expect.items:
            if not isinstance(item, (ast.ExpectSpoke, ast.ExpectOutcome)) or item.kind is None or item.name is None:
                continue
            versions = groups.get((item.kind, item.name.text), [])
            if not versions or any(s.in_force_on(date) for s in versions):
                continue
            inert = next((s.status for s in versions if s.inert and date in s.dates), None)
            message = f"no version of `{versions[0].label}` is in force on {date}"
            help_ = f"choose a date on which it is ({', '.join(str(s.dates) for s in versions[:3])})"
            if inert is not None:
                message = f"`{versions[0].label}` is {inert}, so it says nothing on {date}"
                help_ = "expect something else, or remove its `status`"
            yield Diagnostic("example-date", message, Label(example.file, item.name.span), help=help_)
