"""Many phrases found in one pass over the words of a note.

Owns: the automaton. Each place of each phrase is one bit of a whole number; a word of the note moves all of them at once, so that the
time is in proportion to the words of the note times the places of the phrases, whatever either says. Nothing is ever tried twice.
Never: decides what a match means.

The matches of one phrase are found from left to right, each as short as it can be, and none of them shares a word with another of that
phrase.
"""

from collections.abc import Sequence
from typing import NamedTuple

from policy.notes.phrases import Phrase
from policy.notes.shown import Number
from policy.notes.words import Word


class Found(NamedTuple):
    """A phrase (by its place in the list) at some words of the note, both inclusive, with its number if it has one."""

    phrase: int
    first: int
    last: int
    number: Number | None


class Matcher:
    """The automaton of a list of phrases."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._spans: list[tuple[int, int]] = []
        self._numbers: list[int | None] = []
        self._words: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._any = self._number = self._firsts = self._lasts = self._loops = 0
        self._owner: dict[int, int] = {}
        at = 0
        for k, phrase in enumerate(phrases):
            size = len(phrase.places)
            self._spans.append((at, size))
            self._numbers.append(next((i for i, place in enumerate(phrase.places) if place.number), None))
            self._firsts |= 1 << at
            self._lasts |= 1 << at + size - 1
            self._owner[at + size - 1] = k
            for i, place in enumerate(phrase.places):
                bit = 1 << at + i
                if place.is_gap:
                    self._any |= bit
                    self._loops |= bit if 0 < i < size - 1 else 0  # at the edges one word is enough
                self._number |= bit if place.number else 0
                for word in place.words:
                    self._words[word] = self._words.get(word, 0) | bit
                for stem in place.stems:
                    self._stems[stem] = self._stems.get(stem, 0) | bit
            at += size
        self._lengths = sorted({len(stem) for stem in self._stems})

    def find(self, words: Sequence[Word]) -> list[Found]:
        """Every match, in the order in which they end."""
        found: list[Found] = []
        masks: list[int] = []
        known: dict[str, int] = {}
        free = [0] * len(self._spans)
        state, sentence, firsts, lasts, loops = 0, 0, self._firsts, self._lasts, self._loops
        for j, word in enumerate(words):
            mask = known.get(word.key)
            if mask is None:
                mask = known[word.key] = self._mask(word.key)
            if word.number is not None:
                mask |= self._number
            masks.append(mask)
            state = firsts & mask if word.begins else ((state << 1 | firsts) & mask) | (state & loops)
            sentence = j if word.begins else sentence
            ended = state & lasts
            while ended:
                bit = ended.bit_length() - 1
                ended ^= 1 << bit
                k = self._owner[bit]
                at, size = self._spans[k]
                first, number = self._back(k, words, masks, j, max(free[k], sentence))
                found.append(Found(k, first, j, number))
                free[k] = j + 1
                state &= ~(((1 << size) - 1) << at)
        return found

    def _mask(self, key: str) -> int:
        """The places that a word fills."""
        mask = self._any | self._words.get(key, 0)
        for length in self._lengths:
            if length > len(key):
                break
            mask |= self._stems.get(key[:length], 0)
        return mask

    def _back(
        self, k: int, words: Sequence[Word], masks: Sequence[int], last: int, free: int
    ) -> tuple[int, Number | None]:
        """The latest word at which a match that ends at `last` can begin, and its number. Looks at no word before `free`."""
        at, size = self._spans[k]
        whole, loops = (1 << size) - 1, self._loops >> at
        top = 1 << size - 1
        state, first = 0, last
        trail: list[int] = []
        for i in range(last, free - 1, -1):
            state = ((state >> 1 | (top if i == last else 0)) & (masks[i] >> at)) | (state & loops) & whole
            trail.append(state)
            if state & 1:
                first = i
                break
        wanted = self._numbers[k]
        if wanted is None:
            return first, None
        place = 0
        for i, following in zip(range(first, last + 1), [*reversed(trail[:-1]), 0], strict=True):
            if place == wanted:
                return first, words[i].number
            place += 1 if following >> (place + 1) & 1 else 0
        return first, None
