"""From clauses back to the words of the language.

Owns: how each clause is spelt, on one line. `written` gives the keyword that `format.py` aligns and what follows it; a clause that is
one phrase has no keyword.
Never: breaks lines, indents or knows comments.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from policy.syntax import ast
from policy.syntax.words import code_list, expression, joined, literal, quantity, quoted
from policy.values import Type

_PART_NAMES: Final = {count: name for name, count in ast.PARTS.items()}


def written(clause: ast.Clause) -> tuple[str, str]:
    """The clause's keyword and what follows it; the keyword is empty for a clause that is one phrase."""
    return _CLAUSES[type(clause)](clause)


def _with(words: str, text: str | None) -> str:
    return words if text is None else f"{words} {quoted(text)}".lstrip()


def _dates(start: dt.date | None, end: dt.date | None) -> str:
    return " ".join([*([f"from {start}"] if start else []), *([f"until {end}"] if end else [])])


def _in_force(c: ast.InForce) -> tuple[str, str]:
    basis = f", by {c.basis} date" if c.stated or c.basis != "service" else ""
    return "in force", _dates(c.start, c.end) + basis


def _value(c: ast.ValueRow) -> tuple[str, str]:
    if c.start is None:
        return "is", literal(c.literal)
    return "from", f"{_dates(c.start, c.end).removeprefix('from ')}  {literal(c.literal)}"


def _by(c: ast.By) -> tuple[str, str]:
    if c.counts:
        return "by", f"whichever allows {c.method} of {joined(c.counts, 'and')}"
    if c.method == "flat" and c.units is not None:
        return "by", f"flat {quantity(c.units, Type.UNITS)} each visit"
    return "by", c.method


def _unit_at(c: ast.UnitAt) -> tuple[str, str]:
    at = f"at {joined(c.thresholds)} {'minute' if c.thresholds[-1] == 1 else 'minutes'} of {c.of}"
    if len(c.thresholds) == 1 and c.every == c.of:
        return "a unit", at
    return "units", at if c.every is None else f"{at}, then every {c.every}"


def _decimal(c: ast.DecimalUnits) -> tuple[str, str]:
    length = quantity(c.of, Type.MINUTES)
    return "", f"decimal units of {length}, in {_PART_NAMES[c.parts]}, rounded {c.rounding}"


def _leftover(c: ast.Leftover) -> tuple[str, str]:
    return "leftover", f"to {c.to}" if c.to == "no code" else f"to the {c.to}"


def _ties(c: ast.Ties) -> tuple[str, str]:
    return "ties", "are the provider's choice" if c.to == "provider" else f"to the {c.to}"


def _unless_modifier(c: ast.UnlessModifier) -> tuple[str, str]:
    line = {"either": "either line", "both": "both lines"}.get(c.on, f"the {c.on} line")
    return "unless", f"modifier {joined(c.modifiers, 'or')} on {line}"


def _at_most(c: ast.AtMost) -> tuple[str, str]:
    since = f" or {c.days} {_days(c.days)} after {c.since.path}" if c.days is not None and c.since else ""
    when = f" when {expression(c.when)}" if c.when is not None else ""
    return "at most", f"{literal(c.amount)}{since}{when}"


def _days(count: int) -> str:
    return "day" if count == 1 else "days"


def _per_key(key: ast.PerKey) -> str:
    if key.fact is not None:
        return key.fact.path if key.word == "fact" else f"{key.word} {key.fact.path}"
    if key.days is not None:
        return f"rolling {key.days} {_days(key.days)}"
    return f"fiscal year from {ast.MONTHS[key.month - 1]}" if key.month is not None else key.word


def _order(order: ast.Order) -> str:
    return f"{order.word} first" if order.by == "codes" else f"{order.word} {order.by} first"


