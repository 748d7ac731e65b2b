"""The whole reasoning for one visit, as a good reviewer would write it down.

Owns: the sections of `policy explain` and of `Decision.explain()`, and their order.
Never: adds to the reasoning. Figures and sentences come from the decision, and from the visit's minutes and modifiers.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from policy.claims.visit import Visit
from policy.engine.answer import Citation, Finding
from policy.engine.money import dollars
from policy.facts import BY_PATH
from policy.render.page import BLANK, Line, line, plain, wrapped
from policy.render.visit import line_head, line_row, shows_money
from policy.render.words import count, ended, lines_named, listed

if TYPE_CHECKING:
    from policy.engine.decision import Decision

WIDTH: Final = 100
_INDENT: Final = 2
_OF_NOTES: Final = frozenset({"evidence", "no evidence"})
_STEP: Final = 14
_DIGEST: Final = 12
NOT_MODELLED: Final = "not modelled"


def explain_text(decision: "Decision", visit: Visit | None = None, width: int = WIDTH) -> str:
    """The explanation as plain text, at most `width` columns wide. `visit` adds the minutes and modifiers given."""
    return plain(explain_lines(decision, visit, width))


def explain_lines(decision: "Decision", visit: Visit | None = None, width: int = WIDTH) -> list[Line]:
    """The explanation as styled lines; a section that would be empty is left out."""
    found = list(_head(decision, visit))
    sections: list[tuple[str, Callable[[], Iterator[Line]]]] = [
        ("billed and allowed", lambda: _lines(decision, visit)),
        ("how it was decided", lambda: _steps(decision, visit, width)),
        ("what spoke", lambda: _findings(decision, width)),
        ("resting on", lambda: _grounds(decision, width)),
        ("what is not known", lambda: _missing(decision, width)),
        ("equally valid", lambda: _alternatives(decision, width)),
        ("left to people", lambda: _not_modelled(decision, width)),
        ("receipt", lambda: _receipt(decision, width)),
    ]
    for title, body in sections:
        if lines := list(body()):
            found += [BLANK, line((title, "title")), *lines]
    return found


def _head(decision: "Decision", visit: Visit | None) -> Iterator[Line]:
    name = f"visit {decision.visit}" if decision.visit is not None else "visit"
    date = visit.date if visit else decision.receipt.judged_on
    yield line((name, "title"), f", {date}: ", (decision.status, decision.status))
    claim = f"claim {decision.claim}, " if decision.claim is not None else ""
    yield line((f"{claim}judged by {decision.policy}", "faint"))


def _lines(decision: "Decision", visit: Visit | None) -> Iterator[Line]:
    given = {item.number: item for item in visit.lines} if visit else {}
    pays = shows_money(decision)
    yield line_head(pays)
    yield from (line_row(item, given.get(item.line), pays) for item in decision.lines)
    if pays:
        total = decision.allowed_amount
        yield line(
            " " * _INDENT, ("what is allowed in all: ", "faint"), "not known" if total is None else dollars(total)
        )


def _steps(decision: "Decision", visit: Visit | None, width: int) -> Iterator[Line]:
    """The steps that led to the findings; those that are findings themselves follow with all that belongs to them.

    Of a visit without a note it goes without saying which fields of its record are filled.
    """
    noted = visit is None or visit.note is not None or visit.reading is not None
    told = {(finding.rule, finding.message) for finding in decision.findings}
    previous = ""
    for step in decision.trace:
        if (step.rule, step.text) in told or (step.step in _OF_NOTES and not noted):
            continue
        label = "" if step.step == previous else step.step
        previous = step.step
        rule = f" [{step.rule}]" if step.rule not in ("", decision.policy) else ""
        yield from _labelled(label, ended(step.text) + rule, width)


def _findings(decision: "Decision", width: int) -> Iterator[Line]:
    """Each finding with all that belongs to it; a statement's sources are told once."""
    spoken = [finding for finding in decision.findings if not finding.rule.startswith(NOT_MODELLED)]
    first: dict[tuple[object, ...], int] = {}
    for position, finding in enumerate(spoken, 1):
        at = lines_named(finding.lines) or "the whole visit"
        units = f", {count(finding.units, 'unit')}" if finding.units else ""
        units += f", {dollars(finding.amount)} at stake" if finding.amount else ""
        head = (f"{position}. ", ""), (finding.effect, finding.effect), f" {at}{units}: {finding.rule}"
        yield line(" " * _INDENT, *head)
        yield from wrapped(ended(finding.message), width, indent=_INDENT + 3)
        told = first.setdefault((finding.rule, finding.cite, finding.assumption), position)
        yield from _particulars(finding, width, told if told != position else None)


