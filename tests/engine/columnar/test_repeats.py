"""Visits with a code on several lines: counted code by code, and the units spread over its lines. In columns."""

import pytest
from engine.columnar.judged import HEAD, judge, lines

EACH = HEAD.replace("total time", "each code").replace(
    "    leftover    to the largest remainder\n    ties        are the provider's choice\n", ""
)
LIMIT = """
limit most
    applies to  97110, 97530
    at most     {most}
    per         patient, {keys} and day
    counting    billed {measure}
    on excess   {excess}
    cite        manual
"""
TWICE = [
    *lines("1", ("97530", 10, 1), ("97110", 15, 1), ("97530", 10, 1)),
    *lines("2", ("97530", 30, 1), ("97530", 30, 2), ("97530", 8, 9)),
    *lines("3", ("97530", 30, 0), ("97112", 8, 1), ("97530", 10, None), ("97110", 8, 1), ("97530", 7, None)),
    *lines("4", ("97161", 30, 1), ("97161", 30, 1)),
    *lines("5", ("97161", 30, 0), ("97161", 30, None), ("97010", 10, 2), ("97010", 10, 1)),
    *lines("6", ("97530", 23, 2, "GP"), ("97530", 23, 2, "GO"), ("97161", 30, 1, "GO"), ("97161", 30, 1, "GP")),
    *lines("7", ("99213", 10, 1), ("99213", 10, 0), ("97530", 10, 1), ("97530", 10, 0)),
    *lines("8", ("97530", 10, 1), ("97110", 10, 1), ("97530", 8, 0), ("97112", 8, 1), ("97110", 8, 1)),
]


@pytest.mark.parametrize("text", [HEAD, EACH], ids=["total", "each"])
@pytest.mark.parametrize("without", ["", "service_unit_quantity", "x_minutes"])
def test_nothing_is_set_aside(text: str, without: str) -> None:
    assert judge(text, TWICE, without=[without]).asides == {}


def test_a_line_has_what_it_billed_and_the_first_what_is_left() -> None:
    judged = judge(HEAD, TWICE)
    assert judged.column("supported_units")[:6] == [1, 1, 0, 1, 2, 2]


def test_lines_without_units_are_the_first_to_have_what_is_left() -> None:
    rows = lines("1", ("97530", 30, 1), ("97530", 30, None), ("97530", 8, None))
    assert judge(HEAD, rows).column("supported_units") == [1, 4, 0]


def test_one_of_several_disciplines_has_to_be_said_of_each() -> None:
    rows = [
        *lines("1", ("97161", 30, 1, "GP"), ("97161", 30, 1, "KX")),
        *lines("2", ("97161", 30, 1, "GP"), ("97010", 30, 1, "KX")),
    ]
    assert judge(HEAD, rows).asides == {"some lines state what keeps pools apart, some do not": 1}


def test_a_code_of_more_minutes_than_a_day_has() -> None:
    rows = lines("1", ("97530", 800, 1), ("97530", 800, 1))
    assert judge(HEAD, rows).asides == {"count timed_units: a code of more than 1440 minutes": 1}


@pytest.mark.parametrize("keys", ["code", "code, discipline", "line", "claim"])
@pytest.mark.parametrize(("most", "measure"), [("2 units", "units"), ("30 minutes", "minutes"), ("1 line", "lines")])
def test_limits_count_the_lines_of_a_code_together(keys: str, most: str, measure: str) -> None:
    judged = judge(HEAD + LIMIT.format(most=most, keys=keys, measure=measure, excess="review"), TWICE)
    assert judged.asides == ({"limit most: lines differ in discipline": 1} if "discipline" in keys else {})


def test_lines_of_one_code_are_one_code() -> None:
    judged = judge(HEAD + LIMIT.format(most="1 code", keys="code", measure="codes", excess="review"), TWICE)
    assert judged.asides == {}
    assert "review limit" not in judged.column("findings")
    judged = judge(HEAD + LIMIT.format(most="1 code", keys="claim", measure="codes", excess="review"), TWICE)
    assert judged.asides == {"limit most: a code on several lines": 6}


def test_only_lines_of_one_code_must_say_in_which_order_they_give_way() -> None:
    text = HEAD + LIMIT.format(
        most="0 lines", keys="code", measure="lines", excess="deny the excess, lowest charge first"
    )
    rows = lines("1", ("97530", 15, 1), ("97110", 15, 1), ("97530", 15, 1))
    judged = judge(text, [{**row, "charge_amount": charge} for row, charge in zip(rows, (40, None, 40), strict=True)])
    assert judged.asides == {}
    rows = lines("2", ("97530", 15, 1), ("97110", 15, 1), ("97110", 15, 1))
    judge(text, [{**row, "charge_amount": charge} for row, charge in zip(rows, (40, None, 40), strict=True)])
