"""Hand-made decisions for tests of what is printed: the shapes of `engine/answer.py`, without an engine."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs

from policy.claims.from_mapping import visit_from_mapping
from policy.claims.visit import Visit
from policy.engine.answer import Citation, Finding, Ground, LineDecision, Receipt, Step
from policy.values import Units

DATE = dt.date(2026, 3, 2)
RECEIPT = Receipt(
    engine="0.1.0",
    language="1",
    policy="medicare.part_b",
    policy_digest="sha256:" + "ab" * 32,
    files={"medicare.part_b": "sha256:" + "ab" * 32},
    tables={"ncci_ptp": "2024q3"},
    judged_on=DATE,
)
MANUAL = Citation(
    "ncci", "National Correct Coding Initiative, quarterly edits", "https://www.cms.gov/ncci", "chapter 11, section M"
)


@attrs.frozen
class FakeDecision:
    """What `engine.decision.Decision` shows of itself."""

    visit: str | None = "V1"
    claim: str | None = "C1"
    policy: str = "medicare.part_b"
    status: str = "allow"
    lines: tuple[LineDecision, ...] = ()
    findings: tuple[Finding, ...] = ()
    alternatives: tuple[Mapping[str, Units], ...] = ()
    grounds: tuple[Ground, ...] = ()
    trace: tuple[Step, ...] = ()
    receipt: Receipt = RECEIPT
    pays: bool = False
    allowed_amount: Decimal | None = None

    def to_dict(self) -> dict[str, Any]:
        """What the encoder meets in a real decision: plain data, exact decimals, ISO dates."""
        return {
            "visit": self.visit,
            "lines": [line._asdict() for line in self.lines],
            "findings": [attrs.asdict(finding) for finding in self.findings],
            "receipt": {"judged_on": self.receipt.judged_on.isoformat()},
        }


def visit(*lines: Mapping[str, Any], name: str | None = "V1") -> Visit:
    """A visit with these lines."""
    data: dict[str, Any] = {"date": DATE.isoformat(), "lines": [dict(line) for line in lines]}
    found, problems = visit_from_mapping({**data, "visit": name} if name else data)
    assert found is not None, problems
    return found


def allowed() -> tuple[FakeDecision, Visit]:
    """Two lines, all allowed, with a note of units that were not billed."""
    note = Finding("count timed_units", "note", (2,), None, "97110: 2 units are supported, 1 was billed.")
    lines = (LineDecision(1, "97530", 2, 2, 2, "allow"), LineDecision(2, "97110", 1, 2, 1, "allow", (0,)))
    given = visit(
        {"code": "97530", "minutes": 30, "units": 2, "modifiers": ["GP"]},
        {"code": "97110", "minutes": 30, "units": 1, "modifiers": ["GP"]},
    )
    return FakeDecision(lines=lines, findings=(note,)), given


def denied() -> tuple[FakeDecision, Visit]:
    """One line allowed, one denied by a pair, one that hangs on missing minutes; a limit speaks of two lines."""
    pair = Finding(
        "pair ncci",
        "deny",
        (2, 1),
        1,
        "97150 is not paid beside 97530 on one day unless a modifier says that the sessions were separate.",
        ("CO-236",),
        (MANUAL,),
        "the edit file of the third quarter is the last one published",
        "add modifier 59 to 97150 when the sessions were separate, and document both",
    )
    unknown = Finding(
        "count timed_units",
        "undetermined",
        (3,),
        None,
        "the units hang on minutes that were not given",
        missing=("line.minutes",),
    )
    limit = Finding(
        "limit four_units", "warn", (1, 3), None, "four units are the most for one day", reasons=("CO-119",)
    )
    waiver = Finding(
        "not modelled hardship_exception",
        "note",
        (),
        None,
        "left to people: the plan may waive the limit on written appeal",
        cite=(Citation("plan_manual", "Plan manual"),),
    )
    lines = (
        LineDecision(1, "97530", 2, 2, 2, "allow", (2,)),
        LineDecision(2, "97150", 1, 1, 0, "deny", (0,)),
        LineDecision(3, "97110", 1, None, None, "undetermined", (1, 2)),
    )
    trace = (
        Step("classify", "", "97530 and 97110 are timed, 97150 is one unit each day", {}),
        Step("count", "count timed_units", "24 minutes make 2 units", {"total_minutes": 24, "units": 2}),
        Step("pairs", "pair ncci", pair.message, {}),
    )
    given = visit(
        {"code": "97530", "minutes": 24, "units": 2, "modifiers": ["GP", "59", "KX", "CQ"]},
        {"code": "97150", "units": 1, "modifiers": []},
        {"code": "97110", "units": 1},
    )
    alternatives = ({"97530": 1, "97110": 2},)
    return FakeDecision(
        status="deny", lines=lines, findings=(pair, unknown, limit, waiver), trace=trace, alternatives=alternatives
    ), given
