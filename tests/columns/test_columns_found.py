"""Differences between a table and its visits that were found once, each as a small table that shows it.

Each test holds the table against the oracle, and names what went wrong: an answer taken over from a visit that was not alike, a column
that nobody asked for though the policy reads it, a history that could not be counted.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from oracle import answers
from strategies import arrow_forms

import policy
from policy.batches import TableEvaluator

DAY = dt.date(2026, 3, 2)
BEFORE_1970 = dt.date(1969, 12, 31)
HEAD = """policy my.payer "Mine"

codes day_codes
    97530, 97150
    one unit each day

count main
    applies to 97110, 97140
    by total time
    pool patient, day, provider
    units at 8, 23, 38 minutes of 15, then every 15
    leftover to the largest remainder
    ties to the most minutes
    assume "so"
"""


def line(**cells: Any) -> dict[str, Any]:
    """A line of patient p-1 on the day, one unit of a code that has one a day."""
    usual = {"hcpcs_code": "97530", "person_id": "p-1", "claim_line_start_date": DAY, "service_unit_quantity": 1}
    return {**usual, **cells}


def said(text: str, *lines: dict[str, Any]) -> list[str]:
    """What is said of the lines, one text each, after the oracle said the same; of a rejected line, why."""
    table = arrow_forms.table(lines)
    want = answers(table, {"a": policy.load(HEAD + text, engine="reference")}, "a")
    answer = TableEvaluator({"a": policy.load(HEAD + text)}, "a").evaluate(table)
    for one, other in zip(want, answer.to_pylist(), strict=True):
        assert (one["rejected"] is None) == (other["rejected"] is None)
        assert {name: other[name] for name in one if name in other and name != "rejected"} == {
            name: cell for name, cell in one.items() if name in other and name != "rejected"
        }
    return [row["rejected"] or row["findings"] for row in answer.to_pylist()]


def rule(condition: str, codes: str = "97530") -> str:
    return f'\nrule one\n    applies to {codes}\n    when {condition}\n    deny\n    assume "so"\n'


def limit(*clauses: str) -> str:
    return "\nlimit one\n" + "".join(f"    {clause}\n" for clause in (*clauses, 'assume "so"'))


# ------------------------------------------------------------------------------------- answers that were taken over
def test_visits_that_differ_in_line_numbers_are_not_alike() -> None:
    lines = [line(person_id=f"p-{k}", hcpcs_code="97150", claim_line_number=number) for k, number in ((1, 1), (2, 5))]
    more = [line(person_id=f"p-{k}", hcpcs_code="97150", claim_line_number=number) for k, number in ((1, 2), (2, 6))]
    found = said(rule("line.number <= 2", "97150"), *lines, *more)
    assert ["check" in text for text in found] == [True, False, True, False]


@pytest.mark.parametrize("name", ["x_injury_date", "x_received"])
def test_days_before_1970_are_no_missing_days(name: str) -> None:
    path = {"x_injury_date": "injury.date", "x_received": "visit.received"}[name]
    days = (BEFORE_1970, None, dt.date(1970, 1, 1), None)
    lines = [line(person_id=f"p-{k}", **{name: day}) for k, day in enumerate(days) for _ in range(2)]
    found = said(rule(f"{path} <= 2026-01-01"), *lines)
    assert ["undetermined check" in text for text in found] == [False, False, True, True, False, False, True, True]


def test_numbers_below_zero_are_no_missing_numbers() -> None:
    lines = [
        line(person_id=f"p-{k}", x_case_severity=number) for k, number in enumerate((-1, None, -2)) for _ in range(2)
    ]
    found = said("\nfact case.severity : number\n" + rule("case.severity < 0"), *lines)
    assert ["undetermined check" in text for text in found] == [False, False, True, True, False, False]


def test_a_table_without_patients_has_no_known_history() -> None:
    lines = [line(x_visit=f"v-{k}") for k in range(2) for _ in range(2)]
    nobody = [{name: cell for name, cell in one.items() if name != "person_id"} for one in lines]
    for rows, known in ((lines, True), (nobody, False)):
        found = said(rule("patient.history is missing"), *rows)
        assert ["check" in text for text in found] == [not known] * 4


@pytest.mark.parametrize("column", ["person_id", "member_id", None])
def test_a_limit_only_where_history_is_given_is_judged_in_tables_with_patients(column: str | None) -> None:
    """Nobody has to state that the history is there: it is the table itself, also where a patient has one visit only."""
    days = [DAY, DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=2)]
    lines = [line(x_visit=f"v-{k}", claim_line_start_date=day) for k, day in enumerate(days)]
    who = [{"x_visit": "v-9", "person_id": "p-2"}, *({"person_id": "p-1"} for _ in days)]
    lines = [{**line(), **who[0]}, *lines]
    rows = [{name: cell for name, cell in one.items() if name != "person_id"} for one in lines]
    if column is not None:
        rows = [{**one, column: other["person_id"]} for one, other in zip(rows, who, strict=True)]
    only = limit(
        "applies to 97530",
        "at most 2 units",
        "per patient and calendar year",
        "counting billed units",
        "only when given patient.history",
        "on excess deny the excess, last line first",
    )
    found = said(only, *rows)
    assert ["limit" in text for text in found] == [False, False, False, column is not None]
    assert "undetermined" not in "".join(found)
    told = said(rule("patient.history is given"), *rows)
    assert ["check" in text for text in told] == [column is not None] * 4


def test_a_line_without_a_provider_has_the_visits() -> None:
    """Both visits have a line of dr-a and two that name nobody: of one provider here, of two there, for the visit's is another."""
    lines = [
        line(x_visit=visit, person_id=visit, hcpcs_code=code, x_minutes=minutes, rendering_npi=own, billing_npi=common)
        for visit, common in (("v-1", "dr-a"), ("v-2", "dr-b"), ("v-3", None))
        for code, minutes, own in (("97110", 10, "dr-a"), ("97140", 5, None), ("97140", 5, None))
    ]
    found = said("", *lines)
    assert found[:3] != found[3:6]
    assert found[6:] == ["undetermined units unknown"] * 3


