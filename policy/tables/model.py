"""What a reference table is: its kind, setting, quarter and dates, and the rows it holds.

Owns: the row classes, `Table` (everything known about a table but its rows), and `NoTable`, the answer outside of it.
Never: reads, stores or finds a table.
"""

import datetime as dt
import enum
import functools
import hashlib
import re
from decimal import Decimal
from typing import Final

import attrs

from policy.values import DateRange

VOID: Final = 9
"""The modifier indicator of an edit that was taken back from its first day on."""
HISTORY: Final = dt.date(1996, 1, 1)
"""The first day of the NCCI; every PTP release holds all edits since then, those that ended too."""


class Kind(enum.StrEnum):
    """The published tables, by the names the command line uses."""

    PTP = "ncci-ptp"
    MUE = "ncci-mue"
    RVU = "pfs-rvu"
    GPCI = "pfs-gpci"
    FEE = "fee-schedule"


SETTINGS: Final = {
    Kind.PTP: ("practitioner", "hospital"),
    Kind.MUE: ("practitioner", "hospital"),
    Kind.RVU: ("non-qpp", "qpp", "all"),
    Kind.GPCI: ("all",),
    Kind.FEE: ("all",),
}
"""For whom a table speaks. Since 2026 the fee schedule has two conversion factors: for qualifying APM participants, and not."""


@attrs.frozen(order=True)
class Quarter:
    """A calendar quarter, or with `number` 0 a calendar year, for tables that are published once a year."""

    year: int
    number: int = 0

    @staticmethod
    def parse(text: str) -> "Quarter":
        """`2026Q3` or `2026`. Raises `ValueError`."""
        match = re.fullmatch(r"(\d{4})(?:[Qq]([1-4]))?", text.strip(), re.ASCII)
        if match is None or not 1996 <= int(match[1]) <= 2100:
            raise ValueError(f"`{text[:20]}` is not a quarter such as 2026Q3")
        return Quarter(int(match[1]), int(match[2] or 0))

    @property
    def dates(self) -> DateRange:
        """Its first and last day."""
        first = self.number * 3 - 2 if self.number else 1
        last = self.number * 3 if self.number else 12
        after = dt.date(self.year + last // 12, last % 12 + 1, 1)
        return DateRange(dt.date(self.year, first, 1), after - dt.timedelta(days=1))

    def agrees(self, other: "Quarter") -> bool:
        """True when one lies in the other."""
        return self.year == other.year and (self.number == other.number or 0 in (self.number, other.number))

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}" if self.number else str(self.year)


@attrs.frozen
class PairRow:
    """One edit of one pair over one period. `deletion` is its last day; `None` is still in force, or for `effective`, not known."""

    column_one: str
    column_two: str
    effective: dt.date | None
    deletion: dt.date | None
    indicator: int
    before_1996: bool = False
    rationale: str | None = None

    def in_force(self, date: dt.date) -> bool:
        """True on the days of its period, unless it was taken back as a whole (indicator 9)."""
        return self.indicator != VOID and date in DateRange(self.effective, self.deletion)


@attrs.frozen
class LimitRow:
    """The units of a code that are plausible. `mai` 1: per line; 2 and 3: per day, 2 being absolute."""

    code: str
    units: int
    mai: int | None
    rationale: str | None = None


@attrs.frozen
class RvuRow:
    """Relative values of a code. `na_…` marks a code rarely or never paid there; `multiple` 5 is the therapy reduction of the PE part."""

    code: str
    modifier: str
    status: str
    work: Decimal
    pe_nonfacility: Decimal
    pe_facility: Decimal
    malpractice: Decimal
    na_nonfacility: bool
    na_facility: bool
    multiple: int
    conversion_factor: Decimal


@attrs.frozen
class GpciRow:
    """The price of a place. `locality` is the contractor's number and its locality: `01112-05`."""

    locality: str
    state: str
    name: str
    work: Decimal
    pe: Decimal
    malpractice: Decimal


@attrs.frozen
class FeeRow:
    """Dollars for a code in a locality. `reduced_…` is the amount with half of the PE part, for all but the first therapy unit of a day."""

    locality: str
    code: str
    modifier: str
    nonfacility: Decimal
    facility: Decimal
    status: str
    multiple: str
    reduced_office: Decimal
    reduced_institution: Decimal


Row = PairRow | LimitRow | RvuRow | GpciRow | FeeRow


@attrs.frozen
class Source:
    """A file that a table was made from."""

    name: str
    digest: str
    rows: int


@attrs.frozen
class Scope:
    """What a part of a table can be asked: codes among each other, and codes with any other."""

    codes: frozenset[str] = frozenset()
    with_any: frozenset[str] = frozenset()

    def covers(self, *codes: str) -> bool:
        """True when the part holds every row of the whole table about these codes together."""
        return any(code in self.with_any for code in codes) or all(code in self.codes for code in codes)


@attrs.frozen
class Table:
    """All about a table but its rows. `dates` are the dates of service it answers for; `scope` is `None` for a whole table."""

    kind: Kind
    setting: str
    quarter: Quarter
    dates: DateRange
    rows: int
    sources: tuple[Source, ...]
    scope: Scope | None = None
    shipped: bool = False

    @functools.cached_property
    def name(self) -> str:
        """`ncci-ptp practitioner 2026Q3`."""
        return f"{self.kind} {self.setting} {self.quarter}"

    @functools.cached_property
    def digest(self) -> str:
        """`sha256:…`, for receipts: which files answered, as what."""
        text = "\n".join([self.name, str(self.dates), *(source.digest for source in self.sources)])
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    def covers(self, *codes: str) -> bool:
        """True when the absence of a row for these codes means that there is none."""
        return self.scope is None or self.scope.covers(*codes)


@attrs.frozen
class NoTable:
    """No table answers. Neither a row nor the absence of one: whoever asked does not know."""

    kind: Kind
    setting: str
    date: dt.date
    reason: str
    here: str = ""
    """The releases that are here, with the days they answer; of a part of a table, the releases that hold other codes."""
    part: bool = False
    """True when there is a table for the day, and it holds only a part of the codes."""

    def __str__(self) -> str:
        return f"no {self.kind} table for {self.date}, {self.setting}: {self.reason}"
