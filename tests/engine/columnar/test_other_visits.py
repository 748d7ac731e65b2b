"""Limits that other visits of the patient may add to: who is set aside for it, and whose answers are remembered."""

import itertools

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


def test_of_a_day_other_visits_of_the_patient_are_added() -> None:
    rows = [
        *lines("1", ("97530", 45, 3), patient="P1"),
        *lines("2", ("97110", 30, 2), patient="P1"),
        *lines("3", ("97530", 45, 3), patient="P2"),
        *lines("4", ("97530", 45, 3), patient="P2", date="2026-03-03"),
    ]
    judged = judge(HEAD + LIMIT.format(window="day"), rows)
    assert judged.asides == {}
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
    if keys == "discipline" and measure not in {"days", "codes"}:
        assert not any(gone and row["x_visit"][:2] != "P3" for row, gone in zip(COMING[::3], judged.aside, strict=True))
        return
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
    assert judge(text.format(window="rolling 100 days"), rows).column("status") == ["allow", "review", "allow"]
    assert judge(text.format(window="calendar year"), rows).column("status") == ["allow", "allow", "allow"]
    assert judge(text.format(window="lifetime"), rows).column("status") == ["allow", "review", "review"]


def test_what_other_visits_come_to_is_of_one_table_only() -> None:
    text = HEAD + BOUNDED.format(keys="discipline", most="2 units", measure="units", excess="review", window="week")
    program = policy.load(text)
    evaluator = TableEvaluator({program.id: program}, program.id)
    for units, status in ((1, "allow"), (2, "review"), (1, "allow")):
        first = lines("1", ("97530", 30, units), date="2026-03-02", patient="P")
        rows = [*first, *lines("2", ("97530", 15, 1), date="2026-03-03", patient="P")]
        assert evaluator.evaluate(table(rows))["status"].to_pylist()[1] == status


SUMMED = """
limit most "of therapy"
    applies to  97110, 97530
    at most     {most}
    per         patient, {keys}
    counting    {counting}
    on excess   {excess}
    cite        manual
"""
MIXED = [
    row
    for patient in ("P1", "P2")
    for k, (day, marks) in enumerate(itertools.product(DAYS[1:6], ("GP", "GO", "GP KX")))
    for row in lines(
        f"{patient}{k}",
        ("97530", 15 + 15 * (k % 3), 1 + k % 3, marks),
        ("97112", 15, 9, marks),
        ("97110", 30, 2, "GO" if k == 7 else marks),
        date=day,
        patient=patient,
    )
]
"""Three visits a day, in two disciplines, one of which bills both."""
EVERY = ("review", "need authorization", "need modifier KX", "deny every unit", "deny the excess, last line first")


@pytest.mark.parametrize("excess", EVERY)
@pytest.mark.parametrize(
    "keys",
    ["day", "discipline and week", "month", "discipline and rolling 5 days", "discipline and fiscal year from March"],
)
@pytest.mark.parametrize(
    ("most", "counting"),
    [
        ("6 units", "billed units"),
        ("9 units", "allowed units"),
        ("5 lines", "billed lines"),
        ("2 visits", "supported visits"),
    ],
)
def test_what_earlier_visits_come_to_is_added(excess: str, keys: str, most: str, counting: str) -> None:
    judged = judge(HEAD + SUMMED.format(most=most, keys=keys, counting=counting, excess=excess), MIXED)
    assert sum(judged.aside) <= 2  # of each patient the visit with both disciplines, where they are kept apart
    assert any("limit" in told for told in judged.column("findings"))


@pytest.mark.parametrize(
    ("without", "keys"),
    [("x_visit", "day"), ("service_unit_quantity", "month"), ("hcpcs_modifier_1", "discipline and month")],
)
def test_what_is_not_stated_of_earlier_visits_is_not_sure(without: str, keys: str) -> None:
    rows = [{**row, "billing_npi": f"{k // 3 % 3}", "claim_id": f"C{k // 3 % 2}"} for k, row in enumerate(MIXED)]
    text = SUMMED.format(most="6 units", keys=keys, counting="billed units", excess="deny the excess, last line first")
    assert any(judge(HEAD + text, rows, without=[without]).aside)


def test_a_row_that_cannot_be_read_may_have_been_of_any_amount() -> None:
    rows = [*MIXED, *lines("X", ("97530", -5, 1), date=DAYS[3], patient="P1")]
    text = SUMMED.format(most="6 units", keys="month", counting="billed units", excess="review")
    judged = judge(HEAD + text, rows)
    assert any(judged.aside) and not all(judged.aside)


@pytest.mark.parametrize(("most", "measure"), [("4 units", "units"), ("4 lines", "lines"), ("2 visits", "visits")])
@pytest.mark.parametrize("lacking", [0, 1, 2, 5])
def test_a_visit_of_no_discipline_may_be_of_any(most: str, measure: str, lacking: int) -> None:
    """The own visit, an earlier one, or a line without units."""
    rows = [
        row
        for k in range(6)
        for row in lines(
            str(k), ("97530", 30, 2, "KX" if k == lacking else "GP"), ("97110", 8, 0, "KX" if k == lacking else "GP"),
            date=f"2026-03-{k + 2:02}", patient="P",
        )
    ]  # fmt: skip
    text = SUMMED.format(most=most, keys="discipline and month", counting=f"billed {measure}", excess="deny every unit")
    judged = judge(HEAD + text, rows)
    assert judged.aside[-1] and not judged.aside[0]


def test_what_a_limit_of_some_visits_hangs_on_is_told_beside_earlier_visits() -> None:
    text = SUMMED.format(most="4 units when patient.age >= 21", keys="month", counting="allowed units", excess="review")
    rows = [{**row, "x_age": None} for row in MIXED]
    judged = judge(HEAD + text, rows)
    assert not any(judged.aside)
    assert "patient.age" in judged.column("missing")


def test_an_amount_of_another_discipline_is_told_as_missing() -> None:
    rows = [
        *lines("1", ("97140", 8, 1, "GP"), ("97110", None, 1, "GO"), patient="P", date="2026-03-06"),
        *lines("2", ("97110", 45, 3, "GP"), patient="P", date="2026-03-21"),
    ]
    text = SUMMED.format(
        most="40 minutes", keys="discipline and lifetime", counting="supported minutes", excess="review"
    ).replace("    at most", "    when        visit.setting is hospital\n    at most")
    judged = judge(HEAD + text, rows)
    assert judged.column("missing")[-1] == "history.minutes, visit.setting"


def test_visits_for_another_purpose_are_not_added() -> None:
    purposes = ("rehabilitative", "habilitative", "rehabilitative", None, "rehabilitative")
    rows = [
        row
        for k, purpose in enumerate(purposes)
        for row in lines(
            str(k), ("97530", 30, 2), patient=f"P{k // 4}", date=f"2026-03-{k + 2:02}", x_therapy_purpose=purpose
        )
    ]
    fact = '\nfact therapy.purpose : one of rehabilitative, habilitative "what the therapy is for"\n'
    text = SUMMED.format(most="3 units", keys="therapy.purpose and month", counting="billed units", excess="review")
    judged = judge(HEAD + fact + text, rows)
    assert judged.column("status") == ["allow", "allow", "review", "undetermined", "allow"]
    assert judged.aside == [False, False, False, True, False]
