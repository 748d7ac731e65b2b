"""What is paid where numbers contradict each other, or hang on facts that are not given.

Owns: small policies of one payment stage each, under both evaluators.
"""

from typing import Any

import pytest

import policy

HEAD = """policy my.payer "Mine"
codes timed
    97110, 97530
    one unit each 15 minutes
count timed_units
    applies to timed
    by each code
    pool patient, day
    a unit at 8 minutes of 15
    assume "so"
"""
FEE = """pay contracted
    rate line.fee each unit, practice expense line.practice_expense
    assume "so"
"""
ONLY_GIVEN = FEE.replace(", practice expense line.practice_expense", "\n    only when given line.fee")
LATER = """pay later_units
    reduce practice expense by 50%
    except the first unit
    ranked by practice expense
    ties to the first line
    across patient, day
    rounded half up to the cent
    assume "so"
"""
DOLLARS = """limit dollars
    at most $100.00
    per patient and day
    counting allowed money
    on excess deny the excess, last line first
    assume "so"
"""
VALUES = """limit values
    at most 3 RVUs
    per patient and day
    counting allowed RVUs
    on excess deny the excess, last line first
    rounded half up to the cent
    assume "so"
"""
CHARGE = """pay lesser
    at most the charge
    assume "so"
"""


ENGINES = ("reference", "compiled")


def decided(engine: str, text: str, *lines: dict[str, Any]) -> policy.Decision:
    return policy.load(HEAD + text, engine=engine).evaluate({"date": "2026-03-02", "lines": list(lines)})


def line(code: str, units: int = 1, **more: Any) -> dict[str, Any]:
    return {"code": code, "units": units, "minutes": 15 * units, **more}


def amounts(decision: policy.Decision) -> list[str | None]:
    return [None if one.allowed_amount is None else str(one.allowed_amount) for one in decision.lines]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_part_above_the_whole_is_no_negative_price(engine: str) -> None:
    odd = line("97530", 2, fee="10.00", practice_expense="50.00")
    decision = decided(engine, FEE + LATER, odd, line("97110", fee="30.00", practice_expense="10.00"))
    assert amounts(decision) == [None, None]
    assert [one.status for one in decision.lines] == ["allow", "allow"]
    assert decision.findings[0].message.endswith("the practice expense of 97530 is more than its price")
    assert amounts(decided(engine, FEE, odd)) == ["20.00"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_limit_on_money_that_was_not_given_names_the_price(engine: str) -> None:
    decision = decided(engine, ONLY_GIVEN + DOLLARS, line("97530", 2), line("97110", fee="40.00"))
    assert decision.status == "undetermined"
    assert [(f.rule, f.missing) for f in decision.findings] == [("limit dollars", ("line.fee",))]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", [ONLY_GIVEN, FEE + CHARGE])
def test_relative_values_do_not_hang_on_dollars(engine: str, text: str) -> None:
    after = "    after lesser\n" if "lesser" in text else ""
    lines = line("97530", 2, rvu="2", fee="40.00"), line("97110", rvu="1")
    decision = decided(engine, text + VALUES + after, *lines)
    assert [one.status for one in decision.lines] == ["reduce", "deny"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_limit_on_relative_values_alone_says_nothing_of_money(engine: str) -> None:
    decision = decided(engine, VALUES, line("97530", 2, rvu="2"), line("97110", rvu="1"))
    assert not decision.pays
    assert [(f.rule, f.effect, f.lines) for f in decision.findings] == [
        ("limit values", "deny", (2,)),
        ("limit values", "reduce", (1,)),
    ]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("most", ["2 units", "$100.00"])
def test_a_limit_of_days_that_needs_a_modifier_names_the_modifiers(engine: str, most: str) -> None:
    counting = "allowed money" if most.startswith("$") else "allowed units"
    late = f"""limit late
    at most {most} or 30 days after injury.date
    per patient and day
    counting {counting}
    on excess need modifier KX
    assume "so"
"""
    visit = {
        "date": "2026-03-02",
        "facts": {"injury.date": "2026-01-01"},
        "lines": [line("97530", fee="1.00", practice_expense="0.50")],
    }
    decision = policy.load(HEAD + FEE + late, engine=engine).evaluate(visit)
    assert [(f.rule, f.effect, f.missing) for f in decision.findings] == [
        ("limit late", "undetermined", ("line.modifiers",))
    ]
