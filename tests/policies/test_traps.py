"""The traps of therapy billing over many payers: same minutes, other answers; a rule in force a day too early or too late.

Owns: one regression test for each trap that a payer's text sets and a reader falls into. Traps that turn on money (reductions ranked by
procedure or by unit, ceilings in relative values) are held by the conformance cases on payment.
"""

import datetime as dt
from decimal import Decimal

import pytest
from decided import decide, line

import policy

METHOD = """policy traps.method "One method"

codes timed
    97110, 97530
    one unit each 15 minutes

count timed_units
    applies to timed
    by each code
    pool patient, day
    {method}
    assume "the method under test"
"""


def allowed(decision: policy.Decision) -> list[Decimal | int | None]:
    return [found.allowed_units for found in decision.lines]


def total(decision: policy.Decision) -> Decimal | int:
    return sum(found.allowed_units or 0 for found in decision.lines)


def spoken(decision: policy.Decision) -> set[str]:
    return {f.rule for f in decision.findings if f.effect in {"deny", "reduce", "review", "authorize"}}


# ------------------------------------------------------------------------------------ same minutes, five answers
@pytest.mark.parametrize(
    ("method", "units"),
    [
        ("a unit at 8 minutes of 15", "2"),
        ("a unit at 15 minutes of 15", "0"),
        ("a unit at 1 minute of 15", "2"),
        ("decimal units of 15 minutes, in hundredths, rounded half up", "1.34"),
        ("decimal units of 15 minutes, in hundredths, rounded down", "1.32"),
    ],
    ids=["midpoint", "whole", "started", "decimal", "decimal_down"],
)
def test_ten_and_ten_by_each_code(engine: str, method: str, units: str) -> None:
    lines = (line("97110", 10), line("97530", 10))
    assert total(decide(engine, METHOD.format(method=method), "2026-03-02", *lines)) == Decimal(units)


@pytest.mark.parametrize(
    "payer",
    ["medicare.part_b", "workers_comp.tennessee", "workers_comp.montana", "workers_comp.texas", "base.workers_comp"],
)
def test_ten_and_ten_by_the_days_total(engine: str, payer: str) -> None:
    lines = (line("97110", 10, None, "GP"), line("97530", 10, None, "GP"))
    assert total(decide(engine, payer, "2026-03-02", *lines)) == 1


# ------------------------------------------------------------------------------------------------ limits by the day
def test_tennessee_computes_six_and_pays_four(engine: str) -> None:
    (found,) = decide(engine, "workers_comp.tennessee", "2026-03-02", line("97530", 90, 6, "GP")).lines
    assert (found.supported_units, found.allowed_units) == (6, 4)


def test_tennessee_pays_eight_for_two_therapies(engine: str) -> None:
    lines = (line("97530", 60, 4, "GP"), line("97530", 60, 4, "GO"))
    decision = decide(engine, "workers_comp.tennessee", "2026-03-02", *lines)
    assert decision.status == "allow"
    assert total(decision) == 8


@pytest.mark.parametrize(
    ("active", "passive", "paid"), [(4, 3, 6), (4, 2, 6), (0, 3, 3), (7, 2, 8), (8, 2, 8), (1, 8, 3)]
)
def test_montana_counts_two_passive_units_beside_active_therapy(
    engine: str, active: int, passive: int, paid: int
) -> None:
    lines = [line("97530", 15 * active, active, "GP")] if active else []
    lines.append(line("97140", 15 * passive, passive, "GP"))
    assert total(decide(engine, "workers_comp.montana", "2018-09-03", *lines)) == paid


@pytest.mark.parametrize(
    ("date", "passive"), [("2013-06-30", 3), ("2013-07-01", 1), ("2014-06-30", 1), ("2014-07-01", 2)]
)
def test_montana_changed_its_passive_units_twice(engine: str, date: str, passive: int) -> None:
    lines = (line("97530", 60, 4, "GP", charge="160.00"), line("97140", 45, 3, "GP", charge="90.00"))
    decision = decide(engine, "workers_comp.montana", date, *lines, setting="practitioner")
    assert allowed(decision) == [4, passive]


