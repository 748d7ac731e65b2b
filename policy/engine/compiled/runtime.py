"""What the written code calls: pairs, the hand-over of uncommon shapes to the reference, and the end of a visit.

Owns: the translation between the written code's lists and the reference's state. The reference is imported when a visit first needs
it, so that explaining one common visit starts without it.
Never: repeats a rule of the reference in a shape that is not common enough to be worth it.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from policy.claims.visit import Line, Visit
from policy.engine.compiled.codebook import Info
from policy.engine.evidence import evidenced, read_note
from policy.engine.facts import assistant_minutes, discipline, line_fact, unreadable, visit_fact
from policy.engine.money import Money
from policy.engine.ops import add, days_between, subtract
from policy.engine.outcome import ADVICE, CERTAIN, NOBODY, SILENT, WEIGHT, Event, Outcome, without_idle_advice
from policy.plan.model import Assistant, Limit, Open, Pair, Plan
from policy.values import Truth, Units

if TYPE_CHECKING:
    from policy.engine.reference.state import State
    from policy.engine.tables import Answers


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


# ------------------------------------------------------------------------------------ handed to the reference


def state_of(
    plan: Plan, visit: Visit, gated: list[Truth] | None, supported: list[Units | None], low: list[Units], high: list[Units | None],
    events: list[Event],
) -> "State":  # fmt: skip
    """The reference's state of a visit."""
    from policy.engine.reference.state import LineState, State

    shut = gated if gated is not None else [False] * len(low)
    lines = [
        LineState(g, s, s if s is not None else 0, s, a, b)
        for g, s, a, b in zip(shut, supported, low, high, strict=True)
    ]
    return State(plan, visit, lines, events)


def slow_count(
    plan: Plan, visit: Visit, gated: list[Truth] | None, events: list[Event]
) -> tuple["Supported", list[Units], list[Units | None]]:
    """The reference's counting step."""
    from policy.engine.reference.counting import count
    from policy.engine.reference.state import LineState, State

    shut = gated if gated is not None else [False] * len(visit.lines)
    state = State(plan, visit, [LineState(g) for g in shut], events)
    count(state)
    supported = Supported(line.supported for line in state.lines)
    supported.bounds = [(line.support_low, line.support_high) for line in state.lines]
    return supported, [line.low for line in state.lines], [line.high for line in state.lines]


class Supported(list[Units | None]):
    """Supported units with the bounds that hold where they are not known."""

    bounds: list[tuple[Units, Units | None]]


def restored(state: "State", supported: list[Units | None]) -> "State":
    """The state with what bounds supported units that are not known."""
    if isinstance(supported, Supported):
        for line, (low, high) in zip(state.lines, supported.bounds, strict=True):
            line.support_low, line.support_high = low, high
    else:
        for line in state.lines:
            if line.supported is None:
                line.support_low, line.support_high = 0, None
    return state


def given_back(state: "State", low: list[Units], high: list[Units | None]) -> None:
    """Writes what the reference left of each line into the lists of the written code."""
    for i, line in enumerate(state.lines):
        low[i], high[i] = line.low, line.high


def slow_limit(
    plan: Plan, visit: Visit, rule: Limit, gated: list[Truth] | None, supported: list[Units | None], low: list[Units],
    high: list[Units | None], events: list[Event],
) -> None:  # fmt: skip
    """The reference's judgement of one limit."""
    from policy.engine.reference.limits import limit

    state = restored(state_of(plan, visit, gated, supported, low, high, events), supported)
    limit(state, rule)
    given_back(state, low, high)


def slow_assistants(
    plan: Plan, visit: Visit, rule: Assistant, gated: list[Truth] | None, supported: list[Units | None], low: list[Units],
    high: list[Units | None], events: list[Event],
) -> None:  # fmt: skip
    """The reference's judgement of who gave which units."""
    from policy.engine.reference.assistants import assistants

    state = restored(state_of(plan, visit, gated, supported, low, high, events), supported)
    assistants(state, rule)
    given_back(state, low, high)


