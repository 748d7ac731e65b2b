"""Questions to the tables by date of service.

Owns: which table answers for a date, and that "no table" is an answer of its own.
Never: reads files itself; `held` finds rows, `store` finds tables.

Imported tables come before shipped ones, later releases before earlier ones: a later release of the PTP edits also holds the edits
that were ended or taken back since, with the dates they had.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from policy.tables.held import Held
from policy.tables.model import SETTINGS, FeeRow, GpciRow, Kind, LimitRow, NoTable, PairRow, RvuRow, Table

_SHOWN: Final = 4
"""Releases that are named where none answers."""


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

    def pairs_on(self, date: dt.date, setting: str, quarter: str | None = None) -> "Pairs | NoTable":
        """The edits of one day; `setting` is `practitioner` or `hospital`. `NoTable` when the day is in no table.

        A `quarter` keeps to that release, for a payer who stays with it: it then answers from its first day on, also later.
        """
        held = self._on(Kind.PTP, date, setting, quarter)
        return held if isinstance(held, NoTable) else Pairs(held, date, setting)

    def limit_on(self, code: str, date: dt.date, setting: str, quarter: str | None = None) -> LimitRow | NoTable | None:
        """The units of a code that are plausible in one day or line; `None` when none were published."""
        found: LimitRow | NoTable | None = self.limit_answer(code, date, setting, quarter).row
        return found

    def limit_answer(self, code: str, date: dt.date, setting: str, quarter: str | None = None) -> "Answer":
        """As `limit_on`, with the table that said so."""
        return _first(self._on(Kind.MUE, date, setting, quarter), Kind.MUE, setting, date, code, code)

    def rvu_on(self, code: str, date: dt.date, setting: str = "non-qpp", modifier: str = "") -> RvuRow | NoTable | None:
        """The relative values of a code; tables from before 2026 have the one setting `all`."""
        found: RvuRow | NoTable | None = self.rvu_answer(code, date, setting, modifier).row
        return found

    def rvu_answer(self, code: str, date: dt.date, setting: str = "non-qpp", modifier: str = "") -> "Answer":
        """As `rvu_on`, with the table that said so."""
        held = self._on(Kind.RVU, date, setting)
        if isinstance(held, NoTable):
            other = self._on(Kind.RVU, date, "all")
            held = held if isinstance(other, NoTable) else other
        return _first(held, Kind.RVU, setting, date, code, code, modifier)

    def gpci_on(self, locality: str, date: dt.date) -> GpciRow | NoTable | None:
        """The indices of a locality such as `01112-05`; `None` when there is no such locality that day."""
        found: GpciRow | NoTable | None = self.gpci_answer(locality, date).row
        return found

    def gpci_answer(self, locality: str, date: dt.date) -> "Answer":
        """As `gpci_on`, with the table that said so."""
        return _first(self._on(Kind.GPCI, date, "all"), Kind.GPCI, "all", date, locality, locality)

    def fee_on(self, code: str, locality: str, date: dt.date, modifier: str = "") -> FeeRow | NoTable | None:
        """Dollars for a code in a locality; `None` when the schedule has no such record."""
        found: FeeRow | NoTable | None = self.fee_answer(code, locality, date, modifier).row
        return found

    def fee_answer(self, code: str, locality: str, date: dt.date, modifier: str = "") -> "Answer":
        """As `fee_on`, with the table that said so."""
        return _first(self._on(Kind.FEE, date, "all"), Kind.FEE, "all", date, code, locality, modifier)

    def _on(self, kind: Kind, date: dt.date, setting: str, quarter: str | None = None) -> list[Held] | NoTable:
        """The tables that answer for a day, the best first; of one release only, when a quarter is named."""
        if setting not in SETTINGS[kind]:
            raise ValueError(f"`{setting}` is not a setting of {kind}: {' or '.join(SETTINGS[kind])}")
        all_ = [one for one in self._held if (one.table.kind, one.table.setting) == (kind, setting)]
        if quarter is None:
            found = [one for one in all_ if date in one.table.dates]
        else:
            of_release = [one for one in all_ if str(one.table.quarter) == quarter]
            found = [one for one in of_release if date >= (one.table.dates.start or dt.date.min)]
        if found:
            return found
        listed = [f"{one.table.quarter} answers {one.table.dates}" for one in all_[:_SHOWN]]
        here = "; ".join([*listed, *([f"and {len(all_) - _SHOWN} more"] if len(all_) > _SHOWN else [])])
        asked = f"the policy keeps to {quarter}; " if quarter is not None else ""
        reason = f"no table for this date ({asked}{here or 'none was imported'})"
        return NoTable(kind, setting, date, reason, asked + (here or "none was imported"))


class Answer(NamedTuple):
    """What a table says, and which one: no table when the answer is `NoTable`."""

    row: Any
    table: Table | None


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
        found: PairRow | NoTable | None = self.answer(code_a, code_b).row
        return found

    def answer(self, code_a: str, code_b: str) -> Answer:
        """As `between`, with the table that said so."""
        for one in self._held:
            if not one.table.covers(code_a, code_b):
                continue
            found = [row for row in (*one.pair(code_a, code_b), *one.pair(code_b, code_a)) if row.in_force(self._date)]
            return Answer(min(found, key=lambda row: (row.indicator, row.column_one), default=None), one.table)
        names = ", ".join(str(one.table.quarter) for one in self._held)
        reason = f"the part that is here ({names}) does not hold `{code_a}` with `{code_b}`; import the whole table"
        return Answer(NoTable(Kind.PTP, self._setting, self._date, reason, names, part=True), None)

    def history(self, code_a: str, code_b: str) -> tuple[PairRow, ...]:
        """Every period of the pair in the best table, in both orders, those taken back too."""
        for one in self._held:
            if one.table.covers(code_a, code_b):
                return (*one.pair(code_a, code_b), *(one.pair(code_b, code_a) if code_a != code_b else ()))
        return ()


def _first(
    held: list[Held] | NoTable, kind: Kind, setting: str, date: dt.date, code: str, key: str, modifier: str = ""
) -> Answer:
    """The row of `code` and `modifier` in the group `key` of the best table that has it, or would have it if there were one."""
    if isinstance(held, NoTable):
        return Answer(held, None)
    for one in held:
        row = one.record(key, code, modifier)
        if row is not None or one.table.covers(code):
            return Answer(row, one.table)
    names = ", ".join(str(one.table.quarter) for one in held)
    reason = f"the part that is here ({names}) does not hold `{code}`; import the whole table"
    return Answer(NoTable(kind, setting, date, reason, names, part=True), None)
