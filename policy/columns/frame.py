"""The frame: one table's visits in columns, as far as they can be read.

Owns: `Frame`, what evaluators of columns read.
Never: judges. What is wrong with a visit is found in `checking`, its objects are made in `visits`.
"""

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from policy.claims.visit import Visit
from policy.columns.asked import Asked
from policy.columns.checking import Checked, checked, line_numbers
from policy.columns.column import Bools, Cells, Column, Ints
from policy.columns.grouping import Grouping
from policy.columns.layout import Layout
from policy.columns.lines import Lines, read_lines
from policy.columns.refused import Refusals
from policy.columns.typed import typed
from policy.facts import Fact

if TYPE_CHECKING:
    from policy.columns.history import History
    from policy.columns.visits import Maker

_LINE_FIELDS = {"line.provider": "line.provider", "line.place": "line.place", "line.number": "line"}
_VISIT_FIELDS = {"patient.age": "age"}


class Frame:
    """The lines of a table, visit by visit; only visits that can be read."""

    def __init__(self, decoded: Lines, asked: Asked, found: Checked) -> None:
        self.asked = asked
        self.decoded = decoded
        """Every row of the table, also of refused visits."""
        self.grouping: Grouping = found.grouping
        self.offsets: Ints = found.grouping.offsets
        """int64[visits + 1]: the first line of each visit, and the number of lines."""
        self.rows: Ints = found.grouping.rows
        """int64[lines]: the row of each line in the table."""
        self.lines = len(self.rows)
        self.visits = found.grouping.visits
        self.in_order: bool = found.grouping.plain
        """Whether the table's rows are the lines, in order."""
        self.refused: Refusals = found.refused
        self.policies: Column | None = found.policies
        """Policy ids, one a visit; `None`: the table has no column of policies."""
        self.found = found
        self.row_policies = found.row_policies

    @staticmethod
    def of(table: pa.Table, layout: Layout, asked: Asked) -> "Frame":
        """Decodes a table and groups its lines. Raises `Unreadable` for a column of a type that no field has."""
        decoded = read_lines(table, layout, asked)
        return Frame(decoded, asked, checked(decoded, asked))

    @functools.cached_property
    def numbers(self) -> Ints:
        """int64[lines]: line numbers; 1, 2, 3 … in visits where they repeat."""
        return line_numbers(self.decoded, self.grouping)

    @functools.cached_property
    def dates(self) -> Ints:
        """int32[visits]: dates of service, in days since 1970-01-01."""
        return self.found.visit["date"].values.astype(np.int32, copy=False)

    @functools.cached_property
    def codes(self) -> Column:
        """Codes, one a line."""
        return self._lined(self.decoded.line["code"].column)

    @functools.cached_property
    def modifiers(self) -> tuple[Column, ...] | None:
        """One column for each of the table's that is filled anywhere; `None`: the table has no modifiers."""
        columns = self.decoded.modifiers
        if columns is None:
            return None
        return tuple(self._lined(one.column) for one in columns if one.column.filled)

    @functools.cached_property
    def diagnoses(self) -> tuple[Column, ...]:
        """Diagnosis codes of the lines, one column for each of the table's that is filled anywhere."""
        return tuple(self._lined(one.column) for one in self.decoded.diagnoses if one.column.filled)

    @functools.cached_property
    def patients(self) -> Column | None:
        """Patient ids, one a visit; `None`: the table has none."""
        return self.of_visits("patient")

    def line(self, path: str) -> Column | None:
        """A fact of the lines as the line itself states it, by path; `None`: not asked, not in the table or never filled."""
        if path == "line.number":
            return Column(self.numbers, None)
        if path == "line.code":
            return self.codes
        name = path if path in _LINE_FIELDS else path.removeprefix("line.")
        cells = self.decoded.line.get(name)
        if cells is not None and path.startswith("line."):
            return self._once(path, cells.column)
        return self._fact(path)

    def visit(self, path: str) -> Column | None:
        """A fact of the visits, by path; `None`: not asked, not in the table or never filled. `note` is the text of the note."""
        name = _VISIT_FIELDS.get(path, path.removeprefix("visit."))
        if name not in self.found.visit and name not in self.found.ids:
            return self._fact(path)
        column = self.of_visits(name)
        return column if column is not None and column.filled else None

    @property
    def visit_names(self) -> tuple[str, ...]:
        """The fields of the visit that were read (`layout.OF_VISIT`), but for the policy."""
        return (*self.found.visit, *self.found.ids)

    def of_visits(self, name: str) -> Column | None:
        """A field of the visit by its name, a value a visit; `None`: not asked, or not in the table."""
        if name not in self.found.ids:
            return self.found.visit.get(name)
        kept = self.__dict__.setdefault("_taken", {})
        if name not in kept:
            kept[name] = self.found.ids[name].taken(self.grouping.heads)
        taken: Column = kept[name]
        return taken

    def elements(self) -> Mapping[str, Column] | None:
        """Elements of the record, a text a visit, known where they are documented; `None`: the table has no such columns."""
        return self.found.elements

    @property
    def recorded(self) -> Bools | None:
        """Visits that have a record: some element is filled. `None`: the table has no such columns."""
        return self.found.recorded

    def fact(self, fact: Fact) -> Column | None:
        """A fact without a field, read as of the fact's type (two policies may declare one path differently)."""
        found = self.decoded.facts.get(fact.path)
        if found is None:
            return None
        cells = found[1]
        if fact.of_line:
            return self._once(fact.path, typed(cells, fact), fact)
        column = self.found.facts[fact.path]
        if cells.raw is not None:
            column = typed(Cells(cells.name, column, cells.type, raw=cells.raw), fact)
        return column if column.filled or column.spoilt is not None else None

    def _fact(self, path: str) -> Column | None:
        found = self.decoded.facts.get(path)
        return None if found is None else self.fact(found[0])

    def _lined(self, column: Column) -> Column:
        return column if self.in_order else column.take(self.rows)

    def _once(self, path: str, column: Column, fact: Fact | None = None) -> Column | None:
        kept = self.__dict__.setdefault("_kept", {})
        key = (path, fact)
        if key not in kept:
            own = self._lined(column)
            kept[key] = own if own.filled or own.spoilt is not None else None
        found: Column | None = kept[key]
        return found

    @functools.cached_property
    def _history(self) -> "History | None":
        from policy.columns.history import History

        return History(self) if self.asked.history and "patient" in self.decoded.visit else None

    @functools.cached_property
    def _maker(self) -> "Maker":
        from policy.columns.visits import Maker

        return Maker(self)

    @functools.cached_property
    def alone(self) -> Bools | None:
        """Visits of which the table holds no other line of the patient that could be history; `None`: no history is asked."""
        if not self.asked.history:
            return None
        return self._history.alone if self._history is not None else np.zeros(self.visits, np.bool_)

    def as_visit(self, v: int, policy: str | None = None) -> Visit:
        """A visit as an object, with `policy` where the table has no column of policies."""
        return self._maker.visit(v, policy)

    @property
    def history(self) -> "History | None":
        """Earlier lines; `None` where no history is asked or no patient is named."""
        return self._history


__all__ = ["Column", "Frame"]
