"""Pools of what is counted, and what a method of counting asks of it: the lines of a chunk, or codes in their place (`repeats.py`).

Owns: where pools begin and end. Never: decides what is kept apart (`kernels.pools`), or counts.
"""

from typing import Any, Protocol

import attrs
import numpy as np

from policy.engine.columnar.view import Array, View


class Countable(Protocol):
    """What is counted: lines, or what stands for them."""

    @property
    def view(self) -> View:
        """The scale of units, and units by minutes."""

    @property
    def units_type(self) -> Any:
        """The type of units."""

    def units(self) -> tuple[Array | None, Array | None]:
        """Billed units at the scale of the answer, and the mask of those that are stated (`None`: all); `None` without a column."""

    def set_aside(self, lines: Array, at: int, why: str) -> None:
        """Sets aside the visits of some, because of something about a statement."""


@attrs.frozen
class Pools:
    """What is counted, pool by pool in claim order."""

    lines: Array | None
    """Indexes; `None`: everything, as it stands."""
    starts: Array
    """Where each pool begins among them."""
    sizes: Array
    _at: Array | None = None

    @property
    def at(self) -> Array:
        """The pool of each, as an index."""
        return np.repeat(np.arange(len(self.starts), dtype=np.int32), self.sizes) if self._at is None else self._at
