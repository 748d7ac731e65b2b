"""The cells of the published files: codes, dates, indicators, amounts.

Owns: reading each from text, and recognising what Excel makes of them.
Never: knows which column or file a cell stands in; every reader raises `ValueError` with a message fit for a user.
"""

import datetime as dt
import re
from decimal import Decimal

from policy.tables.problem import quoted

_CODE = re.compile(r"\d{5}|\d{4}[A-Z]|[A-Z]\d{4}", re.ASCII)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


class Mangled(ValueError):
    """A value that Excel has changed; the remedy is the published file."""


def code(text: str) -> str:
    """A CPT or HCPCS code such as `97530`, `0591T`, `G0283`."""
    text = text.strip()
    if _CODE.fullmatch(text):
        return text
    if not text:
        raise ValueError("the code is missing")
    if re.fullmatch(r"\d{1,4}", text, re.ASCII):
        raise Mangled(f"{quoted(text)} is not a code: leading zeros were lost, it was probably `{text.zfill(5)}`")
    if re.fullmatch(r"\d{1,3}[A-Z]", text, re.ASCII):
        raise Mangled(f"{quoted(text)} is not a code: leading zeros were lost, it was probably `{text.zfill(5)}`")
    if re.fullmatch(r"\d(\.\d+)?[Ee]\+?\d+", text, re.ASCII):
        raise Mangled(f"{quoted(text)} is not a code: it was turned into a power of ten")
    if re.fullmatch(r"\d{3,5}\.0+", text, re.ASCII):
        raise Mangled(f"{quoted(text)} is not a code: it was turned into a decimal number")
    if re.search(r"\d[/-]\d", text) or any(month in text.lower() for month in _MONTHS):
        raise Mangled(f"{quoted(text)} is not a code: it was turned into a date")
    raise ValueError(f"{quoted(text)} is not a code such as 97530, 0591T or G0283")


def date(text: str) -> dt.date:
    """Eight digits, `20260701`."""
    text = text.strip()
    if re.fullmatch(r"\d{8}", text, re.ASCII):
        try:
            return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            raise ValueError(f"there is no date {quoted(text)}") from None
    if re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII) or re.search(r"[/E+-]", text):
        raise Mangled(f"{quoted(text)} is not a date such as 20260701: its form was changed")
    raise ValueError(f"{quoted(text)} is not a date such as 20260701" if text else "the date is missing")


def date_or_none(text: str) -> dt.date | None:
    """A date; `*` or nothing for none."""
    return None if text.strip() in ("*", "") else date(text)


def indicator(text: str) -> int:
    """The modifier indicator: 0 never, 1 with a modifier, 9 taken back."""
    if text.strip() not in ("0", "1", "9"):
        raise ValueError(f"{quoted(text)} is not a modifier indicator: 0, 1 or 9")
    return int(text)


def star(text: str) -> bool:
    """`*` marks an edit from before 1996."""
    if text.strip() not in ("", "*"):
        raise ValueError(f"{quoted(text)} is neither * nor empty")
    return text.strip() == "*"


def adjudication(text: str) -> int:
    """The MAI: `3 Date of Service Edit: Clinical` is 3."""
    match = re.fullmatch(r"([123])(\s.*)?", text.strip(), re.DOTALL)
    if match is None:
        raise ValueError(f"{quoted(text)} is not an adjudication indicator: 1, 2 or 3")
    return int(match[1])


def units(text: str) -> int:
    """A whole number of units."""
    if not re.fullmatch(r"\d{1,6}", text.strip(), re.ASCII):
        raise ValueError(f"{quoted(text)} is not a whole number of units")
    return int(text)


def amount(text: str, places: int) -> Decimal:
    """`0000030.87`, `.62` or `33.4009`, exactly, with at most `places` decimals."""
    text = text.strip()
    if not re.fullmatch(r"\d{0,9}(\.\d{1,8})?", text, re.ASCII) or not text:
        raise ValueError(f"{quoted(text)} is not a number such as 1.30")
    value = Decimal(text)
    exact = value.quantize(Decimal(1).scaleb(-places))
    if exact != value:
        raise ValueError(f"{quoted(text)} has more than {places} decimals")
    return exact


def contractor(text: str) -> str:
    """The five digits of a Medicare contractor."""
    return _digits(text, 5, "a contractor number such as 01112")


def locality(text: str) -> str:
    """The two digits of a locality."""
    return _digits(text, 2, "a locality such as 05")


def modifier(text: str) -> str:
    """Two characters, or nothing."""
    if not re.fullmatch(r"|[A-Z0-9]{2}", text.strip(), re.ASCII):
        raise ValueError(f"{quoted(text)} is not a modifier such as 26 or TC")
    return text.strip()


def text(value: str) -> str | None:
    """Words, in one line; nothing for none."""
    return " ".join(value.split()) or None


def _digits(text: str, count: int, what: str) -> str:
    text = text.strip()
    if re.fullmatch(rf"\d{{{count}}}", text, re.ASCII):
        return text
    if re.fullmatch(r"\d+", text, re.ASCII) and len(text) < count:
        raise Mangled(f"{quoted(text)} is not {what}: leading zeros were lost")
    raise ValueError(f"{quoted(text)} is not {what}")
