"""Which missing facts would settle an undetermined event.

Owns: the list that a finding names. Read only when a finding is read; the answer itself never needs it.
Never: decides.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from policy.claims.visit import Line, PastLine, Visit
from policy.engine.expressions import SETTLED, absent, missing
from policy.engine.facts import fact_keys, line_fact, past_fact, visit_fact
from policy.engine.outcome import NOBODY, Event
from policy.engine.windows import earlier, is_whole
from policy.facts import BY_PATH
from policy.plan.model import Assistant, Count, Limit, Op, Pair, Plan
from policy.values import Type

if TYPE_CHECKING:
    from policy.plan.tables import TablePairs


def unsettled(plan: Plan, visit: Visit, event: Event, events: Sequence[Event] = ()) -> tuple[str, ...]:
    """The facts, sorted, that an undetermined event hangs on.

    Where it hangs on no fact of its own, it hangs on what those of the `events` do that were said of its lines before it: a limit
    on allowed units is open while another statement may yet deny them.
    """
    found = _own(plan, visit, event)
    if not found and event[0] != NOBODY:
        about = set(event[3])
        for other in events:
            if other is event:
                break
            if other[2] == "undetermined" and not about.isdisjoint(other[3]):
                found |= _own(plan, visit, other)
    return tuple(sorted(found))


def _own(plan: Plan, visit: Visit, event: Event) -> frozenset[str]:
    at, tag, _, lines, _, _ = event
    line = visit.lines[lines[0]] if lines else None
    found: frozenset[str]
    match tag:
        case "gate" | "check":
            check = next(c for c in (*plan.gates, *plan.checks) if c.at == at)
            found = missing([check.violated], visit, line if check.per_line else None)
        case "pair":
            rule = next(p for p in plan.pairs if p.at == at)
            found = _pair(plan, visit, rule, event)
        case "limit" | "limit days" if any(cap.at == at for cap in plan.limits):
            found = _limit(plan, visit, next(cap for cap in plan.limits if cap.at == at), lines)
        case "limit days":  # of a limit by value
            found = _limit(plan, visit, next(cap for cap in plan.value_limits if cap.at == at), lines)
        case "assistant":
            found = _assistant(plan, visit, next(one for one in plan.assistants if one.at == at), lines)
        case "table pair" | "table limit" | "no table":
            found = _of_table(plan, visit, event)
        case "limit value":
            cap = next(cap for cap in plan.value_limits if cap.at == at)
            found = _limit(plan, visit, cap, lines) | _worth(plan, visit, cap, lines)
            found = found or frozenset(f"amount of {visit.lines[i].code}" for i in lines)
        case "amount unknown":
            found = frozenset(event[5][1])  # type: ignore[call-overload]  # the facts, as paying named them
        case "units unknown":
            found = _units(plan, visit, at, lines)
        case _:
            found = SETTLED
    return found


def _of_table(plan: Plan, visit: Visit, event: Event) -> frozenset[str]:
    """Of a statement that asks a table: the table itself where none answers, and the setting where it decides which is asked."""
    at, tag, _, lines, _, args = event
    pairs = next((rule for rule in plan.table_pairs if rule.at == at), None)
    limit = next((rule for rule in plan.table_limits if rule.at == at), None)
    rule = pairs or limit
    assert rule is not None
    setting = frozenset({"visit.setting"}) if rule.table.setting is visit.setting is None else SETTLED
    if tag == "no table":
        return setting | {f"table {args[0]}"}
    if pairs is not None:
        return setting | _pair(plan, visit, pairs, event)
    assert limit is not None
    return setting | _limit(plan, visit, limit.limit, lines)


def _gates(plan: Plan, visit: Visit, lines: tuple[int, ...]) -> frozenset[str]:
    found = SETTLED
    for check in plan.gates:
        for i in lines:
            line = visit.lines[i]
            if (check.codes is None or line.code in check.codes) and not absent(check.given, visit, line):
                found |= missing([check.violated], visit, line)
    return found


def _units(plan: Plan, visit: Visit, at: int, lines: tuple[int, ...]) -> frozenset[str]:
    rule: Count | None = next((c for c in plan.counts if c.at == at), None)
    if rule is None:
        same = tuple(i for i, line in enumerate(visit.lines) if line.code == visit.lines[lines[0]].code)
        return _gates(plan, visit, same) | _keys(visit, ("discipline",), same)
    pool = tuple(i for i, line in enumerate(visit.lines) if line.code in rule.codes)
    found = _gates(plan, visit, pool)
    if any(visit.lines[i].minutes is None for i in pool):
        found |= {"line.minutes"}
    return found | _keys(visit, rule.pool, pool)


def _keys(visit: Visit, keys: tuple[str, ...], lines: tuple[int, ...]) -> frozenset[str]:
    """The grouping facts that some lines state and others do not."""
    found = set()
    for key in keys:
        fact = BY_PATH.get(f"line.{key}")
        if fact is not None and key in {"discipline", "provider", "region"}:
            values = [line_fact(fact, visit, line) for line in visit.lines]
            if None in values and len(set(values)) > 1:
                found.add(fact.path)
    return frozenset(found)


def _pair(plan: Plan, visit: Visit, rule: "Pair | TablePairs", event: Event) -> frozenset[str]:
    denied, partner = event[3][0], event[5][0]
    assert isinstance(partner, int)
    both = (visit.lines[denied], visit.lines[partner])
    found = missing([rule.condition], visit, both[0]) | _gates(plan, visit, (denied, partner))
    if rule.releases and any(line.modifiers is None for line in both):
        found |= {"line.modifiers"}
    if isinstance(rule, Pair) and rule.overlap:
        found |= {f"line.{name}" for line in both for name in ("start", "end") if getattr(line, name) is None}
    return found | _keys(visit, rule.same, (denied, partner))


def _hangs_on_minutes(plan: Plan, rule: Limit, line: Line) -> bool:
    billed = rule.counting == "billed" and (line.units is not None or rule.measure is not Type.UNITS)
    return line.minutes is None and not billed and plan.day_statement(line.code) is None


def _worth(plan: Plan, visit: Visit, rule: Limit, lines: tuple[int, ...]) -> frozenset[str]:
    """What the amounts that a limit by value counts hang on: prices, and what the steps before it ask."""
    from policy.engine.reference.pricing import Source, priced
    from policy.plan.pay import Charge, Reduction

    assert plan.payment is not None
    found = SETTLED
    for i in lines:
        line = visit.lines[i]
        one = priced(plan.payment.rates, visit, line, Source())
        if rule.measure is Type.RVUS:
            found |= {"line.rvu"} if one.rvus is None else SETTLED
            continue
        found |= {*one.lacking}
        for step in plan.payment.steps[: plan.payment.steps.index(rule)]:
            if isinstance(step, Limit) or (step.codes is not None and line.code not in step.codes):
                continue
            found |= missing([step.condition], visit, line)
            if isinstance(step, Charge):
                found |= {"line.charge"} if line.charge is None else SETTLED
            elif isinstance(step, Reduction):
                found |= {*one.no_expense}
    return found


def _limit(plan: Plan, visit: Visit, rule: Limit, lines: tuple[int, ...]) -> frozenset[str]:
    lines = tuple(i for i, line in enumerate(visit.lines) if rule.codes is None or line.code in rule.codes)
    conditions: list[Op | None] = [
        rule.member,
        *(m.since for m in rule.maxima),
        *(m.when for m in rule.maxima),
        *(e.when for e in rule.exempt),
    ]
    found = _gates(plan, visit, lines) | _keys(visit, rule.keys, lines)
    past = _past(visit, rule)
    if past:
        found |= _unlike_history(visit, rule, lines)
    for i in lines:
        found |= missing(conditions, visit, visit.lines[i])
    found |= {f"value {m.value}" for m in rule.maxima if m.amount is None and m.fact is None}
    found |= missing([m.fact for m in rule.maxima], visit, None)
    if "line" not in rule.keys and not is_whole(rule.window, visit):
        found |= {"history"}
    for key in rule.keys:
        if any(
            getattr(row, key, key) is None
            for row in past
            if key in {"discipline", "provider", "region", "claim", "group", "facility"}
        ):
            found |= {f"history.{key}"}
    found |= _facts_of_history(visit, rule, past)
    for measure, name in (
        (Type.UNITS, "units"),
        (Type.MINUTES, "minutes"),
        (Type.MONEY, "amount"),
        (Type.RVUS, "rvus"),
    ):
        if rule.measure is measure and any(getattr(row, name) is None for row in past):
            found |= {f"history.{name}"}
    if past and rule.window.fact is not None:
        found |= absent([rule.window.fact], visit, None)
    if rule.measure is Type.MINUTES and any(visit.lines[i].minutes is None for i in lines):
        found |= {"line.minutes"}
    if rule.measure is not Type.MINUTES and any(_hangs_on_minutes(plan, rule, visit.lines[i]) for i in lines):
        found |= {"line.minutes"}
    if rule.modifiers and any(visit.lines[i].modifiers is None for i in lines):
        found |= {"line.modifiers"}
    for by, _, _ in rule.orders:
        if by in {"minutes", "charge"} and any(getattr(visit.lines[i], by) is None for i in lines):
            found |= {f"line.{by}"}
    for i in lines if not found and rule.counting != "billed" else ():  # units that hang on another line of their pool
        count = next((c.at for c in plan.counts if visit.lines[i].code in c.codes), NOBODY)
        found |= _units(plan, visit, count, (i,))
    return found


def _past(visit: Visit, rule: Limit) -> list[PastLine]:
    """The earlier lines that a limit may count, by their dates and codes."""
    if rule.window.word == "visit" or "line" in rule.keys:
        return []
    return [row for row in earlier(rule.window, visit) if rule.codes is None or row.code in rule.codes]


def _facts_of_history(visit: Visit, rule: Limit, past: Sequence[PastLine]) -> frozenset[str]:
    """The facts by which earlier lines would be told apart: the visit's own, and theirs (`history.…`)."""
    found: set[str] = set()
    for fact in rule.by:
        own = fact_keys(fact, visit)
        if None in own or (past and "" in own):
            found.add(fact.path)
        if any(past_fact(fact, row) is None for row in past):
            found.add(f"history.{fact.path}")
    if past and rule.window.word == "authorization" and visit_fact(BY_PATH["authorization.from"], visit) is None:
        number = BY_PATH["authorization.number"]
        lacking = any(past_fact(number, row) is None for row in past)
        own_lacking = visit_fact(number, visit) is None
        found |= {"authorization.number"} if own_lacking else set()
        found |= {f"history.{number.path}"} if lacking else set()
        found |= {"authorization.from"} if lacking or own_lacking else set()
    return frozenset(found)


