"""Laws of who gave which unit (`docs/invariants.md`): of the arithmetic alone, over every split of minutes that a visit may hold."""

from decimal import Decimal
from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies.looks import look
from strategies.policies import Family, policies
from strategies.visits import visits

from policy.claims.visit import Visit
from policy.engine.reference import evaluate
from policy.engine.reference.shares import shared
from policy.plan.lower import lower
from policy.plan.model import Assistant

BARE = Assistant(0, None, None, (("CQ", "GP"),), Decimal(10), "unit", None, None, "deny", None)
CMS = attrs.evolve(BARE, last=8, two=(9, 14, 23, 28))
MINUTES = range(130)


def own(minutes: int) -> int:
    """Units that a code's minutes make by themselves, in the eight-minute rule."""
    return (minutes + 7) // 15


def carried(rule: Assistant, minutes: int, assistant: int, units: int | None = None) -> int:
    share = shared(rule, own(minutes) if units is None else units, minutes - assistant, assistant, 15)
    assert share.units == sum(count for count, _, _ in share.steps)
    assert share.carried == sum(count for count, marked, _ in share.steps if marked)
    return int(share.carried)


@pytest.mark.parametrize("rule", [BARE, CMS], ids=["bare", "cms"])
def test_units_with_the_modifier_are_part_of_the_units(rule: Assistant) -> None:
    for minutes in MINUTES:
        for units in range(own(minutes) + 2):
            for assistant in range(minutes + 1):
                assert 0 <= carried(rule, minutes, assistant, units) <= units


@pytest.mark.parametrize("rule", [BARE, CMS], ids=["bare", "cms"])
def test_what_one_person_gave_is_that_persons(rule: Assistant) -> None:
    for minutes in MINUTES:
        assert carried(rule, minutes, 0) == 0
        assert minutes == 0 or carried(rule, minutes, minutes) == own(minutes)


@pytest.mark.parametrize("rule", [BARE, CMS], ids=["bare", "cms"])
def test_whole_blocks_are_their_givers(rule: Assistant) -> None:
    for minutes in MINUTES:
        for assistant in range(minutes + 1):
            units = carried(rule, minutes, assistant)
            assert assistant // 15 <= units <= own(minutes) - (minutes - assistant) // 15


def test_with_both_exceptions_a_minute_more_of_the_assistants_never_lowers_its_units() -> None:
    for minutes in MINUTES:
        units = [carried(CMS, minutes, assistant) for assistant in range(minutes + 1)]
        assert all(before <= after for before, after in pairwise(units)), minutes


def test_without_them_a_minute_more_may_lower_its_units() -> None:
    """12 and 14 minutes: both units are above the tenth. 15 fill the assistant's own unit, and 11 of the therapist's are left."""
    assert carried(BARE, 26, 14) == 2
    assert carried(BARE, 26, 15) == 1


def test_another_codes_minutes_may_do_the_same() -> None:
    """22 minutes with two units, the second by another code's minutes: 8 and 14 are below the 23 that the second exception asks for."""
    assert carried(CMS, 22, 14, units=2) == 2
    assert carried(CMS, 22, 15, units=2) == 1


def test_the_exceptions_never_add_a_modifier() -> None:
    for one in (attrs.evolve(CMS, two=None), attrs.evolve(CMS, last=None), CMS):
        for minutes in MINUTES:
            for assistant in range(minutes + 1):
                for units in (own(minutes), own(minutes) + 1):
                    assert carried(one, minutes, assistant, units) <= carried(BARE, minutes, assistant, units)


@pytest.mark.parametrize(
    ("therapist", "assistant", "units", "expected"),
    [(13, 23, 2, 1), (5, 10, 1, 1), (8, 7, 1, 0), (12, 14, 2, 1), (23, 22, 3, 1), (30, 0, 2, 0), (7, 8, 1, 1)],
)
def test_published_and_recalled_examples(therapist: int, assistant: int, units: int, expected: int) -> None:
    assert shared(CMS, units, therapist, assistant, 15).carried == expected


@look(120)
@given(policies(), visits(), st.sampled_from(("therapist", "assistant")))
def test_missing_minutes_do_not_matter_where_one_person_gave_all(policy: Family, visit: Visit, who: str) -> None:
    """A therapist's visit needs no modifier whatever else is missing; an assistant's needs it, and hangs on no assistant's minutes."""
    lines = tuple(attrs.evolve(line, furnished_by=who, assistant_minutes=None) for line in visit.lines)
    one = attrs.evolve(visit, lines=lines)
    plan = lower(policy.resolved, one.date)
    rules = {rule.at for rule in plan.assistants if rule.condition is None}
    for at, tag, effect, about, _, _ in evaluate(plan, one).events:
        if at in rules and tag == "assistant":
            assert who == "assistant"
            known = all(one.lines[i].modifiers is not None and one.lines[i].units is not None for i in about)
            assert effect != "undetermined" or not known or plan.gates
