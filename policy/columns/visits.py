"""From the frame back to `Visit` objects, one at a time: what `claims.from_mapping` would have made of the same cells.

Owns: which column becomes which field of a visit, of its lines and of earlier lines.
Never: reads a cell of the table; everything was decoded.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from policy.claims.visit import Line, Visit
from policy.columns.column import Ints
from policy.columns.given import Given, OfVisits, Shown, given
from policy.columns.lines import Lines
from policy.values import Type

if TYPE_CHECKING:
    from policy.columns.frame import Frame

_LINE_NAMES = {"line.provider": "provider", "line.place": "place"}
_NOT_OF_LINES = frozenset({"claim", "line", "amount"})


def line_fields(lines: Lines) -> dict[str, Given]:
    """The fields of a line that the table has, by their names in the model."""
    return {
        _LINE_NAMES.get(name, name): given(cells)
        for name, cells in lines.line.items()
        if name not in _NOT_OF_LINES and cells.column.filled
    }


def line_facts(lines: Lines) -> dict[str, Given]:
    """The facts of a line without a field, by path."""
    return {path: given(cells) for path, (fact, cells) in lines.facts.items() if fact.of_line and cells.column.filled}


def visit_fields(frame: "Frame") -> dict[str, Given]:
    """The fields of a visit that the table has, given back by the visit; but for its policy, which `Frame.policies` has."""
    types = frame.decoded.visit
    found: dict[str, Given] = {
        name: Shown.of(column, types[name].type)
        for name, column in frame.found.visit.items()
        if column.filled and name != "policy"
    }
    heads = frame.grouping.heads
    return found | {name: OfVisits(ids, heads) for name, ids in frame.found.ids.items()}


def visit_facts(frame: "Frame") -> dict[str, Given]:
    """The facts of a visit without a field, given back by the visit."""
    cells = {path: cells for path, (_, cells) in frame.decoded.facts.items()}
    return {
        path: Shown.of(column, cells[path].type, cells[path].raw)
        for path, column in frame.found.facts.items()
        if column.filled
    }


class Maker:
    """Makes visits of a frame."""

    def __init__(self, frame: "Frame") -> None:
        self._frame = frame
        decoded, elements = frame.decoded, frame.found.elements
        self._line, self._line_facts = line_fields(decoded), line_facts(decoded)
        self._modifiers = modifiers(decoded)
        self._claim = given(decoded.line["claim"]) if "claim" in decoded.line else None
        self._diagnoses = [given(cells) for cells in decoded.diagnoses]
        self._visit, self._facts = visit_fields(frame), visit_facts(frame)
        self._elements = {
            name: Shown.of(column, Type.TEXT) for name, column in (elements or {}).items() if column.filled
        }  # fmt: skip

    def visit(self, v: int, policy: str | None) -> Visit:
        """The visit `v` of the frame."""
        frame = self._frame
        at = slice(int(frame.offsets[v]), int(frame.offsets[v + 1]))
        rows = at if frame.in_order else frame.rows[at]
        values = {name: one.at(v) for name, one in self._visit.items()}
        if frame.policies is not None:
            assert frame.policies.words is not None
            policy = frame.policies.words[frame.policies.values[v]]
        claims = set(self._claim.some(rows)) if self._claim is not None else set()
        return Visit(
            values.pop("date"),
            self._lines(rows, frame.numbers[at].tolist()),
            claim=claims.pop() if len(claims) == 1 else None,
            policy=policy,
            facts=_told(self._facts, v),
            documentation=self._documentation(v),
            diagnoses=self._listed(rows),
            history=frame.history.of(v) if frame.history is not None else None,
            history_since=frame.history.since(v) if frame.history is not None else None,
            **values,
        )

    def _lines(self, rows: Ints | slice, numbers: list[int]) -> tuple[Line, ...]:
        fields = tuple(self._line)
        cells = zip(*(one.some(rows) for one in self._line.values()), strict=True)
        carried_ = carried(self._modifiers, rows, len(numbers))
        facts = told(self._line_facts, rows, len(numbers))
        return tuple(
            [
                Line(number, modifiers=modifiers, facts=own, **dict(zip(fields, row, strict=True)))
                for number, modifiers, own, row in zip(numbers, carried_, facts, cells, strict=True)
            ]
        )

    def _documentation(self, v: int) -> dict[str, str] | None:
        recorded = self._frame.recorded
        if recorded is None or not recorded[v]:
            return None
        return _told(self._elements, v)

    def _listed(self, rows: Ints | slice) -> tuple[str, ...] | None:
        if not self._diagnoses:
            return None
        found = dict.fromkeys(
            code for row in zip(*(one.some(rows) for one in self._diagnoses), strict=True) for code in row
        )
        found.pop(None, None)
        return tuple(found) or None


def modifiers(lines: Lines) -> list[Given] | None:
    """The columns of modifiers; `None` when the table has none."""
    return None if lines.modifiers is None else [given(one) for one in lines.modifiers if one.column.filled]


def carried(columns: list[Given] | None, rows: Ints | slice, count: int) -> list[tuple[str, ...] | None]:
    """The modifiers of some rows."""
    if not columns:
        return [None if columns is None else ()] * count
    return [
        tuple([found for found in row if found is not None])
        for row in zip(*(one.some(rows) for one in columns), strict=True)
    ]


def told(columns: Mapping[str, Given], rows: Ints | slice, count: int) -> list[dict[str, Any]]:
    """What some rows state, by path."""
    found: list[dict[str, Any]] = [{} for _ in range(count)]
    for path, one in columns.items():
        for facts, value in zip(found, one.some(rows), strict=True):
            if value is not None:
                facts[path] = value
    return found


def _told(columns: Mapping[str, Given], i: int) -> dict[str, Any]:
    return {name: value for name, one in columns.items() if (value := one.at(i)) is not None}
