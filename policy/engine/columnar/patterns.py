"""From the bits of a line to what is told of it: each combination is worked out once.

Owns: the table of combinations met so far, found by hashing all lines of a chunk at once.
Never: words a finding; it is given the events behind the bits and what they say.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from policy.engine.columnar.view import Array

_SMALLEST: Final = 12
_LARGEST: Final = 17
"""The table has two to these many places: as few as leave most of them free, for it is to stay in the cache."""
_FEW: Final = 64
"""So many lines that are not in the table are looked up one by one."""
_WORD: Final = (1 << 64) - 1
_MIX: Final = 0x9E37_79B9_7F4A_7C15


class Patterns:
    """Combinations of bits by number, from 1 on; 0 is the empty one. `make` gives the number of a combination not met before."""

    def __init__(self, make: Callable[[int], int], events: int | None) -> None:
        self._make = make
        self._direct: Array | None = np.full(1 << events, -1, np.int32) if events is not None and events <= 16 else None
        """Of few events: the number of every combination, once it was met."""
        self._known: dict[int, int] = {}
        self._keys: list[Array] = []
        self._lay_out(_SMALLEST, 0)

    def _lay_out(self, size: int, words: int) -> None:
        """Makes the table anew, with what is known."""
        self._size = size
        self._numbers = np.full(1 << size, -1, np.int32)
        self._keys = [np.zeros(1 << size, np.uint64) for _ in range(words)]
        for bits, number in self._known.items():
            self._put(bits, number)

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
        if len(self._keys) < len(words):
            self._lay_out(self._size, len(words))
        mixed = self._mixed(words)
        numbers, missed = self._found(self._place(mixed), words)
        if len(missed):
            words = [word.take(missed) for word in words]
            again, left = self._found(self._other(mixed.take(missed)), words)
            if len(left):
                again[left] = self._learned([word.take(left) for word in words])
            numbers[missed] = again
        if len(self._known) > 1 << self._size - 3 and self._size < _LARGEST:
            self._lay_out(min(self._size + 2, _LARGEST), len(self._keys))
        return numbers

    def _found(self, place: Array, words: list[Array]) -> tuple[Array, Array]:
        """The numbers in some places, and where among them another combination is, or none."""
        numbers = self._numbers.take(place)
        hit = numbers >= 0
        for k, keys in enumerate(self._keys):
            hit &= keys.take(place) == (words[k] if k < len(words) else 0)
        return numbers, np.flatnonzero(~hit)

    def _learned(self, words: list[Array]) -> Array:
        """The numbers of combinations that are not in the table, or not yet known."""
        if len(words[0]) <= _FEW:
            return np.array(
                [self._learn(row) for row in zip(*(word.tolist() for word in words), strict=True)], np.int32
            )
        rows, inverse = np.unique(np.stack(words, axis=1), axis=0, return_inverse=True)
        return np.array([self._learn(row) for row in rows.tolist()], np.int32)[inverse.reshape(-1)]

    def _learn(self, words: Sequence[int]) -> int:
        bits = sum(word << 64 * k for k, word in enumerate(words))
        number = self._known.get(bits)
        if number is None:
            number = self._known[bits] = self._make(bits)
            self._put(bits, number)
        return number

    def _put(self, bits: int, number: int) -> None:
        """Keeps a combination in one of its two places, unless others are there."""
        words = [np.array([bits >> 64 * k & _WORD], np.uint64) for k in range(len(self._keys))]
        mixed = self._mixed(words)
        for at in (int(self._place(mixed)[0]), int(self._other(mixed)[0])):
            if self._numbers[at] < 0:
                self._numbers[at] = number
                for keys, word in zip(self._keys, words, strict=True):
                    keys[at] = word[0]
                return

    @staticmethod
    def _mixed(words: list[Array]) -> Array:
        """Words that are left out are as those without a bit."""
        mixed = words[0] * np.uint64(_MIX)
        for k, word in enumerate(words[1:], 2):
            mixed += word * np.uint64(pow(_MIX, k, 1 << 64))
        return mixed

    def _place(self, mixed: Array) -> Array:
        return (mixed >> np.uint64(64 - self._size)).astype(np.intp)

    def _other(self, mixed: Array) -> Array:
        """Where a combination is looked for that is not in its first place."""
        return (mixed >> np.uint64(64 - 2 * self._size) & np.uint64((1 << self._size) - 1)).astype(np.intp)