# ------------------------------------------------------------------------------------ columns that nobody asked for
def test_the_place_of_a_line_is_the_visits() -> None:
    assert "check" in said(rule("line.place is not 11"), line(x_place="12"))[0]


def test_minutes_of_an_assistant_are_told_by_who_gave_the_service() -> None:
    assert (
        "check" in said(rule("line.assistant_minutes > 5 minutes"), line(x_furnished_by="assistant", x_minutes=20))[0]
    )


def test_charges_that_are_summed_are_read() -> None:
    found = said(rule("charges of 97530 > $50.00"), line(charge_amount=Decimal("50.01")))
    assert found == ["deny check"]


def test_earlier_lines_of_another_authorization_are_told_apart() -> None:
    text = limit(
        "applies to 97530",
        "at most 1 unit",
        "per patient and authorization",
        "counting billed units",
        "on excess review",
    )
    days = (DAY - dt.timedelta(days=9), DAY, DAY + dt.timedelta(days=9))
    lines = [
        line(claim_line_start_date=day, x_authorization_number=name) for day, name in zip(days, "AAB", strict=True)
    ]
    assert said(text, *lines) == ["", "review limit", ""]


def test_reductions_know_the_providers_of_the_lines() -> None:
    text = """
pay price
    rate $40.00 each unit
    assume "so"

pay again
    reduce the rate by 50%
    except the first unit
    ranked by rate
    ties to the first line
    across patient, provider and day
    rounded half up to the cent
    assume "so"
"""
    lines = [
        line(hcpcs_code=code, billing_npi="dr-a", rendering_npi=own) for code, own in (("97530", "x"), ("97150", "y"))
    ]
    assert said(text, *lines) == ["", ""]


# ----------------------------------------------------------------------------------------------------------- history
def test_visits_without_ids_are_counted_one_by_one() -> None:
    """Two visits on one day, of two providers, and none has an id or a claim."""
    text = limit("applies to 97530", "at most 2 visits", "per patient and calendar year", "on excess review")
    days = (DAY, DAY, DAY + dt.timedelta(days=1))
    lines = [line(claim_line_start_date=day, billing_npi=name) for day, name in zip(days, "aba", strict=True)]
    assert said(text, *lines) == ["", "", "review limit"]


