"""What a note shows: for each evidence, where its phrases stand, and the sum of its numbers.

Owns: what `but not` rules out, which numbers are added up, and how many places are kept.
Never: keeps a word of the note; what it gives is in `shown.py`.
"""

import bisect
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from policy.notes.matcher import Found, Matcher
from policy.notes.phrases import Phrase
from policy.notes.shown import Number, Passage, Showing
from policy.notes.words import Word

KEPT: Final = 20
"""Passages of one evidence whose places are kept; more are only counted."""


@attrs.frozen
class Sought:
    """What one evidence looks for in a note."""

    name: str
    says: tuple[Phrase, ...]
    but_not: tuple[Phrase, ...] = ()


class Reader:
    """Reads notes for a list of evidences, in one pass."""

    def __init__(self, sought: Sequence[Sought]) -> None:
        self._sought = tuple(sought)
        self._phrases = [phrase for one in sought for phrase in (*one.says, *one.but_not)]
        self._matcher = Matcher(self._phrases)

    def read(self, note: Sequence[Word]) -> Mapping[str, Showing]:
        """What the words of a note show of each evidence."""
        matches: list[list[Found]] = [[] for _ in self._phrases]
        for found in self._matcher.find(note):
            matches[found.phrase].append(found)
        out, at = {}, 0
        for one in self._sought:
            says = [found for k in range(at, at + len(one.says)) for found in matches[k]]
            at += len(one.says)
            but_not = [found for k in range(at, at + len(one.but_not)) for found in matches[k]]
            at += len(one.but_not)
            out[one.name] = self._showing(note, says, but_not)
        return out

    def _showing(self, note: Sequence[Word], says: list[Found], but_not: list[Found]) -> Showing:
        standing = sorted(self._uncovered(says, but_not), key=lambda found: (found.first, -found.last, found.phrase))
        passages = tuple(
            Passage(self._phrases[one.phrase].text, note[one.first].start + 1, note[one.last].end)
            for one in standing[:KEPT]
        )
        return Showing(passages, len(standing) - len(passages), _total(standing), len(says) - len(standing))

    def _uncovered(self, says: list[Found], but_not: list[Found]) -> list[Found]:
        """The matches that lie inside no match of a `but not` phrase, the words of `...` at their edges aside."""
        covers = sorted((found.first, found.last) for found in but_not)
        firsts, reach, furthest = [], [], -1
        for first, last in covers:
            furthest = max(furthest, last)
            firsts.append(first)
            reach.append(furthest)
        kept = []
        for found in says:
            places = self._phrases[found.phrase].places
            at = bisect.bisect_right(firsts, found.first + places[0].is_gap) - 1
            if at < 0 or reach[at] < found.last - places[-1].is_gap:
                kept.append(found)
        return kept


def _total(standing: Sequence[Found]) -> Number | None:
    """The sum of the numbers of matches that share no word with one another, taken from the left."""
    total: Number | None = None
    free = 0
    for found in standing:
        if found.number is not None and found.first >= free:
            total = found.number if total is None else total + found.number
            free = found.last + 1
    return total
