"""One generator, two sources of choice: Hypothesis, which shrinks, and a seed, which is fast.

Owns: `Choices`, the few questions that every generator of tests asks.
Never: knows what is generated. The first option and the smallest number are the plain case, so that Hypothesis shrinks towards it.
"""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices:
    """Where a generator's choices come from."""

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both inclusive."""
        raise NotImplementedError

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely."""
        return options[self.number(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.number(0, 99) >= 100 - percent

    def maybe(self, percent: int, make: Callable[[], T]) -> T | None:
        """What `make` gives, or `None`: not given."""
        return make() if self.chance(percent) else None

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """Different options, in the order of the choice."""
        left = list(options)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(min(self.number(least, most), len(left)))]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """All the options in another order."""
        return self.some(options, len(options), len(options))


class Seeded(Choices):
    """Choices of a pseudo-random generator: the same for the same seed, on every machine."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)


class Drawn(Choices):
    """Choices of Hypothesis."""

    def __init__(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        return low if low == high else self._draw(st.integers(low, high))


def strategy(make: Callable[[Choices], T]) -> st.SearchStrategy[T]:
    """The Hypothesis strategy of a generator."""

    @st.composite
    def drawn(draw: Callable[[st.SearchStrategy[int]], int]) -> T:
        return make(Drawn(draw))

    return drawn()
