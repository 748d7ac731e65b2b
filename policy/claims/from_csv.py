"""Visits from a table: one row per claim line, columns named by the JSON keys, rows of one visit gathered by its id.

Owns: columns, delimiters and quotes, gathering rows into visits, and the template that shows a user how to fill the
table.
Never: checks what a value holds (`from_mapping` does, on the mapping that is built here).

An empty cell is "not given". In a table that has a column of modifiers, an empty one means "no modifiers". The rows
of a visit need not stand together, so the whole table is gathered before the first visit is given.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, Final

import attrs

from policy.claims import fields
from policy.claims.from_mapping import visit_from_mapping
from policy.claims.given_facts import GROUPS
from policy.claims.problem import ERROR, WARNING, Problem, Unreadable, shown
from policy.claims.report import nearest
from policy.claims.text import Broken, Text
from policy.claims.visit import Visit

_PATIENT: Final = {"patient": "id", "birth_date": "birth_date", "age": "age"}
_LINE: Final = {key: key for key in fields.LINE if key not in ("provider", "place")} | {
    "line.provider": "provider",
    "line.place": "place",
}
_VISIT: Final = frozenset(fields.VISIT)
_MODIFIERS: Final = ("modifier_1", "modifier_2", "modifier_3", "modifier_4")
_NUMBERS: Final = frozenset({"line", "minutes", "assistant_minutes", "number", "timed_minutes", "total_minutes", "age"})
_KNOWN: Final = frozenset({*_VISIT, *_PATIENT, *_LINE, *_MODIFIERS})
MAX_ROWS: Final = 2_000_000
"""Rows of one table, which is gathered in memory; JSON Lines has no such limit."""


@attrs.define
class _Rows:
    """The rows of one visit: what all of them say of the visit, and one mapping a line."""

    first: int
    last: int
    cells: dict[str, str] = attrs.field(factory=dict)
    lines: list[dict[str, Any]] = attrs.field(factory=list)
    wrong: list[tuple[int, str, str | None]] = attrs.field(factory=list)


def read_csv(text: Text) -> Iterator[Visit | Problem]:
    """Visits of a table, in the order of their first rows. Raises `Unreadable` without columns `date` and `code`."""
    visits: dict[tuple[str, ...], _Rows] = {}
    table = Table(text, _KNOWN, ("date", "code"))
    yield from table.unknown_columns(_belongs)
    for number, row, wrong in table.rows():
        key = _key(row)
        if row and key is None:
            message = "the row names no visit, claim or patient, so its visit is not known"
            yield Problem(ERROR, message, table.place(number), "fill the column `visit`")
        elif key is None:
            yield Problem(ERROR, wrong or "the row cannot be read", table.place(number))
        else:
            group = visits.setdefault(key, _Rows(number, number))
            _add(group, row, number, table.columns)
            if wrong:
                group.wrong.append((number, wrong, None))
    yield from table.problems
    for group in visits.values():
        yield from _visit(group, table)


class Table:
    """A delimited text with a header, read row by row. Raises `Unreadable` when the header lacks a needed column."""

    def __init__(self, text: Text, known: frozenset[str], needed: tuple[str, ...]) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._known = known
        self._reader = csv.reader(self._feed(), delimiter=_delimiter(text.head), strict=True, skipinitialspace=True)
        self.columns = self._header(needed)

    def place(self, first: int, last: int | None = None) -> str:
        """`claims.csv row 7` or `claims.csv rows 7-9`; rows are counted as lines of the file, the header included."""
        return f"{self._text.name} row {first}" if last in (None, first) else f"{self._text.name} rows {first}-{last}"

    def unknown_columns(self, belongs: Any) -> Iterator[Problem]:
        """A warning for each column that is not read."""
        for column in self.columns:
            if column and column not in self._known and not belongs(column):
                near = nearest(column, self._known)
                help = f"did you mean `{near}`" if near else "write `x_…` for a fact that the policy declares"
                message = f"the column `{shown(column)}` is not read"
                yield Problem(WARNING, message, f"{self._text.name} header", help)

    def rows(self) -> Iterator[tuple[int, dict[str, str], str | None]]:
        """Row number, filled cells by column, and what is wrong with the row's shape, if anything."""
        while True:
            number = self._reader.line_num + 1
            if number > MAX_ROWS:
                message = f"only the first {MAX_ROWS} rows of a table are read; split it, or write JSON Lines"
                self.problems.append(Problem(ERROR, message, self.place(number)))
                return
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                yield number, {}, _csv_words(str(error), self._reader.line_num)
                continue
            except Broken as broken:
                self.problems.append(self._text.broken(broken, self.place(number)))
                return
            if cells is None:
                return
            if not any(cells):
                continue
            row = {
                column: cell
                for column, raw in zip(self.columns, cells, strict=False)
                if column and (cell := raw.strip())
            }
            if len(cells) < len(self.columns):
                message = f"the row has {len(cells)} of {len(self.columns)} columns; the others are taken as not given"
                self.problems.append(Problem(WARNING, message, self.place(number)))
            extra = any(cell.strip() for cell in cells[len(self.columns) :])
            yield number, row, "the row has more cells than the header has columns" if extra else None

    def _header(self, needed: tuple[str, ...]) -> list[str]:
        name = self._text.name
        try:
            cells = next((cells for cells in self._reader if any(cells)), [])
        except (csv.Error, Broken):
            raise Unreadable(f"{name}: the header row cannot be read") from None
        columns = [re.sub(r"\s+", "_", cell.strip().lower()) for cell in cells]
        for column in needed:
            if column not in columns:
                raise Unreadable(f"{name}: the first row does not name a column `{column}`{_of_a_table(name, columns)}")
        for column in columns:
            if column and columns.count(column) > 1:
                raise Unreadable(f"{name}: the column `{shown(column)}` stands in the header twice")
        return columns

    def _feed(self) -> Iterator[str]:
        for number, line in self._text.lines():
            if line is None:
                self.problems.append(Problem(ERROR, "the line is too long to be read", self.place(number)))
            yield f"{line or ''}\n"


