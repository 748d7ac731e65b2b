"""The other payers: what each decides on the days and at the numbers where its answer turns.

Owns: the turning points of `commercial.*`, `workers_comp.*` and `medicaid.*` beyond the published cases (`tests/conformance`).
"""

from decimal import Decimal
from typing import Any

import pytest
from decided import decide, line

import policy


def total(decision: policy.Decision) -> Decimal | int:
    return sum(found.allowed_units or 0 for found in decision.lines)


def denials(decision: policy.Decision) -> set[str]:
    return {f.rule for f in decision.findings if f.effect in {"deny", "reduce"}}


def test_ten_and_ten_has_as_many_answers_as_methods(engine: str) -> None:
    lines = (line("97110", 10, None, "GP"), line("97530", 10, None, "GP"))
    got = {
        "medicare.part_b": total(decide(engine, "medicare.part_b", "2026-03-02", *lines)),
        "commercial.cpt_midpoint": total(decide(engine, "commercial.cpt_midpoint", "2026-03-02", *lines)),
        "commercial.anthem": total(decide(engine, "commercial.anthem", "2026-03-02", *lines)),
        "medicaid.texas_2012": total(decide(engine, "medicaid.texas_2012", "2012-03-05", *lines)),
        "medicaid.texas_shars": total(decide(engine, "medicaid.texas_shars", "2012-03-05", *lines)),
        "workers_comp.tennessee": total(decide(engine, "workers_comp.tennessee", "2026-03-02", *lines)),
    }
    assert got == {
        "medicare.part_b": 1, "commercial.cpt_midpoint": 2, "commercial.anthem": 1, "medicaid.texas_2012": 2,
        "medicaid.texas_shars": Decimal("0.4"), "workers_comp.tennessee": 1,
    }  # fmt: skip


@pytest.mark.parametrize(("first", "second", "medicare", "midpoint"), [(8, 8, 1, 2), (7, 7, 1, 0), (20, 20, 3, 2)])
def test_the_two_methods_part_both_ways(engine: str, first: int, second: int, medicare: int, midpoint: int) -> None:
    lines = (line("97110", first, None, "GP"), line("97530", second, None, "GP"))
    assert total(decide(engine, "medicare.part_b", "2026-03-02", *lines)) == medicare
    assert total(decide(engine, "commercial.cpt_midpoint", "2026-03-02", *lines)) == midpoint


@pytest.mark.parametrize("units", [3, 4, 5, 6])
def test_four_units_a_session_by_default(engine: str, units: int) -> None:
    decision = decide(engine, "commercial.cpt_midpoint", "2026-03-02", line("97530", 15 * units, units))
    assert total(decision) == min(units, 4)
    assert denials(decision) == (set() if units <= 4 else {"limit four_units_a_session"})
    for finding in decision.findings:
        if finding.effect == "reduce":
            assert "default" in (finding.assumption or "")


def test_a_plan_replaces_the_default_cap(engine: str) -> None:
    text = """policy my.plan "A plan with six units"
    extends commercial.cpt_midpoint

source contract "the contract"

replace limit four_units_a_session "at most six timed units a session"
    applies to timed
    at most 6 units
    per patient, provider and day
    counting allowed units
    on excess deny the excess, last line first
    cite contract
"""
    program = policy.load(text, engine=engine)
    decision = program.evaluate({"date": "2026-03-02", "lines": [line("97530", 105, 7)]})
    assert total(decision) == 6


@pytest.mark.parametrize("other", ["97535", "97110"])
@pytest.mark.parametrize("modifier", [None, "59", "XE", "XP", "XS", "XU"])
def test_97530_in_the_same_time_as_another_code(engine: str, other: str, modifier: str | None) -> None:
    first = line("97530", 15, 1, start="09:00", end="09:15")
    second = line(other, 15, 1, *([modifier] if modifier else []), start="09:10", end="09:25")
    decision = decide(engine, "commercial.cpt_midpoint", "2026-03-02", first, second)
    assert denials(decision) == (set() if modifier else {"pair same_minutes"})


@pytest.mark.parametrize(
    "policy_id", ["commercial.cpt_midpoint", "commercial.anthem", "medicaid.texas_2012", "workers_comp.montana"]
)
def test_group_work_is_97530_for_no_payer(engine: str, policy_id: str) -> None:
    date = "2012-03-05" if "2012" in policy_id else "2026-03-02"
    decision = decide(engine, policy_id, date, line("97530", 30, 2, "GP", delivery="group"))
    assert decision.lines[0].allowed_units == 0
    assert denials(decision) == {"require direct_contact"}


