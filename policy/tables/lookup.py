"""Questions to the tables by date of service.

Owns: which table answers for a date, and that "no table" is an answer of its own.
Never: reads files itself; `held` finds rows, `store` finds tables.

Imported tables come before shipped ones, later releases before earlier ones: a later release of the PTP edits also holds the edits
that were ended or taken back since, with the dates they had.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from policy.tables.held import Held
from policy.tables.model import SETTINGS, FeeRow, GpciRow, Kind, LimitRow, NoTable, PairRow, RvuRow


class Tables:
    """Everything that can be asked. Holds what it has read; make one and keep it."""

    def __init__(self, held: Iterable[Held]) -> None:
        self._held = sorted(
            held,
            key=lambda one: (not one.table.shipped, one.table.quarter, one.table.dates.start or dt.date.min),
            reverse=True,
        )

    @staticmethod
    def open(root: Path | None = None) -> "Tables":
        """The user's tables (those in `root`, else in the usual folder) and the shipped ones. Raises `BadTable`."""
        from policy.tables.store import Store, shipped

        return Tables([*Store(root).tables(), *shipped()])

    def __iter__(self) -> Iterator[Held]:
        return iter(self._held)

    def pairs_on(self, date: dt.date, setting: str) -> "Pairs | NoTable":
        """The edits of one day; `setting` is `practitioner` or `hospital`. `NoTable` when the day is in no table."""
        held = self._on(Kind.PTP, date, setting)
        return held if isinstance(held, NoTable) else Pairs(held, date, setting)

    def limit_on(self, code: str, date: dt.date, setting: str) -> LimitRow | NoTable | None:
        """The units of a code that are plausible in one day or line; `None` when none were published."""
        found: LimitRow | NoTable | None = _first(
            self._on(Kind.MUE, date, setting), Kind.MUE, setting, date, code, code
        )
        return found

    def rvu_on(self, code: str, date: dt.date, setting: str = "non-qpp", modifier: str = "") -> RvuRow | NoTable | None:
        """The relative values of a code; tables from before 2026 have the one setting `all`."""
        held = self._on(Kind.RVU, date, setting)
        if isinstance(held, NoTable):
            other = self._on(Kind.RVU, date, "all")
            held = held if isinstance(other, NoTable) else other
        found: RvuRow | NoTable | None = _first(held, Kind.RVU, setting, date, code, code, modifier)
        return found

    def gpci_on(self, locality: str, date: dt.date) -> GpciRow | NoTable | None:
        """The indices of a locality such as `01112-05`; `None` when there is no such locality that day."""
        found: GpciRow | NoTable | None = _first(
            self._on(Kind.GPCI, date, "all"), Kind.GPCI, "all", date, locality, locality
        )
        return found

    def fee_on(self, code: str, locality: str, date: dt.date, modifier: str = "") -> FeeRow | NoTable | None:
        """Dollars for a code in a locality; `None` when the schedule has no such record."""
        found: FeeRow | NoTable | None = _first(
            self._on(Kind.FEE, date, "all"), Kind.FEE, "all", date, code, locality, modifier
        )
        return found

    def _on(self, kind: Kind, date: dt.date, setting: str) -> list[Held] | NoTable:
        """The tables that answer for a day, the best first."""
        if setting not in SETTINGS[kind]:
            raise ValueError(f"`{setting}` is not a setting of {kind}: {' or '.join(SETTINGS[kind])}")
        all_ = [one for one in self._held if (one.table.kind, one.table.setting) == (kind, setting)]
        found = [one for one in all_ if date in one.table.dates]
        if found:
            return found
        have = "; ".join(f"{one.table.quarter} answers {one.table.dates}" for one in all_[:4])
        return NoTable(kind, setting, date, f"no table for this date ({have})" if have else "none was imported")


class Pairs:
    """The edits of one day and setting."""

    def __init__(self, held: list[Held], date: dt.date, setting: str) -> None:
        self._held = held
        self._date = date
        self._setting = setting

    def between(self, code_a: str, code_b: str) -> PairRow | NoTable | None:
        """The edit in force between two codes, whichever is column one; `None` when there is none, `NoTable` when nobody knows.

        Were both orders in force, the one that no modifier lifts is given.
        """
        for one in self._held:
            if not one.table.covers(code_a, code_b):
                continue
            found = [row for row in (*one.pair(code_a, code_b), *one.pair(code_b, code_a)) if row.in_force(self._date)]
            return min(found, key=lambda row: (row.indicator, row.column_one), default=None)
        names = ", ".join(str(one.table.quarter) for one in self._held)
        reason = f"the part that is here ({names}) does not hold `{code_a}` with `{code_b}`; import the whole table"
        return NoTable(Kind.PTP, self._setting, self._date, reason)

    def history(self, code_a: str, code_b: str) -> tuple[PairRow, ...]:
        """Every period of the pair in the best table, in both orders, those taken back too."""
        for one in self._held:
            if one.table.covers(code_a, code_b):
                return (*one.pair(code_a, code_b), *(one.pair(code_b, code_a) if code_a != code_b else ()))
        return ()


def _first(
    held: list[Held] | NoTable, kind: Kind, setting: str, date: dt.date, code: str, key: str, modifier: str = ""
) -> Any:
    """The row of `code` and `modifier` in the group `key` of the best table that has it, or would have it if there were one."""
    if isinstance(held, NoTable):
        return held
    for one in held:
        row = one.record(key, code, modifier)
        if row is not None or one.table.covers(code):
            return row
    names = ", ".join(str(one.table.quarter) for one in held)
    return NoTable(
        kind, setting, date, f"the part that is here ({names}) does not hold `{code}`; import the whole table"
    )
