"""Where two payers differ, for people and for programs: text, Markdown, CSV and JSON.

Owns: the layouts of one visit's differences and of the summary.
Never: compares. Everything that decides a line is on one screen: both answers, the statements, their sources.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from policy.claims.visit import Visit
from policy.engine.money import dollars
from policy.render.page import Line, Piece, line, row, wrapped
from policy.render.words import count, ended, number
from policy.values import Units

if TYPE_CHECKING:
    from policy.comparing.difference import Cause, Difference, Side, Tally

_WIDTHS: Final = (-4, 5, -4, -6)
_HEAD: Final = ("line", "code", "min", "billed")
_ANSWER: Final = 16
_TOP: Final = 10
_LABEL: Final = 20
COLUMNS: Final = (
    "visit", "date", "line", "code", "billed",
    "left_policy", "left_status", "left_units", "left_amount", "left_rules", "left_sources",
    "right_policy", "right_status", "right_units", "right_amount", "right_rules", "right_sources",
)  # fmt: skip
"""The columns of the CSV."""


def text_lines(name: str, visit: Visit, found: "Sequence[Difference]", width: int) -> Iterator[Line]:
    """One visit: each line that differs with both answers, and under it what made each."""
    of = f"claim {visit.claim}" if visit.claim is not None else ""
    yield line((name, "title"), f"  {visit.date}  ", (of, "faint"))
    policies = [found[0].left.policy, found[0].right.policy]
    widths = (*_WIDTHS, *(max(len(policy), _ANSWER) for policy in policies))
    yield row([(head, "faint") for head in (*_HEAD, *policies)], widths, indent=2)
    minutes = {given.number: given.minutes for given in visit.lines}
    for one in found:
        if one.line is None:
            cells: list[Piece | str] = ["", "visit", "", ""]
        else:
            cells = [str(one.line), one.code or "", number(minutes.get(one.line)), number(one.billed)]
        yield row([*cells, _answer(one.left), _answer(one.right)], widths, indent=2)
        for side in (one.left, one.right):
            for cause in side.causes:
                yield from _cause(side, cause, width)


def _answer(side: "Side") -> Piece:
    units = "" if side.units is None and side.status != "undetermined" else f"{number(side.units)} "
    money = f", {dollars(side.amount)}" if side.amount is not None else ""
    return f"{units}{side.status}{money}", side.status


def _cause(side: "Side", cause: "Cause", width: int) -> Iterator[Line]:
    lost = f" {count(cause.units, 'unit')}" if cause.units else ""
    yield from wrapped(f"{side.policy}: {cause.effect}{lost} by {cause.rule}", width, indent=8, hang=2)
    if cause.message:
        yield from wrapped(ended(cause.message), width, indent=10)
    for cited in cause.cite:
        where = f", {cited.where}" if cited.where else ""
        yield from wrapped(f"{cited.title}{where}", width, indent=10, hang=2, style="faint", first=("source ", "faint"))
        if cited.link:
            yield line(" " * 12, (cited.link, "faint"))
    if cause.assumption:
        yield from wrapped(cause.assumption, width, indent=10, hang=2, style="faint", first=("assumed ", "faint"))


def summary_lines(tally: "Tally") -> Iterator[Line]:
    """What the comparison came to."""
    yield line(("summary", "title"))
    yield _label(
        "visits", f"{number(tally.visits)} compared: {number(tally.same)} alike, {number(tally.different)} differently"
    )
    if tally.rejected:
        yield _label("", (f"{number(tally.rejected)} could not be read", "bad"))
    yield _label("lines", f"{count(tally.lines, 'line')} differ{'s' if tally.lines == 1 else ''}")
    for i, policy in enumerate((tally.left, tally.right)):
        unknown = f", not known for {count(tally.unknown[i], 'line')}" if tally.unknown[i] else ""
        yield _label("" if i else "units allowed", f"{policy}: {number(tally.units[i])}{unknown}")
    for i, (policy, rule, lines) in enumerate(tally.top()):
        if i < _TOP:
            yield _label("" if i else "made the difference", f"{policy}: {rule}, {count(lines, 'line')}")
    if len(tally.causes) > _TOP:
        yield _label("", (f"and {count(len(tally.causes) - _TOP, 'more statement')}", "faint"))


def _label(name: str, *pieces: Piece | str) -> Line:
    return (*row([(name, "faint"), ""], (_LABEL, 0), indent=2), *line(*pieces))


# ------------------------------------------------------------------------------------------- for programs


def csv_rows(name: str, visit: Visit, found: "Sequence[Difference]") -> str:
    """A row for each line that differs."""
    return _csv(
        [name, visit.date.isoformat(), one.line, one.code, one.billed, *_cells(one.left), *_cells(one.right)]
        for one in found
    )


def csv_head() -> str:
    return _csv([COLUMNS])


def _cells(side: "Side") -> list[Any]:
    rules = "; ".join(cause.rule for cause in side.causes)
    sources = "; ".join(dict.fromkeys(cited.title for cause in side.causes for cited in cause.cite))
    return [side.policy, side.status, side.units, side.amount, rules, sources]


def _csv(rows: Any) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(["" if cell is None else cell for cell in cells] for cells in rows)
    return out.getvalue()


def record(name: str, visit: Visit, found: "Sequence[Difference]") -> dict[str, Any]:
    """One visit as plain data; `same` when nothing differs."""
    rows = [
        {
            "line": one.line,
            "code": one.code,
            "billed_units": one.billed,
            "left": _side(one.left),
            "right": _side(one.right),
        }
        for one in found
    ]
    return {"visit": name, "date": visit.date.isoformat(), "same": not rows, "differences": rows}


def _side(side: "Side") -> dict[str, Any]:
    causes = [
        {
            "rule": cause.rule,
            "effect": cause.effect,
            "message": cause.message,
            "units": cause.units,
            "reasons": list(cause.reasons),
            "cite": [cited._asdict() for cited in cause.cite],
            "assumption": cause.assumption,
        }
        for cause in side.causes
    ]
    return {
        "policy": side.policy,
        "status": side.status,
        "allowed_units": side.units,
        "allowed_amount": side.amount,
        "causes": causes,
    }


def summary_record(tally: "Tally") -> dict[str, Any]:
    """The counts as plain data."""
    sides = zip((tally.left, tally.right), tally.units, tally.unknown, strict=True)
    return {
        "visits": tally.visits,
        "same": tally.same,
        "different": tally.different,
        "rejected": tally.rejected,
        "lines": tally.lines,
        "units": [{"policy": p, "allowed_units": units, "unknown_lines": unknown} for p, units, unknown in sides],
        "causes": [{"policy": p, "rule": rule, "lines": lines} for p, rule, lines in tally.top()],
    }


# ------------------------------------------------------------------------------------------------ Markdown


def markdown_head(left: str, right: str) -> str:
    """The head of the table."""
    return (
        f"| visit | date | line | code | billed | {left} | {right} | what makes the difference |\n"
        + "| --- " * 8
        + "|\n"
    )


def markdown_rows(name: str, visit: Visit, found: "Sequence[Difference]") -> str:
    """A row of the table for each line that differs."""
    out = []
    for one in found:
        why = "<br>".join(_why(side, cause) for side in (one.left, one.right) for cause in side.causes)
        cells = [name, str(visit.date), _shown(one.line), one.code or "visit", _shown(one.billed)]
        answers = [_answer(one.left)[0], _answer(one.right)[0]]
        out.append(f"| {' | '.join([*map(_md, cells), *answers, why])} |\n")
    return "".join(out)


def _why(side: "Side", cause: "Cause") -> str:
    sources = "; ".join(_md(cited.title + (f", {cited.where}" if cited.where else "")) for cited in cause.cite)
    said = f": {_md(ended(cause.message))}" if cause.message else ""
    return f"{side.policy}, `{cause.rule}`{said}" + (f" ({sources})" if sources else "")


def _md(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{c}" if c in "\\`*_[]|" else c for c in text)


def _shown(value: Units | Decimal | None) -> str:
    return "" if value is None else number(value)