def _assistant(plan: Plan, visit: Visit, rule: Assistant, lines: tuple[int, ...]) -> frozenset[str]:
    """Of all lines of the codes: who gave what, what was billed with which modifier, and what the units hang on."""
    codes = {visit.lines[i].code for i in lines}
    about = tuple(i for i, line in enumerate(visit.lines) if rule.grain == "day" or line.code in codes)
    found = _gates(plan, visit, about)
    if len({visit.lines[i].code for i in about}) < len(about) or rule.grain == "day":
        counts = [next((c for c in plan.counts if code in c.codes), None) for code in codes]
        keys = {key for count in counts for key in (count.pool if count is not None else ("discipline",))}
        found |= _keys(visit, tuple(keys | ({"discipline"} if rule.grain == "day" else set())), about)
    for i in about:
        line = visit.lines[i]
        found |= missing([rule.condition], visit, line)
        if line.minutes is None:
            found |= {"line.minutes"}
        if line.assistant_minutes is None and line.furnished_by not in {"therapist", "assistant"}:
            found |= {"line.assistant_minutes"}
        if line.modifiers is None:
            found |= {"line.modifiers"}
    for i in about if not found else ():  # who gave what is known; how many units there are is not
        count = next((c.at for c in plan.counts if visit.lines[i].code in c.codes), NOBODY)
        found |= _units(plan, visit, count, (i,))
    return found


def _unlike_history(visit: Visit, rule: Limit, lines: tuple[int, ...]) -> frozenset[str]:
    """Keys that this visit does not state, so that earlier lines which do may count or not."""
    of_visit = {f"visit.{key}" for key in ("group", "facility") if key in rule.keys and getattr(visit, key) is None}
    facts = [BY_PATH[f"line.{key}"] for key in ("discipline", "provider", "region") if key in rule.keys]
    of_line = {f.path for f in facts if any(line_fact(f, visit, visit.lines[i]) is None for i in lines)}
    return frozenset(of_visit | of_line)
