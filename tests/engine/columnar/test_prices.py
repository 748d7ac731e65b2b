"""Prices in columns: amounts to the last digit, what they hang on, and what is still decided visit by visit.

Every answer is held against its visit's by `judge`; tests say what it is.
"""

from decimal import Decimal
from typing import Any

import pytest
from engine.columnar.judged import HEAD, Row, judge, lines

D = Decimal
RATE = """
pay price
    rate line.fee each unit, practice expense line.practice_expense
    only when given line.fee
    cite manual
"""
BY_UNIT = """
pay later
    reduce practice expense by 50%
    except the first unit
    ranked by practice expense
    ties to the {tie} line
    across patient, day
    rounded half up to the cent
    cite manual
"""
BY_CODE = """
pay later
    reduce the rate by 50%
    except the first code
    ranked by allowance
    ties to the first line
    across patient, provider and day
    rounded half up to the cent
    cite manual
"""
SHARE = """
pay assistant
    when line.modifiers has modifier CQ
    pay 85%
    {after}
    rounded {rounding} to the cent
    cite manual
"""
CHARGE = """
pay lesser
    at most the charge
    {after}
    cite manual
"""


def priced(visit: str, *given: Any, **more: Any) -> list[Row]:
    """Lines of a visit with the fee of each, and its practice expense, at the end of what is given."""
    rows = lines(visit, *(one[:-2] for one in given), **more)
    return [row | {"x_fee": one[-2], "x_practice_expense": one[-1]} for row, one in zip(rows, given, strict=True)]


def paid(text: str, rows: list[Row], without: tuple[str, ...] = ()) -> list[Decimal | None]:
    """What is allowed for each line, no visit being set aside."""
    judged = judge(text, rows, without)
    assert judged.asides == {}
    return judged.column("allowed_amount")


@pytest.mark.parametrize(
    ("rounding", "amount"), [("half up", "28.05"), ("half down", "28.05"), ("up", "28.05"), ("down", "28.04")]
)
def test_a_share_is_rounded_as_stated(rounding: str, amount: str) -> None:
    """85% of $32.9948 is $28.045580."""
    text = HEAD + RATE + SHARE.format(after="", rounding=rounding)
    assert paid(text, priced("1", ("97530", 15, 1, "GP CQ", "32.9948", None))) == [D(amount)]


@pytest.mark.parametrize(("rounding", "amount"), [("half up", "0.43"), ("half down", "0.42")])
def test_half_a_cent_goes_as_stated(rounding: str, amount: str) -> None:
    """85% of $0.50 is $0.425."""
    text = HEAD + RATE + SHARE.format(after="", rounding=rounding)
    assert paid(text, priced("1", ("97530", 15, 1, "GP CQ", "0.50", None))) == [D(amount)]


def test_a_price_that_nobody_rounds_keeps_its_digits() -> None:
    rows = priced("1", ("97530", 30, 2, "GP", "33.3333", None), ("97110", 0, 1, "GP", "10.00", None))
    assert paid(HEAD + RATE, rows) == [D("66.6666"), D(0)]


def test_without_the_fact_that_a_rate_asks_for_nothing_is_said() -> None:
    judged = judge(HEAD + RATE, priced("1", ("97530", 15, 1, "GP", None, None)), without=("x_fee",))
    assert (judged.asides, judged.column("allowed_amount"), judged.column("findings")) == ({}, [None], [""])


def test_a_code_without_a_rate_says_that_its_price_is_missing() -> None:
    text = HEAD + RATE.replace("    rate", "    applies to 97530\n    rate")
    rows = priced("1", ("97530", 15, 1, "GP", "30.00", None), ("97110", 15, 1, "GP", "20.00", None))
    judged = judge(text, rows)
    assert judged.column("allowed_amount") == [D(30), None]
    assert judged.column("findings") == ["", "undetermined amount unknown"]
    assert (judged.column("statements")[1], judged.column("missing")[1]) == ("payment", "price of 97110")
    assert judged.asides == {}


def test_more_codes_without_a_price_than_are_told_apart() -> None:
    text = HEAD + "\ncodes others\n    20000-20999\n    one unit each day\n"
    text += RATE.replace("    rate", "    applies to 97530\n    rate")
    rows = [row for k in range(200) for row in lines(f"{k}", (f"{20_000 + k}", None, 1))]
    assert judge(text, rows).asides == {"more than 128 codes have no price": 72}


