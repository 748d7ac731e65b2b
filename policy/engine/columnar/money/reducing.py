"""Multiple-procedure reductions in columns: all but the first service of a visit lose a part of their price.

Owns: `engine/reference/reducing.py` for visits whose lines are ranked together: which of them is first, what the others lose, and what
a rank hangs on that is not known.
Never: ranks lines apart that differ in provider or discipline; such visits are set aside.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.money.cents import CENT, MOST, to_cents
from policy.engine.columnar.money.ledger import Asked, Ledger, WrittenPayment, WrittenStep, lacks
from policy.engine.columnar.money.paying import concerned
from policy.engine.columnar.money.pricing import of_codes
from policy.engine.columnar.view import Array, only
from policy.plan.pay import Reduction


def reduce(chunk: Chunk, payment: WrittenPayment, one: WrittenStep, asked: Asked, ledger: Ledger) -> None:
    """Takes the reduction, visit by visit."""
    lines = _ranked(chunk, payment, one, asked, ledger)
    if not len(lines):
        return
    rule = one.rule
    assert isinstance(rule, Reduction)
    first = _first(chunk, rule, ledger, lines)
    units = ledger.units.take(lines)
    kept = np.where(first, units if rule.grain == "code" else np.minimum(units, ledger.unit), 0)
    less = np.flatnonzero(units > kept)
    lines, units, kept = lines[less], units[less], kept[less]
    price = ledger.price.take(lines)
    lost = price if rule.what == "rate" else ledger.expense.take(lines)
    whole = to_cents(price, ledger.price_scale, rule.rounding)
    lower = to_cents(price * one.of - lost * one.part, ledger.price_scale * one.of, rule.rounding)
    amount = kept * whole + (units - kept) * lower
    ledger.amount[lines] = ledger.cents(to_cents(amount, CENT * ledger.unit, rule.rounding))


def _ranked(chunk: Chunk, payment: WrittenPayment, one: WrittenStep, asked: Asked, ledger: Ledger) -> Array:
    """The lines that are ranked. Where one of a visit cannot be, what the others come to is not known any more."""
    rule = one.rule
    assert isinstance(rule, Reduction)
    lines = concerned(chunk, one, np.flatnonzero(ledger.amount))
    open_ = lines[:0]
    if asked.holds is not None and len(lines):
        true, false = asked.holds(chunk, lines)
        lines, open_ = only(lines, ~false), only(lines, ~(true | false))
    if not len(lines):
        return lines
    unpriced = only(lines, ledger.amount.take(lines) < 0)
    bare = lines[:0]
    if rule.what == "practice expense" or rule.key == "practice expense":
        bare = only(lines, (ledger.expense.take(lines) < 0) & (ledger.amount.take(lines) > 0))
    _apart(chunk, one, ledger, lines)
    if len(open_) or len(unpriced) or len(bare):
        blocked = chunk.any_of_lines(np.concatenate((open_, unpriced, bare)))
        lost = only(lines, blocked[chunk.at.take(lines)] & (ledger.amount.take(lines) > 0))
        if len(lost):
            facts = [*lacks(chunk, asked, open_), *_hanging(chunk, payment, ledger, unpriced, bare)]
            _lose(chunk, one, ledger, lost, facts)
        lines = only(lines, ~blocked[chunk.at.take(lines)])
    return lines


def _apart(chunk: Chunk, one: WrittenStep, ledger: Ledger, lines: Array) -> None:
    """Sets aside the visits whose lines are not each, or not all together, in one rank, and those beyond what columns hold."""
    rule = one.rule
    assert isinstance(rule, Reduction)
    priced = chunk.any_of_lines(only(lines, ledger.amount.take(lines) > 0))
    odd = ledger.price.take(lines) > MOST // (2 * one.of)
    chunk.set_aside(only(lines, odd), rule.at, "a price beyond what columns hold")
    for key in rule.across:
        mixed = chunk.mixed(key)
        if mixed is not None:
            chunk.set_visits_aside(mixed & priced, rule.at, f"lines differ in {key}")
    if rule.grain == "code":
        chunk.set_visits_aside(chunk.repeated() & priced, rule.at, "a code on several lines")


def _hanging(
    chunk: Chunk, payment: WrittenPayment, ledger: Ledger, unpriced: Array, bare: Array
) -> Iterator[tuple[int, Array]]:
    """What is missing where an amount, or its practice expense, is not known: facts, or else that of the code itself."""
    for what, lines, known in (("amount", unpriced, ledger.lacking), ("practice expense", bare, ledger.no_expense)):
        untold = np.zeros(chunk.lines, np.bool_)
        untold[lines] = True
        mine = untold.copy()
        for event, some in known:
            yield event, only(some, mine[some])
            untold[some] = False
        yield from of_codes(chunk, payment, what, np.flatnonzero(untold))


def _lose(chunk: Chunk, one: WrittenStep, ledger: Ledger, lost: Array, facts: Sequence[tuple[int, Array]]) -> None:
    """What some lines come to is not known any more; each names what is missing of all lines that it is ranked with."""
    ledger.amount[lost] = -1
    chunk.say(lost, one.unknown)
    at = chunk.at.take(lost)
    told = np.zeros(len(lost), np.bool_)
    for event, lines in facts:
        if len(lines):
            mine = chunk.any_of_lines(lines)[at]
            chunk.say(only(lost, mine), event)
            told |= mine
    chunk.set_aside(only(lost, ~told), one.rule.at, "a rank that is not known")


def _first(chunk: Chunk, rule: Reduction, ledger: Ledger, lines: Array) -> Array:
    """The line of each visit that ranks first, as a mask of some lines. Of equals it is the first or the last, as stated."""
    by_code = rule.grain == "code" and rule.key == "allowance"
    key = (ledger.expense if rule.key == "practice expense" else ledger.amount if by_code else ledger.price).take(lines)
    at = chunk.at.take(lines)
    new = np.concatenate(([True], at[1:] != at[:-1]))
    most = np.maximum.reduceat(key, np.flatnonzero(new)).take(np.cumsum(new) - 1)
    top = np.flatnonzero(key == most)
    visits = at.take(top)
    edge = np.ones(1, np.bool_)
    alone = visits[1:] != visits[:-1]
    out = np.zeros(len(lines), np.bool_)
    out[top[np.concatenate((alone, edge) if rule.last else (edge, alone))]] = True
    return out
