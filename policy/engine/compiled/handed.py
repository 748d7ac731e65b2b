"""A step of one visit, handed to the reference.

Owns: the translation between the written code's lists and the reference's state, there and back. The reference is imported when a visit
first needs it, so that explaining one common visit starts without it.
Never: judges; each function is the reference's own.
"""

from typing import TYPE_CHECKING

from policy.claims.visit import Visit
from policy.engine.money import Money
from policy.engine.outcome import Event
from policy.plan.model import Assistant, Limit, Open, Pair, Plan
from policy.values import Truth, Units

if TYPE_CHECKING:
    from policy.engine.reference.state import State
    from policy.engine.tables import Answers


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


def slow_pair(
    plan: Plan, visit: Visit, rule: Pair, gated: list[Truth] | None, supported: list[Units | None], low: list[Units],
    high: list[Units | None], events: list[Event],
) -> None:  # fmt: skip
    """The reference's judgement of one pair."""
    from policy.engine.reference.pairs import pair

    state = state_of(plan, visit, gated, supported, low, high, events)
    pair(state, rule)
    given_back(state, low, high)


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


def touched(plan: Plan, visit: Visit, question: Open, events: list[Event]) -> None:
    """The reference's answer to a question about what was taken away."""
    from policy.engine.reference.state import State
    from policy.engine.reference.visit import open_question

    open_question(State(plan, visit, [], events), question)