def test_the_charge_is_the_most() -> None:
    text = HEAD + RATE + CHARGE.format(after="")
    rows = priced("1", ("97530", 15, 1, "GP", "30.00", None), charge_amount="25.00")
    rows += priced("2", ("97530", 15, 1, "GP", "30.00", None), charge_amount="35.00")
    rows += priced("3", ("97530", 15, 1, "GP", "30.00", None))
    judged = judge(text, rows)
    assert judged.column("allowed_amount") == [D(25), D(30), None]
    assert judged.column("missing") == ["", "", "line.charge"]
    assert judged.asides == {}


@pytest.mark.parametrize(("tie", "amounts"), [("first", ["55.00", "25.00"]), ("last", ["50.00", "30.00"])])
def test_the_first_unit_of_equals_is_the_stated_line(tie: str, amounts: list[str]) -> None:
    """Three units at $30 with $10 of practice expense, two of them on one line: all but one lose $5."""
    rows = priced("1", ("97530", 30, 2, "GP", "30.00", "10.00"), ("97110", 15, 1, "GP", "30.00", "10.00"))
    assert paid(HEAD + RATE + BY_UNIT.format(tie=tie), rows) == [D(amount) for amount in amounts]


def test_every_unit_of_the_first_code_stays_whole() -> None:
    rows = priced("1", ("97530", 30, 2, "GP", "40.00", None), ("97110", 15, 1, "GP", "30.00", None))
    assert paid(HEAD + RATE + BY_CODE, rows) == [D(80), D(15)]


def test_a_rank_that_hangs_on_something_names_it_on_all_lines() -> None:
    rows = priced("1", ("97530", 15, 1, "GP", "40.00", "9.00"), ("97110", 15, 1, "GP", "30.00", None))
    rows += priced("2", ("97530", 15, 1, "GP", "40.00", "9.00"), ("97110", 15, 1, "GP", None, "8.00"))
    rows += priced("3", ("97530", 15, 1, "GP", "40.00", "9.00"), ("97110", 15, 1, "GP", "7.00", "8.00"))
    judged = judge(HEAD + RATE + BY_UNIT.format(tie="first"), rows)
    assert judged.asides == {}
    assert judged.column("allowed_amount") == [None] * 6
    assert judged.column("missing") == [
        "line.practice_expense", "line.practice_expense", "line.fee", "", "practice expense of 97110", "practice expense of 97110",
    ]  # fmt: skip


def test_a_price_of_the_visit_is_paid_on_its_first_line_with_units() -> None:
    text = HEAD + "\npay price\n    rate line.fee each visit\n    cite manual\n"
    three = (
        ("97530", 0, 1, "GP", "40.00", None),
        ("97110", 15, 1, "GP", "41.00", None),
        ("97112", 30, 2, "GP", "42.00", None),
    )
    unknown = (("97530", None, None, "GP", "40.00", None), ("97110", None, None, "GP", "41.00", None))
    bare = (("97530", 15, 1, "GP", "40.00", None), ("97110", 15, 1, "GP", None, None))
    rows = priced("1", *three) + priced("2", *unknown) + priced("3", *bare)
    rows += priced("4", ("97530", 0, 1, "GP", None, None), ("97110", 15, 1, "GP", "41.00", None))
    judged = judge(text, rows)
    assert judged.asides == {}
    assert judged.column("allowed_amount") == [D(0), D(41), D(0), None, None, None, None, D(0), None]


def test_a_price_of_the_visit_that_is_reduced_is_decided_visit_by_visit() -> None:
    row = priced("1", ("97530", 15, 1, "GP", "40.00", None))
    judged = judge(HEAD + "\npay price\n    rate $40 each visit\n    cite manual\n" + BY_CODE, row)
    assert judged.asides == {"the policy reduces a price of the visit": 1}


LIMIT = """
limit dollars
    at most {most}
    {when}
    per patient and day
    counting allowed {measure}
    on excess deny the excess, last line first
    {rounded}
    {given}
    cite manual
"""


def limited(most: str, measure: str = "money", when: str = "", given: str = "") -> str:
    rounded = "rounded half up to the cent" if measure == "RVUs" else ""
    text = LIMIT.format(most=most, measure=measure, when=when, given=given, rounded=rounded)
    return HEAD + RATE + "\n".join(line for line in text.splitlines() if line.strip()) + "\n"