def _of_a_table(name: str, columns: list[str]) -> str:
    """What to do with a table of claim lines: it has other columns than visits, and is read from Parquet."""
    if "hcpcs_code" not in columns:
        return ""
    copied = f"copy (from read_csv('{name}', all_varchar = true)) to 'claims.parquet'"
    return f"; tables of claim lines are read from Parquet, which DuckDB writes: `{copied}`"


def _belongs(column: str) -> bool:
    """True for columns of facts: `x_…`, `documentation.…`, `injury.date`."""
    group, dot, _ = column.partition(".")
    return column.startswith("x_") or (bool(dot) and (group == "documentation" or group in GROUPS))


def _key(row: dict[str, str]) -> tuple[str, ...] | None:
    if "visit" in row:
        return (row["visit"],)
    if "claim" in row or "patient" in row:
        return tuple(row.get(column, "") for column in ("claim", "patient", "date", "provider"))
    return None


def _add(group: _Rows, row: dict[str, str], number: int, columns: list[str]) -> None:
    group.last = number
    line: dict[str, Any] = {}
    for column, cell in row.items():
        if column in _LINE:
            line[_LINE[column]] = value(column, cell)
        elif column.startswith("x_line_"):
            line[column] = cell
        elif column not in _MODIFIERS and group.cells.setdefault(column, cell) != cell:
            message = f"rows of one visit disagree on `{shown(column)}`"
            group.wrong.append((number, message, f"rows from {group.first} on say it otherwise"))
    if "modifiers" in columns or not set(_MODIFIERS).isdisjoint(columns):
        line["modifiers"] = [*split(row.get("modifiers", "")), *(row[column] for column in _MODIFIERS if column in row)]
    group.lines.append(line)


