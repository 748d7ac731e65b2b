"""The money at stake of a finding.

Owns: which units of which lines a finding is about, in dollars at base prices.
Never: prices a line; the payment stage did.
"""

from decimal import Decimal, localcontext

from policy.claims.visit import Visit
from policy.engine.money import EXACT
from policy.engine.outcome import Event, Outcome
from policy.values import Units

TAKES = frozenset({"deny", "reduce"})
ASKS = frozenset({"review", "authorize", "undetermined"})


def at_stake(visit: Visit, outcome: Outcome, event: Event) -> Decimal | None:
    """Dollars that a finding takes away or that hang on it; `None` when nothing does, or a price is not known.

    What is denied without a number of units is all that was billed (or, where nothing was billed, supported).
    """
    _, tag, effect, lines, units, args = event
    idle = tag in {"day overbilled", "amount unknown"} or (effect == "undetermined" and args[-1] in {"warn", "note"})
    if outcome.money is None or effect not in TAKES | ASKS or idle:
        return None
    if tag == "limit value" and effect in TAKES:
        taken = args[2]
        return taken if isinstance(taken, Decimal) else None
    total = Decimal(0)
    for i in lines:
        count = units if effect in TAKES and units is not None else _all(visit, outcome, i, effect)
        price = outcome.money.prices[i]
        if price is None or count is None:
            return None
        with localcontext(EXACT):
            total += price * count
    return total


def _all(visit: Visit, outcome: Outcome, i: int, effect: str) -> Units | None:
    allowed = outcome.allowed[i]
    if effect in ASKS and allowed is not None:
        return allowed
    billed = visit.lines[i].units
    return billed if billed is not None else outcome.supported[i]
