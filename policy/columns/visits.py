"""From the frame back to `Visit` objects, one at a time: what `claims.from_mapping` would have made of the same cells.

Owns: which column becomes which field of a visit, of its lines and of earlier lines.
Never: reads a cell of the table; everything was decoded.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from policy.claims.visit import Line, Visit
from policy.columns.column import Cells, Column, Ints, shown
from policy.columns.ids import Ids
from policy.columns.lines import Lines
from policy.values import Type, Value

if TYPE_CHECKING:
    from policy.columns.frame import Frame

_LINE_NAMES = {"line.provider": "provider", "line.place": "place"}
_NOT_OF_LINES = frozenset({"claim", "line", "amount"})


class Given(Protocol):
    """A column whose cells are given back as values of the model."""

    def at(self, i: int) -> Any:
        """One value; `None` where it is not known."""


@attrs.frozen(eq=False)
class Shown:
    """A decoded column, given back."""

    column: Column
    show: Callable[[int], Any]

    @staticmethod
    def of(column: Column, type_: Type, raw: tuple[Value, ...] | None = None) -> "Shown":
        """What gives a column back: by its words, or by its type."""
        words = raw if raw is not None else column.words
        return Shown(column, words.__getitem__ if words is not None else shown(type_, column.scale))

    def at(self, i: int) -> Any:
        """One value; `None` where it is not known."""
        if self.column.known is not None and not self.column.known[i]:
            return None
        return self.show(int(self.column.values[i]))


@attrs.frozen(eq=False)
class OfVisits:
    """A field of the visit that is kept as ids of the rows, given back by the visit."""

    ids: Ids
    heads: Ints

    def at(self, i: int) -> Any:
        """The id of a visit."""
        return self.ids.at(int(self.heads[i]))


def given(cells: Cells | Ids) -> Given:
    """A column of the table, given back by the row."""
    return cells if isinstance(cells, Ids) else Shown.of(cells.column, cells.type, cells.raw)


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
        rows = frame.rows[at].tolist()
        values = {name: one.at(v) for name, one in self._visit.items()}
        if frame.policies is not None:
            assert frame.policies.words is not None
            policy = frame.policies.words[frame.policies.values[v]]
        claims = {self._claim.at(row) for row in rows} if self._claim is not None else set()
        return Visit(
            values.pop("date"),
            tuple(self._made(row, number) for row, number in zip(rows, frame.numbers[at].tolist(), strict=True)),
            claim=claims.pop() if len(claims) == 1 else None,
            policy=policy,
            facts=_some(self._facts, v),
            documentation=self._documentation(v),
            diagnoses=self._listed(rows),
            history=frame.history.of(v) if frame.history is not None else None,
            history_since=frame.history.since(v) if frame.history is not None else None,
            **values,
        )

    def _made(self, row: int, number: int) -> Line:
        values = {name: one.at(row) for name, one in self._line.items()}
        return Line(number, modifiers=carried(self._modifiers, row), facts=_some(self._line_facts, row), **values)

    def _documentation(self, v: int) -> dict[str, str] | None:
        recorded = self._frame.recorded
        if recorded is None or not recorded[v]:
            return None
        return _some(self._elements, v)

    def _listed(self, rows: list[int]) -> tuple[str, ...] | None:
        found = dict.fromkeys(one.at(row) for row in rows for one in self._diagnoses)
        found.pop(None, None)
        return tuple(found) or None


def modifiers(lines: Lines) -> list[Given] | None:
    """The columns of modifiers; `None` when the table has none."""
    return None if lines.modifiers is None else [given(one) for one in lines.modifiers if one.column.filled]


def carried(columns: list[Given] | None, row: int) -> tuple[str, ...] | None:
    """The modifiers of a row."""
    if columns is None:
        return None
    return tuple([found for one in columns if (found := one.at(row)) is not None])


def _some(columns: Mapping[str, Given], i: int) -> dict[str, Any]:
    return {name: value for name, one in columns.items() if (value := one.at(i)) is not None}