def _visit(group: _Rows, table: Table) -> Iterator[Visit | Problem]:
    data: dict[str, Any] = {"lines": group.lines, "patient": {}, "documentation": {}, "facts": {}}
    for column, cell in group.cells.items():
        kind, dot, rest = column.partition(".")
        if column in _PATIENT:
            data["patient"][_PATIENT[column]] = value(column, cell)
        elif column in _VISIT:
            data[column] = value(column, cell)
        elif column.startswith("x_"):
            data[column] = cell
        elif dot and kind == "documentation":
            data["documentation"][rest] = documented(cell)
        elif dot and kind in GROUPS:
            data["facts"][column] = cell
    filled = {key: item for key, item in data.items() if item != {}}
    visit, problems = visit_from_mapping(filled, place=table.place(group.first, group.last))
    yield from problems
    name = group.cells.get("visit")
    for number, message, help in group.wrong:
        place = f"{table.place(number)}, visit {shown(name)}" if name else table.place(number)
        yield Problem(ERROR, message, place, help, name)
    if visit is not None and not group.wrong:
        yield visit


def value(column: str, cell: str) -> object:
    """A cell as JSON would hold it; what does not fit is left as text, for `from_mapping` to refuse by name."""
    if column in _NUMBERS and re.fullmatch(r"-?\d{1,9}", cell, re.ASCII):
        return int(cell)
    return split(cell) if column == "diagnoses" else cell


def documented(cell: str) -> str | bool:
    """A cell of a `documentation.…` column: text, or yes and no for "documented" and "not documented"."""
    word = cell.lower()
    return word in ("yes", "true", "y") if word in ("yes", "true", "y", "no", "false", "n") else cell


def split(cell: str) -> list[str]:
    """Modifiers or diagnoses of one cell, separated by space, comma, semicolon or colon."""
    return [part for part in re.split(r"[\s,;:|]+", cell) if part]


def _delimiter(head: bytes) -> str:
    """The mark that stands most often in the first filled line, outside quotes; a comma when there is none."""
    first = next((line for line in head.splitlines() if line.strip()), b"").decode("utf-8", "replace")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(",;\t|", key=bare.count)


def _csv_words(message: str, last: int) -> str:
    if "unexpected end" in message or "field larger" in message:
        return f"a quotation mark is opened and not closed; up to row {last} nothing was read"
    return "a quotation mark stands in the middle of a cell; the row was not read"


_TEMPLATE: Final = (
    "visit", "claim", "policy", "date", "patient", "provider", "place", "setting", "timed_minutes",
    "line", "code", "minutes", "units", "modifiers", "charge", "discipline", "delivery", "furnished_by", "start", "end",
    "documentation.functional_limitation", "documentation.activity",
)  # fmt: skip


def csv_template() -> str:
    """A table to fill: the header and two rows of one synthetic visit."""
    common = {
        "visit": "V1",
        "claim": "C1",
        "policy": "medicare.part_b",
        "date": "2026-03-02",
        "patient": "P1",
        "provider": "1234567893",
        "place": "11",
        "setting": "practitioner",
        "timed_minutes": "47",
        "modifiers": "GP",
        "discipline": "PT",
        "delivery": "one_on_one",
        "furnished_by": "therapist",
        "documentation.functional_limitation": "unsafe bathroom transfers",
        "documentation.activity": "transfers with a step stool",
    }
    lines = (
        {
            "line": "1",
            "code": "97530",
            "minutes": "24",
            "units": "2",
            "charge": "70.14",
            "start": "09:00",
            "end": "09:24",
        },
        {
            "line": "2",
            "code": "97110",
            "minutes": "23",
            "units": "1",
            "charge": "30.41",
            "start": "09:24",
            "end": "09:47",
        },
    )
    out = io.StringIO()
    writer = csv.DictWriter(out, _TEMPLATE, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**common, **line} for line in lines)
    return out.getvalue()
