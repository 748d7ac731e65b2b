"""How types, values and dates are called in messages.

Owns: the words for a type, a number written with a type's measure, and when something is so.
Never: decides what is wrong.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from policy.values import DateRange, Type

_TYPES: Final[Mapping[Type, str]] = {
    Type.NUMBER: "a plain number", Type.YES_NO: "yes or no", Type.CHOICE: "a word", Type.TEXT: "a text", Type.CODE: "a code",
    Type.MONEY: "money", Type.RVUS: "RVUs", Type.DATE: "a date", Type.TIME: "a time of day", Type.PERCENT: "a percentage",
    Type.MODIFIERS: "a list of modifiers",
    Type.MINUTES: "minutes", Type.UNITS: "units", Type.DAYS: "days", Type.VISITS: "visits", Type.LINES: "lines", Type.CODES: "codes",
}  # fmt: skip
_SAMPLES: Final[Mapping[Type, str]] = {
    Type.NUMBER: "12", Type.YES_NO: "yes", Type.TEXT: '"knee"', Type.CODE: "97530", Type.DATE: "2026-03-02",
    Type.TIME: "09:24", Type.PERCENT: "50%", Type.MONEY: "$80.00",
}  # fmt: skip


def a_type(type_: Type) -> str:
    """What something of a type is called: `minutes`, `a date`."""
    return _TYPES[type_]


def sample(type_: Type) -> str:
    """Something of a type, as an author writes it."""
    return _SAMPLES.get(type_) or measured(8, type_)


def measured(number: int | Decimal, type_: Type) -> str:
    """A number as an author writes it with the measure of a type: `8 minutes`, `1 unit`, `$8`, `8%`."""
    if type_ is Type.MONEY:
        return f"${number}"
    if type_ is Type.PERCENT:
        return f"{number}%"
    word = type_.value.removesuffix("s") if number == 1 else type_.value
    return f"{number} {word}"


def when(dates: DateRange) -> str:
    """`on 2026-03-02`, `from 2026-01-01 until 2026-06-30`; on every date, `always`."""
    return f"on {dates.start}" if dates.start is not None and dates.start == dates.end else str(dates)