# ------------------------------------------------------------------------------------------------------ pairs
def test_texas_2008_loses_the_evaluation_not_the_treatment(engine: str) -> None:
    lines = (line("97001", None, 1, "AT"), line("97530", 15, 1, "AT"))
    decision = decide(engine, "medicaid.texas_home_health", "2008-05-05", *lines, history=[])
    assert allowed(decision) == [0, 1]


@pytest.mark.parametrize("date", ["2019-07-01", "2020-02-03", "2026-03-02"])
def test_mississippi_needs_no_59(engine: str, date: str) -> None:
    decision = decide(engine, "workers_comp.mississippi", date, line("97530", 15, 1), line("97140", 15, 1))
    assert decision.status == "allow"


def test_a_needless_59_does_no_harm_in_mississippi(engine: str) -> None:
    decision = decide(engine, "workers_comp.mississippi", "2026-03-02", line("97530", 15, 1, "59"))
    assert decision.status == "allow"
    assert [f.effect for f in decision.findings if f.rule == "rule no_pair_edits"] == ["note"]


def test_anthem_does_not_honour_59(engine: str) -> None:
    lines = (line("97140", 15, 1, "GP"), line("97530", 15, 1, "GP", "59"))
    assert allowed(decide(engine, "commercial.anthem", "2023-04-17", *lines)) == [1, 0]


# ------------------------------------------------------------------------------------------- the day a rule begins
@pytest.mark.parametrize(("date", "units"), [("2021-03-31", 6), ("2021-04-01", 4)])
def test_anthem_caps_from_april_2021(engine: str, date: str, units: int) -> None:
    assert total(decide(engine, "commercial.anthem", date, line("97110", 90, 6, "GP"))) == units


@pytest.mark.parametrize(("date", "named"), [("2022-11-30", False), ("2022-12-01", True)])
def test_nebraska_reduces_from_december_2022(date: str, named: bool) -> None:
    """Whatever states it, a payment or a clause left to people: something of that name is in force from the first of December on."""
    resolved = policy.load("commercial.bcbs_nebraska").resolved
    held = [s for s in resolved.on(dt.date.fromisoformat(date)) if s.name == "payment_reduction"]
    assert bool(held) == named


@pytest.mark.parametrize("date", ["2020-01-01", "2020-01-24", "2020-03-02", "2021-01-04"])
def test_an_evaluation_beside_97530_was_never_lost_to_medicare(engine: str, date: str) -> None:
    lines = (line("97161", None, 1, "GP"), line("97530", 15, 1, "GP"))
    assert allowed(decide(engine, "medicare.part_b", date, *lines)) == [1, 1]


@pytest.mark.parametrize(
    ("payer", "before", "first"),
    [
        ("workers_comp.texas", "2008-02-29", "2008-03-01"),
        ("workers_comp.north_carolina", "2009-12-31", "2010-01-01"),
        ("workers_comp.mississippi", "2019-06-14", "2019-06-15"),
        ("workers_comp.montana", "2007-12-31", "2008-01-01"),
        ("workers_comp.texas_2003", "2003-08-01", "2003-07-31"),
    ],
)
def test_no_answer_from_a_schedule_that_was_not_in_force(engine: str, payer: str, before: str, first: str) -> None:
    claim = line("97530", 15, 1, "GP")
    assert decide(engine, payer, before, claim).status == "undetermined"
    assert decide(engine, payer, first, claim).status == "allow"


# --------------------------------------------------------------------------------- dates that are not those of service
@pytest.mark.parametrize(
    ("injury", "days", "status"),
    [
        ("2002-10-31", 45, "allow"),
        ("2002-10-31", 46, "authorize"),
        ("2002-11-01", 46, "allow"),
        ("2002-11-01", 60, "allow"),
        ("2002-11-01", 61, "authorize"),
    ],
)
def test_ohio_goes_by_the_date_of_injury(engine: str, injury: str, days: int, status: str) -> None:
    date = dt.date.fromisoformat(injury) + dt.timedelta(days=days)
    facts = {"injury.date": injury}
    decision = decide(engine, "workers_comp.ohio_bwc", date.isoformat(), line("97530", 15, 1), facts=facts, history=[])
    assert decision.status == status


