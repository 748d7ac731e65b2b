"""From the bits of a line to what is told of it: each combination is worked out once.

Owns: the table of combinations met so far, found by hashing all lines of a chunk at once.
Never: words a finding; it is given the events behind the bits and what they say.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from policy.engine.columnar.view import Array

_SIZE: Final = 17
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


class Patterns:
    """Combinations of bits by number, from 1 on; 0 is the empty one. `make` gives the number of a combination not met before."""

    def __init__(self, make: Callable[[int], int], events: int | None) -> None:
        self._make = make
        self._direct: Array | None = np.full(1 << events, -1, np.int32) if events is not None and events <= 16 else None
        """Of few events: the number of every combination, once it was met."""
        self._known: dict[int, int] = {}
        self._numbers = np.full(1 << _SIZE, -1, np.int32)
        self._keys: list[Array] = []

    def numbers(self, words: list[Array]) -> Array:
        """The number of the combination of each line, an int32; `words` are the bits, 64 at a time."""
        if self._direct is not None:
            numbers: Array = self._direct.take(words[0])
            if (numbers < 0).any():
                met = np.bincount(words[0][numbers < 0].astype(np.intp))
                for bits in np.flatnonzero(met).tolist():
                    self._direct[bits] = self._make(bits)
                numbers = self._direct.take(words[0])
            return numbers
        words = [word.astype(np.uint64, copy=False) for word in words]
        while len(self._keys) < len(words):
            self._keys.append(np.zeros(1 << _SIZE, np.uint64))
            self._numbers[:] = -1
        place = self._place(words)
        numbers = self._numbers[place]
        missed = np.flatnonzero(~self._found(place, words))
        if len(missed):
            rows, inverse = np.unique(np.stack([word[missed] for word in words], axis=1), axis=0, return_inverse=True)
            found = np.array([self._learn(row.tolist()) for row in rows], np.int32)
            numbers[missed] = found[inverse.reshape(-1)]
        return numbers

    def _found(self, place: Array, words: list[Array]) -> Array:
        hit = self._numbers[place] >= 0
        for keys, word in zip(self._keys, words, strict=False):
            hit &= keys[place] == word
        for keys in self._keys[len(words) :]:
            hit &= keys[place] == 0
        return hit

    def _learn(self, words: list[int]) -> int:
        """The number of a combination, kept in its place unless another is there."""
        bits = sum(word << 64 * k for k, word in enumerate(words))
        number = self._known.get(bits)
        if number is None:
            number = self._known[bits] = self._make(bits)
        at = self._place([np.array([word], np.uint64) for word in words])[0]
        if self._numbers[at] < 0:
            self._numbers[at] = number
            for k, keys in enumerate(self._keys):
                keys[at] = words[k] if k < len(words) else 0
        return number

    @staticmethod
    def _place(words: list[Array]) -> Array:
        place = words[0] * _MIX
        for word in words[1:]:
            place = (place ^ word) * _MIX
        return (place >> np.uint64(64 - _SIZE)).astype(np.int32)
