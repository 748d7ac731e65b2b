"""Earlier lines of a patient: the other lines of the same patient and policy in the table, as they were billed.

Owns: finding them (visits sorted by patient and date, one search a visit) and `alone`, the visits that have none.
Never: holds all pairs of visits; the lines of one visit are made when they are asked for.
"""

import datetime as dt
import functools
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy.claims.visit import PastLine
from policy.columns.column import EPOCH, Bools, Column, Ints
from policy.columns.grouping import dense, in_order, pack
from policy.columns.ids import Ids
from policy.columns.past import Past

if TYPE_CHECKING:
    from policy.columns.frame import Frame


_MOST: Final = 1 << 62
"""What numbers of patients and days together stay below."""
_EVER: Final = np.iinfo(np.int64).min
"""The day from which on a history is whole that always is."""


class History:
    """The visits of a table by patient. A row of a refused visit counts as one of its own, with what can be read of it."""

    def __init__(self, frame: "Frame") -> None:
        self._frame = frame
        group, date, named, dated, coded = _groups(frame)
        known = named & dated & coded
        first, last = (int(date[dated].min()), int(date[dated].max())) if dated.any() else (0, 0)
        span = last - first + 1
        if group.size and int(group.max()) >= _MOST // span:  # ids that are large numbers
            group = dense(group)
        self._group = group
        at = group * span + (date - first)
        given_ = np.flatnonzero(known)
        ordered, self._order = at[given_], given_
        if (ordered[1:] < ordered[:-1]).any():
            order, ordered = in_order(ordered)
            self._order = given_[order]
        self._known: Bools = known[: frame.visits]
        self._date = date[: frame.visits]
        self._since = self._whole_since(named & ~known, dated, at)
        self._ordered, self._own, self._floor = ordered, at[: frame.visits], group[: frame.visits] * span
        self._past = Past(frame)
        self._lines: dict[int, list[tuple[int, PastLine]]] = {}
        self._patient = -1

    def _whole_since(self, holes: Bools, dated: Bools, at: Ints) -> Ints:
        """The day from which on each visit's history is whole. Of a hole, a line that cannot be counted because its date or its code
        cannot be read, nobody knows what it would add: histories are whole from the day after it on, or not at all."""
        given_ = self._frame.asked.history_since
        since = np.full(self._frame.visits, _EVER if given_ is None else given_.toordinal() - EPOCH)
        if not holes.any():
            return since
        own, group = at[: len(since)], self._group[: len(since)]
        known = np.flatnonzero(holes & dated)
        known = known[np.argsort(at[known], kind="stable")]
        last = np.searchsorted(at[known], own, side="right") - 1
        after = np.flatnonzero(last >= 0)
        hole = known[last[after]]
        mine = self._group[hole] == group[after]
        after, hole = after[mine], hole[mine]
        since[after] = np.maximum(since[after], self._date[after] - (own[after] - at[hole]) + 1)
        never = np.isin(group, self._group[holes & ~dated])
        return np.where(never, np.maximum(since, self._date + 1), since)

    def since(self, v: int) -> dt.date | None:
        """The day from which on the history of a visit is whole; `None`: it is."""
        day = int(self._since[v])
        return None if day == _EVER else dt.date.fromordinal(min(day + EPOCH, dt.date.max.toordinal()))

    @functools.cached_property
    def _from(self) -> Ints:
        """Where each visit's earlier lines begin among those that are ordered."""
        reach = self._frame.asked.reach
        floor = self._floor if reach is None else np.maximum(self._own - reach, self._floor)
        found: Ints = np.searchsorted(self._ordered, floor, side="left")
        return found

    @functools.cached_property
    def _until(self) -> Ints:
        """And where those of its day end."""
        found: Ints = np.searchsorted(self._ordered, self._own, side="right")
        return found

    @functools.cached_property
    def alone(self) -> Bools:
        """Visits of which it is known that their patient has no other line in reach."""
        reach = self._frame.asked.reach
        covered = self._since == _EVER if reach is None else self._since <= self._date - reach
        found: Bools = self._known & (self._until - self._from == 1) & covered
        return found

    @functools.cached_property
    def same_day(self) -> Bools:
        """Visits with another line of their patient on their day."""
        again = self._ordered[1:] == self._ordered[:-1]
        several = np.zeros(len(self._date) + len(self._frame.refused.rows), np.bool_)
        several[self._order[1:][again]] = True
        several[self._order[:-1][again]] = True
        found: Bools = self._known & several[: len(self._date)]
        return found

    def whole(self, days: int | None) -> Bools:
        """Visits of which every earlier line is known that lies so many days back, or fewer; `None`: any number."""
        covered: Bools = self._since == _EVER
        return self._known & (covered if days is None else covered | (self._since <= self._date - days))

    def within(self, amounts: Ints, days: int | None) -> Ints:
        """What the visits of each visit's patient come to together, from so many days before it on up to its day, its own included.

        `amounts`: of every visit, then of every refused row. Only for visits whose history is `whole`.
        """
        sums = np.concatenate(([0], np.cumsum(amounts[self._order])))
        earliest = self._floor if days is None else np.maximum(self._own - days, self._floor)
        found: Ints = sums[self._until] - sums[np.searchsorted(self._ordered, earliest, side="left")]
        return found

    def of(self, v: int) -> tuple[PastLine, ...] | None:
        """The earlier lines of a visit by date and place in the table; `None` when its patient is not known."""
        if not self._known[v]:
            return None
        if self._group[v] != self._patient:
            self._lines.clear()
            self._patient = int(self._group[v])
        found: list[tuple[int, PastLine]] = []
        for entry in self._order[self._from[v] : self._until[v]].tolist():
            if entry != v:
                if entry not in self._lines:
                    self._lines[entry] = self._of_entry(entry)
                found += self._lines[entry]
        return tuple([line for _, line in sorted(found, key=_by_date)])

    def _of_entry(self, entry: int) -> list[tuple[int, PastLine]]:
        """Lines of a visit, or a line of a refused one, each with its row."""
        frame = self._frame
        if entry >= frame.visits:
            row = int(frame.refused.rows[entry - frame.visits])
            return [(row, self._past.of_row(row))]
        rows = frame.rows[frame.offsets[entry] : frame.offsets[entry + 1]]
        return list(zip(rows.tolist(), self._past.of_visit(entry, rows), strict=True))


