"""Dates, amounts of money, counts and measures that are written another way.

Owns: one small function per likely mistake; each looks at the place where the parser stopped, and knows or does not.
Never: changes how text is read.
"""

import datetime as dt
import re
from typing import Final

from policy.diagnostics import Diagnostic
from policy.source import Span
from policy.syntax.build import MONTHS
from policy.syntax.mistakes.stop import Stop

NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
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
    try:
        if match and len(match[1]) == 4:
            day = dt.date(int(match[1]), int(match[3]), int(match[4]))
        elif match and len(match[4]) == 4:
            day = dt.date(int(match[4]), int(match[1]), int(match[3]))
        elif written:
            match, day = written, dt.date(int(written[3]), MONTHS.index(written[1]) + 1, int(written[2]))
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
    """Money without its sign, a number with commas."""
    match = stop.around(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
    if match is None or "$" in stop.text[max(0, match.start() - 1) : match.start()]:
        return None
    plain = match[0].replace(",", "")
    help_ = f"write `${match[0]}` for dollars, `{plain}` for a number"
    return stop.found(f"`{match[0]}` is not how a number is written", help_, "money", Span(*match.span()))


def counted(stop: Stop) -> Diagnostic | None:
    """A number in words, or a measure by another name."""
    if "INT" in stop.expected and stop.word in NUMBERS:
        return stop.found(f"`{stop.word}` is written as a number", f"write `{NUMBERS[stop.word]}`")
    measure = MEASURES.get(stop.word.lower())
    if measure is None or not stop.before or not re.fullmatch(r"[0-9.]+", stop.before[-1]):
        return None
    if "hour" in stop.word.lower() or stop.word.lower().startswith("hr"):
        return stop.found("time is counted in minutes", f"write `60 minutes` for an hour, not `{stop.shown}`")
    return stop.found(f"`{stop.shown}` is not a measure of the language", f"write `{measure}`")
