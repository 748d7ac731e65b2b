"""What of a decision stands in a row of the answer.

Owns: the columns of an answer that are told of a line, their canonical order, and how several texts stand in one cell.
Never: decides, and never knows how a row came to be.
"""

from typing import TYPE_CHECKING, Final, NamedTuple

from policy.engine.outcome import PAID, SILENT, Event
from policy.engine.said import lacking, reasons, rule
from policy.values import Units

if TYPE_CHECKING:
    from policy.engine.decision import Decision

TAGS: Final = (
    "not in force", "unreadable fact", "gate", "overbilled", "no unit", "underbilled", "units unknown", "day overbilled",
    "day underbilled", "total disagrees", "unclassified", "table pair", "pair", "no table", "table limit", "limit", "limit days",
    "assistant", "assistant spare", "check", "limit value", "amount unknown", "not modelled",
)  # fmt: skip
"""Tags of findings, in the order in which a cell names them."""

_ORDER: Final = {tag: k for k, tag in enumerate(TAGS)}

Said = tuple[str, str, str, tuple[str, ...], tuple[str, ...]]
"""One finding about a line: effect, tag, statement, reasons, missing facts."""


class Told(NamedTuple):
    """What is told of one line besides its units: the texts of its cells, and whether its remainder is tied."""

    status: str
    findings: str
    statements: str
    reasons: str
    missing: str
    tie: bool


def rank(event: Event) -> tuple[int, int, str]:
    """The place of a finding among those about the same line."""
    at, tag, effect, _, _, _ = event
    return _ORDER[tag], at, effect


def told(decision: "Decision") -> list[Told]:
    """One `Told` a line, in the order of the lines. Nothing is put into words for it."""
    plan, visit, outcome = decision.parts
    lines: list[dict[tuple[int, int, str], list[Said]]] = [{} for _ in outcome.statuses]
    tied = [False] * len(lines)
    for event in outcome.events:
        tag = event[1]
        if tag == "counted" and event[5][3]:
            codes = event[5][3][0]  # type: ignore[index]
            for i in event[3]:
                tied[i] = tied[i] or visit.lines[i].code in codes
        if tag not in SILENT and tag not in PAID:
            said = event[2], tag, rule(plan, event), reasons(plan, event), lacking(plan, visit, event, outcome.events)
            for i in event[3]:
                lines[i].setdefault(rank(event), []).append(said)
    return [
        cells(status, [said for key in sorted(about) for said in about[key]], tie)
        for status, about, tie in zip(outcome.statuses, lines, tied, strict=True)
    ]


def cells(status: str, said: list[Said], tie: bool) -> Told:
    """The texts of a line's cells. A finding that is said twice with the same words stands there once."""
    seen: dict[tuple[str, str], None] = dict.fromkeys((f"{effect} {tag}", rule) for effect, tag, rule, _, _ in said)
    reasons = dict.fromkeys(reason for *_, given, _ in said for reason in given)
    missing = sorted({fact for *_, facts in said for fact in facts})
    return Told(
        status,
        "; ".join(finding for finding, _ in seen),
        "; ".join(rule for _, rule in seen),
        ", ".join(reasons),
        ", ".join(missing),
        tie,
    )


def amounts(decision: "Decision") -> list[tuple[Units | None, Units | None]]:
    """Supported and allowed units, a line each."""
    return list(zip(decision.outcome.supported, decision.outcome.allowed, strict=True))
