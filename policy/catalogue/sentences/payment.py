"""Payment in plain English: base prices, reductions, shares, the charge, and their order.

Owns: the sentences of `pay`, and of the clauses of money that limits share with it.
Never: works an amount out.
"""

from typing import Final

from policy.catalogue.sentences.tables import NAMES
from policy.catalogue.telling import Telling, spaced
from policy.catalogue.words import Ref, Words, listed, say
from policy.resolve.model import Statement
from policy.syntax import ast
from policy.syntax.words import literal
from policy.values import Type

_SETTINGS: Final = {
    "qpp": "with the conversion factor for qualifying participants",
    "non_qpp": "with the general conversion factor",
}
_TIES: Final = {"first line": "first on the claim", "last line": "last on the claim"}
_RANKS: Final = {
    "practice expense": "the highest practice expense",
    "rate": "the highest rate",
    "allowance": "the highest allowance",
}


def pay(t: Telling, s: Statement) -> list[Words]:
    """The step of payment: a rate, a reduction, a share or the charge."""
    d = s.declaration
    codes = t.applied(d) or ("every code",)
    out: list[Words] = []
    rate, reduce_, share = d.first(ast.Rate), d.first(ast.ReduceBy), d.first(ast.PayShare)
    if rate is not None:
        out += _rate(t, rate, codes)
    out += [_price(t, row) for row in d.all(ast.PriceRow)]
    factor = d.first(ast.ConversionFactor)
    if factor is not None:
        out.append(say("One RVU is paid ", t.literal(factor.amount)))
    if reduce_ is not None:
        what = "price" if reduce_.what == "rate" else reduce_.what
        out.append(say(f"The {what} of ", codes, f" is reduced by {literal(reduce_.percent)}"))
    for ties in d.all(ast.Ties):
        out.append(say(f"Of equal ones the {_TIES.get(ties.to, ties.to)} comes first"))
    if share is not None:
        out.append(say("Of the amount of ", codes, f" {literal(share.percent)} is paid"))
    if d.first(ast.AtCharge) is not None:
        out.append(say("No line", say(" of ", t.applied(d)) if t.applied(d) else "", " is paid more than its charge"))
    return out


def _rate(t: Telling, c: ast.Rate, codes: Words) -> list[Words]:
    """The base price; of listed prices the rows follow."""
    share = say(literal(c.share), " of ") if c.share is not None else ()
    match c.basis:
        case None:
            price: Words = ("the price listed here",)
        case ast.Word(text=name):
            price = (NAMES.get(name, f"the amount of the table {name}"),)
        case amount:
            price = t.literal(amount)
    out = [say(f"The price of one {c.each} of ", codes, " is ", share, price)]
    if c.expense is not None:
        out.append(say("Its practice expense is ", t.fact(c.expense.path)))
    if c.locality is not None:
        out.append(say("It is that of ", t.fact(c.locality.path)))
    if c.setting is not None:
        out.append(say("It is taken ", _SETTINGS.get(c.setting.text, f"for {c.setting}")))
    return out


def _price(t: Telling, c: ast.PriceRow) -> Words:
    """One row of a list of prices."""
    measure = "" if c.type is Type.MONEY else " RVUs"
    sign = "$" if c.type is Type.MONEY else ""
    parts = f", of it {sign}{c.expense:,f}{measure} practice expense" if c.expense is not None else ""
    if c.parts is not None:
        work, expense, malpractice = c.parts
        parts = f", made of work {work:f}, practice expense {expense:f} and malpractice {malpractice:f}"
    return say(t.codes(c.codes), f": {sign}{c.price:,f}{measure}{parts}")


def except_first(t: Telling, c: ast.ExceptFirst) -> Words:
    """What keeps its whole price."""
    return (f"The first {c.grain} keeps its whole price",)


def ranked_by(t: Telling, c: ast.RankedBy) -> Words:
    """Which one is the first."""
    return (f"The first is the one with {_RANKS.get(c.key, f'most {c.key}')}",)


def across(t: Telling, c: ast.Across) -> Words:
    """Whose lines are ranked together."""
    return say("Ranked together is what is given for one ", listed(c.keys))


def to_the_cent(t: Telling, c: ast.ToTheCent) -> Words:
    """Where a fraction of a cent goes."""
    return (f"Amounts are rounded {c.rounding} to the cent",)


def after(t: Telling, c: ast.After) -> Words:
    """Which steps come first."""
    steps = (Ref("statement", _label(t, word.text), f"“{spaced(word.text)}”") for word in c.steps)
    return say("It comes after ", listed(steps))


def _label(t: Telling, name: str) -> str:
    """A step is a `pay` or a limit by value."""
    return f"pay {name}" if t.policy.versions("pay", name) else f"limit {name}"
