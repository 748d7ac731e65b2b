"""From events to findings, trace and plain data.

Owns: the order and grouping of findings, and the published shape of a decision. The words are in `words.py`, `remedies.py` and `traced.py`.
Never: decides; each finding is one event, told.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from policy.claims.visit import Visit
from policy.engine import shown, traced
from policy.engine.about import About, listed
from policy.engine.answer import Citation, Finding, Ground, Step
from policy.engine.money import plain
from policy.engine.outcome import NOBODY, PAID, SILENT, Event, Outcome
from policy.engine.remedies import fix
from policy.engine.said import lacking, reasons
from policy.engine.stakes import at_stake
from policy.engine.unjudged import unjudged
from policy.engine.words import Words
from policy.plan.model import Count, Plan
from policy.values import Units

if TYPE_CHECKING:
    from policy.engine.decision import Decision

STEPS = {
    "gate": "gate", "counted": "count", "overbilled": "count", "underbilled": "count", "no unit": "count", "units unknown": "count",
    "day overbilled": "count", "day underbilled": "count", "total disagrees": "count", "unclassified": "classify", "pair": "pairs",
    "limit": "limits", "limit days": "limits", "check": "checks", "not modelled": "not modelled",
    "not in force": "in force", "shared": "assistants", "assistant": "assistants", "assistant spare": "assistants",
    "table pair": "pairs", "table limit": "limits", "no table": "tables",
    "unreadable fact": "classify",
    "priced": "payment", "reduction": "payment", "share": "payment", "charge": "payment", "limit value": "payment",
    "amount unknown": "payment",
}  # fmt: skip

_STEPS_ONLY: Final = SILENT | PAID
"""Events that the trace holds and that are no findings."""

Told = tuple[tuple[Finding, ...], tuple[tuple[int, ...], ...]]


def findings(plan: Plan, visit: Visit, outcome: Outcome) -> Told:
    """The findings in the order of evaluation, and for each line the indexes of those about it."""
    out: list[Finding] = []
    about: list[list[int]] = [[] for _ in visit.lines]
    money = outcome.money
    for event in outcome.events:
        if event[1] in _STEPS_ONLY:
            continue
        for i in event[3]:
            about[i].append(len(out))
        found = _finding(plan, visit, event, outcome.events)
        out.append(found if money is None else found._replace(amount=at_stake(visit, outcome, event)))
    return tuple(out), tuple(map(tuple, about))


def _finding(plan: Plan, visit: Visit, event: Event, events: Sequence[Event]) -> Finding:
    at, tag, effect, lines, units, args = event
    words = Words(plan, visit, event)
    numbers = [visit.lines[i].number for i in lines]
    if tag in {"pair", "table pair"} and isinstance(args[0], int):
        numbers.append(visit.lines[args[0]].number)
    missing = lacking(plan, visit, event, events)
    if at == NOBODY:
        return Finding(
            words.rule(), effect, tuple(numbers), units, words.message(), fix=fix(words, missing), missing=missing
        )
    spoken = plan.spoken[at]
    cite = _citations(plan, at)
    return Finding(
        spoken.label,
        effect,
        tuple(numbers),
        units,
        words.message(),
        reasons(plan, event),
        cite,
        spoken.assumption,
        fix(words, missing),
        missing,
    )


def grounds(plan: Plan, outcome: Outcome) -> tuple[Ground, ...]:
    """The statements that had a part in the answer, in the order in which they spoke."""
    spoke = dict.fromkeys(event[0] for event in outcome.events if event[0] != NOBODY)
    return tuple(Ground(plan.spoken[at].label, _citations(plan, at), plan.spoken[at].assumption) for at in spoke)


def _citations(plan: Plan, at: int) -> tuple[Citation, ...]:
    cites = plan.spoken[at].cites
    return tuple([Citation(source, title, link, where) for source, title, link, where in cites]) if cites else ()


def trace(plan: Plan, visit: Visit, outcome: Outcome, told: Sequence[Finding]) -> tuple[Step, ...]:
    """Every event as a step; those that are findings in the findings' words."""
    date = visit.date.isoformat()
    steps = [Step("classify", plan.policy, f"{plan.title}, judged on {date}", {"date": date})]
    steps += shown.steps(plan, visit) if plan.in_force else ()
    following = iter(told)
    for event in outcome.events:
        if event[1] in _STEPS_ONLY:
            rule = About(plan, visit, event).rule()
            steps.append(Step(STEPS[event[1]], rule, traced.step(visit, event), traced.values(visit, event)))
        else:
            finding = next(following)
            steps.append(Step(STEPS[event[1]], finding.rule, finding.message, traced.values(visit, event)))
    for at, about, gone in unjudged(plan, visit) if plan.in_force else ():
        numbers = [visit.lines[i].number for i in about]
        text = f"{listed(gone)} not given"
        steps.append(Step("not judged", plan.spoken[at].label, text, {"lines": numbers, "missing": list(gone)}))
    return tuple(steps)


