"""Reference tables for generated policies: few codes, both settings, parts of tables, days without one.

Owns: `TABLES` and `ANSWERS`, the same for every test. The rows are made up; no payer has them.
Never: read from a file.
"""

import datetime as dt
from decimal import Decimal

from policy.engine.tables import Answers
from policy.tables.held import Held, Listed
from policy.tables.lookup import Tables
from policy.tables.model import HISTORY, FeeRow, GpciRow, Kind, LimitRow, PairRow, Quarter, Row, RvuRow, Scope, Table
from policy.values import DateRange

D = dt.date
PAIRS = (
    PairRow("97150", "97530", D(2000, 1, 1), None, 1),
    PairRow("97530", "97750", D(2000, 1, 1), None, 0),
    PairRow("97110", "97140", D(2026, 1, 1), None, 1),
    PairRow("97140", "97110", D(2000, 1, 1), D(2025, 12, 31), 1),
    PairRow("97112", "97535", D(2025, 6, 15), D(2025, 6, 15), 9),
    PairRow("97161", "97530", D(2000, 1, 1), D(2026, 1, 1), 1),
)
HOSPITAL_PAIRS = (PairRow("97530", "97150", None, None, 1), PairRow("97530", "97750", None, None, 1))
UNITS = (("97530", 2, 3), ("97110", 1, 2), ("97140", 2, 1), ("97161", 1, 2), ("97150", 1, 3), ("97535", 3, None))
HOSPITAL_UNITS = (("97530", 2, 3), ("97110", 2, 3), ("97140", 2, 2), ("97161", 1, 1))
D_ = Decimal
INDICES = (D_("1.1"), D_("1.375"), D_("0.501"))
PART = Scope(frozenset({"97110", "97530", "97150", "97750"}), frozenset({"97530"}))


def held(kind: Kind, setting: str, quarter: str, dates: DateRange, rows: list[Row], scope: Scope | None = None) -> Held:
    """A table of some rows."""
    about = Table(kind, setting, Quarter.parse(quarter), dates, len(rows), (), scope)
    return Held(about, Listed(kind, rows))


def units(rows: tuple[tuple[str, int, int | None], ...]) -> list[Row]:
    """Rows of a table of unit edits."""
    return [LimitRow(*row) for row in rows]


def values() -> list[Row]:
    """Relative values of most timed codes."""
    expense = {"97530": "0.60", "97110": "0.40", "97112": "0.48", "97140": "0.40", "97535": "0.50"}
    return [
        RvuRow(code, "", "A", D_("0.44"), D_(part), D_(part), D_("0.01"), False, True, 5, D_("33.4009"))
        for code, part in expense.items()
    ]


def fees() -> list[Row]:
    """Amounts of most codes."""
    prices = {
        "97530": ("41.00", "30.00"),
        "97110": ("33.15", "26.05"),
        "97140": ("31.00", "24.50"),
        "97161": ("98", "98"),
    }
    return [
        FeeRow("01112-05", code, "", D_(whole), D_(whole), "A", "5", D_(less), D_(less))
        for code, (whole, less) in prices.items()
    ]


TABLES = Tables(
    [
        held(Kind.PTP, "practitioner", "2026Q1", DateRange(HISTORY, D(2026, 3, 31)), [*PAIRS]),
        held(Kind.PTP, "hospital", "2025Q4", DateRange(D(2025, 1, 1), D(2026, 1, 1)), [*HOSPITAL_PAIRS], PART),
        held(Kind.MUE, "practitioner", "2026Q1", Quarter.parse("2026Q1").dates, units(UNITS)),
        held(Kind.MUE, "practitioner", "2025Q4", DateRange(D(2025, 1, 1), D(2025, 12, 31)), units(UNITS[:3])),
        held(Kind.RVU, "non-qpp", "2026Q1", Quarter.parse("2026Q1").dates, values()),
        held(Kind.GPCI, "all", "2026", Quarter.parse("2026").dates, [GpciRow("01112-05", "CA", "A place", *INDICES)]),
        held(Kind.FEE, "all", "2026", Quarter.parse("2026").dates, fees()),
        held(Kind.MUE, "hospital", "2026Q1", Quarter.parse("2026Q1").dates, units(HOSPITAL_UNITS), PART),
    ]
)
ANSWERS = Answers(TABLES)
