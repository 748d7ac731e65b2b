"""What the written code calls: gates, sums over lines, and the end of a visit.

Owns: the names that written code knows, those of `pairs.py` and `handed.py` among them.
Never: repeats a rule of the reference in a shape that is not common enough to be worth it.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from policy.claims.visit import Line, Visit
from policy.engine.compiled.handed import paid, slow_assistants, slow_count, slow_limit, touched
from policy.engine.compiled.pairs import run_pair
from policy.engine.evidence import evidenced, read_note
from policy.engine.facts import assistant_minutes, discipline, line_fact, unreadable, visit_fact
from policy.engine.money import Money
from policy.engine.ops import add, days_between, subtract
from policy.engine.outcome import ADVICE, CERTAIN, NOBODY, SILENT, WEIGHT, Event, Outcome, without_idle_advice
from policy.plan.model import Plan
from policy.values import Truth, Units


def modifiers_of(lines: Sequence[Line]) -> set[str] | None:
    """Every modifier on any line; `None` when some line's are not known."""
    carried: set[str] = set()
    for line in lines:
        modifiers = line.modifiers
        if modifiers is None:
            return None
        carried.update(modifiers)
    return carried


def gate_shut(gated: list[Truth] | None, lines: int, i: int) -> list[Truth]:
    """Line `i` does not count."""
    gated = gated if gated is not None else [False] * lines
    gated[i] = True
    return gated


def gate_doubt(gated: list[Truth] | None, lines: int, i: int) -> list[Truth]:
    """Line `i` perhaps does not count."""
    gated = gated if gated is not None else [False] * lines
    if gated[i] is False:
        gated[i] = None
    return gated


def reduce_to(
    low: list[Units], high: list[Units | None], i: int, units: int, at: int, verdict: Truth, events: list[Event]
) -> None:
    """No more than `units` on line `i`; silent where it has no more."""
    most = high[i]
    if most is not None and most <= units:
        return
    if verdict is None:
        events.append((at, "check", "undetermined", (i,), None, ("reduce",)))
        low[i] = min(low[i], units)
        return
    events.append((at, "check", "reduce", (i,), most - units if most is not None and most == low[i] else None, ()))
    high[i] = units
    low[i] = min(low[i], units)


def tie(lines: Sequence[Line], ranks: Sequence[tuple[Any, ...]], left: int) -> tuple[tuple[str, ...], int]:
    """The codes with the remainder at the cut, in claim order, and how many of them got a unit."""
    cut = ranks[left - 1][0]
    among = sorted(rank[-1] for rank in ranks if rank[0] == cut)
    return tuple(lines[i].code for i in among), left - sum(1 for rank in ranks if rank[0] < cut)


def spoilt_facts(plan: Plan, visit: Visit, events: list[Event]) -> None:
    """Records declared facts that are given in a form that is not of their type."""
    events += [
        (NOBODY, "unreadable fact", "warn", about, None, (path,)) for path, about in unreadable(plan.declared, visit)
    ]


# ------------------------------------------------------------------------------------------------ the end

_WORDS: Final = {0: "allow", **{weight: word for word, weight in CERTAIN.items()}}


def finish(
    lines: int,
    supported: Sequence[Units | None],
    low: Sequence[Units],
    high: Sequence[Units | None],
    events: Sequence[Event],
    tables: tuple[tuple[str, str], ...] = (),
    money: Money | None = None,
) -> Outcome:
    """Statuses from events, and the outcome."""
    allowed = tuple([a if a == b else None for a, b in zip(low, high, strict=True)])
    certain: list[int] | None = None
    possible = certain
    whole = "allow"
    advice = False
    for _, tag, effect, about, _, args in events:
        if effect == "note":
            advice = advice or tag in ADVICE
            continue
        if tag == "day overbilled":
            whole = effect
            continue
        if certain is None or possible is None:
            certain, possible = [0] * lines, [0] * lines
        if effect == "undetermined":
            weight = CERTAIN.get(args[-1], 0)  # type: ignore[call-overload]
            for i in about:
                if weight > possible[i]:
                    possible[i] = weight
        else:
            weight = CERTAIN.get(effect, 0)
            for i in about:
                if weight > certain[i]:
                    certain[i] = weight
    if certain is None or possible is None:
        return Outcome(tuple(supported), allowed, ("allow",) * lines, whole, tuple(events), tables, money)
    if advice:
        events = without_idle_advice(events)
    statuses = tuple(["undetermined" if p > c else _WORDS[c] for c, p in zip(certain, possible, strict=True)])
    status = max((*statuses, whole), key=WEIGHT.__getitem__)
    return Outcome(tuple(supported), allowed, statuses, status, tuple(events), tables, money)


def visit_has(visit: Visit, codes: Any, modifiers: frozenset[str]) -> Truth:
    """Whether some line has a code of the set, and one of the modifiers if any are named."""
    unknown = False
    for line in visit.lines:
        if line.code in codes:
            if not modifiers:
                return True
            if line.modifiers is None:
                unknown = True
            elif not modifiers.isdisjoint(line.modifiers):
                return True
    return None if unknown else False


def _sum_of(visit: Visit, codes: Any, field: str) -> Units | None:
    total: Units = 0
    for line in visit.lines:
        if line.code in codes:
            value = getattr(line, field)
            if value is None:
                return None
            total += value
    return total


def units_of(visit: Visit, codes: Any) -> Units | None:
    """Billed units of the lines with these codes; `None` when one is missing."""
    return _sum_of(visit, codes, "units")


def minutes_of(visit: Visit, codes: Any) -> Units | None:
    """Minutes of the lines with these codes; `None` when one is missing."""
    return _sum_of(visit, codes, "minutes")


def charges_of(visit: Visit, codes: Any) -> Decimal | None:
    """Charges of the lines with these codes; `None` when one is missing."""
    total = _sum_of(visit, codes, "charge")
    return None if total is None else Decimal(total)


NAMES: Final[dict[str, Any]] = {
    "modifiers_of": modifiers_of,
    "gate_shut": gate_shut,
    "gate_doubt": gate_doubt,
    "reduce_to": reduce_to,
    "tie": tie,
    "slow_count": slow_count,
    "slow_limit": slow_limit,
    "slow_assistants": slow_assistants,
    "SILENT": SILENT,
    "paid": paid,
    "run_pair": run_pair,
    "touched": touched,
    "spoilt_facts": spoilt_facts,
    "finish": finish,
    "discipline": discipline,
    "assistant_minutes": assistant_minutes,
    "read_note": read_note,
    "evidenced": evidenced,
    "line_fact": line_fact,
    "visit_fact": visit_fact,
    "add": add,
    "subtract": subtract,
    "days_between": days_between,
    "visit_has": visit_has,
    "units_of": units_of,
    "minutes_of": minutes_of,
    "charges_of": charges_of,
}
