"""Laws of counting, each tested on every method where it holds (`docs/invariants.md` says where one does not, and why)."""

import itertools
from decimal import Decimal

import attrs
import pytest
from counting_methods import BY_MINUTES, DATE, EVERY, TOTAL_TIME, UNTIMED, WITH_BLOCKS, Method, lines_of, method
from hypothesis import assume, example, given
from hypothesis import strategies as st
from strategies.looks import look
from strategies.visits import MINUTES

from policy.claims.visit import Line, Visit
from policy.engine.decision import Decision
from policy.plan.model import Steps
from policy.values import Units

EIGHT, MIDPOINT = method("total time"), method("midpoint")
MINUTE = st.sampled_from(MINUTES) | st.integers(0, 130)
DAY = st.lists(MINUTE, min_size=4, max_size=4)
"""Minutes of four codes."""

TABLE = {(8, 22): 1, (23, 37): 2, (38, 52): 3, (53, 67): 4, (68, 82): 5, (83, 97): 6, (98, 112): 7, (113, 127): 8}
"""Units of timed minutes as published (Claims Processing Manual, Pub. 100-04, ch. 5 section 20.2); the pattern goes on."""


def published(minutes: int) -> int:
    """The table, continued: each further unit begins 15 minutes after the one before."""
    assert all(TABLE[15 * n - 7, 15 * n + 7] == n for n in range(1, 9))
    return next(n for n in itertools.count() if minutes <= 15 * n + 7)


def test_total_equals_the_published_table() -> None:
    for minutes in range(1001):
        assert sum(EIGHT.units([minutes])) == published(minutes)


@look(100)
@given(DAY)
def test_total_does_not_hang_on_how_the_minutes_lie_on_codes(minutes: list[int]) -> None:
    assert sum(EIGHT.units(minutes)) == published(sum(minutes))


@pytest.mark.parametrize("method", WITH_BLOCKS)
@look(25)
@given(minutes=DAY)
@example(minutes=[33, 7, 0, 0])
@example(minutes=[18, 13, 10, 8])
@example(minutes=[22, 8, 8, 0])
def test_each_code_has_its_whole_blocks_and_at_most_one_unit_more(method: Method, minutes: list[int]) -> None:
    assert method.of is not None
    for units, own in zip(method.units(minutes), minutes, strict=False):
        blocks = own // method.of
        assert blocks <= units <= blocks + (1 if own % method.of else 0)


@pytest.mark.parametrize("method", BY_MINUTES)
@look(25)
@given(minutes=DAY)
def test_no_unit_without_minutes(method: Method, minutes: list[int]) -> None:
    assert all(own > 0 for own, units in zip(minutes, method.units(minutes), strict=False) if units > 0)


@pytest.mark.parametrize("method", EVERY)
@look(25)
@given(minutes=DAY, at=st.integers(0, 3))
def test_a_minute_more_never_lowers_the_total(method: Method, minutes: list[int], at: int) -> None:
    more = [own + (k == at) for k, own in enumerate(minutes)]
    assert sum(method.units(minutes)) <= sum(method.units(more))


@pytest.mark.parametrize("method", EVERY)
@look(25)
@given(minutes=DAY, at=st.integers(0, 3))
def test_a_minute_more_never_lowers_its_own_code(method: Method, minutes: list[int], at: int) -> None:
    at %= len(method.codes)
    more = [own + (k == at) for k, own in enumerate(minutes)]
    assert method.units(minutes)[at] <= method.units(more)[at]


def test_a_minute_more_may_lower_another_code() -> None:
    """Total time: two codes compete for the one unit that is left."""
    assert EIGHT.units([8, 22]) == [1, 1]
    assert EIGHT.units([8, 24]) == [0, 2]
    assert MIDPOINT.units([8, 24])[0] == 1


@pytest.mark.parametrize("method", EVERY)
@look(25)
@given(data=st.data(), minutes=DAY)
def test_splitting_a_code_over_lines_changes_nothing(method: Method, data: st.DataObject, minutes: list[int]) -> None:
    whole = lines_of(method.codes, minutes)
    split: list[Line] = []
    for line in whole:
        assert line.minutes is not None
        first = data.draw(st.integers(0, line.minutes))
        split += [attrs.evolve(line, minutes=first), attrs.evolve(line, minutes=line.minutes - first)]
    assert method.supported(whole) == method.supported(split)


@pytest.mark.parametrize("method", EVERY)
@look(25)
@given(minutes=DAY, order=st.permutations(range(4)))
@example(minutes=[20, 20, 7, 8], order=[3, 2, 1, 0])
def test_line_order_changes_nothing_but_the_proposal_in_a_tie(
    method: Method, minutes: list[int], order: list[int]
) -> None:
    count = method.count
    if count.method == "flat" or "line" in count.leftover + count.ties:
        return  # the count says that order matters
    if count.ties == "most minutes":
        assume(len(set(minutes)) == len(minutes))  # equal minutes: claim order is all that is left
    lines = lines_of(method.codes, minutes)
    other = [lines[k] for k in order if k < len(lines)]
    one, two = method.supported(lines), method.supported(other)
    assert sum(one.values()) == sum(two.values())
    if one != two:
        assert two in _alternatives(method, lines)
        assert one in _alternatives(method, other)


