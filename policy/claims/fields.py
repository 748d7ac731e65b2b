"""Reading one value of a visit: each reader takes what JSON holds and returns the model's value, or refuses.

Owns: the type and range of every key of the input, as three tables (`VISIT`, `LINE`, `PAST`).
Never: knows where the value stands (`from_mapping` adds the place), and never repeats the value: it might be a name
or a birth date.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, cast

from policy.facts import CLAIM_TYPES, DELIVERIES, DISCIPLINES, FURNISHERS, SETTINGS, Fact
from policy.values import (
    MAX_MINUTES,
    Type,
    Units,
    Value,
    format_time,
    parse_money,
    parse_rvus,
    parse_time,
    parse_units,
    parse_value,
)

Reader = Callable[[object], object]

MAX_LINES: Final = 999
MAX_AGE: Final = 130
MAX_TEXT: Final = 200
_MAX_FACT: Final = 2000

_CODE = re.compile(r"\d{5}|\d{4}[A-Z]|[A-Z]\d{4}", re.ASCII).fullmatch
_MONEY = re.compile(r"\d{1,12}(\.\d{1,4})?", re.ASCII).fullmatch
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_MODIFIERS: Final = {one + two: one + two for one in _LETTERS for two in _LETTERS}
_CLOCK: Final = {format_time(minute): minute for minute in range(MAX_MINUTES)}


class Refused(Exception):
    """A value that cannot be taken: `message` completes "KEY …", `help` says what to write instead."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def text(value: object) -> str:
    """A name or number that the caller chose: one printable line, not empty."""
    if isinstance(value, str):
        if value and len(value) <= MAX_TEXT and value.isprintable():
            return value
        raise Refused(f"must be one line of 1 to {MAX_TEXT} characters", "leave the key out when it is not known")
    raise Refused("must be text", 'write it in quotes, such as "11"')


def note(value: object) -> str:
    """Free text of any length; never shown."""
    if isinstance(value, str):
        return value
    raise Refused("must be text")


def code(value: object) -> str:
    """A CPT or HCPCS code; lower-case letters are taken as capitals."""
    if isinstance(value, str):
        if _CODE(value):
            return value
        if _CODE(value.upper()):
            return value.upper()
        raise Refused("is not the shape of a CPT or HCPCS code", "write 5 characters such as 97530, G0283 or 0373T")
    raise Refused("must be text", 'write the code in quotes, such as "97530"')


def modifiers(value: object) -> tuple[str, ...]:
    """Two-character modifiers in claim order; an empty list is "none"."""
    if not isinstance(value, (list, tuple)):
        raise Refused("must be a list of modifiers", 'write them as ["GP", "59"], or [] for none')
    try:
        return tuple([_MODIFIERS[item] for item in value])
    except (KeyError, TypeError):
        pass
    found = tuple(_MODIFIERS.get(item.upper(), "") if isinstance(item, str) else "" for item in value)
    if not all(found):
        raise Refused("holds something that is not a modifier of two characters", 'write them as ["GP", "59"]')
    return found


def minutes(value: object) -> int:
    """Whole minutes of one day."""
    if type(value) is int and 0 <= value <= MAX_MINUTES:
        return value
    number = isinstance(value, (int, float)) or (isinstance(value, Decimal) and not value.is_nan())
    if isinstance(value, (int, float, Decimal)) and number and not isinstance(value, bool):
        if value < 0:
            raise Refused("cannot be negative", f"write whole minutes from 0 to {MAX_MINUTES}")
        if value > MAX_MINUTES:
            raise Refused(f"cannot be more than the {MAX_MINUTES} minutes of a day")
    raise Refused(
        f"must be a whole number of minutes from 0 to {MAX_MINUTES}", "leave the key out when it is not known"
    )


def units(value: object) -> Units:
    """Billed units: a whole number, or an exact decimal such as 0.2."""
    if type(value) is int and 0 <= value < 1_000_000:
        return value
    try:
        return parse_units(value if isinstance(value, (int, float, str, Decimal)) else "")
    except ValueError:
        raise Refused("must be a number of units from 0 to 999,999, with at most four decimal places") from None


def money(value: object) -> Decimal:
    """Dollars, exactly: `"70.14"`, or a number."""
    if isinstance(value, str):
        if _MONEY(value):
            return Decimal(value)
        raw = value
    elif isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 20:
        raw = format(value, "f")
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 10**15:
        raw = str(value)
    else:
        raw = ""
    try:
        return parse_money(raw)
    except ValueError:
        raise Refused("is not an amount of money from 0 up", 'write dollars such as "70.14"') from None


