"""What a run came to, counted from its answers as they go by.

Owns: `Tally`: lines, visits, units, money, statements, missing facts and rejections, all exact; adding tallies of parts of a run.
Never: keeps a row. Its size grows with the number of different words only.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.batches.clusters import array_of
from policy.batches.stream import Evaluator
from policy.engine.answer import STATUSES

SCALE: Final = 10_000
"""Units are counted in ten-thousandths, as finely as answers hold them."""
_EXACT: Final = pa.decimal128(18, 4)
_FEW: Final = 1 << 20
"""Up to so many pairs of words are counted in a table, more by sorting."""


@attrs.define
class Tally:
    """Counts of a run, or of a part of one. Units × 10,000; `amount` in dollars."""

    lines: int = 0
    rejected: int = 0
    visits: int = 0
    statuses: Counter[str] = attrs.field(factory=Counter)
    billed: int = 0
    supported: int = 0
    allowed: int = 0
    overbilled: int = 0
    underbilled: int = 0
    unknown: int = 0
    """Lines whose supported or allowed units are not known."""
    priced: bool = False
    amount: Decimal = Decimal(0)
    unpriced: int = 0
    effects: Counter[str] = attrs.field(factory=Counter)
    """Lines with a finding of some effect, notes apart."""
    statements: Counter[str] = attrs.field(factory=Counter)
    """Lines of which a statement says more than a note."""
    taken: Counter[str] = attrs.field(factory=Counter)
    """Units billed and not allowed on these lines."""
    missing: Counter[str] = attrs.field(factory=Counter)
    """Lines that a fact would settle."""
    reasons: Counter[str] = attrs.field(factory=Counter)
    """Lines that were not decided, by reason."""

    def add(self, table: pa.Table, answer: pa.Table, visits: int, units: str | None) -> None:
        """Counts the answers to a table. `units` is the incoming column of billed units."""
        for reason, number in _counted(answer.column("rejected")).items():
            self.reasons[reason] += number
            self.rejected += number
        decided = answer.column("rejected").is_null()
        if answer.column("rejected").null_count < answer.num_rows:
            table, answer = table.filter(decided), answer.filter(decided)
        self.lines += answer.num_rows
        self.visits += visits
        self.statuses.update(_counted(answer.column("status")))
        for facts, number in _counted(answer.column("missing")).items():
            self.missing.update({fact: number for fact in facts.split(", ") if fact})
        self._statements(answer, self._units(answer, table.column(units) if units is not None else None))
        if "allowed_amount" in answer.column_names:
            column = answer.column("allowed_amount")
            self.priced = True
            self.amount += pc.sum(column).as_py() or Decimal(0)
            self.unpriced += column.null_count

    def _units(self, answer: pa.Table, billing: pa.ChunkedArray | None) -> np.ndarray | None:
        """Counts units; gives what was billed and not allowed, a line each."""
        columns = [answer.column("supported_units"), answer.column("allowed_units"), billing]
        supported, allowed, billed = (_units(column) if column is not None else None for column in columns)
        if supported is None or allowed is None:
            return None
        known = supported.known & allowed.known
        self.unknown += int(len(known) - np.count_nonzero(known))
        self.supported += supported.sum()
        self.allowed += allowed.sum()
        if billed is None:
            return None
        self.billed += billed.sum()
        over = billed.above(supported)
        positive = int(np.maximum(over, 0).sum())
        self.overbilled += positive
        self.underbilled += positive - int(over.sum())
        taken: np.ndarray = np.maximum(billed.above(allowed), 0)
        return taken

    def _statements(self, answer: pa.Table, taken: np.ndarray | None) -> None:
        """Counts lines and units by the statements that take, ask, or hang on something."""
        (found, findings), (said, statements) = (_coded(answer.column(name)) for name in ("findings", "statements"))
        silent = np.array([not text for text in findings], bool)
        at = np.flatnonzero(~silent[found]) if len(findings) else np.empty(0, np.int64)
        pairs = found[at].astype(np.int64) * max(1, len(statements)) + said[at]
        kinds, kind = _kinds(pairs, len(findings) * len(statements))
        numbers = np.bincount(kind, minlength=len(kinds))
        units = np.zeros(len(kinds), np.int64)
        if taken is not None:
            np.add.at(units, kind, taken[at])
        for pair, number, unit in zip(kinds.tolist(), numbers.tolist(), units.tolist(), strict=True):
            effects = findings[pair // len(statements)].split("; ")
            names = statements[pair % len(statements)].split("; ")
            self.effects.update({e.partition(" ")[0]: number for e in effects})
            for name in {n for e, n in zip(effects, names, strict=True) if e.partition(" ")[0] in STATUSES}:
                self.statements[name] += number
                self.taken[name] += unit

    def join(self, other: "Tally") -> None:
        """Counts what another tally counted."""
        for field in attrs.fields(Tally):
            mine, more = getattr(self, field.name), getattr(other, field.name)
            setattr(self, field.name, mine or more if isinstance(mine, bool) else mine + more)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        plain = {field.name: getattr(self, field.name) for field in attrs.fields(Tally)}
        return {**plain, "amount": str(self.amount)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Tally":
        """From plain data."""
        more: dict[str, Any] = {name: Counter(value) for name, value in data.items() if isinstance(value, dict)}
        return cls(**{**data, **more, "amount": Decimal(data["amount"])})


@attrs.frozen
class _Units:
    """Units of lines, times `SCALE` over `scale`; of lines whose units are not known 0."""

    values: np.ndarray
    known: np.ndarray
    scale: int

    def sum(self) -> int:
        return int(self.values.sum()) * self.scale

    def above(self, other: "_Units") -> np.ndarray:
        """By how much these are more, where both are known, times `SCALE`."""
        if self.scale == other.scale:
            found = (self.values - other.values) * self.scale
        else:
            found = self.values * self.scale - other.values * other.scale
        known = self.known & other.known
        return found if known.all() else np.where(known, found, 0)


def _kinds(pairs: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """The different numbers among some, and which of them each is."""
    if most > _FEW:
        kinds, kind = np.unique(pairs, return_inverse=True)
        return kinds, kind
    place = np.zeros(max(1, most), np.int64)
    kinds = np.flatnonzero(np.bincount(pairs, minlength=most))
    place[kinds] = np.arange(len(kinds))
    return kinds, place[pairs]


def units_column(evaluator: Evaluator, incoming: pa.Schema) -> str | None:
    """The incoming column of billed units."""
    name = getattr(evaluator, "columns", {}).get("units", "service_unit_quantity")
    return name if name in incoming.names else None


def _units(column: pa.ChunkedArray) -> _Units | None:
    """The units of a column; `None` for one that does not hold numbers."""
    array = array_of(column)
    known = array.is_valid().to_numpy(zero_copy_only=False) if array.null_count else np.ones(len(array), bool)
    if pa.types.is_integer(array.type):
        whole = array.fill_null(0) if array.null_count else array
        return _Units(whole.to_numpy(zero_copy_only=False).astype(np.int64), known, SCALE)
    try:
        exact = (array.dictionary_decode() if pa.types.is_dictionary(array.type) else array).cast(_EXACT)
    except pa.ArrowException:
        return None
    words = np.frombuffer(exact.buffers()[1], np.int64)[::2] if len(exact) else np.empty(0, np.int64)
    return _Units(np.where(known, words[exact.offset : exact.offset + len(exact)], 0), known, 1)


def _coded(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """The words of a column, and which of them stands in each row. There is no row without one."""
    array = array_of(column)
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    numbers: np.ndarray = array.indices.to_numpy(zero_copy_only=False)
    return numbers, array.dictionary.to_pylist()


def _counted(column: pa.ChunkedArray) -> dict[str, int]:
    """How many rows hold each word; empty cells are not counted."""
    array = array_of(column)
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    numbers = np.bincount(array.indices.drop_null().to_numpy(zero_copy_only=False), minlength=len(array.dictionary))
    return {word: number for word, number in zip(array.dictionary.to_pylist(), numbers.tolist(), strict=True) if number}
