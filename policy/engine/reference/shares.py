"""Whose minutes make which unit of a code: the arithmetic, on minutes of a therapist and of an assistant.

Owns: how many of a code's units carry the assistant's modifier (Claims Processing Manual, Pub. 100-04, ch. 5 section 20.1; the share of
10 percent and its two exceptions: CMS, billing examples for CQ and CO).
Never: sees lines or what was billed (`assistants`).
"""

from decimal import Decimal

import attrs

from policy.plan.model import Assistant
from policy.values import Units

Step = tuple[Units, bool, str]
"""(units, whether they carry the modifier, whose they are)."""


@attrs.frozen
class Shared:
    """The units of a code that carry the modifier, and the steps that led there."""

    units: Units
    carried: Units
    steps: tuple[Step, ...]


def over(rule: Assistant, assistant: int, therapist: int) -> bool:
    """Whether the assistant's minutes are more than the stated share of all."""
    return Decimal(assistant * 100) > rule.percent * (assistant + therapist)


def shared(rule: Assistant, units: Units, therapist: int, assistant: int, of: int) -> Shared:
    """Units of a code that was given for so many minutes by each, unit by unit. `of`: minutes of a whole unit.

    What one person gave alone is that person's. Else whole blocks go to whoever gave them, the therapist's first; then the units that
    are left, by the exceptions and then by the share of the minutes that are left.
    """
    if not assistant or not therapist:
        return alike(rule, units, bool(assistant), alone=True)
    own = min(therapist // of, int(units))
    others = min(assistant // of, int(units) - own)
    steps: list[Step] = [(own, False, "the therapist's whole units"), (others, True, "the assistant's whole units")]
    left = units - own - others
    if left > 0:
        steps += _left(rule, left, therapist - own * of, assistant - others * of)
    kept = tuple(step for step in steps if step[0])
    return Shared(units, sum(count for count, marked, _ in kept if marked), kept)


def _left(rule: Assistant, left: Units, therapist: int, assistant: int) -> list[Step]:
    """The units that nobody filled alone, on the minutes that are left of each."""
    whose = f"{therapist} and {assistant} minutes left"
    if left <= 1 and rule.last is not None and therapist >= rule.last:
        return [(left, False, f"{whose}, the therapist's are {rule.last} or more")]
    if 1 < left <= 2 and rule.two is not None:
        least, most, low, high = rule.two
        if (
            least <= min(therapist, assistant)
            and max(therapist, assistant) <= most
            and low <= therapist + assistant <= high
        ):
            return [(1, False, f"{whose}, one unit each"), (left - 1, True, "the other")]
    more = over(rule, assistant, therapist)
    return [(left, more, f"{whose}, the assistant's are {'' if more else 'not '}above {rule.percent:f}%")]


def alike(rule: Assistant, units: Units, marked: bool, *, alone: bool) -> Shared:
    """All units alike: `alone`, because one person gave them all, else by the share of all minutes."""
    why = f"the assistant's share is {'' if marked else 'not '}above {rule.percent:f}%"
    if alone:
        why = f"all the {'assistant' if marked else 'therapist'}'s"
    return Shared(units, units if marked else 0, ((units, marked, why),) if units else ())