def rvus(value: object) -> Decimal:
    """Relative value units, exactly: `1.05` or `"1.05"`."""
    text = (
        format(value, "f") if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 20 else value
    )
    try:
        return parse_rvus(text)
    except ValueError as error:
        raise Refused(str(error)) from None


def date(value: object) -> dt.date:
    """A date of the calendar, `2026-03-02`."""
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" == value[7]:
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise Refused("is not a date of the calendar", "write year-month-day, such as 2026-03-02") from None
    if type(value) is dt.date:
        return value
    raise Refused("is not a date", "write year-month-day, such as 2026-03-02")


def time(value: object) -> int:
    """A time of day, `09:24`, as minutes since midnight."""
    if isinstance(value, str):
        minute = _CLOCK.get(value)
        if minute is not None:
            return minute
        try:
            return parse_time(value)
        except ValueError:
            pass
    raise Refused("is not a time of day", "write hours and minutes from 00:00 to 23:59, such as 09:24")


def texts(value: object) -> tuple[str, ...]:
    """A list of texts, such as diagnosis codes."""
    if not isinstance(value, (list, tuple)):
        raise Refused("must be a list of texts", 'write it as ["M17.11"]')
    return tuple(text(item) for item in value)


def whole(low: int, high: int) -> Reader:
    """A reader of whole numbers from `low` to `high`."""

    def read(value: object) -> int:
        if type(value) is int and low <= value <= high:
            return value
        raise Refused(f"must be a whole number from {low} to {high}")

    return read


def choice(*choices: str) -> Reader:
    """A reader of one of a few words."""
    known = {word: word for word in choices}

    def read(value: object) -> str:
        found = known.get(value) if isinstance(value, str) else None
        if found is None:
            raise Refused(f"must be {', '.join(choices[:-1])} or {choices[-1]}")
        return found

    return read


LINE: Final[Mapping[str, Reader]] = {
    "line": whole(1, MAX_LINES),
    "code": code,
    "minutes": minutes,
    "units": units,
    "modifiers": modifiers,
    "charge": money,
    "discipline": choice(*DISCIPLINES),
    "delivery": choice(*DELIVERIES),
    "furnished_by": choice(*FURNISHERS),
    "assistant_minutes": minutes,
    "start": time,
    "end": time,
    "provider": text,
    "place": text,
    "revenue_code": text,
    "region": text,
    "fee": money,
    "practice_expense": money,
    "rvu": rvus,
}

PAST: Final[Mapping[str, Reader]] = {
    "date": date,
    "code": code,
    "units": units,
    "minutes": minutes,
    "discipline": choice(*DISCIPLINES),
    "provider": text,
    "region": text,
    "claim": text,
    "visit": text,
    "amount": money,
    "rvus": rvus,
    "group": text,
    "facility": text,
    "place": text,
}

EARLIER: Final[Mapping[str, Reader]] = {"visit": text, "date": date, "note": note}

PATIENT: Final[Mapping[str, Reader]] = {"id": text, "birth_date": date, "age": whole(0, MAX_AGE)}

VISIT: Final[Mapping[str, Reader]] = {
    "visit": text,
    "claim": text,
    "policy": text,
    "date": date,
    "received": date,
    "processed": date,
    "history_since": date,
    "provider": text,
    "place": text,
    "number": whole(1, 99_999),
    "locality": text,
    "timed_minutes": minutes,
    "total_minutes": minutes,
    "setting": choice(*SETTINGS),
    "claim_type": choice(*CLAIM_TYPES),
    "group": text,
    "facility": text,
    "diagnoses": texts,
    "note": note,
}

_BY_TYPE: Final[Mapping[Type, Reader]] = {
    Type.DATE: date,
    Type.TIME: time,
    Type.MONEY: money,
    Type.UNITS: units,
    Type.RVUS: rvus,
    Type.TEXT: text,
}


def fact(declared: Fact, value: object) -> Value:
    """The value of a catalogue fact, of the fact's type."""
    reader = _BY_TYPE.get(declared.type)
    if reader is not None:
        return cast(Value, reader(value))
    try:
        return parse_value(declared.type, raw_fact(value), declared.choices)
    except ValueError as error:
        raise Refused(str(error)) from None


def raw_fact(value: object) -> Value:
    """A fact that only a policy declares: kept as it came, numbers exactly, until the policy's type is known."""
    match value:
        case bool():
            return value
        case int() if abs(value) < 10**15:
            return value
        case str() if 0 < len(value) <= _MAX_FACT and value.isprintable():
            return value
        case Decimal() if value.is_finite() and abs(value.adjusted()) < 15:
            return value
        case float() if abs(value) < 10**15 and not 0 < abs(value) < 10**-12:
            return Decimal(repr(value))
        case dt.date() if type(value) is dt.date:
            return value
    raise Refused("must be text on one line, a number of ordinary size, true or false")
