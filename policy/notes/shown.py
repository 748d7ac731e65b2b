"""What is kept of a note once it was read.

Owns: `Reading` and its parts. This module loads nothing, so that a visit can name them without the reader of notes.
Never: keeps a word of the note. A reading holds the policy's phrases, positions and numbers, nothing else.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import attrs

Number = int | Decimal
"""A number as a note states it: whole, or with at most two decimal places."""


@attrs.frozen
class Passage:
    """Where a phrase of the policy stands in the note: characters `start` to `end`, counted from 1, both inclusive."""

    phrase: str
    start: int
    end: int


@attrs.frozen
class Showing:
    """What a note shows of one evidence. `number` is `None` when it states none."""

    passages: tuple[Passage, ...] = ()
    more: int = 0
    """Passages beyond those kept."""
    number: Number | None = None
    ruled_out: int = 0
    """Passages that a `but not` phrase covers, and which therefore do not count."""

    @property
    def shown(self) -> bool:
        return bool(self.passages)


@attrs.frozen
class Similar:
    """The earlier note that is most alike: percent of words shared, its visit's id and date."""

    percent: int
    visit: str | None
    date: dt.date


@attrs.frozen
class Reading:
    """Everything that is kept of a note: how many words it has, what they show, by evidence, and the earlier note most like it."""

    words: int
    shown: Mapping[str, Showing]
    similar: Similar | None = None
