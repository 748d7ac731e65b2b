"""Earlier lines of rows: what a table says of a line and of its visit, as a limit over a longer time reads it.

Owns: which column becomes which field of a `PastLine`. A discipline that is not stated is read from the modifiers that were billed, a
provider or place from the visit; texts and choices without a field are facts.
Never: knows which rows are earlier.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy.claims.visit import PastLine, discipline_of
from policy.columns.column import Ints
from policy.columns.given import Given, given
from policy.columns.visits import carried, line_facts, line_fields, modifiers, told, visit_facts, visit_fields

if TYPE_CHECKING:
    from policy.columns.frame import Frame

_OF_VISITS: Final = ("provider", "setting", "claim_type", "locality")
_OF_LINES: Final = ("delivery", "furnished_by", "revenue_code")
"""Texts and choices that may keep lines apart and have no field in an earlier line."""


class Past:
    """Makes earlier lines."""

    def __init__(self, frame: "Frame") -> None:
        lines = frame.decoded
        self._line, self._modifiers = line_fields(lines), modifiers(lines)
        self._line |= {name: given(lines.line[name]) for name in ("claim", "amount") if name in lines.line}
        self._line_facts = line_facts(lines)
        self._visit, self._facts = visit_fields(frame), visit_facts(frame)
        self._row_visit = {name: given(cells) for name, cells in lines.visit.items()}
        self._row_facts = {path: given(cells) for path, (fact, cells) in lines.facts.items() if not fact.of_line}

    def of_visit(self, v: int, rows: Ints) -> list[PastLine]:
        """The lines of a visit of the frame, which stand in these rows."""
        return self._made(rows, {name: one.at(v) for name, one in self._visit.items()}, _filled(self._facts, v))

    def of_row(self, row: int) -> PastLine:
        """A row of a refused visit, with what can be read of it."""
        visit = {name: one.at(row) for name, one in self._row_visit.items()}
        return self._made(np.array([row]), visit, _filled(self._row_facts, row))[0]

    def _made(self, rows: Ints, visit: dict[str, Any], facts: dict[str, Any]) -> list[PastLine]:
        line = {name: one.some(rows) for name, one in self._line.items()}
        facts |= {f"visit.{name}": visit[name] for name in _OF_VISITS if visit.get(name) is not None}
        found = []
        for k, (marks, own) in enumerate(
            zip(carried(self._modifiers, rows, len(rows)), told(self._line_facts, rows, len(rows)), strict=True)
        ):
            stated = {name: values[k] for name, values in line.items()}
            own |= facts
            own |= {f"line.{name}": stated[name] for name in _OF_LINES if stated.get(name) is not None}
            provider, place = stated.get("provider"), stated.get("place")
            found.append(
                PastLine(
                    visit["date"],
                    stated["code"],
                    stated.get("units"),
                    stated.get("minutes"),
                    discipline_of(stated.get("discipline"), marks),
                    provider if provider is not None else visit.get("provider"),
                    stated.get("region"),
                    stated.get("claim"),
                    visit.get("visit") or _named(visit["date"], visit.get("provider")),
                    stated.get("amount"),
                    None,
                    visit.get("group"),
                    visit.get("facility"),
                    place if place is not None else visit.get("place"),
                    own,
                )
            )
        return found


def _filled(columns: dict[str, Given], at: int) -> dict[str, Any]:
    return {name: value for name, one in columns.items() if (value := one.at(at)) is not None}


def _named(date: dt.date, provider: str | None) -> str:
    """A name for a visit without an id: what tells it from the patient's others, so that visits can be counted."""
    return date.isoformat() if provider is None else f"{date.isoformat()} {provider}"
