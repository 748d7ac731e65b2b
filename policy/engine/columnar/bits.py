"""Where what is said of a line stands: one bit for every event, in words.

Owns: the words. What is certain stands in the first ones, as narrow as it fits, for most tables need no others; what may be, and which
facts are missing, in words of 64 bits behind them.
Never: knows which events there are (`module.py`).
"""

from collections.abc import Iterable
from typing import Any, Final

import attrs
import numpy as np

PERHAPS: Final = "undetermined "
"""Before an effect: what it would be if something missing were so."""
LACKS: Final = "missing"
"""The tag of a missing fact, which stands in place of an effect."""


@attrs.frozen
class Bits:
    """The words for so many events that are certain, and any number of others."""

    certain: int

    @property
    def narrow(self) -> Any:
        """The type of the first words: the smallest that holds a bit for every certain event, or 64 of them."""
        return np.uint16 if self.certain <= 16 else np.uint32 if self.certain <= 32 else np.uint64

    @property
    def width(self) -> int:
        """Bits of one of the first words."""
        return int(np.dtype(self.narrow).itemsize) * 8

    @property
    def words(self) -> int:
        """How many words hold what is certain."""
        return -(-self.certain // self.width)

    def type(self, word: int) -> Any:
        """The type of a word."""
        return self.narrow if word < self.words else np.uint64

    def place(self, event: int) -> tuple[int, int]:
        """The word in which an event stands, and its bit as a mask."""
        if event < self.certain:
            word, bit = divmod(event, self.width)
            return word, 1 << bit
        word, bit = divmod(event - self.certain, 64)
        return self.words + word, 1 << bit

    def places(self, events: Iterable[int]) -> dict[int, int]:
        """The bits of some events, as a mask for each word."""
        out: dict[int, int] = {}
        for event in events:
            word, mask = self.place(event)
            out[word] = out.get(word, 0) | mask
        return out

    def among(self, words: int, events: int) -> list[int]:
        """The events, of so many, in all words of a line, the first at the lowest 64 bits of a number."""
        return [event for event in range(events) for word, mask in (self.place(event),) if words >> 64 * word & mask]
