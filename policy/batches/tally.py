"""What a run came to, counted from its answers as they go by.

Owns: `Tally`: lines, visits, units, money, statements, missing facts and rejections, all exact; adding tallies of parts of a run.
Never: keeps a row. Its size grows with the number of different words only.
"""

import contextlib
import functools
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from policy.batches.clusters import array_of
from policy.batches.contract import is_text
from policy.batches.stream import Evaluator
from policy.columns.refused import problems_of
from policy.engine.answer import STATUSES
from policy.values import parse_units

SCALE: Final = 10_000
"""Units are counted in ten-thousandths, as finely as answers hold them."""
_EXACT: Final = pa.decimal128(18, 4)
_MANY: Final = 1 << 16
"""Pairs of findings and statements that are counted without looking which of them there are."""


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
    """Lines that were not decided, by reason, without the numbers of lines."""

    def add(self, table: pa.Table, answer: pa.Table, visits: int, units: str | None) -> None:
        """Counts the answers to a table. `units` is the incoming column of billed units."""
        if answer.column("rejected").null_count < answer.num_rows:
            for reason, number in _Texts(answer.column("rejected")).counted().items():
                self.reasons[problems_of(reason)] += number
                self.rejected += number
            decided = answer.column("rejected").is_null()
            table, answer = table.filter(decided), answer.filter(decided)
        self.lines += answer.num_rows
        self.visits += visits
        status = _Texts(answer.column("status"))
        missing, findings, statements = (
            _Texts(answer.column(name), status) for name in ("missing", "findings", "statements")
        )
        self.statuses.update(status.counted())
        for facts, number in missing.counted().items():
            self.missing.update({fact: number for fact in facts.split(", ") if fact})
        billed = _read(table.column(units)) if units is not None else None
        self._statements(findings, statements, self._units(answer, billed))
        if "allowed_amount" in answer.column_names:
            import pyarrow.compute as pc

            column = answer.column("allowed_amount")
            self.priced = True
            self.amount += pc.sum(column).as_py() or Decimal(0)
            self.unpriced += column.null_count

    def _units(self, answer: pa.Table, billed: "_Units | None") -> tuple[np.ndarray, int] | None:
        """Counts units; gives how many more were billed than allowed, a line each, and of what part of a unit they are so many."""
        supported, allowed = (_read(answer.column(name)) for name in ("supported_units", "allowed_units"))
        if supported is None or allowed is None:
            return None
        self.supported += supported.sum()
        self.allowed += allowed.sum()
        self.unknown += len(answer) - _number(supported.known, allowed.known, len(answer))
        if billed is None:
            return None
        self.billed += billed.sum()
        more, by = billed.beyond(supported)
        over = int(np.maximum(more, 0).sum(dtype=np.int64)) * by
        self.overbilled += over
        self.underbilled += over - int(more.sum(dtype=np.int64)) * by
        return billed.beyond(allowed)

    def _statements(self, findings: "_Texts", statements: "_Texts", taken: tuple[np.ndarray, int] | None) -> None:
        """Counts lines and units by the statements that take, ask, or hang on something."""
        alike = findings.numbers is statements.numbers
        each = 1 if alike else len(statements.words)
        pairs = findings.numbers if alike else findings.numbers.astype(np.int64) * each + statements.numbers
        kinds, numbers, units = _summed(pairs, len(findings.words) * each, taken)
        for pair, number, unit in zip(kinds.tolist(), numbers.tolist(), units.tolist(), strict=True):
            one, other = (pair, pair) if alike else divmod(pair, each)
            if not findings.words[one]:
                continue
            effects, names = _parsed(findings.words[one], statements.words[other])
            for effect in effects:
                self.effects[effect] += number
            for name in names:
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
    """Units × 10,000 / `by`, of unknown ones 0."""

    values: np.ndarray
    known: np.ndarray | None
    """`None`: all."""
    by: int

    def sum(self) -> int:
        return int(self.values.sum(dtype=np.int64)) * self.by

    def beyond(self, other: "_Units") -> tuple[np.ndarray, int]:
        """How many more these are, a line each, × 10,000 / the second number; 0 where one of the two is not known."""
        by = self.by if self.by == other.by else 1
        own, others = (u.values if u.by == by else u.values.astype(np.int64) * (u.by // by) for u in (self, other))
        more = own - others
        for known in (self.known, other.known):
            if known is not None:
                more *= known
        return more, by


def units_column(evaluator: Evaluator, incoming: pa.Schema) -> str | None:
    """The incoming column of billed units."""
    name = getattr(evaluator, "columns", {}).get("units", "service_unit_quantity")
    return name if name in incoming.names else None


def _read(column: pa.ChunkedArray) -> _Units | None:
    """Units; `None` for a column that does not hold numbers."""
    array = array_of(column)
    known = array.is_valid().to_numpy(zero_copy_only=False) if array.null_count else None
    if pa.types.is_integer(array.type):
        whole = array.fill_null(0) if array.null_count else array
        values = whole.to_numpy(zero_copy_only=False)
        return _Units(values if values.dtype == np.int32 else values.astype(np.int64), known, SCALE)
    if is_text(array.type):
        return _spelled(array if pa.types.is_dictionary(array.type) else array.dictionary_encode())
    try:
        exact = array.cast(_EXACT)
    except pa.ArrowException:
        return None
    words = np.frombuffer(exact.buffers()[1], np.int64)[::2] if len(exact) else np.empty(0, np.int64)
    own = words[exact.offset : exact.offset + len(exact)]
    return _Units(own if known is None else np.where(known, own, 0), known, 1)


def _spelled(array: pa.DictionaryArray) -> _Units:
    """Units as text. A blank is none given, and what is no number was not decided."""
    values = np.zeros(len(array.dictionary) + 1, np.int64)
    given = np.zeros(len(values), np.bool_)
    for k, word in enumerate(array.dictionary.to_pylist()):
        with contextlib.suppress(ValueError):
            values[k] = int(parse_units(word) * SCALE)
            given[k] = True
    at = array.indices.fill_null(len(array.dictionary)).to_numpy(zero_copy_only=False)
    known = given[at]
    return _Units(values[at], None if known.all() else known, 1)


def _number(one: np.ndarray | None, other: np.ndarray | None, rows: int) -> int:
    """How many rows are known in both."""
    if one is None or other is None:
        one = other if one is None else one
        return rows if one is None else int(np.count_nonzero(one))
    return int(np.count_nonzero(one & other))


@functools.lru_cache(1 << 14)
def _parsed(findings: str, statements: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The different effects of a line's findings, and the statements that say more than a note."""
    effects = [finding.partition(" ")[0] for finding in findings.split("; ")]
    names = [name for effect, name in zip(effects, statements.split("; "), strict=True) if effect in STATUSES]
    return tuple(dict.fromkeys(effects)), tuple(dict.fromkeys(names))


def _summed(
    pairs: np.ndarray, size: int, taken: tuple[np.ndarray, int] | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pairs that there are, how many rows have each, and what was taken on these rows."""
    kinds = np.arange(size)
    if size > _MANY:
        kinds, pairs = np.unique(pairs, return_inverse=True)
    numbers = np.bincount(pairs, minlength=len(kinds))
    units = np.zeros(len(kinds), np.int64)
    if taken is not None:
        at = np.flatnonzero(taken[0] > 0)
        np.add.at(units, pairs[at], taken[0][at].astype(np.int64) * taken[1])
    there = np.flatnonzero(numbers)
    return kinds[there], numbers[there], units[there]


class _Texts:
    """A column of words, of which no cell is empty but those that are not counted. Columns may share their numbers
    (`TableEvaluator.told`); then they are read and counted once, and a word may stand among the words more than once."""

    def __init__(self, column: pa.ChunkedArray, other: "_Texts | None" = None) -> None:
        array = array_of(column)
        if not pa.types.is_dictionary(array.type):
            array = array.dictionary_encode()
        self._indices = array.indices
        self.words: list[str] = array.dictionary.to_pylist()
        self.numbers: np.ndarray
        self.times: np.ndarray
        """How many rows have each number."""
        if other is not None and _one_place(self._indices, other._indices):
            self.numbers, self.times = other.numbers, other.times
            return
        filled = self._indices.drop_null() if self._indices.null_count else self._indices
        self.numbers = filled.to_numpy(zero_copy_only=False)
        self.times = np.bincount(self.numbers, minlength=len(self.words))

    def counted(self) -> Counter[str]:
        """How many rows hold each word; empty cells are not counted."""
        found: Counter[str] = Counter()
        for at in np.flatnonzero(self.times).tolist():
            found[self.words[at]] += int(self.times[at])
        return found


def _one_place(one: pa.Array, other: pa.Array) -> bool:
    """Whether two columns of numbers are one."""
    if len(one) != len(other) or one.offset != other.offset:
        return False
    return [b and b.address for b in one.buffers()] == [b and b.address for b in other.buffers()]
