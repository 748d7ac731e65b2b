"""What an evaluator hands over: units, statuses, and the events from which findings and trace are told when they are read.

Owns: the shape of an event, the words of its tags, and how the status of a line follows from what was said of it.
Never: renders text.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from policy.engine.answer import STATUSES
from policy.engine.money import Money
from policy.plan.model import Open
from policy.values import Units

Event = tuple[int, str, str, tuple[int, ...], Units | None, tuple[object, ...]]
"""(statement, tag, effect, line indexes, units taken away, arguments).

`statement` indexes `Plan.spoken`; -1 stands for no statement. An event whose effect is `undetermined` has, as the last of its
arguments, the effect that it would have. Tags and their arguments before that:

counted          (total minutes or None, units, ((code, minutes, units), …), (tied codes, units among them) or ())
overbilled       (supported,)                     underbilled   (supported,)
no unit          (minutes,)                       units unknown ()
day overbilled   (billed, total minutes, supported) day underbilled (billed, total minutes, supported)
total disagrees  (sum of the lines, stated total) unclassified  ()
gate, check      ()                               pair          (the other line,)
limit            (measured, maximum)              limit days    (days,)
shared           (code, units, units with the assistant's modifier, therapist's minutes, assistant's minutes, ((units, with, why), …))
assistant        (units that need a modifier or None, units billed without it or None, modifiers)
assistant spare  (units that need a modifier, modifiers)
table pair       (the other line, indicator or None, tables)
table limit      (measured, maximum, MAI, tables)
no table         (kind, setting, whether a part of the table is here, what is here)
priced           (price of one unit, amount, the line that has the visit's rate or None)
reduction        (amount before, after, the line that ranks first)
share            (amount before, after, percent)  charge        (amount before, charge)
limit value      (measured, maximum, amount taken away)
amount unknown   (why or None, missing facts)
not modelled     ()
not in force     ()                               unreadable fact (path,)
"""

WEIGHT: Final = {status: len(STATUSES) - i for i, status in enumerate(STATUSES)}
"""Strength of a status; a larger number is stronger."""

SPEAKS: Final = frozenset({"deny", "reduce", "review", "authorize"})
"""Effects that change a line's status; `warn` and `note` do not."""

CERTAIN: Final = {"deny": 4, "reduce": 3, "review": 2, "authorize": 1}

NOBODY: Final = -1

SILENT: Final = frozenset({"counted", "shared"})
"""Tags of events that are steps of the trace and no findings."""

PAID: Final = frozenset({"priced", "reduction", "share", "charge"})
"""Tags of the steps of payment; the trace holds them, and they are no findings either."""

ADVICE: Final = frozenset({"underbilled", "day underbilled"})
"""Tags of events that advise to bill more."""


class Outcome(NamedTuple):
    """Per line: supported units, allowed units (`None`: undetermined) and status; the visit's status; events in order; the
    reference tables that were asked, by name, with their digests."""

    supported: tuple[Units | None, ...]
    allowed: tuple[Units | None, ...]
    statuses: tuple[str, ...]
    status: str
    events: tuple[Event, ...]
    tables: tuple[tuple[str, str], ...] = ()
    money: Money | None = None
    """What is paid; `None` where the policy states no payment."""


def touches(question: Open, event: Event) -> bool:
    """Whether a question left to people is about what an event says."""
    if question.touches_any:
        return event[2] in {"deny", "reduce", "authorize"}
    return event[0] in question.touches and event[1] not in SILENT


def without_idle_advice(events: Sequence[Event]) -> list[Event]:
    """Leaves out the advice to bill more units for lines that something else reduces, denies or may deny."""
    advice = [e for e in events if e[1] in ADVICE]
    if not advice:
        return list(events)
    worse = {
        i
        for _, _, effect, lines, _, args in events
        if effect in {"deny", "reduce"} or (effect == "undetermined" and args[-1] in {"deny", "reduce"})
        for i in lines
    }
    return [e for e in events if e[1] not in ADVICE or worse.isdisjoint(e[3])]


def line_statuses(events: Sequence[Event], lines: int) -> list[str]:
    """The status of each line: the strongest effect that is certain, or `undetermined` where a possible one is stronger.

    An event about several lines at once (`day overbilled`) speaks for the visit, not for a line.
    """
    certain = [0] * lines
    possible = [0] * lines
    words = {0: "allow", **{weight: word for word, weight in CERTAIN.items()}}
    for _, tag, effect, about, _, args in events:
        if tag == "day overbilled":
            continue
        if effect == "undetermined":
            weight = CERTAIN.get(str(args[-1]), 0)
            for i in about:
                possible[i] = max(possible[i], weight)
        elif effect in CERTAIN:
            for i in about:
                certain[i] = max(certain[i], CERTAIN[effect])
    return ["undetermined" if p > c else words[c] for c, p in zip(certain, possible, strict=True)]


def visit_status(events: Sequence[Event], statuses: Sequence[str]) -> str:
    """The strongest status of the lines and of what was said of the day as a whole."""
    whole = [e[2] for e in events if e[1] == "day overbilled"]
    return max((*statuses, *whole, "allow"), key=WEIGHT.__getitem__)
