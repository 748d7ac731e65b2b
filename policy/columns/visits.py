"""From the frame back to `Visit` objects, one at a time: what `claims.from_mapping` would have made of the same cells.

Owns: which column becomes which field of a visit, of its lines and of earlier lines.
Never: reads a cell of the table; everything was decoded.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from policy.claims.visit import Line, Visit
from policy.columns.column import Cells, Column, shown
from policy.columns.lines import Lines
from policy.values import Type, Value

if TYPE_CHECKING:
    from policy.columns.frame import Frame

_LINE_NAMES = {"line.provider": "provider", "line.place": "place"}
_NOT_OF_LINES = frozenset({"claim", "line", "amount"})

Show = Callable[[int], Value]


@attrs.frozen(eq=False)
class Given:
    """A column whose cells are given back as values of the model."""

    column: Column
    show: Callable[[int], Any]

    @staticmethod
    def of(column: Column, type_: Type, raw: tuple[Value, ...] | None = None) -> "Given":
        """What gives a column back."""
        words = raw if raw is not None else column.words
        return Given(column, words.__getitem__ if words is not None else shown(type_, column.scale))

    def at(self, i: int) -> Any:
        """One value; `None` where it is not known."""
        if self.column.known is not None and not self.column.known[i]:
            return None
        return self.show(int(self.column.values[i]))


def line_fields(lines: Lines) -> dict[str, Given]:
    """The fields of a line that the table has, by their names in the model."""
    return {
        _LINE_NAMES.get(name, name): Given.of(cells.column, cells.type)
        for name, cells in lines.line.items()
        if name not in _NOT_OF_LINES and cells.column.filled
    }


def line_facts(lines: Lines) -> dict[str, Given]:
    """The facts of a line without a field, by path."""
    return {
        path: Given.of(cells.column, cells.type, cells.raw)
        for path, (fact, cells) in lines.facts.items()
        if fact.of_line and cells.column.filled
    }


class Maker:
    """Makes visits of a frame."""

    def __init__(self, frame: "Frame") -> None:
        self._frame = frame
        decoded, found = frame.decoded, frame.found
        self._line = line_fields(decoded)
        self._line_facts = line_facts(decoded)
        self._modifiers = modifiers(decoded)
        self._claim = _given(decoded.line.get("claim"))
        self._diagnoses = [Given.of(cells.column, Type.TEXT) for cells in decoded.diagnoses]
        self._visit = {
            name: Given.of(column, decoded.visit[name].type) for name, column in found.visit.items() if column.filled
        }
        self._facts = {
            path: Given.of(column, decoded.facts[path][1].type, decoded.facts[path][1].raw)
            for path, column in found.facts.items()
            if column.filled
        }
        self._elements = None if found.elements is None else {
            name: Given.of(column, Type.TEXT) for name, column in found.elements.items() if column.filled
        }  # fmt: skip

    def visit(self, v: int, policy: str | None) -> Visit:
        """The visit `v` of the frame."""
        frame = self._frame
        at = slice(int(frame.offsets[v]), int(frame.offsets[v + 1]))
        rows = frame.rows[at].tolist()
        values = {name: given.at(v) for name, given in self._visit.items()}
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
            **values,
        )

    def _made(self, row: int, number: int) -> Line:
        values = {name: given.at(row) for name, given in self._line.items()}
        return Line(number, modifiers=carried(self._modifiers, row), facts=_some(self._line_facts, row), **values)

    def _documentation(self, v: int) -> dict[str, str] | None:
        recorded = self._frame.recorded
        if self._elements is None or recorded is None or not recorded[v]:
            return None
        return _some(self._elements, v)

    def _listed(self, rows: list[int]) -> tuple[str, ...] | None:
        found = dict.fromkeys(one.at(row) for row in rows for one in self._diagnoses)
        found.pop(None, None)
        return tuple(found) or None


def modifiers(lines: Lines) -> list[Given] | None:
    """The columns of modifiers; `None` when the table has none."""
    return (
        None
        if lines.modifiers is None
        else [Given.of(one.column, Type.TEXT) for one in lines.modifiers if one.column.filled]
    )


def carried(columns: list[Given] | None, row: int) -> tuple[str, ...] | None:
    """The modifiers of a row."""
    if columns is None:
        return None
    return tuple([found for one in columns if (found := one.at(row)) is not None])


def _given(cells: Cells | None) -> Given | None:
    return None if cells is None else Given.of(cells.column, cells.type)


def _some(columns: Mapping[str, Given], i: int) -> dict[str, Any]:
    return {name: value for name, given in columns.items() if (value := given.at(i)) is not None}
