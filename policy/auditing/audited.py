"""What an audit has when all lines are through: the figures, and what they were made from.

Owns: this record, and what may be asked of it in one word.
Never: words for a page.
"""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence

import attrs

from policy.auditing.book import Book
from policy.auditing.days import Overlaps
from policy.auditing.figures import Figures
from policy.program import Program

EPOCH = dt.date(1970, 1, 1)


@attrs.frozen
class Input:
    """One file that was read."""

    name: str
    lines: int | None = None
    size: int | None = None
    digest: str | None = None
    left_out: str | None = None
    """Why it could not be read, if it could not."""


@attrs.frozen(slots=False)
class Audited:
    """A finished audit."""

    figures: Figures
    overlaps: Overlaps
    programs: Mapping[str, Program]
    inputs: Sequence[Input]
    columns: Mapping[str, Sequence[str]] | None
    """Of tables: the columns of each field that they have; `None` for claims that are no table."""
    money: str = "charge"
    """The field that prices a line: `charge`, or `amount`, which is what was allowed for it."""
    day_minutes: int = 1440
    history: str = ""
    """What is assumed of earlier lines."""
    options: Sequence[tuple[str, str]] = ()
    unread: Mapping[str, int] = attrs.field(factory=dict)
    """Visits of claims that are no table which could not be read or judged, by why."""
    made_on: dt.date | None = None

    @functools.cached_property
    def totals(self) -> dict[str, int]:
        """Every measure of a line, over all decided lines."""
        return self.figures.policies.all()

    @property
    def rejected(self) -> int:
        """Lines that were not decided."""
        return self.figures.rows - self.figures.decided

    @property
    def has_money(self) -> bool:
        """Whether any line has a price."""
        return self.totals["charged"] > 0

    @property
    def pays(self) -> bool:
        """Whether a policy states what is paid, and did of some line."""
        return self.totals["paid_known"] > 0

    @property
    def first(self) -> dt.date | None:
        """The first date of service."""
        return EPOCH + dt.timedelta(self.figures.first) if self.figures.first is not None else None

    @property
    def last(self) -> dt.date | None:
        """The last date of service."""
        return EPOCH + dt.timedelta(self.figures.last) if self.figures.last is not None else None

    def book(self, policy: str) -> Book:
        """The statements of a policy in words."""
        if policy not in self._books:
            self._books[policy] = Book(self.programs[policy], self.first or EPOCH, self.last or EPOCH)
        return self._books[policy]

    @functools.cached_property
    def _books(self) -> dict[str, Book]:
        return {}
