"""A treatment log: what the record says of minutes, times and documentation, joined onto visits whose claims do not.

Owns: finding the line that a row of the log belongs to, and adding rows up. A row that fits no line, or more than
one, is a problem.
Never: changes what the claim says (code, units, modifiers), or guesses. The minutes of a line are "not given" when a
row of it lacks them, when a row that may belong to it could not be placed, or when the claim gives other minutes:
never a sum of some of its rows.

Columns: `visit` or `claim` (with `date` where a claim has several visits), `line` or `code`, then `minutes` or
`start` and `end`, `discipline`, `delivery`, `furnished_by`, `assistant_minutes`, `provider`, `region`,
`documentation.…`. A row without line and code speaks of the whole visit: `timed_minutes`, `total_minutes`,
`documentation.…`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from policy.claims import fields
from policy.claims.fields import Reader, Refused
from policy.claims.from_csv import Table, documented, value
from policy.claims.problem import ERROR, WARNING, Problem, Unreadable, shown
from policy.claims.text import Text
from policy.claims.visit import Line, Visit
from policy.values import MAX_MINUTES

_READERS: Final[dict[str, Reader]] = {
    "visit": fields.text,
    "claim": fields.text,
    "date": fields.date,
    "timed_minutes": fields.minutes,
    "total_minutes": fields.minutes,
    **{
        key: fields.LINE[key]
        for key in (
            "line", "code", "minutes", "start", "end", "discipline", "delivery", "furnished_by", "assistant_minutes",
            "provider", "region",
        )
    },
}  # fmt: skip
_PLACING: Final = ("visit", "claim", "date", "line", "code")
_OF_LINE: Final = ("discipline", "delivery", "furnished_by", "provider", "region")
_OF_VISIT: Final = ("timed_minutes", "total_minutes")


@attrs.define
class LogRow:
    """One row of the log. `minutes` is `None` when it does not tell them; a `spoiled` row cannot be placed for sure."""

    place: str
    cells: dict[str, Any]
    documentation: dict[str, str | bool]
    minutes: int | None = None
    spoiled: bool = False

    def get(self, key: str) -> Any:
        """The value of a column, `None` when the cell is empty."""
        return self.cells.get(key)


def read_log(path: Path) -> tuple[list[LogRow], list[Problem]]:
    """The rows of a treatment log, and what could not be read of it. Raises `Unreadable`."""
    rows: list[LogRow] = []
    problems: list[Problem] = []
    with Text(path) as text:
        table = Table(text, frozenset(_READERS), ())
        if not {"visit", "claim"} & set(table.columns):
            raise Unreadable(f"{text.name}: the first row does not name a column `visit` or `claim`")
        problems += table.unknown_columns(lambda column: column.startswith("documentation."))
        for number, cells, wrong in table.rows():
            if wrong:
                problems.append(Problem(ERROR, wrong, table.place(number)))
            if cells:
                row = _row(cells, table.place(number), problems)
                row.spoiled |= wrong is not None
                rows.append(row)
        problems += [*table.problems, *text.problems]
    return rows, problems


def _row(cells: dict[str, str], place: str, problems: list[Problem]) -> LogRow:
    row = LogRow(place, {}, {})
    for column, cell in cells.items():
        if column.startswith("documentation."):
            row.documentation[column.partition(".")[2]] = documented(cell)
        elif column in _READERS:
            try:
                row.cells[column] = _READERS[column](value(column, cell))
            except Refused as refused:
                problems.append(Problem(ERROR, f"`{column}` {refused.message}", f"{place}, {column}", refused.help))
                row.spoiled |= column in _PLACING
    start, end = row.get("start"), row.get("end")
    timed = start is not None and end is not None
    if timed and end < start:
        problems.append(Problem(ERROR, "`end` is before `start`", f"{place}, end", "times are of one day"))
        del row.cells["start"], row.cells["end"]
    elif timed and "minutes" not in cells:
        row.minutes = end - start
    row.minutes = row.get("minutes") if row.minutes is None else row.minutes
    return row


def join(visits: Iterable[Visit | Problem], rows: Sequence[LogRow]) -> Iterator[Visit | Problem]:
    """The visits, completed from the log, in their order; problems of the claims file pass through.

    Problems of a visit's rows come before the visit, rows without a visit last. An error rejects a row, not a visit.
    """
    held = list(visits)
    found = [item for item in held if isinstance(item, Visit)]
    by_name: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for index, visit in enumerate(found):
        by_name["visit", visit.visit].append(index)
        by_name["claim", visit.claim].append(index)
    joins: dict[int, _Join] = {}
    unmatched: list[Problem] = []
    for row in rows:
        named = _visits_named(row, found, by_name)
        indexes = [index for index in named if row.get("date") in (None, found[index].date)]
        if len(indexes) != 1:
            unmatched.append(_no_visit(row, several=len(indexes) > 1))
        for index in indexes or named:
            joins.setdefault(index, _Join(found[index])).take(row, sure=len(indexes) == 1)
    index = 0
    for item in held:
        if isinstance(item, Problem):
            yield item
            continue
        if index in joins:
            item = joins[index].visit_with_rows()
            yield from joins[index].problems
        yield item
        index += 1
    yield from unmatched


def _visits_named(row: LogRow, visits: list[Visit], by_name: dict[tuple[str, str | None], list[int]]) -> list[int]:
    """The visits, as indexes, that the row names, whatever their date."""
    name, claim = row.get("visit"), row.get("claim")
    if name is not None:
        return [index for index in by_name.get(("visit", name), []) if claim in (None, visits[index].claim)]
    return by_name.get(("claim", claim), []) if claim is not None else []


def _no_visit(row: LogRow, *, several: bool) -> Problem:
    name, claim = row.get("visit"), row.get("claim")
    if name is None and claim is None:
        return Problem(ERROR, "the row names no visit and no claim", row.place, "fill `visit` or `claim`")
    what = f"visit `{shown(name)}`" if name is not None else f"claim `{shown(claim)}`"
    if row.get("date") is not None:
        what += f" on {row.get('date')}"
    if several:
        return Problem(
            ERROR, f"{what} fits more than one visit that was read", row.place, "fill `visit` and `date`", name
        )
    return Problem(ERROR, f"{what} is not among the visits that were read", row.place, None, name)


class _Join:
    """One visit and the rows of the log that speak of it."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.problems: list[Problem] = []
        self._of_line: dict[int, list[LogRow]] = defaultdict(list)
        self._of_visit: list[LogRow] = []
        self._unsure: set[int] = set()
        """Lines, as indexes, that a row may belong to that was not placed: their minutes are not known."""

    def take(self, row: LogRow, *, sure: bool) -> None:
        """Places a row. `sure` is false when the row may belong to another visit: then it only makes minutes unsure."""
        fitting = self._fitting(row)
        whole = row.get("line") is None and row.get("code") is None
        if not sure or row.spoiled:
            self._unsure.update(fitting)
        elif whole:
            self._of_visit.append(row)
            if row.minutes is not None:
                self._unsure.update(fitting)
                self._add(ERROR, row, "the row gives minutes but no line and no code", "fill `line` or `code`")
        elif len(fitting) == 1:
            self._of_line[fitting[0]].append(row)
        else:
            self._unsure.update(fitting or self._alike(row))
            what = "more than one line" if fitting else "no line"
            self._add(
                ERROR, row, f"the row fits {what} of the visit", "fill `line` with the line's number on the claim"
            )

    def visit_with_rows(self) -> Visit:
        """The visit, completed from its rows."""
        lines = list(self.visit.lines)
        for index, rows in self._of_line.items():
            lines[index] = self._line(lines[index], rows, index in self._unsure)
        changes = {key: self._one(key, getattr(self.visit, key), self._of_visit, "the visit") for key in _OF_VISIT}
        return attrs.evolve(self.visit, lines=tuple(lines), documentation=self._documentation(), **changes)

    def _fitting(self, row: LogRow) -> list[int]:
        """Lines by number and code; where a code stands on several, what else the claim tells of them decides."""
        number, code = row.get("line"), row.get("code")
        fitting = [
            index
            for index, line in enumerate(self.visit.lines)
            if number in (None, line.number) and code in (None, line.code)
        ]
        for key in _OF_LINE:
            if len(fitting) > 1 and row.get(key) is not None:
                fitting = [i for i in fitting if getattr(self.visit.lines[i], key) == row.get(key)] or fitting
        return fitting

    def _alike(self, row: LogRow) -> list[int]:
        """Lines that a row fits in number or in code, though not in both."""
        return [
            index
            for index, line in enumerate(self.visit.lines)
            if line.number == row.get("line") or line.code == row.get("code")
        ]

    def _line(self, line: Line, rows: list[LogRow], unsure: bool) -> Line:
        of_line = f"line {line.number}"
        changes = {key: self._one(key, getattr(line, key), rows, of_line) for key in _OF_LINE}
        if len(rows) == 1 and line.start is None and line.end is None:
            changes |= {"start": rows[0].get("start"), "end": rows[0].get("end")}
        changes["minutes"] = self._minutes(line, rows, unsure)
        given = self._assistants(rows) if changes["minutes"] is not None and not unsure else None
        if line.assistant_minutes is None:
            changes["assistant_minutes"] = given
        elif given not in (None, line.assistant_minutes):
            message = f"the log and the claim give different assistant minutes for line {line.number}; neither is used"
            self._add(ERROR, rows[0], message, "correct the one that is wrong")
            changes["assistant_minutes"] = None
        return attrs.evolve(line, **changes)

    def _assistants(self, rows: list[LogRow]) -> int | None:
        """Minutes that an assistant gave alone, over rows that all tell them; `None` where they add nothing to who gave the line."""
        told = {row.get("furnished_by") for row in rows}
        if len(told) == 1 and all(row.get("assistant_minutes") is None for row in rows):
            return None
        minutes = [_assistant_minutes(row) for row in rows]
        return None if None in minutes else sum(m for m in minutes if m is not None)

    def _minutes(self, line: Line, rows: list[LogRow], unsure: bool) -> int | None:
        """The sum of the rows' minutes, or `None` when it is not known for sure."""
        if unsure:
            message = (
                f"the minutes of line {line.number} are not known: another row that may belong to it was not placed"
            )
            self._add(WARNING, rows[0], message, None)
            return line.minutes
        known = [row.minutes for row in rows if row.minutes is not None]
        if len(known) < len(rows):
            if known or line.minutes is None:
                row = next(row for row in rows if row.minutes is None)
                message = f"the minutes of line {line.number} are not known: this row of it has none"
                self._add(WARNING, row, message, "fill `minutes`, or `start` and `end`")
            return line.minutes
        total = sum(known)
        if total > MAX_MINUTES:
            self._add(ERROR, rows[-1], f"the rows of line {line.number} add up to more than a day", None)
            return line.minutes
        if line.minutes not in (None, total):
            message = f"the log and the claim give different minutes for line {line.number}; neither is used"
            self._add(ERROR, rows[0], message, "correct the one that is wrong")
            return None
        return total

    def _one(self, key: str, claimed: Any, rows: list[LogRow], of: str) -> Any:
        """The value that claim and rows agree on, `None` when nothing is known or they disagree."""
        told = {row.get(key): row for row in rows if row.get(key) is not None}
        if key == "furnished_by" and set(told) == {"therapist", "assistant"} and self._assistants(rows) is not None:
            return claimed
        if claimed is None and len(told) <= 1:
            return next(iter(told), None)
        if claimed is not None and set(told) <= {claimed}:
            return claimed
        if claimed is None:
            self._add(WARNING, rows[-1], f"rows of {of} differ on `{key}`, so it is taken as not given", None)
        elif key in _OF_VISIT:
            message = f"the log and the claim give different `{key}`; neither is used"
            self._add(ERROR, rows[-1], message, "correct the one that is wrong")
        else:
            self._add(WARNING, rows[-1], f"`{key}` of {of} is not what the claim says; the claim's is used", None)
            return claimed
        return None

    def _documentation(self) -> dict[str, str] | None:
        """The elements of claim and log together. A row that documents something makes the record a given one."""
        rows = [*self._of_visit, *(row for rows in self._of_line.values() for row in rows)]
        told = [row.documentation for row in rows if row.documentation]
        if self.visit.documentation is None and not told:
            return None
        elements = dict(self.visit.documentation or {})
        for key, item in ((key, item) for row in told for key, item in row.items() if item is not False):
            words = "yes" if item is True else str(item)
            before = elements.get(key)
            if before is None or before == "yes":
                elements[key] = words
            elif words not in ("yes", before):
                elements[key] = f"{before}; {words}"
        return elements

    def _add(self, severity: str, row: LogRow, message: str, help: str | None) -> None:
        name = self.visit.visit
        place = f"{row.place}, visit {name}" if name is not None else row.place
        self.problems.append(Problem(severity, message, place, help, name))


def _assistant_minutes(row: LogRow) -> int | None:
    """Minutes of a row that an assistant gave alone: as stated, else all or none of it by who gave it."""
    stated: int | None = row.get("assistant_minutes")
    if stated is not None:
        return stated if row.minutes is None or stated <= row.minutes else None
    return {"therapist": 0, "assistant": row.minutes}.get(row.get("furnished_by"))
