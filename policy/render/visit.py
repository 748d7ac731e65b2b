"""One visit on the screen of a biller: one row when all is allowed, else its lines, each with the reasons under it.

Owns: the layout of one decision in `policy run`.
Never: holds more than one visit, and never shows anything of the patient or the note.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from policy.claims.visit import Line as VisitLine
from policy.claims.visit import Visit
from policy.engine.answer import Finding, LineDecision
from policy.engine.money import dollars, plain
from policy.render.page import Line, Piece, columns, line, row, wrapped
from policy.render.words import count, ended, lines_named, listed, number

if TYPE_CHECKING:
    from policy.engine.decision import Decision

HEAD: Final = ("line", "code", "modifiers", "min", "billed", "supported", "allowed", "status")
WIDTHS: Final = (-4, 5, 11, -4, -6, -9, -7, 12)
_NAME, _INDENT, _REASON, _MONEY = 10, 2, 8, -9


def is_compact(decision: "Decision") -> bool:
    """True when nothing was taken away and nothing asked for: one row will do."""
    return decision.status == "allow" and all(line.status == "allow" for line in decision.lines)


def visit_lines(decision: "Decision", visit: Visit, name: str, width: int, *, full: bool = False) -> list[Line]:
    """The lines for one decision, at most `width` columns wide. `full` shows every line even when all are allowed."""
    if is_compact(decision) and not full:
        return list(_compact(decision, visit, name, width))
    return list(_detailed(decision, visit, name, width))


def _compact(decision: "Decision", visit: Visit, name: str, width: int) -> Iterator[Line]:
    head = _head(decision, visit, name)
    units = ", ".join(f"{item.code} x{number(item.allowed_units)}" for item in decision.lines)
    if shows_money(decision):
        units += f": {'?' if decision.allowed_amount is None else dollars(decision.allowed_amount)}"
    indent = sum(columns(text) for text, _ in head)
    first, *rest = wrapped(units, width, indent=indent)
    yield (*head, *first[1:])
    yield from rest
    for finding in decision.findings:
        yield from _remark(finding, width)


def _detailed(decision: "Decision", visit: Visit, name: str, width: int) -> Iterator[Line]:
    of = ", ".join([f"claim {decision.claim}"] * (decision.claim is not None) + [decision.policy])
    yield (*_head(decision, visit, name), (of, "faint"))
    shown: dict[int, int] = {}
    by_line = {index for item in decision.lines for index in item.findings}
    for index, finding in enumerate(decision.findings):
        if index not in by_line:
            yield from _reason(finding, width, "")
    pays = shows_money(decision)
    yield line_head(pays)
    given = {item.number: item for item in visit.lines}
    for item in decision.lines:
        yield line_row(item, given.get(item.line), pays)
        for index in item.findings:
            if index in shown:
                yield line(" " * _REASON, (f"as line {shown[index]}: {decision.findings[index].rule}", "faint"))
            else:
                shown[index] = item.line
                yield from _reason(decision.findings[index], width, item.status)


def _head(decision: "Decision", visit: Visit, name: str) -> Line:
    return row(
        [(name, "title"), visit.date.isoformat(), (f"{decision.status:<12}", decision.status), ""], (_NAME, 10, 12, 0)
    )


def shows_money(decision: "Decision") -> bool:
    """Whether there is anything to be shown of money: an amount of some line, or a remark about one that is not known."""
    return decision.pays and (
        any(item.allowed_amount is not None for item in decision.lines)
        or any(finding.rule.startswith("pay ") for finding in decision.findings)
    )


def line_head(pays: bool = False) -> Line:
    """The heads of the columns of `line_row`, with one of money where the policy `pays`."""
    heads = [(head, "faint") for head in HEAD]
    if not pays:
        return row(heads, WIDTHS, indent=_INDENT)
    return row([*heads[:-1], ("allowed $", "faint"), heads[-1]], (*WIDTHS[:-1], _MONEY, WIDTHS[-1]), indent=_INDENT)


def line_row(item: LineDecision, given: VisitLine | None, pays: bool = False) -> Line:
    """Minutes and modifiers as given; `?` is what is not known, a blank no modifiers, or units that were not billed."""
    modifiers = "?" if given is None or given.modifiers is None else " ".join(given.modifiers)
    minutes = number(given.minutes if given else None)
    billed = "" if item.billed_units is None else number(item.billed_units)
    status: Piece = (item.status, item.status)
    cells = (
        str(item.line),
        item.code,
        modifiers,
        minutes,
        billed,
        number(item.supported_units),
        number(item.allowed_units),
        status,
    )
    if not pays:
        return row(cells, WIDTHS, indent=_INDENT)
    amount = "?" if item.allowed_amount is None else plain(item.allowed_amount)
    return row((*cells[:-1], amount, status), (*WIDTHS[:-1], _MONEY, WIDTHS[-1]), indent=_INDENT)


def _reason(finding: Finding, width: int, status: str) -> Iterator[Line]:
    """The message; rule, units, reason codes and whether it rests on an assumption; what would put it right."""
    effect = ("", "") if finding.effect == status else (f"{finding.effect}: ", finding.effect)
    yield from wrapped(ended(finding.message), width, indent=_REASON, first=effect)
    told = [finding.rule]
    told += [count(finding.units, "unit")] if finding.units else []
    told += [dollars(finding.amount)] if finding.amount else []
    told += [" ".join(finding.reasons)] if finding.reasons else []
    told += ["rests on an assumption"] if finding.assumption else []
    yield from wrapped(" · ".join(told), width, indent=_REASON, hang=2, style="faint")
    if finding.missing:
        yield from wrapped(
            listed(finding.missing), width, indent=_REASON, hang=2, first=("not known: ", "undetermined")
        )
    if finding.fix and all(name.startswith("table ") for name in finding.missing):
        yield from wrapped(ended(finding.fix), width, indent=_REASON, hang=2, first=("fix: ", "good"))


def _remark(finding: Finding, width: int) -> Iterator[Line]:
    """A warning or note of a visit that is allowed, in one sentence."""
    at = f"{lines_named(finding.lines)}: " if finding.lines else ""
    text = f"{at}{ended(finding.message)} ({finding.rule})"
    yield from wrapped(text, width, indent=_REASON, hang=2, first=(f"{finding.effect}: ", finding.effect))