def _excess(c: ast.OnExcess) -> tuple[str, str]:
    words = {"authorize": "need authorization", "modifier": f"need modifier {joined(c.modifiers, 'or')}"}
    return "on excess", ", ".join([words.get(c.do, c.do), *map(_order, c.orders)])


def _modifier(c: ast.NeedsModifier) -> tuple[str, str]:
    words, joint = {
        "exactly one": ("exactly one of modifier", "or"),
        "some": ("one of modifier", "or"),
        "none": ("no modifier", "or"),
        "every": ("modifier", "and"),
    }[c.how]
    return "", f"{words} {joined(c.modifiers, joint)}"


def _effect(c: ast.Effect) -> tuple[str, str]:
    reduced = f"to {quantity(c.units, Type.UNITS)}" if c.units is not None else ""
    return c.effect, _with(reduced, c.message)


def _except(c: ast.ExceptCodes) -> tuple[str, str]:
    return "except", code_list(c.codes) + (f" when {expression(c.when)}" if c.when is not None else "")


def _applies(c: ast.AppliesTo) -> tuple[str, str]:
    return "applies to", code_list(c.codes) + (f" except {code_list(c.except_)}" if c.except_ else "")


def _rate(c: ast.Rate) -> tuple[str, str]:
    match c.basis:
        case None:
            basis = "listed"
        case ast.Word():
            basis = f"table {c.basis}" if c.share is not None else f"from table {c.basis}"
        case amount:
            basis = literal(amount)
    words = [f"{literal(c.share)} of {basis}" if c.share is not None else basis]
    words[0] += f" each {c.each}"
    words += [f"practice expense {c.expense.path}"] if c.expense is not None else []
    words += [f"locality {c.locality.path}"] if c.locality is not None else []
    words += [f"setting {c.setting}"] if c.setting is not None else []
    return "rate", ", ".join(words)


def _price(c: ast.PriceRow) -> tuple[str, str]:
    """The codes and, two spaces behind them, their price; the formatter aligns the prices."""
    if c.parts is not None:
        work, expense, malpractice = c.parts
        price = f"work {work:f}, practice expense {expense:f}, malpractice {malpractice:f}"
    else:
        parts = [c.price] + ([c.expense] if c.expense is not None else [])
        shown = [f"${part:,f}" if c.type is Type.MONEY else f"{part:f} RVUs" for part in parts]
        price = ", practice expense ".join(shown)
    return "", f"{code_list(c.codes)}  {price}"


def _reduce_by(c: ast.ReduceBy) -> tuple[str, str]:
    return "reduce", f"{'the rate' if c.what == 'rate' else c.what} by {literal(c.percent)}"


def _unit_basis(c: ast.UnitBasis) -> tuple[str, str]:
    return "", f"one unit each {'day' if c.minutes is None else quantity(c.minutes, Type.MINUTES)}"


def _last_two(c: ast.LastTwo) -> tuple[str, str]:
    shares = f"each gives {c.least} to {quantity(c.most, Type.MINUTES)}"
    return "except", f"the last two units when {shares}, {c.together_least} to {c.together_most} together"


def _from_table(c: ast.FromTable) -> tuple[str, str]:
    setting = f", setting {c.setting}" if c.setting else ""
    return "from", f"table {c.table}{setting}" + (f", quarter {c.quarter}" if c.quarter else "")


