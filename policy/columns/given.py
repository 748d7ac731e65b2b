"""Columns given back: from kept integers and ids to the values of the model, one or some at a time.

Owns: how a cell becomes the value that `claims.from_mapping` would have put in its place.
Never: knows which field of a visit or a line it is.
"""

from collections.abc import Callable
from typing import Any, Protocol

import attrs

from policy.columns.column import Cells, Column, Ints, shown
from policy.columns.ids import Ids
from policy.values import Type, Value


class Given(Protocol):
    """A column whose cells are given back as values of the model."""

    def at(self, i: int) -> Any:
        """One value; `None` where it is not known."""

    def some(self, rows: Ints | slice) -> list[Any]:
        """Some values, `None` where one is not known."""


@attrs.frozen(eq=False)
class Shown:
    """A decoded column, given back."""

    column: Column
    show: Callable[[int], Any] | None
    """`None`: the values are kept as they are."""

    @staticmethod
    def of(column: Column, type_: Type, raw: tuple[Value, ...] | None = None) -> "Shown":
        """What gives a column back: by its words, or by its type."""
        words = raw if raw is not None else column.words
        return Shown(column, words.__getitem__ if words is not None else shown(type_, column.scale))

    def at(self, i: int) -> Any:
        """One value; `None` where it is not known."""
        if self.column.known is not None and not self.column.known[i]:
            return None
        kept = int(self.column.values[i])
        return kept if self.show is None else self.show(kept)

    def some(self, rows: Ints | slice) -> list[Any]:
        """Some values."""
        values: list[Any] = self.column.values[rows].tolist()
        known = self.column.known
        if known is None:
            return values if self.show is None else list(map(self.show, values))
        show = self.show or _same
        return [show(value) if given else None for value, given in zip(values, known[rows].tolist(), strict=True)]


def _same(kept: int) -> int:
    return kept


@attrs.frozen(eq=False)
class OfVisits:
    """A field of the visit that is kept as ids of the rows, given back by the visit."""

    ids: Ids
    heads: Ints

    def at(self, i: int) -> Any:
        """The id of a visit."""
        return self.ids.at(int(self.heads[i]))

    def some(self, rows: Ints | slice) -> list[Any]:
        """The ids of some visits."""
        return self.ids.some(self.heads[rows])


def given(cells: Cells | Ids) -> Given:
    """A column of the table, given back by the row."""
    return cells if isinstance(cells, Ids) else Shown.of(cells.column, cells.type, cells.raw)
