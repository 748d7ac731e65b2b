"""What of a decision stands in a row of the answer.

Owns: the columns of an answer that are told of a line, their canonical order, and how several texts stand in one cell.
Never: decides, and never knows how a row came to be.
"""

from typing import Final, NamedTuple

from policy.engine.decision import Decision
from policy.engine.outcome import PAID, SILENT, Event
from policy.values import Units

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


def told(decision: Decision) -> list[Told]:
    """One `Told` a line, in the order of the lines."""
    outcome = decision.outcome
    events = [event for event in outcome.events if event[1] not in SILENT and event[1] not in PAID]
    lines: list[dict[tuple[int, int, str], list[Said]]] = [{} for _ in outcome.statuses]
    for event, finding in zip(events, decision.findings, strict=True):
        said = (event[2], event[1], finding.rule, finding.reasons, finding.missing)
        for i in event[3]:
            lines[i].setdefault(rank(event), []).append(said)
    tied = [False] * len(lines)
    for event in outcome.events:
        if event[1] == "counted" and event[5][3]:
            codes = event[5][3][0]  # type: ignore[index]
            for i in event[3]:
                tied[i] = tied[i] or decision.lines[i].code in codes
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


def amounts(decision: Decision) -> list[tuple[Units | None, Units | None]]:
    """Supported and allowed units, a line each."""
    return list(zip(decision.outcome.supported, decision.outcome.allowed, strict=True))
