"""The visits that come to more than so much in all: sums over the lines of a few codes are asked of no others.

Owns: what those visits come to by code, each code added up once. Never: knows what is summed.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from policy.engine.columnar.view import Array

if TYPE_CHECKING:
    from policy.engine.columnar.selection import Selection


@attrs.frozen(eq=False)
class Large:
    """Visits that come to more than so much, and their lines."""

    visits: Array
    """Their indexes, ascending."""
    lines: Array
    """The indexes of their lines, ascending."""
    at: Array
    """The visit of each of these lines, as an index of `visits`."""
    code: Array
    values: Array
    """What each of these lines comes to: 0 or more."""
    repeated: bool
    """A visit may have a code on more than one line."""
    _by_code: dict[int, Array] = attrs.field(factory=dict)

    @staticmethod
    def of(some: "Selection", values: Array, least: int) -> "Large":
        """Those of which the values of all lines, 0 or more each, come to more than `least`."""
        large = some.sums(values) > least
        visits, lines = np.flatnonzero(large), np.flatnonzero(large.take(some.at))
        at = np.repeat(np.arange(len(visits)), some.sizes.take(visits))
        return Large(visits, lines, at, some.code.take(lines), values.take(lines), bool(some.repeated().any()))

    def of_codes(self, places: Sequence[int]) -> Array:
        """What each visit comes to on lines of some codes, given by their places."""
        out = np.zeros(len(self.visits), self.values.dtype)
        for place in places:
            out += self._of_code(place)
        return out

    def _of_code(self, place: int) -> Array:
        if place not in self._by_code:
            lines = np.flatnonzero(self.code == place)
            each = np.zeros(len(self.visits), self.values.dtype)
            if self.repeated:
                np.add.at(each, self.at.take(lines), self.values.take(lines))
            else:
                each[self.at.take(lines)] = self.values.take(lines)
            self._by_code[place] = each
        return self._by_code[place]
