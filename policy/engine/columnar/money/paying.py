"""What is paid, in columns: base prices, then the steps in their stated order.

Owns: `engine/reference/paying.py`: the order, and the steps that look at one line, which are shares and the charge.
Never: ranks lines (`reducing.py`) or judges limits on money (`worth.py`).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.money.cents import MONEY, MOST, to_answer, to_cents
from policy.engine.columnar.money.ledger import Asked, Ledger, WrittenPayment, WrittenStep, lacks, truth
from policy.engine.columnar.money.pricing import price_lines
from policy.engine.columnar.view import Array, only
from policy.plan.pay import Reduction, Share

if TYPE_CHECKING:
    from policy.engine.columnar.money.worth import Caps


def pay(chunk: Chunk, payment: WrittenPayment, asked: Mapping[int, Asked], caps: "Mapping[int, Caps]") -> None:
    """Prices the lines and takes every step in its order."""
    ledger = Ledger.of(chunk, payment)
    price_lines(chunk, payment, asked, ledger)
    for one in payment.steps:
        if not isinstance(one, WrittenStep):
            from policy.engine.columnar.money.worth import cap

            cap(chunk, one, caps[one.rule.at], ledger)
            continue
        step = asked[one.rule.at]
        match one.rule:
            case Reduction():
                from policy.engine.columnar.money.reducing import reduce

                reduce(chunk, payment, one, step, ledger)
            case Share():
                for lines in _certain(chunk, one, step, ledger):
                    ledger.amount[lines] = _shared(chunk, one, ledger, lines)
            case _:
                for lines in _certain(chunk, one, step, ledger):
                    _charged(chunk, one, ledger, lines)
    chunk.amount = to_answer(ledger.amount, ledger.scale)


def concerned(chunk: Chunk, one: WrittenStep, lines: Array) -> Array:
    """Those of some lines that a step is about; where its condition has no form in columns, their visits are set aside."""
    codes = one.rule.codes
    about = lines if codes is None else only(lines, chunk.view.in_codes(codes, chunk.code.take(lines)))
    if not one.handed:
        return about
    chunk.set_aside(about, one.rule.at, one.handed)
    return about[:0]


def _certain(chunk: Chunk, one: WrittenStep, asked: Asked, ledger: Ledger) -> Sequence[Array]:
    """The lines with an amount on which a step is taken; that of lines on which it perhaps is, is not known any more."""
    lines = concerned(chunk, one, np.flatnonzero(ledger.amount > 0))
    true, doubt = truth(chunk, asked, lines)
    if len(doubt):
        lacking = np.zeros(chunk.lines, np.bool_)
        for event, some in lacks(chunk, asked, doubt):
            chunk.say(some, event)
            lacking[some] = True
        chunk.set_aside(only(doubt, ~lacking[doubt]), one.rule.at, "a step that depends on what is not known")
        chunk.say(doubt, one.unknown)
        ledger.amount[doubt] = -1
    return (true,) if len(true) else ()


def _shared(chunk: Chunk, one: WrittenStep, ledger: Ledger, lines: Array) -> Array:
    """A part of what lines come to."""
    assert isinstance(one.rule, Share)
    amount = ledger.amount.take(lines)
    odd = amount > MOST // max(one.part, 1)
    if odd.any():
        chunk.set_aside(only(lines, odd), one.rule.at, "an amount beyond what columns hold")
        amount = np.where(odd, 0, amount)
    return ledger.cents(to_cents(amount * one.part, ledger.scale * one.of, one.rule.rounding))


def _charged(chunk: Chunk, one: WrittenStep, ledger: Ledger, lines: Array) -> None:
    """At most the charge."""
    space = chunk.line_space
    if chunk.view.column("line.charge") is None:
        known = np.zeros(len(lines), np.bool_)
    else:
        known = space.known("line.charge", lines)
        by = ledger.scale // MONEY
        charge = np.minimum(space.cells("line.charge", lines).astype(np.int64), MOST // by) * by
        ledger.amount[lines] = np.minimum(ledger.amount.take(lines), charge)
    bare = only(lines, ~known)
    chunk.say(bare, one.unknown)
    chunk.say(bare, one.lacks_charge)
    ledger.amount[bare] = -1