_CLAUSES: Final[dict[type, Callable[[Any], tuple[str, str]]]] = {
    ast.Extends: lambda c: ("extends", c.parent.text),
    ast.InForce: _in_force,
    ast.Status: lambda c: ("status", c.word),
    ast.Link: lambda c: ("link", quoted(c.url)),
    ast.Seen: lambda c: ("seen", str(c.date)),
    ast.Dated: lambda c: ("dated", str(c.date)),
    ast.Evidence: lambda c: ("evidence", c.word),
    ast.InField: lambda c: ("in field", c.field.text),
    ast.NoteSays: lambda c: (f"{'or ' if c.joined else ''}note says", joined(map(quoted, c.phrases))),
    ast.ButNot: lambda c: ("but not", joined(map(quoted, c.phrases))),
    ast.Cite: lambda c: ("cite", _with(joined(c.sources), c.where)),
    ast.Assume: lambda c: ("assume", quoted(c.text)),
    ast.Fix: lambda c: ("fix", quoted(c.text)),
    ast.AppliesTo: _applies,
    ast.Members: lambda c: ("", code_list(c.codes)),
    ast.Columns: lambda c: ("", f"{code_list(c.first)} over {code_list(c.second)}"),
    ast.ExceptCodes: _except,
    ast.ExceptPair: lambda c: ("except", f"{code_list(c.first)} over {code_list(c.second)}"),
    ast.FromTable: _from_table,
    ast.Among: lambda c: ("among", code_list(c.codes)),
    ast.Mapped: lambda c: (f"{c.kind} {c.name}", joined(c.codes)),
    ast.UnitBasis: _unit_basis,
    ast.ValueRow: _value,
    ast.By: _by,
    ast.Pool: lambda c: ("pool", joined(c.keys)),
    ast.UnitAt: _unit_at,
    ast.DecimalUnits: _decimal,
    ast.Leftover: _leftover,
    ast.Ties: _ties,
    ast.DenySide: lambda c: ("deny", f"the {c.side}"),
    ast.UnlessModifier: _unless_modifier,
    ast.Unless: lambda c: ("unless", expression(c.condition)),
    ast.TimesOverlap: lambda c: ("", "only when times overlap"),
    ast.OnlyGiven: lambda c: ("", f"only when given {joined(fact.path for fact in c.facts)}"),
    ast.Same: lambda c: ("same", c.key),
    ast.Reason: lambda c: ("reason", joined(c.codes)),
    ast.AtMost: _at_most,
    ast.Per: lambda c: ("per", joined(map(_per_key, c.keys), "and")),
    ast.Counting: lambda c: ("counting", f"{c.which} {c.measure.value}"),
    ast.OnExcess: _excess,
    ast.When: lambda c: ("when", expression(c.condition)),
    ast.NeedsModifier: _modifier,
    ast.NeedsDocumented: lambda c: ("documented", joined(c.elements)),
    ast.NeedsThat: lambda c: ("that", expression(c.condition)),
    ast.Otherwise: lambda c: ("otherwise", _with(c.effect, c.message)),
    ast.Effect: _effect,
    ast.BeforeCounting: lambda c: ("", "before counting"),
    ast.Marks: lambda c: ("modifier", joined(f"{m.modifier} with {m.beside}" for m in c.marks)),
    ast.Above: lambda c: ("above", f"{c.percent:f}% of each {c.grain}"),
    ast.LastUnit: lambda c: (
        "except",
        f"the last unit when the therapist alone gives {quantity(c.minutes, Type.MINUTES)}",
    ),
    ast.LastTwo: _last_two,
    ast.Touches: lambda c: ("touches", f"{c.kind} {c.name}"),
    ast.Rate: _rate,
    ast.PriceRow: _price,
    ast.ConversionFactor: lambda c: ("", f"conversion factor {literal(c.amount)}"),
    ast.ReduceBy: _reduce_by,
    ast.ExceptFirst: lambda c: ("except", f"the first {c.grain}"),
    ast.RankedBy: lambda c: ("ranked by", c.key),
    ast.Across: lambda c: ("across", joined(c.keys)),
    ast.PayShare: lambda c: ("pay", literal(c.percent)),
    ast.AtCharge: lambda c: ("at most", "the charge"),
    ast.ToTheCent: lambda c: ("rounded", f"{c.rounding} to the cent"),
    ast.After: lambda c: ("after", joined(c.steps)),
    ast.ExampleVisit: lambda c: ("", f"visit {c.date}"),
    ast.Expect: lambda c: ("", "expect"),
}
