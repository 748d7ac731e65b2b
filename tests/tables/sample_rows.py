"""Small tables, one of each kind. Synthetic, but for the code numbers."""

import datetime as dt
from decimal import Decimal

from policy.tables.model import FeeRow, GpciRow, LimitRow, PairRow, RvuRow

D = dt.date
PAIRS = [
    PairRow("0001A", "0591T", D(2022, 1, 1), D(2023, 12, 31), 1, rationale="CPT Manual coding instruction"),
    PairRow("97150", "97530", D(1996, 1, 1), None, 1, True, "Mutually exclusive procedures"),
    PairRow(
        "97530", "97116", D(1999, 7, 1), D(2019, 12, 31), 1, rationale="Misuse of Column Two code with Column One code"
    ),
    PairRow(
        "97530", "97116", D(2020, 10, 1), D(2020, 10, 1), 9, rationale="Misuse of Column Two code with Column One code"
    ),
    PairRow("97530", "97750", D(2026, 7, 1), None, 1, rationale="Mutually exclusive procedures"),
    PairRow("97750", "97150", D(2001, 1, 1), None, 0),
]
LIMITS = [
    LimitRow("0001U", 1, 2, "Code Descriptor"),
    LimitRow("97530", 6, 3, "Clinical: Data"),
    LimitRow("97750", 8, 1),
]
RVUS = [
    RvuRow(
        "97530",
        "",
        "A",
        Decimal("0.44"),
        Decimal("0.60"),
        Decimal("0.60"),
        Decimal("0.01"),
        False,
        True,
        5,
        Decimal("33.4009"),
    ),
    RvuRow(
        "99999",
        "26",
        "A",
        Decimal("1.30"),
        Decimal("1.46"),
        Decimal("0.33"),
        Decimal("0.09"),
        False,
        False,
        0,
        Decimal("33.4009"),
    ),
    RvuRow(
        "99999",
        "TC",
        "A",
        Decimal("0.00"),
        Decimal("1.00"),
        Decimal("0.20"),
        Decimal("0.02"),
        True,
        False,
        0,
        Decimal("33.4009"),
    ),
]
GPCIS = [
    GpciRow("01112-05", "CA", "SAN FRANCISCO (SAN MATEO, MARIN)", Decimal("1.095"), Decimal("1.410"), Decimal("0.425")),
    GpciRow("10112-00", "AL", "ALABAMA", Decimal("1.000"), Decimal("0.875"), Decimal("0.566")),
]
FEES = [
    FeeRow(place, code, "", Decimal(price), Decimal("30.00"), "A", "5", Decimal("24.10"), Decimal("25.00"))
    for place in ("01112-05", "10112-00")
    for code, price in (("97110", "31.87"), ("97530", "41.20"))
]