def _grounds(decision: "Decision", width: int) -> Iterator[Line]:
    """Sources and assumptions of the statements that had a part in the answer without finding anything."""
    found = {finding.rule for finding in decision.findings}
    for ground in decision.grounds:
        if ground.rule in found or not (ground.cite or ground.assumption):
            continue
        yield line(" " * _INDENT + ground.rule)
        rows = [row for cite in ground.cite for row in _cited(cite)]
        rows += [("assumes", ended(ground.assumption))] if ground.assumption else []
        for label, text in rows:
            yield from wrapped(text, width, indent=_INDENT + 3, hang=11, first=(f"{label:<11}", "faint"))


def _particulars(finding: Finding, width: int, told: int | None = None) -> Iterator[Line]:
    """Reasons, sources, assumption, what is missing and the remedy; `told` is the finding that has the same sources."""
    rows = [("reason", listed(finding.reasons))] if finding.reasons else []
    if told is not None and (finding.cite or finding.assumption):
        rows.append(("source", f"as {told}"))
    else:
        rows += [row for cite in finding.cite for row in _cited(cite)]
        rows += [("assumes", ended(finding.assumption))] if finding.assumption else []
    rows += [("not known", listed(finding.missing))] if finding.missing else []
    rows += [("fix", ended(finding.fix))] if finding.fix and not _given(finding) else []
    for label, text in rows:
        yield from wrapped(text, width, indent=_INDENT + 3, hang=11, first=(f"{label:<11}", "faint"))


def _given(finding: Finding) -> bool:
    """Whether the remedy is only to give what `not known` lists."""
    return bool(finding.missing) and (finding.fix or "").startswith("give ")


def _cited(cite: Citation) -> list[tuple[str, str]]:
    """The source with the place inside it; its link on a line of its own, whole, to be copied."""
    title = cite.title or cite.source
    found = [("source", f"{title}, {cite.where}" if cite.where else title)]
    return [*found, ("", cite.link)] if cite.link else found


def _missing(decision: "Decision", width: int) -> Iterator[Line]:
    """Each missing fact once, with the lines and the statements whose answer hangs on it."""
    hangs: dict[str, list[Finding]] = {}
    for finding in decision.findings:
        for fact in finding.missing:
            hangs.setdefault(fact, []).append(finding)
    for fact, findings in hangs.items():
        lines = lines_named(sorted({number for finding in findings for number in finding.lines}))
        rules = listed(dict.fromkeys(finding.rule for finding in findings))
        known = BY_PATH.get(fact)
        title = f", {known.title}" if known else ""
        yield from wrapped(
            f"{fact}{title}: would settle {rules}" + (f" for {lines}" if lines else ""), width, indent=_INDENT, hang=2
        )


def _alternatives(decision: "Decision", width: int) -> Iterator[Line]:
    """The other allocations that the payer's counting accepts; what was allowed is one of them."""
    for units in decision.alternatives:
        text = ", ".join(f"{code} {count(amount, 'unit')}" for code, amount in units.items())
        yield from wrapped(text, width, indent=_INDENT, hang=2)


def _not_modelled(decision: "Decision", width: int) -> Iterator[Line]:
    for finding in decision.findings:
        if finding.rule.startswith(NOT_MODELLED):
            yield from wrapped(ended(finding.message).removeprefix("left to people: "), width, indent=_INDENT, hang=2)
            yield from _particulars(finding, width)


def _receipt(decision: "Decision", width: int) -> Iterator[Line]:
    receipt = decision.receipt
    digest = receipt.policy_digest.removeprefix("sha256:")[:_DIGEST]
    parts = [
        f"{receipt.policy} {digest}",
        f"judged on {receipt.judged_on}",
        f"engine {receipt.engine}",
        f"language {receipt.language}",
    ]
    parts += [f"table {name} {version[:24]}" for name, version in receipt.tables.items()]
    yield from wrapped(", ".join(parts), width, indent=_INDENT, hang=2, style="faint")


def _labelled(label: str, text: str, width: int) -> Iterator[Line]:
    yield from wrapped(text, width, indent=_INDENT, hang=_STEP, first=(f"{label:<{_STEP}}", "faint"))
