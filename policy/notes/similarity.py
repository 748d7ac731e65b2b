"""How alike a note is to earlier notes of the patient.

Owns: the measure, its bounds, and the error without the library that works it out.
Never: keeps a note, or works with fractions: percentages are whole numbers, rounded down.

The measure is the share of words that two notes have in common in the same order: twice the longest common subsequence of words, over
the words of both. Every number, date and time counts as the same word, so that a copied note whose date and minutes were changed stays
at 100%, while the same words in another order, or a few words in a different text, do not.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from policy.notes.shown import Similar
from policy.notes.words import Word, words

MOST_WORDS: Final = 5_000
"""Words of a note that are compared, from its beginning; ordinary notes have a few hundred."""
MOST_NOTES: Final = 100
"""Earlier notes that a note is compared with: the latest ones."""
_NUMBER: Final = "#"

Earlier = tuple[dt.date, str | None, str]
"""Date, visit id and text of an earlier note."""


class NeedsExtra(ImportError):
    """A package is asked for that is not installed; `str()` is one line that says how to install it."""


def most_alike(note: Sequence[Word], earlier: Iterable[Earlier]) -> Similar | None:
    """The earlier note most like this one, the later one of two alike; `None` when no two notes with words are there.

    Raises `NeedsExtra` without the package `rapidfuzz`.
    """
    own = _alike(note)
    best: Similar | None = None
    for date, visit, text in sorted(earlier, key=lambda one: one[0], reverse=True)[:MOST_NOTES]:
        other = _alike(words(text)) if own else []
        if other:
            percent = similarity(own, other)
            if best is None or percent > best.percent:
                best = Similar(percent, visit, date)
    return best


def _alike(note: Sequence[Word]) -> list[str]:
    """The words that are compared; whatever begins with a digit is a number, a date or a time."""
    return [_NUMBER if one.number is not None or one.key[:1].isdigit() else one.key for one in note[:MOST_WORDS]]


def similarity(one: Sequence[str], other: Sequence[str]) -> int:
    """How alike two lists of words are, as a whole percentage rounded down. Raises `NeedsExtra`."""
    try:
        from rapidfuzz.distance import Indel
    except ImportError:
        raise NeedsExtra(
            "comparing notes needs one more package: pip install 'payer-policy[notes]'", name="rapidfuzz"
        ) from None
    both = len(one) + len(other)
    return 100 * (both - Indel.distance(one, other)) // both
