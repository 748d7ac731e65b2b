"""What an event says besides words: which statement spoke, its reasons, and which missing facts it hangs on.

Owns: these three, for findings that are worded (`telling.py`) and for cells of tables, which need no more (`told.py`).
Never: forms a sentence, and never decides.
"""

from collections.abc import Sequence
from typing import Final

from policy.claims.visit import Visit
from policy.engine.outcome import NOBODY, Event
from policy.plan.model import Plan

CLASSES: Final = "classification"
"""What speaks of a code that no statement counts."""

_SAYS_NO_MORE: Final = frozenset({"note", "warn", "undetermined"})
"""Effects of findings that give no reasons."""


def rule(plan: Plan, event: Event) -> str:
    """The statement that spoke, or the step when none did."""
    at, tag = event[0], event[1]
    if at != NOBODY:
        return plan.spoken[at].label
    match tag:
        case "not in force":
            return f"policy {plan.policy}"
        case "unreadable fact":
            return f"fact {event[5][0]}" if event[5] else ""
        case "amount unknown":
            return "payment"
        case _:
            return CLASSES


def reasons(plan: Plan, event: Event) -> tuple[str, ...]:
    """The CARC and RARC of a finding."""
    at, _, effect = event[:3]
    return () if at == NOBODY or effect in _SAYS_NO_MORE else plan.spoken[at].reasons


def lacking(plan: Plan, visit: Visit, event: Event, events: Sequence[Event]) -> tuple[str, ...]:
    """The missing facts, sorted, that a finding hangs on; none where it is certain."""
    if event[2] != "undetermined":
        return ()
    from policy.engine.unsettled import unsettled

    return unsettled(plan, visit, event, events)
