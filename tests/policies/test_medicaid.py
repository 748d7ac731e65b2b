"""State Medicaid programmes: what each decides on the visits and days where its answer turns.

Owns: the turning points of `medicaid.*` that its examples state on one side only. The published cases are in `tests/conformance`.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

import policy

LINE = {"code": "97530", "minutes": 30, "units": 2, "modifiers": ["GP"]}
AUTHORIZED = {"authorization": {"number": "A1"}}


def past(
    first: str, visits: int, code: str = "97530", discipline: str = "PT", units: int = 2, **facts: str
) -> list[dict[str, Any]]:
    """One earlier line a day, from the day `first` on; `facts` with `__` for the dot of their path."""
    stated = {path.replace("__", "."): value for path, value in facts.items()}
    start = dt.date.fromisoformat(first)
    days = [start + dt.timedelta(days=n) for n in range(visits)]
    return [
        {"date": day.isoformat(), "code": code, "units": units, "discipline": discipline, "facts": stated}
        for day in days
    ]


def decide(engine: str, state: str, date: str, **more: Any) -> policy.Decision:
    visit = {"date": date, "lines": [LINE], "history": [], "patient": {"id": "P1", "age": 40}, **more}
    return policy.load(f"medicaid.{state}", engine=engine).evaluate(visit)


def rules(decision: policy.Decision) -> set[str]:
    return {f.rule for f in decision.findings if f.effect not in {"note", "undetermined"}}


@pytest.mark.parametrize(("visits", "status"), [(29, "allow"), (30, "deny")])
@pytest.mark.parametrize("purpose", ["rehabilitative", "habilitative"])
def test_north_carolina_pools_physical_and_occupational_therapy(
    engine: str, purpose: str, visits: int, status: str
) -> None:
    history = past("2024-07-01", visits - 10, therapy__purpose=purpose)
    history += past("2024-09-01", 10, "97535", "OT", therapy__purpose=purpose)
    more = {"history": history, "facts": {"therapy.purpose": purpose}, **AUTHORIZED}
    decision = decide(engine, "north_carolina", "2024-12-02", **more)
    assert decision.status == status
    assert rules(decision) == (set() if status == "allow" else {"limit visits_of_each_purpose"})


def test_north_carolina_asks_for_the_purpose_only_where_it_matters(engine: str) -> None:
    few = decide(engine, "north_carolina", "2024-12-02", history=past("2024-07-01", 29), **AUTHORIZED)
    many = decide(engine, "north_carolina", "2024-12-02", history=past("2024-07-01", 30), **AUTHORIZED)
    assert few.status == "allow"
    assert many.status == "undetermined"
    assert {fact for f in many.findings for fact in f.missing} == {"therapy.purpose", "history.therapy.purpose"}


def test_north_carolina_has_visits_of_each_purpose(engine: str) -> None:
    """Thirty habilitative visits leave the rehabilitative ones as they are; of an unknown purpose, nobody knows."""
    stated, unstated = past("2024-07-01", 30, therapy__purpose="habilitative"), past("2024-07-01", 30)
    for history, status in ((stated, "allow"), (unstated, "undetermined")):
        more = {"history": history, "facts": {"therapy.purpose": "rehabilitative"}, **AUTHORIZED}
        assert decide(engine, "north_carolina", "2024-12-02", **more).status == status


@pytest.mark.parametrize(("number", "status"), [("A0", "allow"), ("A1", "authorize")])
def test_new_york_takes_a_number_once(engine: str, number: str, status: str) -> None:
    history = past("2024-01-02", 1, authorization__number=number)
    assert decide(engine, "new_york", "2024-06-03", history=history, authorization={"number": "A1"}).status == status


@pytest.mark.parametrize(("date", "visits", "status"), [("2024-06-30", 27, "deny"), ("2024-07-01", 27, "allow")])
def test_north_carolina_had_27_visits_until_june_2024(engine: str, date: str, visits: int, status: str) -> None:
    more = {"history": past("2024-01-02", visits), "facts": {"therapy.purpose": "rehabilitative"}, **AUTHORIZED}
    assert decide(engine, "north_carolina", date, **more).status == status


@pytest.mark.parametrize("date", ["2021-01-01", "2024-06-30"])
def test_new_york_wants_a_number_for_each_visit_until_june_2024(engine: str, date: str) -> None:
    assert rules(decide(engine, "new_york", date)) == {"rule visit_number_from_dvs"}
    assert decide(engine, "new_york", date, **AUTHORIZED).status == "allow"


def test_new_york_wants_none_from_july_2024(engine: str) -> None:
    assert decide(engine, "new_york", "2024-07-01").status == "allow"


@pytest.mark.parametrize(("before", "status"), [(6, "allow"), (7, "authorize")])
def test_georgia_counts_units_of_a_month_and_specialty(engine: str, before: int, status: str) -> None:
    child = {"patient": {"id": "P1", "age": 20}}
    history = [*past("2010-05-03", 1, units=before), *past("2010-05-04", 3, "97535", "OT")]
    assert decide(engine, "georgia", "2010-05-31", history=history, **child).status == status
    assert decide(engine, "georgia", "2010-06-01", history=history, **child).status == "allow"


@pytest.mark.parametrize(("saturday", "allowed"), [("2021-02-27", 2), ("2021-02-28", 1)])
def test_arkansas_counts_a_week_from_sunday(engine: str, saturday: str, allowed: int) -> None:
    history = past(saturday, 1, units=5)
    decision = decide(engine, "arkansas", "2021-03-03", history=history, patient={"id": "P1", "age": 8})
    assert decision.lines[0].allowed_units == allowed


@pytest.mark.parametrize(("date", "supported"), [("2020-12-31", 3), ("2021-01-01", 1)])
def test_arkansas_counts_evaluations_in_half_hours_until_2020(engine: str, date: str, supported: int) -> None:
    line = {"code": "97161", "minutes": 90, "modifiers": ["GP"]}
    decision = decide(engine, "arkansas", date, lines=[line], patient={"id": "P1", "age": 8})
    assert decision.lines[0].supported_units == supported


@pytest.mark.parametrize(
    ("date", "received", "status"),
    [("2005-07-18", "2005-07-31", "allow"), ("2005-07-18", "2005-08-01", "deny"), ("2005-08-02", "2005-08-09", "deny")],
)
def test_illinois_wants_the_modifier_by_the_day_of_receipt(engine: str, date: str, received: str, status: str) -> None:
    bare = {**LINE, "modifiers": []}
    assert decide(engine, "illinois", date, lines=[bare], received=received).status == status


@pytest.mark.parametrize(("date", "status"), [("2014-09-30", "deny"), ("2014-10-01", "allow")])
def test_illinois_ended_its_cap_in_2014(engine: str, date: str, status: str) -> None:
    more = {"history": past("2014-07-01", 20), "received": "2014-10-20", **AUTHORIZED}
    assert decide(engine, "illinois", date, **more).status == status


@pytest.mark.parametrize(("days", "status"), [(60, "allow"), (61, "deny")])
def test_massachusetts_wants_a_referral_of_60_days(engine: str, days: int, status: str) -> None:
    order = (dt.date(2023, 5, 1) - dt.timedelta(days=days)).isoformat()
    assert decide(engine, "massachusetts", "2023-05-01", facts={"order.date": order}).status == status


@pytest.mark.parametrize(("visits", "status"), [(19, "allow"), (20, "authorize")])
def test_massachusetts_frees_20_visits_of_each_discipline(engine: str, visits: int, status: str) -> None:
    history = [*past("2022-06-01", visits), *past("2022-06-01", 20, "97535", "OT")]
    assert decide(engine, "massachusetts", "2023-05-01", history=history).status == status
    assert decide(engine, "massachusetts", "2023-07-01", history=history).status == "allow"


@pytest.mark.parametrize(("date", "visits", "status"), [
    ("2007-12-31", 9, "allow"), ("2007-12-31", 10, "authorize"), ("2008-12-31", 19, "allow"), ("2008-12-31", 20, "authorize"),
])  # fmt: skip
def test_utah_frees_10_then_20_visits(engine: str, date: str, visits: int, status: str) -> None:
    assert decide(engine, "utah", date, history=past(f"{date[:4]}-02-01", visits)).status == status


@pytest.mark.parametrize(("visits", "status"), [(4, "allow"), (5, "authorize")])
def test_virginia_frees_five_visits_of_each_discipline(engine: str, visits: int, status: str) -> None:
    history = [*past("2026-01-05", visits), *past("2026-01-05", 9, "97535", "OT"), *past("2025-12-01", 20)]
    assert decide(engine, "virginia", "2026-03-12", history=history).status == status


@pytest.mark.parametrize(("date", "effect"), [("2022-09-11", {"rule adult_outside_hospital"}), ("2022-09-12", set())])
def test_oklahoma_treats_adults_for_pain_from_2022(engine: str, date: str, effect: set[str]) -> None:
    more = {"facts": {"therapy.for_pain": True}, "setting": "practitioner", **AUTHORIZED}
    assert rules(decide(engine, "oklahoma", date, **more)) == effect


@pytest.mark.parametrize(("after", "before", "status"), [
    (30, 28, "allow"), (30, 29, "authorize"), (31, 0, "authorize"),
])  # fmt: skip
def test_indiana_frees_30_units_in_30_days_after_a_discharge(engine: str, after: int, before: int, status: str) -> None:
    discharge = (dt.date(2022, 3, 31) - dt.timedelta(days=after)).isoformat()
    facts = {"hospital.discharge": discharge, "order.before_discharge": True}
    history = past("2022-03-10", 1, units=before) if before else []
    assert decide(engine, "indiana", "2022-03-31", facts=facts, history=history).status == status


@pytest.mark.parametrize(("date", "units"), [("2017-08-31", 2), ("2017-09-01", 3)])
def test_texas_counts_anew_from_september_2017(engine: str, date: str, units: int) -> None:
    lines = [{"code": code, "minutes": 20, "modifiers": ["GP"]} for code in ("97110", "97530")]
    decision = decide(engine, "texas_2016", date, lines=lines)
    assert sum(line.allowed_units or 0 for line in decision.lines) == units


@pytest.mark.parametrize("state", ["ohio", "utah", "virginia", "massachusetts"])
def test_without_a_history_a_year_is_not_guessed(engine: str, state: str) -> None:
    program = policy.load(f"medicaid.{state}", engine=engine)
    date = "2020-03-02" if state != "ohio" else "2014-03-03"
    decision = program.evaluate({"date": date, "lines": [LINE], "facts": {"benefit_year.start": "2014-01-01"}})
    assert decision.status == "undetermined"
    assert "history" in {fact for f in decision.findings for fact in f.missing}


@pytest.mark.parametrize(("modifier", "paid"), [("GP", "36.00"), ("GO", "34.00"), ("GN", None)])
def test_illinois_pays_the_rate_that_the_modifier_selects(engine: str, modifier: str, paid: str | None) -> None:
    facts = {"schedule.physical_therapy": "18.00", "schedule.occupational_therapy": "17.00"}
    line = {**LINE, "modifiers": [modifier], "charge": "50.00"}
    decision = decide(engine, "illinois", "2021-03-01", lines=[line], facts=facts, received="2021-03-08", **AUTHORIZED)
    assert decision.lines[0].allowed_amount == (None if paid is None else Decimal(paid))


@pytest.mark.parametrize(("before", "paid"), [("1460.00", "40.00"), ("1480.00", "20.00"), ("1500.00", "0.00")])
def test_florida_pays_adults_in_hospitals_up_to_1500_dollars(engine: str, before: str, paid: str) -> None:
    history = [{"date": "2013-09-02", "code": "97530", "units": 2, "discipline": "PT", "amount": before}]
    line = {**LINE, "fee": "20.00"}
    decision = decide(engine, "florida", "2014-03-03", lines=[line], history=history, setting="hospital")
    assert decision.lines[0].allowed_amount == Decimal(paid)
