"""Dates, amounts of money, counts and measures that are written another way.

Owns: one small function per likely mistake; each looks at the place where the parser stopped, and knows or does not.
Never: changes how text is read.
"""

import datetime as dt
import re
from typing import Final

from policy.diagnostics import Diagnostic
from policy.source import Span
from policy.syntax.ast import MONTHS
from policy.syntax.mistakes.stop import Stop

NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_COUNTED: Final = frozenset({"unit", "minute", "day", "visit", "line", "code"})
MEASURES: Final = {
    "min": "minutes", "mins": "minutes", "min.": "minutes", "hr": "minutes", "hrs": "minutes", "hour": "minutes",
    "hours": "minutes", "unit(s": "units", "treatments": "visits", "sessions": "visits", "session": "visits",
    "modalities": "codes", "procedures": "codes", "services": "lines",
}  # fmt: skip


def date(stop: Stop) -> Diagnostic | None:
    """A date that is not written year-month-day."""
    match = stop.around(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
    match = match or stop.around(r"(?<!\d)(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?!\d)")
    if match and re.fullmatch(r"\d{4}-\d{2}-\d{2}", match[0]):
        return None
    written = stop.around(rf"({'|'.join(MONTHS)})\s+(\d{{1,2}}),?\s+(\d{{4}})")
    day: dt.date | None = None
    try:
        if match and len(match[1]) == 4:
            day = dt.date(int(match[1]), int(match[3]), int(match[4]))
        elif match and len(match[4]) == 4:
            day = dt.date(int(match[4]), int(match[1]), int(match[3]))
        elif written:
            match, day = written, dt.date(int(written[3]), MONTHS.index(written[1]) + 1, int(written[2]))
        elif digits := "DATE" in stop.expected and stop.around(r"(?<!\d)(20\d\d)([01]\d)([0-3]\d)(?!\d)"):
            match, day = digits, dt.date(int(digits[1]), int(digits[2]), int(digits[3]))
        elif match or ("DATE" in stop.expected and stop.word[:4].isdigit() and len(stop.word) >= 6):
            day = None
        else:
            return None
    except ValueError:
        day = None
    help_ = f"write `{day}`" if day else "dates are written year-month-day, such as 2026-03-02"
    at = Span(*match.span()) if match else None
    text = match[0] if match else stop.shown
    return stop.found(f"`{text}` is not how a date is written", help_, "date", at)


def amount(stop: Stop) -> Diagnostic | None:
    """Money without its sign or with its commas elsewhere, a number with commas, a number below zero."""
    match = stop.around(r"\$ +[0-9][0-9,.]*")
    if match:
        return stop.found("a space behind the `$`", f"write `${match[0][1:].strip()}`", "money", Span(*match.span()))
    match = stop.around(r"\$[0-9][0-9,.]*")
    if match:
        message = f"`{match[0]}` is not how an amount of money is written"
        return stop.found(message, "write an amount such as `$2,480.00`", "money", Span(*match.span()))
    match = stop.around(r"(?<![\w.$])[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![\w])")
    if match:
        plain = match[0].replace(",", "")
        help_ = f"write `${match[0]}` for dollars, `{plain}` for a number"
        return stop.found(f"`{match[0]}` is not how a number is written", help_, "money", Span(*match.span()))
    if stop.at_end or not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", stop.word):
        return None
    if stop.word.startswith("-"):
        return stop.found(f"`{stop.shown}` is below zero", "numbers are never below zero; compare with `<` instead")
    if "MONEY" in stop.expected and not stop.expected & {"INT", "DECIMAL"}:
        return stop.found(f"`{stop.shown}` is not an amount of money", f"write `${stop.shown}`", "money")
    return None


def clock(stop: Stop) -> Diagnostic | None:
    """A time of day with am or pm."""
    match = stop.around(r"([0-9]{1,2})(?:[:.]([0-9]{2}))? ?([aApP])\.?[mM]\.?(?![\w])")
    if match is None or int(match[1]) > 12:
        return None
    hour = int(match[1]) % 12 + (12 if match[3] in "pP" else 0)
    message = f"`{match[0]}` is not how a time of day is written"
    return stop.found(message, f"write `{hour:02d}:{match[2] or '00'}`", "date", Span(*match.span()))


def counted(stop: Stop) -> Diagnostic | None:
    """A number in words, or a measure by another name."""
    before = stop.before[-1] if stop.before else ""
    if before in NUMBERS and stop.word.rstrip("s") in _COUNTED and not stop.at_end:
        start = stop.text.rindex(before, stop.at.start, stop.start)
        at = Span(start, start + len(before))
        return stop.found(f"`{before}` is written as a number", f"write `{NUMBERS[before]} {stop.word}`", at=at)
    if "INT" in stop.expected and stop.word in NUMBERS:
        return stop.found(f"`{stop.word}` is written as a number", f"write `{NUMBERS[stop.word]}`")
    measure = MEASURES.get(stop.word.lower())
    if measure is None or not re.fullmatch(r"[0-9]+", before):
        return None
    if "hour" in stop.word.lower() or stop.word.lower().startswith("hr"):
        return stop.found("time is counted in minutes", f"write `{int(before[:9]) * 60} minutes`")
    return stop.found(f"`{stop.shown}` is not a measure of the language", f"write `{measure}`")
