"""Published payer cases against the shipped policies, under each evaluator.

Owns: the keys of `expect` (`README.md`), and the count of published cases: none dropped.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import policy
from conformance.engines import ENGINES, cases, program

PAYERS = cases("payers.json")
CASES = [pytest.param(case, id=case["id"]) for case in PAYERS["cases"]]
UNSETTLED = {"deny", "reduce", "review", "authorize", "undetermined"}


def problems(decision: policy.Decision, expect: dict[str, Any]) -> Iterator[str]:
    """What of a case's expectation the decision does not meet."""
    for code, units in expect.get("allowed", {}).items():
        got = sum(line.allowed_units or 0 for line in decision.lines if line.code == code)
        if got != Decimal(units):
            yield f"{code}: expected {units} units, got {got}"
    if "total" in expect:
        got = sum(line.allowed_units or 0 for line in decision.lines)
        if got != Decimal(expect["total"]):
            yield f"expected {expect['total']} units in all, got {got}"
    if "supported" in expect:
        got = sum(line.supported_units or 0 for line in decision.lines)
        if got != Decimal(expect["supported"]):
            yield f"expected {expect['supported']} units supported, got {got}"
    for code, status in expect.get("status", {}).items():
        found = {line.status for line in decision.lines if line.code == code}
        if found != {status}:
            yield f"{code}: expected {status}, got {found}"
    for code, amount in expect.get("pays", {}).items():
        amounts = [line.allowed_amount for line in decision.lines if line.code == code]
        if None in amounts or sum(a for a in amounts if a is not None) != Decimal(amount):
            yield f"{code}: expected ${amount}, got {amounts}"
    if "total_pays" in expect and decision.allowed_amount != Decimal(expect["total_pays"]):
        yield f"expected ${expect['total_pays']} in all, got {decision.allowed_amount}"
    if expect.get("clean"):
        for finding in decision.findings:
            money = finding.effect == "undetermined" and finding.rule.split()[0] in {"pay", "payment"}
            if finding.effect in UNSETTLED and not money:
                yield f"{finding.effect} by {finding.rule}: {finding.message}"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_the_payer_decides_as_published(case: dict[str, Any], engine: str) -> None:
    decision = program(case["policy"], engine).evaluate(case["visit"])
    assert decision.status != "undetermined"
    assert list(problems(decision, case["expect"])) == []


REFUSED = [case for case in CASES if "refused" in case.values[0]]  # type: ignore[operator]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_recorded_is_refused_and_not_rounded(case: dict[str, Any], engine: str) -> None:
    with pytest.raises(ValueError, match=case["refused"]["says"]):
        program(case["policy"], engine).evaluate(case["refused"]["visit"])


def test_no_published_case_is_dropped() -> None:
    assert PAYERS["not_covered"] == []
    assert len({case["id"] for case in PAYERS["cases"]}) == len(CASES) == PAYERS["published_cases"] == 100
    assert all(case["source"]["url"].startswith("http") for case in PAYERS["cases"])


def test_a_wrong_expectation_is_found() -> None:
    case = PAYERS["cases"][0]
    decision = program(case["policy"], "reference").evaluate(case["visit"])
    wrong = {
        "total": 99,
        "supported": 99,
        "allowed": {decision.lines[0].code: 99},
        "status": {decision.lines[0].code: "deny"},
        "pays": {decision.lines[0].code: "9.99"},
        "total_pays": "9.99",
    }
    assert len(list(problems(decision, wrong))) == 6
