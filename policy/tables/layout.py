"""The columns of each kind of table, as stored and as written to CSV.

Owns: the names, types and key of every kind's columns, their Arrow schema, and one row as a line of CSV and back.
Never: imports PyArrow unless a schema is asked for.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from policy.tables.model import FeeRow, GpciRow, Kind, LimitRow, PairRow, Row, RvuRow

TEXT, WORDS, DATE, COUNT, FLAG = "text", "words", "date", "count", "flag"
"""Text; text or nothing; a date or nothing; a whole number or nothing; yes or no. Other types are decimal places."""

ROWS: Final[Mapping[Kind, type[Row]]] = {
    Kind.PTP: PairRow, Kind.MUE: LimitRow, Kind.RVU: RvuRow, Kind.GPCI: GpciRow, Kind.FEE: FeeRow,
}  # fmt: skip

COLUMNS: Final[Mapping[Kind, Mapping[str, str | int]]] = {
    Kind.PTP: {
        "column_one": TEXT, "column_two": TEXT, "effective": DATE, "deletion": DATE, "indicator": COUNT,
        "before_1996": FLAG, "rationale": WORDS,
    },
    Kind.MUE: {"code": TEXT, "units": COUNT, "mai": COUNT, "rationale": WORDS},
    Kind.RVU: {
        "code": TEXT, "modifier": TEXT, "status": TEXT, "work": 2, "pe_nonfacility": 2, "pe_facility": 2, "malpractice": 2,
        "na_nonfacility": FLAG, "na_facility": FLAG, "multiple": COUNT, "conversion_factor": 4,
    },
    Kind.GPCI: {"locality": TEXT, "state": TEXT, "name": TEXT, "work": 3, "pe": 3, "malpractice": 3},
    Kind.FEE: {
        "locality": TEXT, "code": TEXT, "modifier": TEXT, "nonfacility": 2, "facility": 2, "status": TEXT, "multiple": TEXT,
        "reduced_office": 2, "reduced_institution": 2,
    },
}  # fmt: skip

KEYS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.PTP: ("column_one", "column_two", "effective"),
    Kind.MUE: ("code",),
    Kind.RVU: ("code", "modifier"),
    Kind.GPCI: ("locality",),
    Kind.FEE: ("locality", "code", "modifier"),
}
"""What makes a row the same row in another quarter. Tables are sorted by it and looked up by its first column."""

PLACES: Final = 12
"""Digits of the widest decimal column."""


def schema(kind: Kind) -> Any:
    """The Arrow schema of a kind."""
    import pyarrow as pa

    types = {
        TEXT: pa.string(),
        WORDS: pa.string(),
        DATE: pa.date32(),
        COUNT: pa.int32(),
        FLAG: pa.bool_(),
    }
    return pa.schema(
        [(name, types[t] if isinstance(t, str) else pa.decimal128(PLACES, t)) for name, t in COLUMNS[kind].items()]
    )


def cells(kind: Kind, row: Row) -> list[str]:
    """One row as cells of CSV."""
    return [_written(getattr(row, name)) for name in COLUMNS[kind]]


def row(kind: Kind, cells: Sequence[str]) -> Row:
    """The row of such cells. Raises `ValueError` when they are not those of this kind."""
    types = COLUMNS[kind]
    if len(cells) != len(types):
        raise ValueError(f"{len(cells)} cells, not {len(types)}")
    return ROWS[kind](*(_read(t, cell) for t, cell in zip(types.values(), cells, strict=True)))


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case _:
            return str(value)


def _read(type_: str | int, cell: str) -> Any:
    match type_:
        case "text":
            return cell
        case "flag":
            return cell == "1"
        case int():
            return Decimal(cell)
        case _ if cell == "":
            return None
        case "date":
            return dt.date.fromisoformat(cell)
        case "count":
            return int(cell)
        case _:
            return cell
