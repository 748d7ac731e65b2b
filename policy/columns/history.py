"""Earlier lines of a patient: the other lines of the same patient and policy in the table, as they were billed.

Owns: finding them (by arrays sorted by patient and date, one search a visit) and `alone`, the visits that have none.
Never: holds all pairs of visits; the lines of one visit are made when they are asked for.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy.claims.visit import PastLine, discipline_of
from policy.columns.column import Bools, Ints
from policy.columns.grouping import pack
from policy.columns.visits import Given, carried, line_facts, line_fields, modifiers

if TYPE_CHECKING:
    from policy.columns.frame import Frame


class History:
    """The lines of a frame's table by patient. A line of a refused visit counts too, with what can be read of it."""

    def __init__(self, frame: "Frame") -> None:
        decoded, grouping = frame.decoded, frame.grouping
        lengths = np.diff(grouping.offsets)
        self._frame = frame
        self._owner = np.full(decoded.count, -1)
        self._owner[grouping.rows] = np.repeat(np.arange(grouping.visits), lengths)
        patient, known = self._told("patient", lengths)
        date, dated = self._told("date", lengths)
        code = decoded.line["code"].column.known
        usable = known & dated if code is None else known & dated & code
        keys = [patient]
        if frame.row_policies is not None:
            keys.insert(0, frame.row_policies.values)
            usable &= True if frame.row_policies.known is None else frame.row_policies.known
        rows = np.flatnonzero(usable)
        group = pack(keys)
        group[~usable] = 0
        self._first = int(date[rows].min()) if rows.size else 0
        self._span = (int(date[rows].max()) - self._first if rows.size else 0) + 1
        at = group * self._span + (date - self._first)
        order = rows[np.argsort(at[rows], kind="stable")]
        self._rows, self._at = order, at[order]
        head = grouping.rows[grouping.offsets[:-1]]
        self._usable = known[head] & (True if frame.row_policies is None else usable[head])
        end = at[head]
        floor = group[head] * self._span
        reach = frame.asked.reach
        start = floor if reach is None else np.maximum(end - reach, floor)
        self._from = np.searchsorted(self._at, start, side="left")
        self._until = np.searchsorted(self._at, end, side="right")
        self.alone: Bools = self._usable & (self._until - self._from == lengths)
        """Visits without any other line of their patient in reach."""
        self._past: dict[int, PastLine] = {}
        self._patient = -1
        self._group = group
        self._maker = _Past(frame, self._owner)

    def _told(self, name: str, lengths: Ints) -> tuple[Ints, Bools]:
        """A field of the visit for each row: as its visit has it, of refused rows as the row has it."""
        frame = self._frame
        column = frame.decoded.visit[name].column
        values = column.values.astype(np.int64)
        known = np.ones(len(values), np.bool_) if column.known is None else column.known.copy()
        own = frame.found.visit[name]
        values[frame.rows] = np.repeat(own.values, lengths)
        known[frame.rows] = True if own.known is None else np.repeat(own.known, lengths)
        return values, known

    def of(self, v: int) -> tuple[PastLine, ...] | None:
        """The earlier lines of a visit by date and place in the table; `None` when its patient is not known."""
        if not self._usable[v]:
            return None
        rows = self._rows[self._from[v] : self._until[v]]
        rows = rows[self._owner[rows] != v]
        patient = int(self._group[self._frame.rows[self._frame.offsets[v]]])
        if patient != self._patient:
            self._past.clear()
            self._patient = patient
        for row in rows.tolist():
            if row not in self._past:
                self._past[row] = self._maker.line(row)
        return tuple([self._past[row] for row in rows.tolist()])


_TOLD_OF_VISITS: Final = ("provider", "setting", "claim_type", "locality")
_TOLD_OF_LINES: Final = ("delivery", "furnished_by", "revenue_code")
"""Texts and choices that may keep lines apart and have no field in an earlier line."""


class _Past:
    """Makes earlier lines of rows."""

    def __init__(self, frame: "Frame", owner: Ints) -> None:
        decoded, found = frame.decoded, frame.found
        self._owner = owner
        self._line = line_fields(decoded)
        self._modifiers = modifiers(decoded)
        self._line_facts = line_facts(decoded)
        self._claim, self._amount = (
            Given.of(decoded.line[name].column, decoded.line[name].type) if name in decoded.line else None
            for name in ("claim", "amount")
        )
        self._visit = {
            name: (
                Given.of(column, decoded.visit[name].type),
                Given.of(decoded.visit[name].column, decoded.visit[name].type),
            )
            for name, column in found.visit.items()
        }
        self._facts = {
            path: (
                Given.of(column, decoded.facts[path][1].type, decoded.facts[path][1].raw),
                Given.of(decoded.facts[path][1].column, decoded.facts[path][1].type, decoded.facts[path][1].raw),
            )
            for path, column in found.facts.items()
        }

    def line(self, row: int) -> PastLine:
        """The line of a row of the table."""
        v = int(self._owner[row])

        def visit(name: str) -> Any:
            pair = self._visit.get(name)
            return None if pair is None else pair[0].at(v) if v >= 0 else pair[1].at(row)

        def line(name: str) -> Any:
            given = self._line.get(name)
            return None if given is None else given.at(row)

        facts = {path: (pair[0].at(v) if v >= 0 else pair[1].at(row)) for path, pair in self._facts.items()}
        facts |= {path: given.at(row) for path, given in self._line_facts.items()}
        facts |= {f"visit.{name}": visit(name) for name in _TOLD_OF_VISITS}
        facts |= {f"line.{name}": line(name) for name in _TOLD_OF_LINES}
        provider, place = line("provider"), line("place")
        return PastLine(
            visit("date"),
            line("code"),
            line("units"),
            line("minutes"),
            discipline_of(line("discipline"), carried(self._modifiers, row)),
            provider if provider is not None else visit("provider"),
            line("region"),
            None if self._claim is None else self._claim.at(row),
            visit("visit"),
            None if self._amount is None else self._amount.at(row),
            None,
            visit("group"),
            visit("facility"),
            place if place is not None else visit("place"),
            {path: value for path, value in facts.items() if value is not None},
        )
