"""The physician fee schedule's relative values, as published: CSV, ten lines before the first code, headings over five of them.

Owns: the layout. Never: keeps the descriptions.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import attrs

from policy.tables import cells, naming
from policy.tables.files import Part
from policy.tables.model import Kind, RvuRow
from policy.tables.problem import AS_PUBLISHED, Problems, bad, quoted
from policy.tables.reading import Numbered, Read, cell, sorted_once
from policy.tables.sheet import Heading, opened

COLUMNS: Final = (
    Heading("HCPCS", r".*hcpcs"),
    Heading("MOD", r".*mod"),
    Heading("STATUS CODE", r".*status code"),
    Heading("WORK RVU", r".*work rvu"),
    Heading("NON-FAC PE RVU", r".*non-? ?fac(ility)? pe rvu"),
    Heading("NON-FAC NA INDICATOR", r".*na indicator"),
    Heading("FACILITY PE RVU", r"(?!.*non).*facility pe rvu"),
    Heading("FACILITY NA INDICATOR", r".*na indicator"),
    Heading("MP RVU", r".*mp rvu"),
    Heading("NON-FACILITY TOTAL", r".*non-? ?facility total"),
    Heading("FACILITY TOTAL", r"(?!.*non).*facility total"),
    Heading("MULT PROC", r".*mult proc"),
    Heading("CONV FACTOR", r".*conv factor"),
)
_ABOVE: Final = 4
"""Lines of the headings over their last one."""
_ODD: Final = 100
"""When more than one row in so many does not add up, the columns are not what their headings say."""


def read_rvu(parts: list[Part]) -> Read:
    """The one file of a quarter. Raises `BadTable`."""
    if len(parts) > 1:
        files = " and ".join(part.name for part in parts[:3])
        raise bad(
            parts[0].shown,
            f"there are {len(parts)} tables: {files}",
            "say which with `--setting non-qpp` or `--setting qpp`",
        )
    part = parts[0]
    sheet = opened(part, COLUMNS, _ABOVE)
    problems = Problems()
    rows: list[Numbered] = []
    odd: list[tuple[int, str]] = []
    for number, record in sheet.records:
        if not any(text.strip() for text in record):
            continue
        if len(record) < len(sheet.headings):
            problems.add(
                part.shown,
                number,
                f"the row has {len(record)} columns, not {len(sheet.headings)}: columns have moved",
                AS_PUBLISHED,
            )
            continue
        row, total = _row(problems, part.shown, number, [record[i] for i in sheet.columns])
        if row is not None:
            rows.append(Numbered(part.shown, number, row))
            if total != row.work + row.pe_nonfacility + row.malpractice:
                odd.append((number, row.code))
    problems.end()
    if len(odd) > 1 + len(rows) // _ODD:
        number, code = odd[0]
        message = f"the parts of `{code}` do not make its total, as in {len(odd) - 1:,} more rows: columns have moved"
        raise bad(part.shown, message, AS_PUBLISHED, number)
    table = sorted_once(Kind.RVU, rows, problems)
    says = tuple((part.shown, one) for one in naming.quarters(sheet.title))
    notes = [f"{len(odd):,} rows whose parts do not make their total, such as {quoted(odd[0][1])}"] if odd else []
    return Read(table, (attrs.evolve(part.source, rows=len(rows)),), quarters=says, notes=tuple(notes))


def _row(problems: Problems, file: str, number: int, record: list[str]) -> tuple[RvuRow | None, object]:
    readers: tuple[Callable[[str], Any], ...] = (
        cells.code, cells.modifier, str.strip, _rvu, _rvu, str.strip, _rvu,
        str.strip, _rvu, _rvu, _rvu, cells.units, _factor,
    )  # fmt: skip
    values = [
        cell(problems, file, number, heading.name, reader, text)
        for heading, reader, text in zip(COLUMNS, readers, record, strict=True)
    ]
    if None in values:
        return None, None
    code, modifier, status, work, pe, na, pe_facility, na_facility, malpractice, total, _, multiple, factor = values
    return (
        RvuRow(
            code,
            modifier,
            status,
            work,
            pe,
            pe_facility,
            malpractice,
            na == "NA",
            na_facility == "NA",
            multiple,
            factor,
        ),
        total,
    )


def _rvu(text: str) -> Decimal:
    return cells.amount(text, 2)


def _factor(text: str) -> Decimal:
    return cells.amount(text, 4)