def test_anthem_caps_each_provider_and_discipline_apart(engine: str) -> None:
    lines = (
        line("97110", 60, 4, "GP", provider="A"),
        line("97110", 60, 4, "GO", provider="A"),
        line("97112", 30, 2, "GP", provider="B"),
    )
    assert total(decide(engine, "commercial.anthem", "2026-03-02", *lines)) == 10


def test_anthem_wants_a_discipline_from_november_2021(engine: str) -> None:
    assert decide(engine, "commercial.anthem", "2021-10-31", line("97530", 15, 1)).status == "allow"
    assert denials(decide(engine, "commercial.anthem", "2021-11-01", line("97530", 15, 1))) == {
        "require discipline_modifier"
    }


def test_north_dakota_counts_untimed_codes(engine: str) -> None:
    lines = (line("97530", 45, 3, "GP"), line("97014", None, 1, "GP"), line("97016", None, 1, "GP"))
    decision = decide(engine, "commercial.bcbs_north_dakota", "2026-03-02", *lines)
    assert total(decision) == 4
    assert decision.lines[2].allowed_units == 0
    assert decision.findings[0].reasons == ("CO-50",)


def test_montana_drops_passive_care_first(engine: str) -> None:
    lines = (line("97140", 30, 2, "GP"), line("97530", 105, 7, "GP"))
    decision = decide(engine, "workers_comp.montana", "2018-09-03", *lines)
    assert [found.allowed_units for found in decision.lines] == [1, 7]


@pytest.mark.parametrize(
    ("number", "start", "status"),
    [
        (15, "2026-03-01", "allow"),
        (16, "2026-03-01", "authorize"),
        (3, "2026-01-30", "allow"),
        (3, "2026-01-29", "authorize"),
    ],
)
def test_mississippi_wants_authorization_at_the_first_of_two(engine: str, number: int, start: str, status: str) -> None:
    base: dict[str, Any] = {"number": number, "facts": {"episode.start": start}}
    decision = decide(engine, "workers_comp.mississippi", "2026-03-01", line("97530", 15, 1), **base)
    assert decision.status == status
    authorized = decide(
        engine, "workers_comp.mississippi", "2026-03-01", line("97530", 15, 1), **base, authorization={"number": "A1"}
    )
    assert authorized.status == "allow"


@pytest.mark.parametrize("other", ["97140", "97150", "97116", "97535", "97750"])
def test_mississippi_has_no_pair_edits(engine: str, other: str) -> None:
    decision = decide(engine, "workers_comp.mississippi", "2019-07-01", line("97530", 15, 1), line(other, 15, 1))
    assert decision.status == "allow"
    assert not list(policy.load("workers_comp.mississippi").resolved.of("pair"))


@pytest.mark.parametrize(("last", "status"), [("2012-03-07", "deny"), ("2012-03-06", "allow")])
def test_texas_looks_back_180_days(engine: str, last: str, status: str) -> None:
    history = [{"date": last, "code": "97001", "provider": "another"}]
    assert decide(engine, "medicaid.texas_2012", "2012-09-02", line("97001", None, 1), history=history).status == status


def test_texas_without_a_history_does_not_guess(engine: str) -> None:
    decision = decide(engine, "medicaid.texas_2012", "2012-09-02", line("97001", None, 1))
    assert decision.status == "undetermined"
    assert "history" in {fact for f in decision.findings for fact in f.missing}


@pytest.mark.parametrize(
    ("low", "high", "tenths"),
    [(0, 3, "0"), (4, 9, "0.1"), (10, 15, "0.2"), (16, 21, "0.3"), (22, 27, "0.4"), (28, 33, "0.5"), (34, 39, "0.6"),
     (40, 45, "0.7"), (46, 51, "0.8"), (52, 57, "0.9"), (58, 63, "1.0"), (64, 69, "1.1")],
)  # fmt: skip
def test_texas_schools_count_in_tenths_of_an_hour(engine: str, low: int, high: int, tenths: str) -> None:
    for minutes in (low, high):
        assert decide(engine, "medicaid.texas_shars", "2010-02-01", line("97110", minutes)).lines[
            0
        ].supported_units == Decimal(tenths)


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("T1002", {1: 1, 15: 1, 16: 2, 30: 2, 31: 3, 120: 8}),
        ("H0039", {14: 0, 15: 1, 29: 1, 30: 2, 134: 8}),
        ("G0108", {29: 0, 30: 1, 59: 1, 60: 2}),
        ("H2012", {59: 0, 60: 1, 119: 1, 120: 2}),
        ("97530", {7: 0, 8: 1, 22: 1, 23: 2}),
    ],
)
def test_michigan_counts_each_family_its_own_way(engine: str, code: str, steps: dict[int, int]) -> None:
    for minutes, units in steps.items():
        assert (
            decide(engine, "medicaid.michigan_encounters", "2017-03-06", line(code, minutes)).lines[0].allowed_units
            == units
        )
