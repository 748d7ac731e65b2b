"""The visit: one patient, one date of service, one billing provider, one or more lines.

Owns: the immutable model that every reader produces and every evaluator takes. `None` always means "not given", never zero and
never "none": a line without modifiers has `()`, a line whose modifiers are not known has `None`.
Never: validates policy meaning. Readers (`claims/from_*.py`) check types and ranges before they build one.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import attrs

from policy.notes.shown import Reading
from policy.values import Units, Value

DISCIPLINE_OF: Final = {"GP": "PT", "GO": "OT", "GN": "SLP"}
"""The plan of care that a modifier marks (Claims Processing Manual, Pub. 100-04, ch. 5 section 20.1)."""


def discipline_of(stated: str | None, modifiers: Sequence[str] | None) -> str | None:
    """A line's discipline as stated, or as its one plan-of-care modifier says."""
    if stated is not None or not modifiers:
        return stated
    marks = [DISCIPLINE_OF[m] for m in modifiers if m in DISCIPLINE_OF]
    return marks[0] if len(marks) == 1 else None


@attrs.frozen
class Line:
    """One service line. Minutes are whole minutes, `start` and `end` minutes since midnight, `charge`, `fee` and
    `practice_expense` dollars, the latter two and `rvu` of one unit."""

    number: int
    code: str
    minutes: int | None = None
    units: Units | None = None
    modifiers: tuple[str, ...] | None = None
    charge: Decimal | None = None
    discipline: str | None = None
    delivery: str | None = None
    furnished_by: str | None = None
    start: int | None = None
    end: int | None = None
    provider: str | None = None
    place: str | None = None
    revenue_code: str | None = None
    region: str | None = None
    assistant_minutes: int | None = None
    fee: Decimal | None = None
    practice_expense: Decimal | None = None
    rvu: Decimal | None = None
    facts: Mapping[str, Value] = attrs.field(factory=dict, hash=False, repr=False)
    """Facts of the line that the policy declares, by full path (`line.…`); raw JSON values."""


@attrs.frozen
class PastLine:
    """A line of an earlier visit, for limits whose window is longer than this visit."""

    date: dt.date
    code: str
    units: Units | None = None
    minutes: int | None = None
    discipline: str | None = None
    provider: str | None = None
    region: str | None = None
    claim: str | None = None
    visit: str | None = None
    amount: Decimal | None = None
    rvus: Decimal | None = None
    """What was allowed for the line, in dollars and in relative value units, for limits by value."""
    group: str | None = None
    facility: str | None = None
    place: str | None = None
    facts: Mapping[str, Value] = attrs.field(factory=dict, hash=False, repr=False)
    """Facts of that visit and of the line (`line.…`) that have no field of their own, by path; raw JSON values."""


@attrs.frozen
class EarlierNote:
    """The note of an earlier visit, with that visit's id if the caller gives one."""

    date: dt.date
    note: str = attrs.field(repr=False)
    visit: str | None = None


@attrs.frozen
class Visit:
    """What is known of one visit. Only `date` and each line's `code` are sure to be given."""

    date: dt.date
    lines: tuple[Line, ...]
    visit: str | None = None
    claim: str | None = None
    policy: str | None = None
    received: dt.date | None = None
    processed: dt.date | None = None
    patient: str | None = None
    age: int | None = attrs.field(default=None, repr=False)
    provider: str | None = None
    place: str | None = None
    number: int | None = None
    locality: str | None = None
    timed_minutes: int | None = None
    total_minutes: int | None = None
    setting: str | None = None
    claim_type: str | None = None
    group: str | None = None
    facility: str | None = None
    diagnoses: tuple[str, ...] | None = None
    facts: Mapping[str, Value] = attrs.field(factory=dict, hash=False, repr=False)
    """Facts by path that have no field of their own (`injury.date`, `authorization.number`, declared facts); raw JSON values."""
    documentation: Mapping[str, str] | None = attrs.field(default=None, hash=False, repr=False)
    """Elements of the note by name; `None`: no record was given. An absent or empty element of a given record is not documented."""
    note: str | None = attrs.field(default=None, repr=False)
    """The note's text. An evaluation reads it (`engine/evidence.py`) and keeps what was read in its place."""
    history: tuple[PastLine, ...] | None = None
    """Earlier lines of the same patient; `None`: not known, `()`: known to be none."""
    history_since: dt.date | None = None
    """The day from which on `history` is whole; before it there may be lines that it lacks. `None`: it is whole."""
    earlier_notes: tuple[EarlierNote, ...] | None = attrs.field(default=None, repr=False)
    """Notes of earlier visits of the same patient; `None`: not known."""
    reading: Reading | None = attrs.field(default=None, hash=False)
    """What was read of the note under one policy, in place of its text; never given by a reader."""
