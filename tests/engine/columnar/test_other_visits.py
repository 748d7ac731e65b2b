"""Limits that other visits of the patient may add to: who is set aside for it, and whose answers are remembered."""

import pytest
from engine.columnar.judged import HEAD, judge, lines, table

import policy
from policy.batches import TableEvaluator

LIMIT = """
limit most "units of therapy"
    applies to  timed
    at most     4 units
    per         patient and {window}
    counting    billed units
    on excess   review
    cite        manual
"""
EARLIER = "earlier lines may add to it"


def test_of_a_day_only_visits_of_one_patient_and_day_are_set_aside() -> None:
    rows = [
        *lines("1", ("97530", 45, 3), patient="P1"),
        *lines("2", ("97110", 30, 2), patient="P1"),
        *lines("3", ("97530", 45, 3), patient="P2"),
        *lines("4", ("97530", 45, 3), patient="P2", date="2026-03-03"),
    ]
    judged = judge(HEAD + LIMIT.format(window="day"), rows)
    assert judged.aside == [True, True, False, False]
    assert judged.asides == {f"limit most: {EARLIER}": 2}
    assert judged.column("status") == ["review", "review", "allow", "allow"]


def test_answers_of_lone_visits_are_remembered() -> None:
    rows = [
        row
        for v in range(9)
        for row in lines(str(v), ("97530", 15, 1), ("97110", None, 1), patient=f"P{v // 3}", date=f"2026-03-{v + 1:02}")
    ]
    judged = judge(HEAD + LIMIT.format(window="day"), rows)
    assert (sum(judged.aside), judged.decided) == (9, 1)
    rows += lines("9", ("97530", 15, 1), ("97110", None, 1), patient="P0", date="2026-03-01")
    judged = judge(HEAD + LIMIT.format(window="day"), rows)
    assert (sum(judged.aside), judged.decided) == (10, 3)


BOUNDED = """
limit most "of therapy"
    applies to  97110, 97530
    at most     {most}
    per         patient, {keys} and {window}
    counting    billed {measure}
    on excess   {excess}
    cite        manual
"""
DAYS = ("2026-01-02", "2026-02-20", "2026-02-28", "2026-03-01", "2026-03-07", "2026-03-08", "2026-03-30", "2027-02-27")
COMING = [
    row
    for patient, units in (("P1", 1), ("P2", 2), ("P3", None))
    for k, day in enumerate(DAYS)
    for row in lines(
        f"{patient}{k}", ("97530", 15, units), ("97112", 15, 9), ("97161", 30, 1), date=day, patient=patient
    )
]
WINDOWS = ("week", "month", "calendar year", "fiscal year from July", "rolling 30 days", "rolling 8 days", "lifetime")


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("keys", ["claim", "code", "discipline"])
@pytest.mark.parametrize(
    ("most", "measure"),
    [
        ("2 units", "units"),
        ("45 minutes", "minutes"),
        ("3 lines", "lines"),
        ("3 visits", "visits"),
        ("2 days", "days"),
        ("1 code", "codes"),
    ],
)
def test_earlier_lines_that_cannot_add_enough_set_nothing_aside(
    window: str, keys: str, most: str, measure: str
) -> None:
    text = HEAD + BOUNDED.format(window=window, keys=keys, most=most, measure=measure, excess="review")
    judged = judge(text, COMING)
    assert set(judged.asides) <= {f"limit most: {EARLIER}"}
    passed = {row["x_visit"] for row, told in zip(COMING, judged.rows, strict=True) if "limit" in told["findings"]}
    aside = {row["x_visit"] for row, gone in zip(COMING[::3], judged.aside, strict=True) if gone}
    assert passed <= aside
    assert len(aside) < len(judged.aside)


def test_a_year_is_not_a_lifetime() -> None:
    days = ("2025-12-31", "2026-01-01", "2027-01-01")
    rows = [row for k, day in enumerate(days) for row in lines(str(k), ("97530", 15, 1), date=day, patient="P")]
    text = HEAD + BOUNDED.format(
        keys="discipline", most="1 visit", measure="visits", excess="review", window="{window}"
    )
    assert judge(text.format(window="rolling 100 days"), rows).aside == [False, True, False]
    assert judge(text.format(window="calendar year"), rows).aside == [False, True, True]
    assert judge(text.format(window="lifetime"), rows).column("status") == ["allow", "review", "review"]


def test_what_other_visits_come_to_is_of_one_table_only() -> None:
    text = HEAD + BOUNDED.format(keys="discipline", most="2 units", measure="units", excess="review", window="week")
    program = policy.load(text)
    evaluator = TableEvaluator({program.id: program}, program.id)
    for units, status in ((1, "allow"), (2, "review"), (1, "allow")):
        first = lines("1", ("97530", 30, units), date="2026-03-02", patient="P")
        rows = [*first, *lines("2", ("97530", 15, 1), date="2026-03-03", patient="P")]
        assert evaluator.evaluate(table(rows))["status"].to_pylist()[1] == status