def _by_date(line: tuple[int, PastLine]) -> tuple[Any, int]:
    return line[1].date, line[0]


def _groups(frame: "Frame") -> tuple[Ints, Ints, Bools, Bools, Bools]:
    """Patient and policy as one number from 0, date, and whether each of patient and policy, date, code is known: of each visit, then of
    each refused row."""
    out = frame.refused.rows
    date, dated = _joined(frame.found.visit["date"], frame.decoded.visit["date"].column.take(out))
    patient = frame.decoded.visit["patient"]
    if "patient" in frame.found.ids:
        assert isinstance(patient, Ids)
        rows = np.concatenate([frame.grouping.heads, out])
        keys = [patient.told(rows)]
        known = np.ones(len(rows), np.bool_) if patient.known is None else patient.known[rows]
    else:
        values, known = _joined(frame.found.visit["patient"], patient.column.take(out))
        keys = [values]
    if frame.policies is not None and frame.found.row_policies is not None:
        values, named = _joined(frame.policies, frame.found.row_policies.take(out))
        keys.insert(0, values)
        known &= named
    coded = np.ones(len(known), np.bool_)
    codes = frame.decoded.line["code"].column.known
    if codes is not None and out.size:
        coded[frame.visits :] = codes[out]
    return pack(keys), date, known, dated, coded


def _joined(first: Column, second: Column) -> tuple[Ints, Bools]:
    known = [np.ones(len(one.values), np.bool_) if one.known is None else one.known for one in (first, second)]
    return np.concatenate([first.values, second.values]).astype(np.int64), np.concatenate(known)
