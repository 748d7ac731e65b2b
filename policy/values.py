"""The values of the field: types with units of measure, dates in force, Kleene logic, and the one word for "not known".

Owns: `Type` (what a fact or an expression measures), `DateRange`, `Units`, and reading a value of a type from JSON or CSV text.
Never: knows a policy, a visit or an engine. Minutes and units are integers (units of a payer that pays tenths are `Decimal`),
money is `Decimal`; nothing here is ever a float.
"""

import datetime as dt
import enum
import re
from decimal import Decimal, InvalidOperation
from typing import Final

import attrs

Units = int | Decimal
"""A count of billing units: an `int`, or an exact `Decimal` under a payer that pays parts of a unit."""

Value = bool | int | Decimal | str | dt.date
"""A fact's value. Times of day are minutes since midnight (`int`)."""

MAX_MINUTES: Final = 1440
"""The minutes of one day; a visit is one date, so no line can hold more."""


class Type(enum.Enum):
    """What a value measures. Two values compare only when their types agree (`plan/…` relies on this check)."""

    MINUTES = "minutes"
    UNITS = "units"
    DAYS = "days"
    VISITS = "visits"
    LINES = "lines"
    CODES = "codes"
    NUMBER = "number"
    MONEY = "money"
    RVUS = "RVUs"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    TEXT = "text"
    CODE = "code"
    CHOICE = "one of"
    YES_NO = "yes/no"
    MODIFIERS = "modifiers"

    @property
    def is_quantity(self) -> bool:
        """True for the types that can be ordered and added."""
        return self in _QUANTITIES


_QUANTITIES = frozenset(
    {
        Type.MINUTES, Type.UNITS, Type.DAYS, Type.VISITS, Type.LINES, Type.CODES,
        Type.NUMBER, Type.MONEY, Type.RVUS, Type.PERCENT, Type.DATE, Type.TIME,
    }
)  # fmt: skip


@attrs.frozen
class DateRange:
    """Dates from `start` to `end`, both inclusive; `None` is open on that side."""

    start: dt.date | None = None
    end: dt.date | None = None

    def __contains__(self, date: dt.date) -> bool:
        return (self.start is None or self.start <= date) and (self.end is None or date <= self.end)

    def overlap(self, other: "DateRange") -> "DateRange | None":
        """The dates in both ranges, or `None` when there are none."""
        start = max((d for d in (self.start, other.start) if d), default=None)
        end = min((d for d in (self.end, other.end) if d), default=None)
        if start and end and start > end:
            return None
        return DateRange(start, end)

    def __str__(self) -> str:
        match self.start, self.end:
            case None, None:
                return "always"
            case None, end:
                return f"until {end}"
            case start, None:
                return f"from {start}"
            case start, end:
                return f"from {start} until {end}"


ALWAYS: Final = DateRange()


def parse_date(text: str) -> dt.date:
    """`2026-03-02` as a date. Raises `ValueError` for anything else, also for the other ISO spellings."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(f"`{text}` is not a date such as 2026-03-02")
    return dt.date.fromisoformat(text)


def parse_time(text: str) -> int:
    """`09:24` as minutes since midnight. Raises `ValueError` otherwise."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text, re.ASCII)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"`{text}` is not a time such as 09:24")
    return int(match[1]) * 60 + int(match[2])


def format_time(minutes: int) -> str:
    """Minutes since midnight as `09:24`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def parse_money(text: str) -> Decimal:
    """`70.14`, `$2,480.00` as an exact amount in dollars. Raises `ValueError` for anything else, also for NaN and exponents."""
    if not re.fullmatch(r"\$?\d{1,12}(,\d{3})*(\.\d{1,4})?", text, re.ASCII):
        raise ValueError(f"`{text[:40]}` is not an amount of money such as 70.14")
    return Decimal(text.replace("$", "").replace(",", ""))


def parse_units(value: object) -> Units:
    """Billed units from JSON or text: a whole number or an exact decimal such as 0.2. Raises `ValueError`."""
    if isinstance(value, bool):
        raise ValueError("units must be a number")
    if isinstance(value, int):
        number = Decimal(value) if abs(value) < 10**9 else Decimal("NaN")
    else:
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            raise ValueError("units must be a number") from None
    if not number.is_finite() or not 0 <= number < 1_000_000:
        raise ValueError("units must be a number from 0 up")
    if number == number.to_integral_value():
        return int(number)
    if number.as_tuple().exponent < -4:  # type: ignore[operator]  # finite: the exponent is an int
        raise ValueError("units have at most four decimal places")
    return number


def parse_rvus(value: object) -> Decimal:
    """Relative value units from JSON or text: an exact number from 0 up, such as 1.05. Raises `ValueError`."""
    text = "" if isinstance(value, bool) else str(value).strip()
    if not re.fullmatch(r"\d{1,6}(\.\d{1,4})?", text, re.ASCII):
        raise ValueError("must be a number of RVUs from 0 up, with at most four decimal places")
    return Decimal(text)


def parse_value(type_: Type, raw: object, choices: tuple[str, ...] = ()) -> Value:
    """Reads one value of `type_` from what JSON or CSV holds. Raises `ValueError` with a reason fit for a user."""
    if type_ is Type.YES_NO:
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and raw.strip().lower() in {"yes", "true", "y", "1", "no", "false", "n", "0"}:
            return raw.strip().lower() in {"yes", "true", "y", "1"}
        raise ValueError("must be yes or no")
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise ValueError("must be text or a number")
    text = str(raw).strip()
    match type_:
        case Type.DATE:
            return parse_date(text)
        case Type.TIME:
            return parse_time(text)
        case Type.MONEY:
            return parse_money(text)
        case Type.UNITS:
            return parse_units(raw)
        case Type.RVUS:
            return parse_rvus(raw)
        case Type.CHOICE:
            if text not in choices:
                raise ValueError(f"must be one of {', '.join(choices)}")
            return text
        case Type.TEXT | Type.CODE | Type.MODIFIERS:
            return text
        case Type.PERCENT | Type.NUMBER:
            if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?%?", text, re.ASCII):
                raise ValueError("must be a number")
            number = Decimal(text.rstrip("%"))
            return int(number) if number == number.to_integral_value() else number
        case _:
            if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
                raise ValueError(f"must be a whole number of {type_.value}")
            return int(text)


# Kleene's three values: True, False and None for "undetermined".
Truth = bool | None


def both(left: Truth, right: Truth) -> Truth:
    """Kleene `and`."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: Truth, right: Truth) -> Truth:
    """Kleene `or`."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def negate(value: Truth) -> Truth:
    """Kleene `not`."""
    return None if value is None else not value