def paid(
    plan: Plan, visit: Visit, gated: list[Truth] | None, supported: list[Units | None], low: list[Units], high: list[Units | None],
    events: list[Event], answers: "Answers | None", consulted: dict[str, str],
) -> Money | None:  # fmt: skip
    """The reference's payment stage."""
    from policy.engine.reference.paying import pay

    assert plan.payment is not None
    state = restored(state_of(plan, visit, gated, supported, low, high, events), supported)
    state.asked = consulted
    money = pay(state, plan.payment, answers)
    given_back(state, low, high)
    return money


def given_fields(rule: Pair) -> tuple[str, ...] | None:
    """The fields of a line without which a pair is not judged; `None` when it asks for facts that are no fields."""
    plain = {
        f"line.{name}": name
        for name in ("start", "end", "minutes", "units", "modifiers", "delivery", "furnished_by", "charge")
    }
    names = [plain.get(fact.path) for fact in rule.given]
    return None if None in names else tuple(name for name in names if name)


def run_pair(
    plan: Plan, judged: tuple[Pair, tuple[str, ...] | None], bit: int, visit: Visit, infos: Sequence[Info], gated: list[Truth] | None,
    supported: list[Units | None], low: list[Units], high: list[Units | None], events: list[Event],
) -> None:  # fmt: skip
    """One pair of which both sides are on the visit. Pairs that hang on modifiers, times and given facts only are judged here."""
    rule, given = judged
    lines = visit.lines
    if gated is not None or rule.same or rule.condition is not None or given is None:
        from policy.engine.reference.pairs import pair

        state = state_of(plan, visit, gated, supported, low, high, events)
        pair(state, rule)
        for i, known in enumerate(state.lines):
            low[i], high[i] = known.low, known.high
        return
    for i, info in enumerate(infos):
        line = lines[i]
        if not info[2] & bit or line.units == 0:
            continue
        either_way = info[3] & bit
        partners = [
            j for j, other in enumerate(infos)
            if other[3] & bit and lines[j].code != line.code and lines[j].units != 0 and not (either_way and other[2] & bit and j > i)
        ]  # fmt: skip
        if not partners:
            continue
        if given and any(getattr(line, name) is None for name in given):
            continue
        perhaps = certain = -1
        for j in partners:
            fires = _fires(rule, line, lines[j])
            if fires:
                certain = j
                break
            if fires is None and perhaps < 0:
                perhaps = j
        if certain >= 0:
            units = line.units if line.units is not None else supported[i]
            events.append((rule.at, "pair", "deny", (i,), units, (certain,)))
            low[i] = high[i] = 0
        elif perhaps >= 0:
            events.append((rule.at, "pair", "undetermined", (i,), None, (perhaps, "deny")))
            low[i] = 0


def _fires(rule: Pair, denied: Line, other: Line) -> Truth:
    """Whether the two lines share a minute (where that is asked) and no modifier releases them."""
    shared: Truth = True
    if rule.overlap:
        if denied.start is None or denied.end is None or other.start is None or other.end is None:
            shared = None
        elif not (denied.start < other.end and other.start < denied.end):
            return False
    released = _released(rule, denied, other)
    if released:
        return False
    return None if shared is None or released is None else True


def _released(rule: Pair, denied: Line, other: Line) -> Truth:
    first, second = (denied, other) if rule.denied == "first" else (other, denied)
    unknown = False
    for release in rule.releases:
        on = release.on
        a = first.modifiers if on != "second" else second.modifiers
        one = None if a is None else not release.modifiers.isdisjoint(a)
        if on in {"first", "second"}:
            verdict = one
        else:
            b = second.modifiers
            two = None if b is None else not release.modifiers.isdisjoint(b)
            if on == "both":
                verdict = False if one is False or two is False else None if one is None or two is None else True
            else:
                verdict = True if one or two else None if one is None or two is None else False
        if verdict:
            return True
        unknown = unknown or verdict is None
    return None if unknown else False


def touched(plan: Plan, visit: Visit, question: Open, events: list[Event]) -> None:
    """The reference's answer to a question about what was taken away."""
    from policy.engine.reference.state import State
    from policy.engine.reference.visit import open_question

    open_question(State(plan, visit, [], events), question)


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
