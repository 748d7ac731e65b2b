"""A column in NumPy: values, which of them are known, and the words that ids stand for.

Owns: `Column`, how a value of a type is kept as an integer, and `Cells`, a column of the table with the cells that were refused.
Never: decodes (`decode*`), and holds no float.
"""

import datetime as dt
import functools
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from policy.values import Type, Value

Ints = NDArray[Any]
Bools = NDArray[np.bool_]

EPOCH: Final = dt.date(1970, 1, 1).toordinal()
EXACT: Final = 10_000
"""What money, RVUs and parts of units are multiplied by: they have at most four decimal places."""
FINE: Final = 1_000_000
"""What declared numbers and percents are multiplied by where they are no integers: they have at most six."""

WORDS: Final = frozenset({Type.TEXT, Type.CODE, Type.CHOICE, Type.MODIFIERS})
"""Types whose values are ids into words."""

_SCALED: Final = {Type.MONEY: EXACT, Type.RVUS: EXACT}
_OPEN: Final = {Type.UNITS: EXACT, Type.NUMBER: FINE, Type.PERCENT: FINE}


@attrs.frozen(eq=False)
class Column:
    """One value for each line, or for each visit. Of a missing cell the value is 0."""

    values: Ints
    """int64; int32 of ids and days. Numbers times `scale`, dates in days since 1970-01-01, times in minutes, yes and no as 1 and 0."""
    known: Bools | None
    """`None`: every cell is given."""
    words: tuple[str, ...] | None = None
    """Of texts and choices: what the ids stand for; no word twice."""
    scale: int = 1
    spoilt: Bools | None = None
    """Of declared facts: cells that hold something that is not of the fact's type. They are not known."""

    def take(self, rows: Ints | slice) -> "Column":
        """The column at some rows."""
        known = None if self.known is None else self.known[rows]
        spoilt = None if self.spoilt is None else self.spoilt[rows]
        return Column(self.values[rows], known, self.words, self.scale, spoilt)

    @property
    def filled(self) -> bool:
        """Whether any cell is given."""
        return bool(self.values.size) if self.known is None else bool(self.known.any())


@attrs.frozen(eq=False)
class Bad:
    """Cells of one column that were refused: their rows, and why, as ids into messages that name the column."""

    rows: Ints
    why: Ints
    messages: tuple[str, ...]


@attrs.frozen(eq=False)
class Cells:
    """A column of the table as it was read, a value a row."""

    name: str
    """The column's, for messages."""
    column: Column
    type: Type
    bad: Bad | None = None
    raw: tuple[Value, ...] | None = None
    """Of declared facts: the values as they came, which the column's values are ids into."""


def scale_of(type_: Type, whole: bool, integers: bool) -> int:
    """What values of a type are multiplied by; 1 where only `whole` numbers are taken or the table's column holds `integers`."""
    if type_ in _SCALED:
        return EXACT
    return 1 if whole or integers else _OPEN.get(type_, 1)


def kept(type_: Type, value: object, scale: int) -> int:
    """A value of a type as the integer that a column keeps. Texts have no such integer."""
    if isinstance(value, dt.date):
        return value.toordinal() - EPOCH
    if isinstance(value, Decimal):
        return int(value * scale)
    assert isinstance(value, int), type_
    return value * scale


def shown(type_: Type, scale: int) -> Callable[[int], Value] | None:
    """The way back: from a kept integer to the value in the model; `None` where they are the same."""
    match type_:
        case Type.DATE:
            return lambda kept: dt.date.fromordinal(kept + EPOCH)
        case Type.YES_NO:
            return bool
        case Type.MONEY | Type.RVUS:
            return lambda kept: _decimal(kept, scale, 2)
        case _ if scale > 1:
            return lambda kept: kept // scale if kept % scale == 0 else _decimal(kept, scale, 1)
        case _:
            return None


@functools.lru_cache(4096)
def _decimal(kept: int, scale: int, least: int) -> Decimal:
    """An exact decimal with at least so many places: two as money is written, one of what is no whole number."""
    places = len(str(scale)) - 1
    while places > least and kept % 10 == 0:
        kept, places = kept // 10, places - 1
    return Decimal(kept).scaleb(-places)