def _alternatives(method: Method, lines: list[Line]) -> list[dict[str, Units]]:
    visit = Visit(DATE, tuple(lines))
    return [dict(other) for other in Decision(method.plan, visit, method.outcome(visit)).alternatives]


@pytest.mark.parametrize("method", TOTAL_TIME)
@look(60)
@given(minutes=st.lists(st.sampled_from([7, 8, 20, 22, 23, 15]), min_size=4, max_size=4))
@example(minutes=[22, 22, 8, 8])
def test_every_alternative_is_accepted_when_it_is_billed(method: Method, minutes: list[int]) -> None:
    lines = lines_of(method.codes, minutes)
    proposed = method.supported(lines)
    for other in [proposed, *_alternatives(method, lines)]:
        billed = [attrs.evolve(line, units=other[line.code]) for line in lines]
        assert sum(other.values()) == sum(proposed.values())
        assert method.supported(billed) == other
        outcome = method.outcome(Visit(DATE, tuple(billed)))
        assert outcome.status == "allow"
        assert {event[1] for event in outcome.events} == {"counted"}


@pytest.mark.parametrize("method", EVERY)
@look(25)
@given(minutes=DAY, untimed=MINUTE, others=st.none() | MINUTE)
def test_untimed_minutes_never_matter(method: Method, minutes: list[int], untimed: int, others: int | None) -> None:
    if UNTIMED not in method.plan.days or UNTIMED in method.count.codes:
        return
    lines = lines_of(method.codes, minutes)
    with_one, with_other = (Visit(DATE, (*lines, Line(9, UNTIMED, m, modifiers=("GP",)))) for m in (untimed, others))
    assert method.outcome(with_one) == method.outcome(with_other)
    assert method.outcome(with_one).supported == (*method.outcome(Visit(DATE, tuple(lines))).supported, 1)


def test_total_time_and_midpoint_differ_in_both_directions() -> None:
    assert (sum(EIGHT.units([8, 8])), sum(MIDPOINT.units([8, 8]))) == (1, 2)
    assert (sum(EIGHT.units([7, 7])), sum(MIDPOINT.units([7, 7]))) == (1, 0)


@look(100)
@given(minutes=DAY)
def test_whichever_allows_more_or_fewer_is_one_of_its_two_counts(minutes: list[int]) -> None:
    both = EIGHT.units(minutes), MIDPOINT.units(minutes)
    assert sum(method("more").units(minutes)) == max(map(sum, both))
    assert sum(method("fewer").units(minutes)) == min(map(sum, both))
    assert method("more").units(minutes) in both
    assert method("fewer").units(minutes) in both


@pytest.mark.parametrize("name", ["total time", "total time, no leftover", "midpoint"])
@look(60)
@given(minutes=DAY, thresholds=st.tuples(st.integers(1, 15), st.integers(1, 15)).map(sorted))
def test_a_stricter_threshold_never_gives_more(name: str, minutes: list[int], thresholds: list[int]) -> None:
    mild, strict = (_at(method(name), threshold).units(minutes) for threshold in thresholds)
    assert all(fewer <= more for fewer, more in zip(strict, mild, strict=True))


def _at(method: Method, threshold: int) -> Method:
    count = attrs.evolve(method.count, steps=Steps((threshold,), 15, 15))
    return attrs.evolve(method, plan=attrs.evolve(method.plan, counts=(count,)))


@pytest.mark.parametrize("method", EVERY)
@look(25)
@given(
    minutes=st.lists(MINUTE, min_size=1, max_size=6),
    billed=st.lists(st.none() | st.integers(0, 4), min_size=6, max_size=6),
)
def test_the_lines_of_a_code_share_its_units(method: Method, minutes: list[int], billed: list[Units | None]) -> None:
    """However one code's units are spread over its lines, they add up, and no line has fewer than none."""
    code = method.codes[0]
    lines = [
        Line(n, code, own, units, modifiers=("GP",))
        for n, (own, units) in enumerate(zip(minutes, billed, strict=False), 1)
    ]
    spread = method.outcome(Visit(DATE, tuple(lines))).supported
    assert all(units is not None and units >= 0 for units in spread)
    assert sum(units or 0 for units in spread) == sum(method.units([sum(minutes)])[:1])


def test_parts_of_a_unit_are_exact() -> None:
    assert method("tenths").units([9]) == [Decimal("0.6")]
    assert method("quarters").units([29]) == [Decimal("0.25")]
    assert not any(isinstance(units, float) for units in method("tenths").units([1, 2, 3, 100]))