def test_visits_that_may_pass_a_limit_on_money_are_decided_visit_by_visit() -> None:
    rows = priced("1", ("97530", 15, 1, "GP", "30.00", None), ("97110", 15, 1, "GP", "20.00", None))
    rows += priced("2", ("97530", 15, 1, "GP", "30.01", None), ("97110", 15, 1, "GP", "20.00", None))
    rows += priced("3", ("97530", 15, 1, "GP", None, None), ("97110", 15, 1, "GP", "20.00", None))
    judged = judge(limited("$50"), rows)
    assert judged.asides == {"limit dollars: what is paid may be more": 2}
    assert judged.aside == [False, True, True]
    assert judged.column("allowed_amount") == [D(30), D(20), D("30.01"), D("19.99"), None, None]


def test_a_limit_on_money_that_a_fact_gives() -> None:
    rows = priced("1", ("97530", 15, 1, "GP", "30.00", None), x_case_cap="30.00")
    rows += priced("2", ("97530", 15, 1, "GP", "30.01", None), x_case_cap="30.00")
    rows += priced("3", ("97530", 15, 1, "GP", "30.00", None))
    judged = judge(_declared(limited("case.cap")), rows)
    assert judged.aside == [False, True, True]


def _declared(text: str) -> str:
    head, _, rest = text.partition("codes timed")
    return head + 'fact case.cap : money "the most of a day"\ncodes timed' + rest


def test_a_limit_on_money_that_is_about_no_visit_or_is_not_given_its_facts() -> None:
    row = priced("1", ("97530", 15, 1, "GP", "90.00", None), claim_type="institutional")
    assert paid(limited("$50", when="when visit.claim_type is professional"), row) == [D(90)]
    assert paid(limited("$50", given="only when given visit.setting"), row) == [D(90)]


def test_a_limit_on_rvus() -> None:
    rows = priced("1", ("97530", 30, 2, "GP", "30.00", None), x_rvu="1.25")
    rows += priced("2", ("97530", 30, 2, "GP", "30.00", None), x_rvu="1.2501")
    rows += priced("3", ("97530", 30, 2, "GP", "30.00", None))
    judged = judge(limited("2.5 RVUs", measure="RVUs"), rows)
    assert judged.aside == [False, True, True]
    assert judged.column("allowed_amount")[0] == D(60)


def test_another_visit_of_the_day_adds_to_a_limit_on_money() -> None:
    rows = priced("1", ("97530", 15, 1, "GP", "30.00", None), patient="P") + priced(
        "2", ("97110", 15, 1, "GP", "9.00", None), patient="P"
    )
    assert judge(limited("$50"), rows).asides == {"limit dollars: earlier lines may add to it": 2}


def test_before_the_policy_is_in_force_nothing_is_set_aside() -> None:
    text = HEAD.replace("source manual", "    in force from 2026-03-03, by service date\nsource manual", 1) + RATE
    judged = judge(text, priced("1", ("97530", 15, 1, "GP", "30.00", None)))
    assert (judged.asides, judged.column("findings")) == ({}, ["undetermined not in force"])


def test_lines_of_several_providers_are_ranked_apart_visit_by_visit() -> None:
    rows = priced("1", ("97530", 15, 1, "GP", "40.00", None), ("97110", 15, 1, "GP", "30.00", None))
    rows[0] = {**rows[0], "rendering_npi": "1"}
    rows[1] = {**rows[1], "rendering_npi": "2"}
    judged = judge(HEAD + RATE + BY_CODE, rows)
    assert judged.asides == {"pay later: lines differ in provider": 1}
    assert judged.column("allowed_amount") == [D(40), D(30)]


@pytest.mark.parametrize("fee", ["999999999999", "700000000000.0001"])
def test_prices_beyond_64_bits_are_decided_visit_by_visit(fee: str) -> None:
    text = HEAD + RATE.replace("rate line.fee", "rate 63.75% of line.fee").replace(
        "    cite", "    rounded down to the cent\n    cite"
    )
    rows = priced("1", ("97530", 15, 1, "GP", "1.00", None)) + priced("2", ("97530", 15, 1, "GP", fee, None))
    judged = judge(text, rows)
    assert judged.aside == [False, True]
    assert judged.column("allowed_amount")[0] == D("0.63")
    assert judge(HEAD + RATE + SHARE.format(after="", rounding="up"), rows).asides == {}
