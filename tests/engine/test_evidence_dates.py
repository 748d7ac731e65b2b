"""Evidence outside its dates, or that is only announced.

Owns: what `documented` says of a name that nothing but such an evidence gives a meaning.
"""

from typing import Any

import pytest

import policy

TEXT = """policy my.payer "Mine"
codes timed
    97530
    one unit each day
evidence {name}
    note says "gait training"
    {held}
    assume "so"
require shown
    applies to 97530
    documented {name}
    otherwise review
    assume "so"
"""
GIVEN: tuple[dict[str, Any], ...] = (
    {},
    {"note": "gait training"},
    {"note": "rest"},
    {"documentation": {"response": "so"}},
)


@pytest.mark.parametrize("engine", ["reference", "compiled"])
@pytest.mark.parametrize("held", ["in force until 2026-03-01", "status paused"])
def test_a_name_without_its_evidence_is_not_known(engine: str, held: str) -> None:
    one = policy.load(TEXT.format(name="walking", held=held), engine=engine)
    for given in GIVEN:
        decision = one.evaluate({"date": "2026-03-02", "lines": [{"code": "97530", "units": 1}], **given})
        assert decision.status == "undetermined"
        assert decision.findings[0].missing == ("evidence walking",)


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_an_element_of_the_record_is_still_asked_of_the_record(engine: str) -> None:
    one = policy.load(TEXT.format(name="activity", held="status paused"), engine=engine)
    found = [
        one.evaluate({"date": "2026-03-02", "lines": [{"code": "97530", "units": 1}], **given}).status
        for given in GIVEN
    ]
    assert found == ["undetermined", "undetermined", "undetermined", "review"]