@pytest.mark.parametrize(
    "id_",
    [lambda k: k, lambda k: k << 56, lambda k: -(k << 55), lambda k: (k - 3) << 61],
    ids=["small", "large", "negative", "both"],
)
def test_patients_of_large_numbers_are_told_apart(id_: Callable[[int], int]) -> None:
    """Numbers of 64 bits times days are no numbers of 64 bits."""
    text = limit(
        "applies to 97530",
        "at most 1 unit",
        "per patient and calendar year",
        "counting billed units",
        "on excess deny the excess, last line first",
    )
    days = (DAY, DAY + dt.timedelta(days=255))
    lines = [line(person_id=str(id_(k)), claim_line_start_date=day) for k in range(1, 5) for day in days]
    table = arrow_forms.table(lines)
    ids = pa.array([int(id_) for id_ in table["person_id"].to_pylist()], pa.int64())
    numbers = table.set_column(table.column_names.index("person_id"), "person_id", ids)
    evaluator = TableEvaluator({"a": policy.load(HEAD + text)}, "a")
    assert said(text, *lines) == evaluator.evaluate(numbers)["findings"].to_pylist() == ["", "deny limit"] * 4


def test_earlier_lines_have_the_discipline_of_their_modifier() -> None:
    text = limit(
        "applies to 97530",
        "at most 1 unit",
        "per patient, discipline and calendar year",
        "counting billed units",
        "on excess review",
    )
    days = (DAY, DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=2))
    lines = [
        line(claim_line_start_date=day, hcpcs_modifier_1=mark)
        for day, mark in zip(days, ("GP", "GO", "GP"), strict=True)
    ]
    assert said(text, *lines) == ["", "", "review limit"]


def test_a_line_that_cannot_be_counted_leaves_the_year_open() -> None:
    """The line of the first day has no code: what it would add nobody knows, from its day on."""
    text = limit(
        "applies to 97530",
        "at most 3 units",
        "per patient and calendar year",
        "counting billed units",
        "on excess review",
    )
    days = (dt.date(2025, 12, 30), DAY, dt.date(2027, 1, 4))
    lost = line(claim_line_start_date=dt.date(2026, 1, 15), hcpcs_code=None)
    found = said(text, lost, *(line(claim_line_start_date=day) for day in days))
    assert found[1:] == ["", "undetermined limit", ""]


def test_a_line_on_the_last_day_of_the_calendar_has_a_history() -> None:
    text = limit(
        "applies to 97530",
        "at most 3 units",
        "per patient and calendar year",
        "counting billed units",
        "on excess review",
    )
    last = dt.date(9999, 12, 31)
    lost = line(claim_line_start_date=last, hcpcs_code=None, billing_npi="b")
    assert said(text, line(claim_line_start_date=last, billing_npi="a"), lost)[0] == "undetermined limit"


# -------------------------------------------------------------------------------------------------- forms of a table
@pytest.mark.parametrize("form", [pa.decimal128(18, 6), pa.decimal256(30, 8), pa.float64(), pa.string()])
def test_amounts_are_read_from_every_type(form: pa.DataType) -> None:
    """Zeros behind the fourth place are no more exact than the others."""
    cells = (
        pa.array([Decimal("35.15")], pa.decimal128(18, 4)).cast(form) if form != pa.string() else pa.array(["35.15"])
    )
    table = arrow_forms.table([line()]).append_column("charge_amount", cells)
    answer = TableEvaluator({"a": policy.load(HEAD + rule("line.charge is $35.15"))}, "a").evaluate(table)
    assert answer.column("findings").to_pylist() == ["deny check"]


def test_a_table_with_a_column_of_policies_makes_visits() -> None:
    text = HEAD + rule("documentation is given")
    table = arrow_forms.table([line(x_policy="a", x_documentation_activity="yes")])
    answer = TableEvaluator({"a": policy.load(text)}, None).evaluate(table)
    assert answer.column("findings").to_pylist() == ["deny check"]