@pytest.mark.parametrize(("visits", "status"), [(11, "allow"), (12, "authorize")])
def test_ohio_pools_every_profession(engine: str, visits: int, status: str) -> None:
    codes = ("97530", "98941", "97124", "98925")
    history = [{"date": f"2026-03-{2 + n:02d}", "code": codes[n % 4], "units": 1} for n in range(visits)]
    decision = decide(
        engine,
        "workers_comp.ohio_bwc",
        "2026-03-20",
        line("97530", 15, 1),
        facts={"injury.date": "2026-03-01"},
        history=history,
    )
    assert decision.status == status


@pytest.mark.parametrize(
    ("number", "start", "status"),
    [
        (15, "2026-03-01", "allow"),
        (16, "2026-03-30", "authorize"),
        (2, "2026-02-28", "authorize"),
        (16, "2026-02-01", "authorize"),
    ],
)
def test_mississippi_takes_whichever_comes_first(engine: str, number: int, start: str, status: str) -> None:
    facts = {"episode.start": start}
    decision = decide(
        engine, "workers_comp.mississippi", "2026-03-31", line("97530", 15, 1), number=number, facts=facts
    )
    assert decision.status == status


@pytest.mark.parametrize(
    ("payer", "fact", "last_free"),
    [("workers_comp.louisiana", "episode.start", 45), ("workers_comp.mississippi", "episode.start", 30)],
)
def test_days_of_an_episode_are_inclusive(engine: str, payer: str, fact: str, last_free: int) -> None:
    start = dt.date(2026, 1, 5)
    for days, status in ((last_free, "allow"), (last_free + 1, "authorize")):
        date = (start + dt.timedelta(days=days)).isoformat()
        assert decide(engine, payer, date, line("97530", 15, 1), facts={fact: start.isoformat()}).status == status


def test_texas_keeps_chiropractors_payable(engine: str) -> None:
    claim = line("97530", 15, 1, "GP", facts={"line.profession": "chiropractor"})
    decision = decide(engine, "workers_comp.texas", "2026-03-02", claim)
    assert decision.status == "allow"
    assert [f.effect for f in decision.findings] == ["note"]
    assert not spoken(decision)


# ------------------------------------------------------------------------------------------------ what is paid
@pytest.mark.parametrize(
    ("modifiers", "charge", "paid"),
    [((), "60.00", "40.00"), (("M3",), "60.00", "34.00"), (("M3",), "30.00", "30.00"), ((), "38.00", "38.00")],
)
def test_mississippi_pays_an_assistant_85_percent_and_never_above_the_charge(
    engine: str, modifiers: tuple[str, ...], charge: str, paid: str
) -> None:
    claim = line("97530", 15, 1, *modifiers, charge=charge, fee="40.00")
    decision = decide(engine, "workers_comp.mississippi", "2026-03-02", claim)
    assert decision.lines[0].allowed_amount == Decimal(paid)


@pytest.mark.parametrize(("charge", "paid"), [("300.00", "160.00"), ("100.00", "100.00")])
def test_tennessee_pays_the_lesser_for_the_four_units_only(engine: str, charge: str, paid: str) -> None:
    claim = line("97530", 90, 6, "GP", charge=charge, fee="40.00")
    assert decide(engine, "workers_comp.tennessee", "2026-03-02", claim).lines[0].allowed_amount == Decimal(paid)


def test_a_fee_that_is_not_given_leaves_the_units_as_they_are(engine: str) -> None:
    decision = decide(engine, "workers_comp.tennessee", "2026-03-02", line("97530", 30, 2, "GP"))
    assert (decision.status, decision.lines[0].allowed_units) == ("allow", 2)
    assert decision.lines[0].allowed_amount is None


@pytest.mark.parametrize(("date", "paid"), [("2024-12-31", "102.90"), ("2025-01-01", None)])
def test_colorado_has_a_factor_for_2024_only(engine: str, date: str, paid: str | None) -> None:
    decision = decide(engine, "workers_comp.colorado", date, line("97530", 30, 2, rvu="1.05"))
    assert decision.lines[0].allowed_amount == (None if paid is None else Decimal(paid))


def test_new_jerseys_daily_maximum_is_remembered_and_not_in_force(engine: str) -> None:
    claim = line("97530", 60, 4, charge="400.00", fee="70.00")
    assert decide(engine, "auto.new_jersey_pip", "2024-05-06", claim).lines[0].allowed_amount == Decimal("280.00")
