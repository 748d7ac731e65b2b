"""From a frame's answers to the columns of the answer, in the order of the table.

Owns: how units, money and texts stand in Arrow, and that every row has its place, decided or rejected.
Never: words anything.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from policy.columns.buffers import as_arrow
from policy.columns.frame import Frame
from policy.engine.answer import STATUSES
from policy.engine.columnar.run import Answers, Run

TEXT: Final = pa.dictionary(pa.int32(), pa.string())
_TOLD: Final = ("status", "findings", "statements", "reasons", "missing")


MOST_SHARED: Final = 1 << 16
"""Up to so many cells, columns of texts may share their numbers."""


class Columns:
    """The columns told of lines, for one run: which word each cell has in each column, worked out as cells are met."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._words: dict[str, dict[str, int]] = {name: {} for name in _TOLD}
        self._ids: dict[str, list[int]] = {name: [] for name in _TOLD}
        self._ties: list[bool] = []
        self._by_cell: dict[str, pa.Array] = {}

    def learn(self) -> None:
        """Takes in the cells that were met since."""
        if len(self._run.told) > len(self._ties):
            self._by_cell.clear()
        for told in self._run.told[len(self._ties) :]:
            self._ties.append(told.tie)
            for name in _TOLD:
                words = self._words[name]
                self._ids[name].append(words.setdefault(getattr(told, name), len(words)))

    def shared(self, cell: Any, valid: Any) -> dict[str, pa.Array] | None:
        """All columns of texts, with the cells themselves as their numbers: a word stands once for each cell that has it. `None`:
        there are too many cells."""
        if len(self._ties) > MOST_SHARED:
            return None
        numbers = as_arrow(cell.astype(np.int32, copy=False), valid)
        for name in _TOLD:
            if name not in self._by_cell:
                words = list(self._words[name])
                self._by_cell[name] = pa.array([words[k] for k in self._ids[name]], pa.string())
        return {name: _worded(numbers, self._by_cell[name]) for name in _TOLD}

    def text(self, name: str, cell: Any, valid: Any) -> pa.Array:
        """One column of texts; `valid` is `None` where every row is decided."""
        return dictionary(np.array(self._ids[name], np.int32).take(cell), list(self._words[name]), valid)

    def ties(self, cell: Any, valid: Any) -> pa.Array:
        """Whether remainders are tied."""
        return as_arrow(np.array(self._ties, np.bool_).take(cell), valid)


def dictionary(ids: Any, words: Sequence[str], valid: Any) -> pa.Array:
    """A column of texts from ids; rows that are not `valid` are null."""
    indices = as_arrow(np.asarray(ids, np.int32), valid)
    return _worded(indices, pa.array(words, pa.string()))


def _worded(numbers: pa.Array, words: pa.Array) -> pa.Array:
    """Words by their numbers, which are not looked through: they were made here."""
    return pa.DictionaryArray.from_arrays(numbers, words, safe=False)


def whole(values: Any, valid: Any) -> pa.Array:
    """Whole units; negative ones are null."""
    given = values >= 0 if valid is None else (values >= 0) & valid
    return as_arrow(values.astype(np.int32, copy=False), given)


def decimal(values: Any, valid: Any, type_: pa.DataType) -> pa.Array:
    """Numbers times 10,000 as decimals of four places; negative ones are null."""
    given = values >= 0 if valid is None else (values >= 0) & valid
    pairs = np.zeros((len(values), 2), np.int64)
    pairs[:, 0] = np.where(given, values, 0)
    mask = as_arrow(given).buffers()[1] if not given.all() else None
    return pa.Array.from_buffers(type_, len(values), [mask, pa.py_buffer(pairs)])


def statuses(weights: Any, valid: Any) -> pa.Array:
    """A column of statuses from weights."""
    return dictionary((len(STATUSES) - weights).astype(np.int32), STATUSES, valid)


class Placed:
    """Puts what is known of a frame's lines into the rows of the table."""

    def __init__(self, frame: Frame, rows: int) -> None:
        self._frame = frame
        self._rows = rows
        refused = frame.refused.rows
        self.valid: Any = None
        if len(refused):
            self.valid = np.ones(rows, np.bool_)
            self.valid[refused] = False

    def line(self, values: Any) -> Any:
        """A value a row, from one a line; 0 for rows that are not decided."""
        if self._frame.in_order and self.valid is None:
            return values
        out = np.zeros(self._rows, values.dtype)
        out[self._frame.rows] = values
        return out

    def visit(self, values: Any) -> Any:
        """A value a row, from one a visit."""
        return self.line(np.repeat(values, np.diff(self._frame.offsets)))

    def rejected(self) -> pa.Array:
        """Why rows were not decided."""
        refused = self._frame.refused
        if not len(refused.rows):
            return pa.DictionaryArray.from_arrays(pa.nulls(self._rows, pa.int32()), pa.array([], pa.string()))
        ids = np.zeros(self._rows, np.int32)
        ids[refused.rows] = refused.reasons
        return dictionary(ids, refused.words, ~self.valid)


def columns(
    frame: Frame, answers: Answers, told: Columns, rows: int, policies: Sequence[str], *, share: bool = False
) -> dict[str, Any]:
    """The columns of the answer by name; units and amounts as numbers still. `share`: see `Columns.shared`."""
    placed = Placed(frame, rows)
    told.learn()
    cell = placed.line(answers.cell)
    texts = told.shared(cell, placed.valid) if share else None
    out: dict[str, Any] = texts or {name: told.text(name, cell, placed.valid) for name in _TOLD}
    out["tie"] = told.ties(cell, placed.valid)
    out["visit_status"] = statuses(placed.visit(answers.status), placed.valid)
    out["rejected"] = placed.rejected()
    out["supported_units"] = placed.line(answers.supported)
    out["allowed_units"] = placed.line(answers.allowed)
    if answers.amount is not None:
        out["allowed_amount"] = decimal(placed.line(answers.amount), placed.valid, pa.decimal128(16, 4))
    if frame.policies is None:
        out["policy"] = dictionary(np.zeros(rows, np.int32), policies, placed.valid)
    else:
        words = frame.policies.words or ()
        out["policy"] = dictionary(placed.visit(frame.policies.values.astype(np.int32)), words, placed.valid)
    out["valid"] = placed.valid
    return out
