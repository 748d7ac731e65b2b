"""Commercial plans and federal programmes: what each decides the day before and the day on which its rule turns.

Owns: the turning points of `federal.*` and of the commercial plans, under both evaluators. The published cases are in
`tests/conformance`, the examples of each policy beside its statements.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from decided import decide

import policy


def line(code: str, minutes: int | None, *modifiers: str, units: int | None = None, **more: Any) -> dict[str, Any]:
    stated = {"minutes": minutes, "units": units}
    return {"code": code, "modifiers": list(modifiers), **{k: v for k, v in stated.items() if v is not None}, **more}


def spoke(decision: policy.Decision) -> set[str]:
    return {f.rule for f in decision.findings if f.effect in {"deny", "reduce", "review", "authorize", "warn"}}


def total(decision: policy.Decision) -> Decimal | int:
    return sum(found.allowed_units or 0 for found in decision.lines)


TEN_AND_TEN = {
    "federal.tricare": 1, "federal.medicare_advantage": 1, "federal.va_community_care": 1, "commercial.united": 1,
    "commercial.humana": 1, "commercial.aetna": 2, "commercial.cigna": 2, "commercial.plan_rp_001": 2,
    "commercial.bcbs_massachusetts": 1, "commercial.security_health_plan": Decimal("1.4"),
}  # fmt: skip


@pytest.mark.parametrize(("policy_id", "units"), TEN_AND_TEN.items(), ids=TEN_AND_TEN)
def test_ten_and_ten_minutes(engine: str, policy_id: str, units: int | Decimal) -> None:
    lines = (line("97110", 10, "GP"), line("97530", 10, "GP"))
    assert total(decide(engine, policy_id, "2026-03-02", *lines)) == units


@pytest.mark.parametrize(
    ("date", "held", "wanted"),
    [
        ("2023-06-30", set(), set()),
        ("2023-07-01", set(), {"require plan_signed", "require session_time"}),
        ("2023-07-31", {"start_end"}, {"require plan_signed"}),
        ("2023-08-01", {"start_end"}, set()),
        ("2023-08-01", {"total_time"}, {"require session_time"}),
        ("2023-11-28", {"total_time"}, {"require session_time"}),
        ("2023-11-29", {"total_time"}, set()),
        ("2023-11-29", set(), {"require session_time"}),
        ("2024-06-30", {"start_end"}, set()),
        ("2024-07-01", {"total_time"}, {"require session_note"}),
        ("2024-07-01", set(), {"require session_note", "require session_time"}),
    ],
)
def test_what_united_wants_of_a_note(engine: str, date: str, held: set[str], wanted: set[str]) -> None:
    note = dict.fromkeys({"activity", *held}, True)
    facts = {"plan_of_care": {"signed": False}, "documentation": note}
    assert spoke(decide(engine, "commercial.united", date, line("97530", 24, units=2), **facts)) == wanted


@pytest.mark.parametrize("state", ["CO", "MA", "NV", "NY", "OH"])
def test_exchange_plans_of_four_states_were_left_out_until_july_2024(engine: str, state: str) -> None:
    facts = {"facts": {"plan.product": "exchange", "plan.state": state}, "documentation": {"activity": True}}

    def wants(date: str) -> bool:
        decision = decide(engine, "commercial.united", date, line("97530", 24, units=2), **facts)
        return "require session_time" in spoke(decision)

    assert wants("2023-09-01") is wants("2024-06-30") is (state == "OH")
    assert wants("2024-07-01")


def test_the_recalled_cap_of_united_takes_nothing_away(engine: str) -> None:
    decision = decide(engine, "commercial.united", "2026-03-02", line("97530", 105, units=7))
    assert decision.lines[0].allowed_units == 7
    assert spoke(decision) == set()


@pytest.mark.parametrize(
    ("date", "state", "units"),
    [
        ("2022-10-14", None, 5),
        ("2022-10-15", None, 4),
        ("2022-10-15", "UT", 4),
        ("2022-10-31", "TX", 5),
        ("2022-10-31", "KY", 5),
        ("2022-11-01", "TX", 4),
        ("2022-11-01", "OH", 4),
    ],
)
def test_the_four_units_of_cigna_began_on_two_days(engine: str, date: str, state: str | None, units: int) -> None:
    facts = {"facts": {"plan.state": state}} if state else {}
    assert total(decide(engine, "commercial.cigna", date, line("97530", 75, units=5), **facts)) == units


@pytest.mark.parametrize("first", ["97110", "97530"])
def test_cigna_pays_the_units_that_stand_first_on_the_claim(engine: str, first: str) -> None:
    codes = [first, *({"97110", "97530"} - {first})]
    decision = decide(engine, "commercial.cigna", "2026-03-02", *(line(code, 45, units=3) for code in codes))
    assert [found.allowed_units for found in decision.lines] == [3, 1]


@pytest.mark.parametrize(
    ("policy_id", "date", "asked"),
    [
        ("commercial.aetna", "2023-11-30", False),
        ("commercial.aetna", "2023-12-01", False),
        ("commercial.aetna", "2024-02-29", False),
        ("commercial.aetna", "2024-03-01", True),
        ("commercial.humana", "2019-12-31", False),
        ("commercial.humana", "2020-01-01", True),
        ("federal.tricare", "2020-04-16", True),
    ],
)
def test_from_when_an_assistants_line_is_marked(engine: str, policy_id: str, date: str, asked: bool) -> None:
    bare = decide(engine, policy_id, date, line("97530", 24, "GP", units=2, furnished_by="assistant"))
    marked = decide(engine, policy_id, date, line("97530", 24, "GP", "CQ", units=2, furnished_by="assistant"))
    assert bool(spoke(bare)) is asked
    assert spoke(marked) == set()


def test_tricare_recognized_no_assistant_before_its_rule(engine: str) -> None:
    decision = decide(engine, "federal.tricare", "2020-04-15", line("97530", 24, "GP", "CQ", furnished_by="assistant"))
    assert decision.lines[0].status == "deny"


@pytest.mark.parametrize(("days", "denied"), [(1, True), (179, True), (180, False)])
def test_aetna_pays_an_evaluation_once_in_180_days(engine: str, days: int, denied: bool) -> None:
    earlier = str(dt.date(2026, 9, 1) - dt.timedelta(days=days))
    history = [{"date": earlier, "code": "97162", "units": 1, "discipline": "PT"}]
    decision = decide(engine, "commercial.aetna", "2026-09-01", line("97161", None, "GP", units=1), history=history)
    assert ("limit one_evaluation" in spoke(decision)) is denied
    unknown = decide(engine, "commercial.aetna", "2026-09-01", line("97161", None, "GP", units=1))
    assert unknown.status == "allow"


@pytest.mark.parametrize(
    ("date", "number", "start", "wanted"),
    [
        ("2024-08-31", 2, "2024-08-01", False),
        ("2024-09-01", 2, "2024-08-01", True),
        ("2024-09-01", 1, "2024-08-01", False),
        ("2025-01-12", 2, "2025-01-10", True),
        ("2025-01-13", 2, "2025-01-10", False),
        ("2025-01-13", 8, "2025-01-10", True),
        ("2025-03-08", 5, "2025-01-10", True),
        ("2025-03-07", 5, "2025-01-10", False),
    ],
)
def test_uniteds_advantage_plans_review_follow_up(
    engine: str, date: str, number: int, start: str, wanted: bool
) -> None:
    facts = {"plan.carrier": "united"}
    more = {"number": number, "place": "11", "authorization": {"number": "U1"}, "episode": {"start": start}}
    lines = line("97530", 24, "GP", units=2)
    decision = decide(engine, "federal.medicare_advantage", date, lines, facts=facts, **more)
    assert (spoke(decision) == {"rule united_clinical_review"}) is wanted
    other = decide(engine, "federal.medicare_advantage", date, lines, **{**more, "facts": {"plan.carrier": "other"}})
    assert spoke(other) == set()


@pytest.mark.parametrize(
    ("used", "date", "status"),
    [(12, "2026-03-02", "allow"), (13, "2026-03-02", "deny"), (12, "2026-03-03", "deny")],
)
def test_veterans_care_stops_with_its_authorization(engine: str, used: int, date: str, status: str) -> None:
    decision = decide(
        engine, "federal.va_community_care", date, line("97530", 24, units=2),
        authorization={"number": "VA1", "visits": 12, "until": "2026-03-02"},
        facts={"authorization.visits_used": used},
    )  # fmt: skip
    assert decision.status == status


@pytest.mark.parametrize(("date", "status"), [("2021-03-31", "deny"), ("2021-04-01", "allow")])
def test_vermont_put_assistants_on_its_list(engine: str, date: str, status: str) -> None:
    attended = line("97530", 24, units=2, facts={"line.attended_by": "PTA"})
    assert decide(engine, "commercial.bcbs_vermont", date, attended).status == status


@pytest.mark.parametrize(("date", "status"), [("2024-11-04", "allow"), ("2024-12-01", "authorize")])
def test_a_date_that_was_put_off_binds_nobody(engine: str, date: str, status: str) -> None:
    decision = decide(
        engine, "commercial.blue_cross_nc", date, line("97530", 24, units=2), facts={"plan.funding": "fully_insured"}
    )
    assert decision.status == status


def priced(code: str, minutes: int, units: int, fee: str, expense: str, *modifiers: str, **more: Any) -> dict[str, Any]:
    return line(code, minutes, *modifiers, units=units, fee=fee, practice_expense=expense, **more)


@pytest.mark.parametrize(
    ("policy_id", "date", "amount"),
    [
        ("commercial.bcbs_nebraska", "2022-11-30", "110.00"),
        ("commercial.bcbs_nebraska", "2022-12-01", "94.00"),
        ("commercial.aetna", "2013-09-30", "110.00"),
        ("commercial.aetna", "2013-10-01", "94.00"),
        ("commercial.united", "2013-03-31", "110.00"),
        ("commercial.united", "2026-03-02", "94.00"),
        ("commercial.blue_cross_nc", "2024-07-09", "110.00"),
        ("commercial.blue_cross_nc", "2024-07-10", "104.00"),
    ],
)
def test_from_when_later_services_are_reduced(engine: str, policy_id: str, date: str, amount: str) -> None:
    """97530 twice at $40 with $20 of practice expense, 97110 once at $30 with $12: by unit $94, by procedure $104."""
    lines = (priced("97110", 15, 1, "30.00", "12.00", "GP"), priced("97530", 30, 2, "40.00", "20.00", "GP"))
    claim = "institutional" if policy_id == "commercial.blue_cross_nc" else "professional"
    assert decide(engine, policy_id, date, *lines, claim_type=claim).allowed_amount == Decimal(amount)


@pytest.mark.parametrize(
    ("policy_id", "date", "amount"),
    [
        ("commercial.aetna", "2023-12-01", "40.00"),
        ("commercial.aetna", "2024-02-29", "40.00"),
        ("commercial.aetna", "2024-03-01", "34.00"),
        ("commercial.humana", "2021-12-31", "40.00"),
        ("commercial.humana", "2022-01-01", "34.00"),
        ("commercial.cigna", "2022-10-14", "40.00"),
        ("commercial.cigna", "2022-11-01", "34.00"),
    ],
)
def test_from_when_an_assistants_unit_is_paid_a_share(engine: str, policy_id: str, date: str, amount: str) -> None:
    unit = priced("97530", 15, 1, "40.00", "20.00", "GP", "CQ")
    assert decide(engine, policy_id, date, unit).allowed_amount == Decimal(amount)


def test_a_claim_without_prices_is_decided_all_the_same(engine: str) -> None:
    decision = decide(engine, "commercial.united", "2026-03-02", line("97530", 24, "GP", units=2))
    assert (decision.status, decision.lines[0].allowed_units, decision.allowed_amount) == ("allow", 2, None)
    assert not any(finding.rule.startswith("pay") for finding in decision.findings)
    assert any("line.fee" in step.text for step in decision.trace if step.step == "not judged")
