"""What a limit by money or RVUs takes away.

Owns: lowering amounts line by line in the stated order. A line that keeps some of its amount keeps its units.
Never: measures (`measuring`), and never gives back what earlier visits used.
"""

from collections.abc import Sequence
from decimal import Decimal

from policy.engine.money import to_cents
from policy.engine.reference.state import State
from policy.plan.model import Limit
from policy.values import Type, Units


def cut_value(state: State, rule: Limit, order: Sequence[int], excess: Units, args: tuple[object, ...]) -> None:
    """Takes the excess away, line by line."""
    assert state.money is not None
    left = Decimal(excess)
    for i in order:
        one, known = state.money[i], state.lines[i]
        own = one.amount if rule.measure is Type.MONEY else one.rvus
        if not own or left <= 0:
            continue
        lost = min(own, left)
        left -= lost
        before = one.amount
        if lost == own:
            units = known.high if known.settled else None
            state.say(rule.at, "limit value", "deny", (i,), units, (*args, before))
            known.deny()
            one.nothing()
            continue
        if before is not None:
            share = before * (own - lost) / own
            one.amount = before - lost if rule.measure is Type.MONEY else to_cents(share, rule.rounding)
        if one.rvus is not None:
            one.rvus = one.rvus * (own - lost) / own
        cut = before - one.amount if before is not None and one.amount is not None else None
        state.say(rule.at, "limit value", "reduce", (i,), None, (*args, cut))
