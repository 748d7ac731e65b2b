"""Lines of which nobody knows what supports them: without minutes, or of codes that the policy does not classify. In columns."""

import pytest
from engine.columnar.judged import HEAD, judge, lines

PLAIN = [
    *lines("1", ("97530", 30, 2), ("97110", 15, 1), ("97161", 30, 1)),
    *lines("2", ("97530", 30, 0), ("97110", 15, None)),
    *lines("3", ("97530", 30, 2, "GP"), ("97110", 15, 1, "GO")),
    *lines("4", ("99213", 10, 1), ("97530", 30, 2)),
    *lines("5", ("99213", 10, 0), ("99214", 10, None)),
]
LIMIT = """
limit most "units in a day"
    applies to  97110, 97530, 99213
    at most     2 units
    per         patient and {per}
    counting    {counting}
    on excess   {excess}
    cite        manual
"""
RULES = """
pair activities "one over the other"
    97530 over 97110
    deny    the second
    unless  modifier 59 on either line
    cite    manual
rule short
    applies to  97530, 99213
    when        line.minutes < 8 minutes and line.units > 1 unit
    {outcome}
    cite        manual
"""


def test_without_minutes_nothing_is_set_aside() -> None:
    judged = judge(HEAD, PLAIN, without=["x_minutes"])
    assert judged.asides == {}
    assert judged.column("missing")[:3] == ["line.minutes", "line.minutes", ""]


def test_codes_of_no_class_are_told_as_such() -> None:
    judged = judge(HEAD, PLAIN)
    assert judged.asides == {}
    assert judged.column("statements")[-4] == "classification"
    assert judged.column("allowed_units")[-2:] == [0, None]


@pytest.mark.parametrize("per", ["day", "code and day"])
@pytest.mark.parametrize("counting", ["billed units", "allowed units", "supported units"])
@pytest.mark.parametrize(
    "excess", ["review", "deny every unit", "deny the excess, last line first", "need modifier KX"]
)
def test_limits_on_units_that_are_not_known(per: str, counting: str, excess: str) -> None:
    text = HEAD + LIMIT.format(per=per, counting=counting, excess=excess)
    for without in (["x_minutes"], [], ["service_unit_quantity"]):
        judge(text, PLAIN, without=without)


@pytest.mark.parametrize("outcome", ["deny", "review", 'reduce to 1 unit "for it"'])
def test_pairs_and_rules_on_units_that_are_not_known(outcome: str) -> None:
    text = HEAD + RULES.format(outcome=outcome)
    judged = judge(text, PLAIN, without=["x_minutes"])
    assert set(judged.asides) <= {"a pair with a line billed with no units"}


def test_a_check_that_is_true_or_false_of_every_line_is_never_undetermined() -> None:
    """What would stand under it is nothing: no fact can be missing."""
    text = (
        HEAD
        + """
require carried
    exactly one of modifier GO
    otherwise review
    unless documentation is given and line.provider is "dr-1"
    cite manual
"""
    )
    judged = judge(text, PLAIN)
    assert judged.asides == {}
    assert set(judged.column("missing")) == {""}
