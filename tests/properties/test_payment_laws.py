"""Laws of the payment stage, on generated policies and on reductions of made-up prices (`docs/invariants.md`)."""

import datetime as dt
import functools
import itertools
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies.choice import Seeded
from strategies.looks import look
from strategies.policies import Family, policies
from strategies.reference_tables import ANSWERS
from strategies.visits import hidden, visits

import policy
from policy.claims.visit import Line, Visit
from policy.engine.money import CENT
from policy.engine.outcome import Outcome
from policy.engine.reference import evaluate
from policy.plan.lower import lower
from policy.plan.model import Limit, Plan

PRICES = ("fee", "practice_expense", "rvu", "charge", "modifiers", "furnished_by")

TEXT = """policy laws.payment "One reduction"

source manual "A manual"

codes timed
    97110, 97112, 97140, 97530
    one unit each 15 minutes

count units
    applies to timed
    by each code
    pool patient, day
    a unit at 8 minutes of 15
    cite manual

pay contract
    rate line.fee each unit, practice expense line.practice_expense
    cite manual

pay later
    reduce {what} by 50%
    except the first {grain}
    ranked by {key}
    ties to the first line
    across patient, day
    rounded half up to the cent
    cite manual

pay lesser
    at most the charge
    after later
    cite manual
"""


def judged(family: Family, visit: Visit) -> tuple[Plan, Outcome]:
    plan = lower(family.resolved, visit.date)
    return plan, evaluate(plan, visit, ANSWERS)


def amounts(outcome: Outcome) -> tuple[Decimal | None, ...]:
    return outcome.money.amounts if outcome.money is not None else ()


# ------------------------------------------------------------------------------------------ any policy


@look(120)
@given(policies(), visits())
def test_no_amount_is_negative_and_what_has_no_units_is_paid_nothing(family: Family, visit: Visit) -> None:
    _, outcome = judged(family, visit)
    for amount, allowed in zip(amounts(outcome), outcome.allowed, strict=False):
        assert amount is None or amount >= 0
        assert allowed != 0 or amount == 0


@look(80)
@given(policies(), visits())
def test_a_step_of_payment_never_raises_an_amount(family: Family, visit: Visit) -> None:
    """The steps cut short one by one: with every step more, no line is paid more."""
    plan, outcome = judged(family, visit)
    if plan.payment is None:
        return
    paid = amounts(outcome)
    for count in reversed(range(len(plan.payment.steps))):
        fewer = attrs.evolve(plan, payment=attrs.evolve(plan.payment, steps=plan.payment.steps[:count]))
        before = amounts(evaluate(fewer, visit, ANSWERS))
        for one, other in zip(paid, before, strict=True):
            # rounding up the amount of a step may add less than a cent for each unit
            assert one is None or other is None or one <= other + CENT * 20
        paid = before


@look(100)
@given(policies(), visits())
def test_prices_touch_neither_units_nor_status(family: Family, visit: Visit) -> None:
    """But for limits by value, a policy says the same of a visit with its payment and without it."""
    plan, _ = judged(family, visit)
    if plan.payment is None:
        return
    steps = tuple(step for step in plan.payment.steps if not isinstance(step, Limit))
    paid = evaluate(attrs.evolve(plan, payment=attrs.evolve(plan.payment, steps=steps)), visit, ANSWERS)
    unpaid = evaluate(attrs.evolve(plan, payment=None), visit, ANSWERS)
    assert (paid.allowed, paid.statuses, paid.status) == (unpaid.allowed, unpaid.statuses, unpaid.status)


@look(100)
@given(policies(), visits(), st.integers(0, 999))
def test_an_amount_that_is_known_without_a_price_is_the_amount(family: Family, visit: Visit, seed: int) -> None:
    plan, whole = judged(family, visit)
    _, less = judged(family, hidden(Seeded(seed), visit, PRICES))
    if plan.payment is None or whole.allowed != less.allowed:
        return
    for one, other in zip(amounts(less), amounts(whole), strict=True):
        assert one is None or other is None or one == other


# ------------------------------------------------------------------------------------------ reductions


@functools.cache
def program(what: str, grain: str, key: str) -> policy.Program:
    return policy.load(TEXT.format(what=what, grain=grain, key=key))


def cents(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda number: Decimal(number).scaleb(-2))


@st.composite
def priced_visits(draw: st.DrawFn) -> Visit:
    """One to four codes whose prices, practice expenses and totals are all different."""
    codes = draw(st.lists(st.sampled_from(("97110", "97112", "97140", "97530")), min_size=1, max_size=4, unique=True))
    fees = draw(st.lists(cents(2000, 6000), min_size=len(codes), max_size=len(codes), unique=True))
    lines = []
    for number, (code, fee) in enumerate(zip(codes, fees, strict=True), 1):
        units = draw(st.integers(1, 4))
        expense = (fee / 2).quantize(CENT)
        lines.append(Line(number, code, 15 * units, units, (), Decimal(1000), fee=fee, practice_expense=expense))
    return Visit(dt.date(2026, 3, 2), tuple(lines))


FORMS = list(itertools.product(("the rate", "practice expense"), ("unit", "code"), ("rate", "practice expense")))


@pytest.mark.parametrize(("what", "grain", "key"), FORMS)
@look(60)
@given(visit=priced_visits())
def test_a_reduction_by_half_leaves_at_least_half(what: str, grain: str, key: str, visit: Visit) -> None:
    paid = program(what, grain, key).evaluate(visit).allowed_amount
    whole = sum((line.fee or 0) * (line.units or 0) for line in visit.lines)
    assert paid is not None
    assert whole / 2 <= paid <= whole
    assert paid == paid.quantize(CENT)
    if len(visit.lines) == 1 and (grain == "code" or visit.lines[0].units == 1):
        assert paid == whole


@pytest.mark.parametrize(("what", "grain", "key"), FORMS)
@look(40)
@given(visit=priced_visits(), random=st.randoms(use_true_random=False))
def test_the_order_of_lines_never_changes_what_is_paid(
    what: str, grain: str, key: str, visit: Visit, random: object
) -> None:
    """Where no two services rank alike. Between equals, the policy says that claim order decides."""
    lines = list(visit.lines)
    random.shuffle(lines)  # type: ignore[attr-defined]
    one = program(what, grain, key)
    other = one.evaluate(attrs.evolve(visit, lines=tuple(lines)))
    expenses = [line.practice_expense for line in visit.lines]
    if len(set(expenses)) == len(expenses):
        assert one.evaluate(visit).allowed_amount == other.allowed_amount


@look(60)
@given(visit=priced_visits(), charge=cents(0, 9000))
def test_nothing_is_paid_above_the_charge(visit: Visit, charge: Decimal) -> None:
    charged = attrs.evolve(visit, lines=tuple(attrs.evolve(line, charge=charge) for line in visit.lines))
    decision = program("the rate", "unit", "rate").evaluate(charged)
    assert all(line.allowed_amount is not None and line.allowed_amount <= charge for line in decision.lines)
