"""Medicare Part B: the facts that this project was begun for, the history of the pair edits, and what a record adds.

Owns: what `medicare.part_b` decides, date by date.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

import policy

ENGINES = ("reference", "compiled")
DATE = "2026-03-02"
ELEMENTS = ("functional_limitation", "activity", "direct_minutes", "assistance", "response", "plan_link")
NOTE = dict.fromkeys((*ELEMENTS, "timed_total", "total_time", "signature"), True)


@pytest.fixture(scope="module", params=ENGINES)
def part_b(request: pytest.FixtureRequest) -> policy.Program:
    return policy.load("medicare.part_b", engine=request.param)


def line(
    code: str, minutes: int | None = None, units: int | None = None, *modifiers: str, **more: Any
) -> dict[str, Any]:
    stated = {"minutes": minutes, "units": units}
    return {
        "code": code,
        "modifiers": list(modifiers or ("GP",)),
        **{k: v for k, v in stated.items() if v is not None},
        **more,
    }


def visit(*lines: Mapping[str, Any], date: str = DATE, **more: Any) -> dict[str, Any]:
    return {"date": date, "lines": list(lines), **more}


def rules(decision: policy.Decision, *effects: str) -> set[str]:
    return {
        f.rule for f in decision.findings if f.effect in (effects or ("deny", "reduce", "review", "authorize", "warn"))
    }


def test_a_plain_claim_line_is_allowed_without_a_finding(part_b: policy.Program) -> None:
    decision = part_b.evaluate(visit(line("97530", 24, 2)))
    assert decision.status == "allow"
    assert decision.lines[0].allowed_units == 2
    assert decision.findings == ()


@pytest.mark.parametrize(
    ("low", "high", "units"),
    [(0, 7, 0), (8, 22, 1), (23, 37, 2), (38, 52, 3), (53, 67, 4), (68, 82, 5), (83, 97, 6)],
)
def test_the_chart_of_minutes(part_b: policy.Program, low: int, high: int, units: int) -> None:
    for minutes in (low, high):
        assert part_b.evaluate(visit(line("97530", minutes))).lines[0].allowed_units == units


def test_no_date_of_the_policy_is_without_an_answer(part_b: policy.Program) -> None:
    for year in range(2000, 2031):
        decision = part_b.evaluate(visit(line("97530", 24, 2), date=f"{year}-06-01"))
        assert (decision.status, decision.lines[0].allowed_units) == ("allow", 2), year


def test_before_the_eight_minute_rule_the_policy_says_that_it_is_not_in_force(part_b: policy.Program) -> None:
    assert part_b.evaluate(visit(line("97530", 24, 2), date="2000-03-31")).status == "undetermined"


PAIRS = [
    # column one, column two, first and last date on which the pair denies, a modifier releases it
    ("97150", "97530", None, None, True),
    ("97530", "97537", None, None, True),
    ("97530", "97542", None, None, True),
    ("97530", "95852", None, None, False),
    ("97530", "97116", None, "2019-12-31", True),
    ("97140", "97530", "2000-07-01", "2019-12-31", True),
    ("97530", "97113", None, "2019-12-31", True),
    ("97530", "97164", "2017-01-01", "2019-12-31", True),
    ("97530", "97533", None, "2021-12-31", True),
    ("97530", "97535", "2020-10-01", "2021-12-31", True),
    ("97530", "97750", "2020-10-01", None, True),
    ("97755", "97530", "2020-10-01", None, True),
    ("92507", "97530", "2020-10-01", None, True),
    ("97140", "97124", None, None, False),
    ("97150", "97110", "2020-10-01", None, True),
    ("97163", "97161", "2020-10-01", None, False),
]


def denied(
    program: policy.Program, one: str, two: str, date: str, *, on_one: bool = False, on_two: bool = False
) -> bool:
    """Whether a pair edit denies column two; modifier 59 on either line."""
    lines = [line(one, 15, 1, "GP", *(["59"] if on_one else [])), line(two, 15, 1, "GP", *(["59"] if on_two else []))]
    decision = program.evaluate(visit(*lines, date=date))
    pairs = [f for f in decision.findings if f.rule.startswith("pair ") and f.effect == "deny"]
    assert all(f.lines[0] == 2 and f.reasons == ("CO-236",) for f in pairs)
    return bool(pairs)


@pytest.mark.parametrize(("one", "two", "start", "end", "released"), PAIRS, ids=lambda value: str(value))
def test_a_pair_denies_column_two_on_its_dates(
    part_b: policy.Program, one: str, two: str, start: str | None, end: str | None, released: bool
) -> None:
    day = dt.timedelta(days=1)
    inside = end or DATE
    assert denied(part_b, one, two, inside)
    assert denied(part_b, one, two, inside, on_two=True) is not released
    assert denied(part_b, one, two, inside, on_one=True) is not released
    if start is not None:
        assert denied(part_b, one, two, start)
        assert not denied(part_b, one, two, str(dt.date.fromisoformat(start) - day))
    if end is not None:
        assert not denied(part_b, one, two, str(dt.date.fromisoformat(end) + day))
    if start != "2020-10-01":
        before = "2019-06-30"
        assert denied(part_b, one, two, before)
        assert denied(part_b, one, two, before, on_one=True), "until June 2019 a release counts on column two only"
        assert denied(part_b, one, two, before, on_two=True) is not released


@pytest.mark.parametrize(
    "two", ["97110", "97112", "97116", "97124", "97140", "97535", "97760", "97161", "97166", "97032", "G0283"]
)
@pytest.mark.parametrize("date", ["2022-01-03", DATE])
def test_what_charts_still_list_needs_no_modifier(part_b: policy.Program, two: str, date: str) -> None:
    modifier = "GO" if two == "97166" else "GP"
    decision = part_b.evaluate(visit(line("97530", 15, 1), line(two, 15, 1, modifier), date=date))
    assert decision.status == "allow"
    assert rules(decision) == set()


@pytest.mark.parametrize("date", ["2020-01-01", "2020-01-23", "2020-03-31", "2020-10-01", "2020-12-31"])
def test_the_evaluation_edits_of_2020_never_bind(part_b: policy.Program, date: str) -> None:
    decision = part_b.evaluate(visit(line("97161", None, 1), line("97530", 15, 1), line("97140", 15, 1), date=date))
    assert decision.status == "allow"


def test_group_work_is_not_97530(part_b: policy.Program) -> None:
    decision = part_b.evaluate(visit(line("97530", 45, 3, delivery="group"), line("97110", 8, 1)))
    assert [found.allowed_units for found in decision.lines] == [0, 1]
    assert rules(decision, "deny") == {"require direct_contact"}
    assert "97150" in decision.findings[0].message


def test_group_work_is_one_unit_whatever_its_minutes(part_b: policy.Program) -> None:
    decision = part_b.evaluate(visit(line("97150", 60, 4), setting="practitioner"))
    assert decision.lines[0].supported_units == 1


@pytest.mark.parametrize("other", ["97535", "97110"])
def test_one_on_one_minutes_are_not_shared(part_b: policy.Program, other: str) -> None:
    first = line("97530", 30, 2, start="09:00", end="09:30")
    shared = part_b.evaluate(visit(first, line(other, 15, 1, start="09:15", end="09:30")))
    after = part_b.evaluate(visit(first, line(other, 15, 1, start="09:30", end="09:45")))
    released = part_b.evaluate(visit(first, line(other, 15, 1, "GP", "59", start="09:15", end="09:30")))
    assert rules(shared, "deny") == {"pair same_minutes"}
    assert shared.lines[0].allowed_units == 2
    assert after.status == released.status == "allow"


@pytest.mark.parametrize(
    ("modifiers", "rule"),
    [
        ([], "require discipline_modifier"),
        (["GP", "GO"], "require discipline_modifier"),
        (["KX"], "require discipline_modifier"),
        (["GO", "CQ"], "require assistant_pt_plan"),
        (["GP", "CO"], "require assistant_ot_plan"),
    ],
)
def test_modifiers_that_do_not_fit(part_b: policy.Program, modifiers: list[str], rule: str) -> None:
    decision = part_b.evaluate(
        {"date": DATE, "lines": [{"code": "97530", "minutes": 15, "units": 1, "modifiers": modifiers}]}
    )
    assert rules(decision, "deny") == {rule}
    assert decision.findings[0].reasons == ("CO-4",)


def test_a_claim_without_minutes_is_undetermined_but_its_pair_is_decided(part_b: policy.Program) -> None:
    decision = part_b.evaluate(visit(line("97530", None, 2), line("97150", None, 1)))
    assert decision.lines[0].status == "deny"
    assert decision.lines[1].status == "allow"
    alone = part_b.evaluate(visit(line("97530", None, 2)))
    assert alone.status == "undetermined"
    assert "line.minutes" in {fact for f in alone.findings for fact in f.missing}


THRESHOLDS = {
    2018: 2010,
    2019: 2040,
    2020: 2080,
    2021: 2110,
    2022: 2150,
    2023: 2230,
    2024: 2330,
    2025: 2410,
    2026: 2480,
}


@pytest.mark.parametrize(("year", "dollars"), THRESHOLDS.items())
def test_kx_is_needed_above_the_threshold_of_the_year(part_b: policy.Program, year: int, dollars: int) -> None:
    def found(charges: str, month: str, *modifiers: str) -> set[str]:
        facts = {"therapy": {"charges_to_date": charges}}
        return rules(
            part_b.evaluate(visit(line("97530", 15, 1, "GP", *modifiers), date=f"{year}-{month}", **facts)),
            "deny",
            "review",
        )

    for month in ("01-01", "12-31"):
        assert found(f"{dollars}.00", month) == set()
        assert found(f"{dollars}.01", month) == {"require kx_above_threshold"}
        assert found(f"{dollars}.01", month, "KX") == set()
        assert found(f"{dollars}.00", month, "KX") == {"rule kx_below_threshold"}


def test_a_year_without_a_threshold_is_not_guessed(part_b: policy.Program) -> None:
    decision = part_b.evaluate(visit(line("97530", 15, 1), date="2027-01-04", therapy={"charges_to_date": "5000.00"}))
    assert decision.status == "undetermined"
    assert "value kx_threshold" in {fact for f in decision.findings for fact in f.missing}


def test_the_denial_above_the_threshold_is_the_patients(part_b: policy.Program) -> None:
    decision = part_b.evaluate(visit(line("97530", 15, 1), therapy={"charges_to_date": "2600.00"}))
    assert decision.findings[0].reasons == ("PR-119",)


@pytest.mark.parametrize(
    ("code", "office", "hospital"),
    [
        ("97530", 6, 6),
        ("97110", 6, 8),
        ("97112", 4, 6),
        ("97116", 4, 4),
        ("97140", 6, 6),
        ("97535", 8, 8),
        ("97035", 2, 2),
        ("97750", 8, 8),
    ],
)
def test_unit_edits_deny_the_whole_day(part_b: policy.Program, code: str, office: int, hospital: int) -> None:
    for setting, most in (("practitioner", office), ("hospital", hospital)):
        within = part_b.evaluate(visit(line(code, 15 * most, most), setting=setting))
        above = part_b.evaluate(visit(line(code, 15 * most + 15, most + 1), setting=setting))
        assert within.status == "allow"
        assert above.lines[0].allowed_units == 0
        assert above.findings[0].reasons == ("CO-151",)


def test_the_strong_note_and_the_weak_one(part_b: policy.Program) -> None:
    strong = part_b.evaluate(visit(line("97530", 24, 2), documentation=NOTE))
    assert (strong.status, strong.findings) == ("allow", ())
    for element in ELEMENTS:
        weak = part_b.evaluate(visit(line("97530", 24, 2), documentation={**NOTE, element: False}))
        assert weak.status == "review"
        assert rules(weak) == {"require documented_activities"}


@pytest.mark.parametrize(
    ("element", "rule"),
    [
        ("timed_total", "require timed_total_documented"),
        ("total_time", "require total_time_documented"),
        ("signature", "require note_signed"),
    ],
)
def test_a_note_states_times_and_is_signed(part_b: policy.Program, element: str, rule: str) -> None:
    weak = part_b.evaluate(visit(line("97110", 24, 2), documentation={**NOTE, element: ""}))
    assert (weak.status, rules(weak)) == ("review", {rule})


@pytest.mark.parametrize(
    ("number", "needed", "status"), [(12, False, "allow"), (13, False, "review"), (13, True, "allow")]
)
def test_97530_after_twelve_visits(part_b: policy.Program, number: int, needed: bool, status: str) -> None:
    note = {**NOTE, "continued_need": needed}
    assert part_b.evaluate(visit(line("97530", 24, 2), number=number, documentation=note)).status == status
    assert part_b.evaluate(visit(line("97110", 24, 2), number=number, documentation=note)).status == "allow"


def test_the_thirteenth_visit_without_a_record_names_what_is_missing(part_b: policy.Program) -> None:
    decision = part_b.evaluate(visit(line("97530", 24, 2), number=13))
    assert decision.status == "undetermined"
    assert decision.findings[0].missing == ("documentation.continued_need",)


def test_reports_and_certification_have_a_date(part_b: policy.Program) -> None:
    def status(**facts: Any) -> str:
        return part_b.evaluate(visit(line("97530", 24, 2), **facts)).status

    assert status(progress_report={"visits_since": 10}) == "allow"
    assert status(progress_report={"visits_since": 11}) == "review"
    assert status(plan_of_care={"certified": "2025-12-02"}) == "allow"
    assert status(plan_of_care={"certified": "2025-12-01"}) == "review"


def test_units_go_by_discipline(part_b: policy.Program) -> None:
    decision = part_b.evaluate(visit(line("97530", 20, None, "GP"), line("97530", 20, None, "GO")))
    assert [found.allowed_units for found in decision.lines] == [1, 1]


@pytest.mark.parametrize("code", ["97150", "G0283"])
def test_untimed_codes_are_one_unit_for_each_discipline(part_b: policy.Program, code: str) -> None:
    two = part_b.evaluate(visit(line(code, None, 1, "GP"), line(code, None, 1, "GO"), setting="hospital"))
    assert [found.supported_units for found in two.lines] == [1, 1]
    one = part_b.evaluate(visit(line(code, None, 1, "GP"), line(code, None, 1, "GP"), setting="hospital"))
    assert [found.supported_units for found in one.lines] == [1, 0]


def test_every_denial_says_where_it_was_read(part_b: policy.Program) -> None:
    decision = part_b.evaluate(visit(line("97530", 24, 2), line("97150", None, 1)))
    for finding in decision.findings:
        assert finding.cite
        assert all(cite.link and cite.link.startswith("http") for cite in finding.cite)
