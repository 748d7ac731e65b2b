"""One visit through the fixed order: gate, count, pairs, limits, assistants' units, modifiers and documentation, payment.

Owns: the order, and the steps that look at one line at a time.
Never: counts (`counting`) or sums (`limits`).
"""

from typing import TYPE_CHECKING

from policy.claims.visit import Visit
from policy.engine.evidence import read_note
from policy.engine.expressions import absent, truth
from policy.engine.facts import unreadable
from policy.engine.outcome import NOBODY, Outcome, line_statuses, touches, visit_status, without_idle_advice
from policy.engine.reference.assistants import assistants
from policy.engine.reference.counting import count
from policy.engine.reference.limits import limit
from policy.engine.reference.pairs import pair
from policy.engine.reference.paying import pay
from policy.engine.reference.state import LineState, State
from policy.plan.model import Check, Limit, Open, Plan
from policy.values import Truth, Units

if TYPE_CHECKING:
    from policy.engine.tables import Answers


def evaluate(plan: Plan, visit: Visit, answers: "Answers | None" = None) -> Outcome:
    """What the plan says of the visit; `answers` are the reference tables, without which none is there."""
    visit = read_note(plan, visit)
    money = None
    state = State(plan, visit, [LineState() for _ in visit.lines])
    if not plan.in_force:
        state.doubt(NOBODY, "not in force", tuple(range(len(visit.lines))), "deny")
    else:
        for path, about in unreadable(plan.declared, visit):
            state.say(NOBODY, "unreadable fact", "warn", about, None, (path,))
        for check in plan.gates:
            _check(state, check)
        count(state)
        for one in plan.pairs:
            pair(state, one)
        if plan.asks_tables:
            _from_tables(state, answers)
        else:
            for cap in plan.limits:
                limit(state, cap)
        for share in plan.assistants:
            assistants(state, share)
        for check in plan.checks:
            _check(state, check)
        money = pay(state, plan.payment, answers) if plan.payment is not None else None
        for question in plan.open:
            open_question(state, question)
    allowed = tuple(line.low if line.settled else None for line in state.lines)
    state.events = without_idle_advice(state.events)
    statuses = line_statuses(state.events, len(state.lines))
    return Outcome(
        tuple(line.supported for line in state.lines),
        allowed,
        tuple(statuses),
        visit_status(state.events, statuses),
        tuple(state.events),
        tuple(state.asked.items()),
        money,
    )


def _from_tables(state: State, answers: "Answers | None") -> None:
    """Pairs of tables, then all limits in the order of the policy. Imported here: few policies ask a table."""
    from policy.engine.reference.table_limits import table_limit
    from policy.engine.reference.table_pairs import table_pairs
    from policy.engine.tables import Answers

    known = answers if answers is not None else Answers()
    for rule in state.plan.table_pairs:
        table_pairs(state, rule, known)
    for cap in state.plan.every_limit:
        if isinstance(cap, Limit):
            limit(state, cap)
        else:
            table_limit(state, cap, known)


def _check(state: State, check: Check) -> None:
    """A requirement or rule: of each line it applies to, or once for the visit and then of all its lines."""
    lines = state.visit.lines
    about = [i for i, line in enumerate(lines) if check.codes is None or line.code in check.codes]
    if not about:
        return
    groups = [(i,) for i in about] if check.per_line else [tuple(about)]
    for group in groups:
        line = lines[group[0]] if check.per_line else None
        if not absent(check.given, state.visit, line):
            _judge(state, check, group, truth(check.violated, state.visit, line))


def _judge(state: State, check: Check, group: tuple[int, ...], violated: Truth) -> None:
    tag = "gate" if check.stage == "gate" else "check"
    if check.units is not None and _has_no_more(state, group[0], check.units):
        return
    if violated is True:
        state.say(check.at, tag, check.effect, group, _lost(state, group[0], check.units))
        for i in group:
            _apply(state, check, i)
    elif violated is None:
        state.doubt(check.at, tag, group, check.effect)
        for i in group:
            _apply_perhaps(state, check, i)


def _has_no_more(state: State, i: int, units: int) -> bool:
    """A line that has no more than `units` is not reduced to them."""
    high = state.lines[i].high
    return high is not None and high <= units


def _lost(state: State, i: int, units: int | None) -> Units | None:
    """What `reduce to` takes away, when what the line had is known."""
    line = state.lines[i]
    return line.high - units if units is not None and line.settled and line.high is not None else None


def _apply(state: State, check: Check, i: int) -> None:
    line = state.lines[i]
    if check.stage == "gate":
        line.gated = True
    elif check.effect == "deny":
        line.deny()
    elif check.effect == "reduce" and check.units is not None:
        line.cap(check.units)


def _apply_perhaps(state: State, check: Check, i: int) -> None:
    line = state.lines[i]
    if check.stage == "gate":
        line.gated = None if line.gated is False else line.gated
    elif check.effect == "deny":
        line.doubt()
    elif check.effect == "reduce" and check.units is not None:
        line.low = min(line.low, check.units)


def open_question(state: State, question: Open) -> None:
    """Names a clause that is left to people where it could matter: where what it touches spoke, or may have to."""
    if question.touches or question.touches_any:
        touched = [e for e in state.events if touches(question, e)]
        about = tuple(sorted({i for e in touched for i in e[3]}))
    else:
        about = tuple(range(len(state.visit.lines)))
    if question.codes is not None:
        about = tuple(i for i in about if state.visit.lines[i].code in question.codes)
    if question.when is not None:
        about = tuple(i for i in about if truth(question.when, state.visit, state.visit.lines[i]) is not False)
    if about:
        state.say(question.at, "not modelled", "note", about)
