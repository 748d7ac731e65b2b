"""Assistants' units where it is not known who gave a line, or with which modifier it is billed: never less than what may follow.

Owns: codes of two lines and more, under both evaluators.
"""

from typing import Any

import pytest

import policy

TEXT = """policy my.payer "Mine"
codes timed
    97110, 97530
    one unit each 15 minutes
count timed_units
    applies to timed
    by total time
    pool patient, day
    a unit at 8 minutes of 15
    leftover to the largest remainder
    ties are the provider's choice
    assume "so"
assistant marks
    applies to timed
    modifier CQ
    above {share}
    otherwise deny
    assume "so"
"""
ENGINES = ("reference", "compiled")


def decided(engine: str, share: str, *lines: dict[str, Any]) -> list[tuple[str, object]]:
    program = policy.load(TEXT.format(share=share), engine=engine)
    decision = program.evaluate({"date": "2026-03-02", "lines": [{"code": "97530", **line} for line in lines]})
    return [(line.status, line.allowed_units) for line in decision.lines]


def line(units: int, **more: Any) -> dict[str, Any]:
    return {"minutes": 15 * units, "units": units, **more}


THERAPIST = {"furnished_by": "therapist", "modifiers": []}
ASSISTANT = {"furnished_by": "assistant", "modifiers": []}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_line_whose_modifiers_are_missing_may_lack_one_beside_a_line_that_does(engine: str) -> None:
    found = decided(engine, "10% of each unit", line(1, furnished_by="assistant"), line(1, **ASSISTANT))
    assert found == [("undetermined", None), ("deny", 0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_all_units_of_a_code_hang_on_who_gave_any_of_them(engine: str) -> None:
    alike = "10% of each code"
    assert decided(engine, alike, line(1, **THERAPIST), line(1, **ASSISTANT)) == [("deny", 0), ("deny", 0)]
    unknown = decided(engine, alike, line(1, **THERAPIST), line(1, modifiers=[]))
    assert unknown == [("undetermined", None), ("undetermined", None)]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_therapists_whole_blocks_do_not_hang_on_another_line(engine: str) -> None:
    found = decided(engine, "10% of each unit", line(2, **THERAPIST), line(1, modifiers=[]))
    assert found == [("allow", 2), ("undetermined", None)]
