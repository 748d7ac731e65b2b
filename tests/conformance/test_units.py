"""Published minutes and units: the proposal, every valid allocation, and every billing near them, under each evaluator.

Owns: the four rules of `README.md` for `units.json`.
"""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import policy
from conformance.engines import ENGINES, cases, program

UNITS = cases("units.json")
CASES = [pytest.param(case, id=case["id"]) for case in UNITS["cases"]]
Allocation = dict[str, int]

pytestmark = pytest.mark.parametrize("engine", ENGINES)


def decide(case: Mapping[str, Any], engine: str, billed: Allocation | None = None) -> policy.Decision:
    """The decision on the case's lines, with all units of a code on its first line when `billed` is given."""
    lines, seen = [], set()
    for line in case["lines"]:
        first = line["code"] not in seen
        seen.add(line["code"])
        units = {} if billed is None else {"units": billed[line["code"]] if first else 0}
        lines.append({**line, **units, "modifiers": ["GP"]})
    source = UNITS["methods"][case["method"]]["policy"]
    return program(source, engine).evaluate({"date": "2026-03-02", "lines": lines})


def allowed(decision: policy.Decision) -> Allocation:
    """Units allowed by code."""
    units: Allocation = {}
    for line in decision.lines:
        assert isinstance(line.allowed_units, int)
        units[line.code] = units.get(line.code, 0) + line.allowed_units
    return units


def covered(units: Allocation, case: Mapping[str, Any]) -> bool:
    """Whether some valid allocation has at least so many units of every code."""
    return any(all(units[code] <= valid[code] for code in units) for valid in case["any_of"])


def near(case: Mapping[str, Any]) -> Iterator[Allocation]:
    """Every billing within two units of the valid allocations, code by code."""
    codes = list(case["any_of"][0])
    spans = []
    for code in codes:
        values = [valid[code] for valid in case["any_of"]]
        spans.append(range(max(0, min(values) - 2), max(values) + 3))
    for units in itertools.product(*spans):
        yield dict(zip(codes, units, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_what_is_proposed_and_offered_is_every_valid_allocation(case: dict[str, Any], engine: str) -> None:
    decision = decide(case, engine)
    proposal = allowed(decision)
    assert proposal in case["any_of"]
    offered = [proposal, *({**proposal, **other} for other in decision.alternatives)]
    assert sorted(offered, key=str) == sorted(({**proposal, **valid} for valid in case["any_of"]), key=str)


@pytest.mark.parametrize("case", CASES)
def test_every_valid_allocation_is_paid_as_billed(case: dict[str, Any], engine: str) -> None:
    for valid in case["any_of"]:
        decision = decide(case, engine, valid)
        assert decision.status == "allow"
        assert allowed(decision) == valid


@pytest.mark.parametrize("case", CASES)
def test_only_what_a_valid_allocation_covers_is_paid_as_billed(case: dict[str, Any], engine: str) -> None:
    for billed in near(case):
        decision = decide(case, engine, billed)
        left = allowed(decision)
        if covered(billed, case):
            assert (decision.status, left) == ("allow", billed), billed
        else:
            assert decision.status in {"reduce", "deny"}, billed
            assert covered(left, case), (billed, left)
            assert left != billed


def test_the_cases_are_whole(engine: str) -> None:
    assert len(CASES) >= 60
    assert len({case["id"] for case in UNITS["cases"]}) == len(CASES)
    for case in UNITS["cases"]:
        codes = {line["code"] for line in case["lines"]}
        assert case["sources"]
        assert all(set(valid) == codes for valid in case["any_of"]), case["id"]
    known = program(UNITS["methods"]["total_time"]["policy"], engine).resolved
    assert {s.name for s in known.of("codes")} == {"timed", "once_a_day"}