def alternatives(plan: Plan, visit: Visit, outcome: Outcome) -> tuple[Mapping[str, Units], ...]:
    """For each tie that is the provider's choice, the other valid allocations over the codes of its pool."""
    out: list[Mapping[str, Units]] = []
    for at, tag, _, _, _, args in outcome.events:
        if tag != "counted" or not args[3]:
            continue
        from policy.engine.reference.methods import Allocation
        from policy.engine.reference.methods import alternatives as others

        each, tied = args[2], args[3]
        assert isinstance(each, tuple) and isinstance(tied, tuple)
        codes = [code for code, _, _ in each]
        length = _length(next(c for c in plan.counts if c.at == at), codes, each)
        units = tuple(u for _, _, u in each)
        among = tuple(codes.index(code) for code in tied[0])
        placed = tuple(k for k in among if units[k] > each[k][1] // length)
        out += [dict(zip(codes, other, strict=True)) for other in others(Allocation(units, among, placed))]
    return tuple(out)


def _length(count: Count, codes: list[str], each: tuple[Any, ...]) -> int:
    """Minutes of a whole block under the method that was used."""
    for method in (count, *count.methods):
        if method.method == "total" and method.steps is not None:
            return method.steps.of
    return 15


def to_dict(decision: "Decision") -> dict[str, Any]:
    """The published JSON shape (README, "Decisions")."""
    receipt = decision.receipt
    pays = decision.pays
    return {
        "visit": decision.visit,
        "claim": decision.claim,
        "policy": decision.policy,
        "status": decision.status,
        **({"allowed_amount": _money(decision.allowed_amount)} if pays else {}),
        "lines": [
            {
                "line": line.line, "code": line.code, "billed_units": line.billed_units, "supported_units": line.supported_units,
                "allowed_units": line.allowed_units, "status": line.status, "findings": list(line.findings),
                **({"allowed_amount": _money(line.allowed_amount)} if pays else {}),
            }
            for line in decision.lines
        ],
        "findings": [
            {
                "rule": f.rule, "effect": f.effect, "lines": list(f.lines), "units": f.units, "message": f.message,
                "reasons": list(f.reasons), "cite": [_cite(c) for c in f.cite], "assumption": f.assumption, "fix": f.fix,
                "missing": list(f.missing), **({"amount": _money(f.amount)} if pays else {}),
            }
            for f in decision.findings
        ],
        "grounds": [
            {"rule": g.rule, "cite": [_cite(c) for c in g.cite], "assumption": g.assumption} for g in decision.grounds
        ],
        "alternatives": [dict(a) for a in decision.alternatives],
        "trace": [{"step": s.step, "rule": s.rule, "text": s.text, "values": dict(s.values)} for s in decision.trace],
        "receipt": {
            "engine": receipt.engine, "language": receipt.language, "policy": receipt.policy, "policy_digest": receipt.policy_digest,
            "files": dict(receipt.files), "tables": dict(receipt.tables), "judged_on": receipt.judged_on.isoformat(),
        },
    }  # fmt: skip


def _money(amount: Decimal | None) -> str | None:
    """An amount as text, for its cents are exact."""
    return None if amount is None else plain(amount)


def _cite(citation: Citation) -> dict[str, str | None]:
    out: dict[str, str | None] = {"source": citation.source, "title": citation.title, "link": citation.link}
    if citation.where is not None:
        out["where"] = citation.where
    return out
