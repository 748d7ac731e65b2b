"""Limits of which one of several maxima applies: judged in columns where the visit says which, or where it makes no difference."""

import pytest
from engine.columnar.judged import HEAD, judge, lines

LIMIT = """
limit most "units in a day"
    applies to  97110, 97530
    at most     2 units when visit.setting is hospital
    at most     {second}
    per         patient and day
    counting    {counting} units
    on excess   {excess}
    cite        manual
"""


def limit(second: str = "4 units", counting: str = "billed", excess: str = "review") -> str:
    return HEAD + LIMIT.format(second=second, counting=counting, excess=excess)


SETTINGS = ("hospital", "practitioner", None)
ROWS = [
    row
    for k, setting in enumerate(SETTINGS)
    for units in (2, 3, 4, 5)
    for row in lines(f"{k}{units}", ("97530", 75, units), ("97112", 15, 1), x_setting=setting)
]


@pytest.mark.parametrize(
    "excess", ["review", "deny every unit", "deny the excess, last line first", "need modifier KX"]
)
def test_the_maximum_that_applies_is_judged(excess: str) -> None:
    judged = judge(limit(excess=excess), ROWS)
    assert judged.asides == {}
    if excess != "need modifier KX":
        assert judged.column("missing")[16:24:2][1] == "visit.setting"


def test_where_none_may_apply_nothing_is_passed() -> None:
    judged = judge(limit("3 units when visit.setting is practitioner"), ROWS)
    assert judged.asides == {}
    assert set(judged.column("status")[8:16:2]) == {"allow", "review"}


def test_a_limit_for_one_setting_alone() -> None:
    judged = judge(limit("9 units"), ROWS)
    assert judged.asides == {}
    assert judged.column("status")[:8:2] == ["allow", "review", "review", "review"]


def test_equal_maxima_hang_on_nothing() -> None:
    judged = judge(limit("2 units", excess="deny the excess, last line first"), ROWS)
    assert judged.asides == {}


def test_lines_of_one_visit_together() -> None:
    rows = [
        *lines("1", ("97530", 45, 3), ("97110", 15, 1), x_setting="hospital"),
        *lines("2", ("97530", 45, 3), ("97110", 15, 1), x_setting="practitioner"),
        *lines("3", ("97530", 60, 4), ("97110", 15, 1), x_setting="practitioner"),
        *lines("4", ("97530", 60, 4), ("97110", 15, 1)),
        *lines("5", ("97530", 30, 2), ("97110", 15, 1)),
    ]
    judged = judge(limit(), rows)
    assert judged.asides == {}
    assert judged.column("status")[-1] == "undetermined"
    judged = judge(limit(excess="deny the excess, last line first"), rows)
    assert judged.asides == {}


def test_only_lines_of_one_group_must_say_in_which_order_they_give_way() -> None:
    text = (
        HEAD
        + """
limit most
    applies to  97110, 97530
    at most     1 unit
    per         patient, code and day
    counting    billed units
    on excess   deny the excess, lowest charge first
    cite        manual
"""
    )
    rows = lines("1", ("97530", 30, 2), ("97110", 30, 2))
    judged = judge(text, [{**rows[0], "charge_amount": "40.00"}, rows[1]])
    assert judged.asides == {}
    assert judged.column("status") == ["reduce", "undetermined"]
