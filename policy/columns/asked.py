"""What is read of a table: the fields and facts that the policies in use ask for.

Owns: `Asked`. A column that nobody asks is not decoded, and cannot cause a rejection.
Never: knows a plan; whoever runs one says what it asks.
"""

import datetime as dt
from typing import Final

import attrs

from policy.facts import Fact

ALWAYS: Final = (
    "policy",
    "visit",
    "patient",
    "date",
    "provider",
    "claim",
    "line",
    "code",
    "modifiers",
    "units",
    "minutes",
)
"""Fields that are read of every table."""


@attrs.frozen
class Asked:
    """The fields and facts that are read, besides `ALWAYS`."""

    fields: frozenset[str] = frozenset()
    """By the names of `layout.FIELDS`: `charge`, `line.provider`, `received` …"""
    facts: tuple[Fact, ...] = ()
    """Facts without a field of their own, of the catalogue or declared."""
    elements: bool = False
    """Whether elements of the record (`x_documentation_…`) are read."""
    note: bool = False
    """Whether the note (`x_note`) is read."""
    history: bool = False
    """Whether earlier lines of the patient matter."""
    reach: int | None = None
    """Days before a visit that any window reaches back; `None`: no bound. Earlier lines are not given as history."""
    history_since: dt.date | None = None
    """The day from which on the table holds every line of its patients; `None`: it holds all of them."""
    policies: frozenset[str] | None = None
    """Policies that a line may name; lines that name another are refused. `None`: any."""
    default: str | None = None
    """The policy of lines that name none; `None`: such lines are refused."""

    def reads(self, field: str) -> bool:
        """Whether a field is read."""
        return (
            field in ALWAYS
            or field in self.fields
            or (field == "note" and self.note)
            or (field == "amount" and self.history)
        )
