"""The words of a note, each with its place, its number if it is one, and whether it begins a sentence.

Owns: what a word, a number and a sentence are. A policy's phrases are cut by the same rules, so both sides always agree.
Never: backtracks. Every expression here looks at a character a bounded number of times, whatever the text.
"""

import re
import unicodedata
from decimal import Decimal
from typing import Final, NamedTuple

from policy.notes.shown import Number

LONGEST: Final = 100
"""Characters of a word. A longer one is no word of a language; it keeps its place and matches nothing."""

_MARKS: Final = "\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
"""Accents written by themselves, and what nobody sees: soft hyphens, zero-width spaces and the marks of writing direction."""
_WORD = re.compile(
    rf"(\d+(?:[.,:/\-\u2013]\d+)*)|[^\W\d_](?:[^\W_]|[{_MARKS}])*(?:['\u2019](?:[^\W_]|[{_MARKS}])+)*", re.UNICODE
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_COUNT = re.compile(r"\d{1,6}(?:\.\d{1,2})?").fullmatch
_BEHIND: Final = "[\\s\"'\u2019\u201d\u00bb)\\]]"
_END = re.compile(
    rf"[!?;\u3002\uff01\uff1f\u061f](?={_BEHIND})"  # a mark with nothing glued behind it
    r"|\n[^\S\n]*\n"  # an empty line
    r"|\n[^\S\n]*[-*\u2022\u2023\u25aa](?=\s)"  # a line of a list
)
_FULL_STOP = re.compile(rf"\.(?={_BEHIND}|\Z)")

_ABBREVIATIONS: Final = frozenset(
    {"approx", "hr", "hrs", "max", "min", "mins", "mod", "pt", "pts", "reps", "sec", "vs"}
)
_ONES: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip


class Word(NamedTuple):
    """`key` is what phrases are compared with; `start` and `end` are positions in the text, the end not included."""

    key: str
    start: int
    end: int
    number: Number | None
    begins: bool
    """Whether a sentence ended between the word before and this one."""


def words(text: str) -> list[Word]:
    """The words of a text in order. Takes time in proportion to the text's length."""
    found: list[Word] = []
    last = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        key, number = _number(match[0]) if match[1] else _word(text, start, end)
        begins = start > last and bool(found) and _ends(found[-1].key, text[last:start], text[start])
        last = end
        before = found[-1] if found else None
        if (
            before
            and not begins
            and number
            and number < 10
            and before.key in _TENS
            and text[before.end : start] in {" ", "-"}
        ):
            found[-1] = Word(f"{before.key}-{key}", before.start, end, _TENS[before.key] + number, before.begins)
        else:
            found.append(Word(key, start, end, number, begins))
    return found


def _number(text: str) -> tuple[str, Number | None]:
    """Digits: a count such as `23` or `7.5`. A time, a date, a fraction or a range is a word and no number."""
    if len(text) > LONGEST:
        return "", None
    if not _COUNT(text):
        return text, None
    return text, Decimal(text) if "." in text else int(text)


def _word(text: str, start: int, end: int) -> tuple[str, Number | None]:
    if end - start > LONGEST:
        return "", None
    word = text[start:end]
    if not word.isascii():
        word = unicodedata.normalize("NFKC", _UNSEEN.sub("", word)).replace("\u2019", "'")
    key = word.casefold()
    return key, _ONES.get(key) or _TENS.get(key)


def _ends(before: str, gap: str, following: str) -> bool:
    """Whether a sentence ends in what stands between two words. `min. of` goes on, `min. Patient` does not."""
    if gap in {" ", "-", ", "}:
        return False
    if _END.search(gap):
        return True
    if not _FULL_STOP.search(gap):
        return False
    shortened = gap == "." or before in _ABBREVIATIONS or (len(before) == 1 and before.isalpha())
    return following.isupper() or not shortened
