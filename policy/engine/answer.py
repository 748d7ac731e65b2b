"""The shapes of an answer: line decisions, findings, trace steps, the receipt.

Owns: the frozen classes that `Decision` is read through, and the order of strength of outcomes.
Never: computes anything; `engine/decision.py` builds these when they are read.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

import attrs

from policy.values import Units

STATUSES: Final = ("deny", "reduce", "undetermined", "review", "authorize", "allow")
"""Statuses of a line or visit, strongest first."""

EFFECTS: Final = ("deny", "reduce", "review", "authorize", "warn", "note")
"""Outcomes of a statement, strongest first; a finding that hangs on a missing fact has the effect `undetermined`."""


class Citation(NamedTuple):
    """A source as the policy names it. `where` is the place inside it."""

    source: str
    title: str
    link: str | None = None
    where: str | None = None


class Finding(NamedTuple):
    """What one statement says of one or more lines. `lines` are line numbers; `units` the units it takes away.

    `amount` is the money at stake, in dollars: those units at the lines' base prices, before reductions; of a limit by value, the
    money it takes away; of what is sent to review, needs authorization or is not known, all allowed units of its lines. `None`
    where the policy states no price, or the price is not known.
    """

    rule: str
    effect: str
    lines: tuple[int, ...]
    units: Units | None
    message: str
    reasons: tuple[str, ...] = ()
    cite: tuple[Citation, ...] = ()
    assumption: str | None = None
    fix: str | None = None
    missing: tuple[str, ...] = ()
    amount: Decimal | None = None


class Ground(NamedTuple):
    """A statement that had a part in the answer, whether or not it found anything: its sources and what it assumes."""

    rule: str
    cite: tuple[Citation, ...]
    assumption: str | None


class LineDecision(NamedTuple):
    """The answer for one line. Units are `None` when they hang on something missing; `findings` index the decision's findings."""

    line: int
    code: str
    billed_units: Units | None
    supported_units: Units | None
    allowed_units: Units | None
    status: str
    findings: tuple[int, ...] = ()
    allowed_amount: Decimal | None = None
    """Dollars; `None` where the policy states no payment, or the amount is not known."""


class Step(NamedTuple):
    """One step of the reasoning, in the fixed order. `values` holds numbers by name, for programs."""

    step: str
    rule: str
    text: str
    values: Mapping[str, object]


@attrs.frozen
class Receipt:
    """What the answer was made from, so that it can be made again."""

    engine: str
    language: str
    policy: str
    policy_digest: str
    files: Mapping[str, str]
    tables: Mapping[str, str]
    judged_on: dt.date
