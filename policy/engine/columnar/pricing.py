"""Base prices in columns: which rate applies to each line, and what its units come to.

Owns: `engine/reference/pricing.py` for rates each unit, and which missing facts a price hangs on.
Never: takes anything off (`paying.py`, `reducing.py`), and never changes units: those are settled before anything is paid.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from policy.engine.columnar.cents import CENT, MOST, to_cents
from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.ledger import Asked, Ledger, Source, WrittenPayment, WrittenRate, lacks, truth
from policy.engine.columnar.view import Array, only
from policy.engine.outcome import NOBODY

MAX_CODES: Final = 128
"""Codes without a price that are told apart in one run; visits with others are set aside."""


def price_lines(chunk: Chunk, payment: WrittenPayment, asked: Mapping[int, Asked], ledger: Ledger) -> None:
    """The one rate that applies to each line, and what its units come to."""
    live = np.flatnonzero(ledger.amount)
    certain, own = np.zeros(chunk.lines, np.int8), np.full(chunk.lines, -1, np.int8)
    first, open_ = own.copy(), []
    for k, one in enumerate(payment.rates):
        codes = one.rate.codes
        lines = live if codes is None else only(live, chunk.view.in_codes(codes, chunk.code.take(live)))
        if one.handed:
            chunk.set_aside(lines, one.rate.at, one.handed)
            continue
        true, doubt = truth(chunk, asked[one.rate.at], lines)
        certain[true] += 1
        own[true[own[true] < 0]] = k
        first[doubt[first[doubt] < 0]] = k
        open_.append((one, doubt))
    doubtful = (first >= 0) & (certain < 2)
    for k, one in enumerate(payment.rates):
        mine = own == k
        twice = np.flatnonzero(mine & (certain > 1))
        if len(twice):
            _unpriced(chunk, payment, twice, one.unknown, ledger)
        lines = np.flatnonzero(mine & (certain == 1) & ~doubtful)
        if len(lines):
            ungiven = _ungiven(chunk, asked[one.rate.at], lines)
            ledger.lacking += [(event, only(lines, mask)) for event, mask in ungiven]
            _price(chunk, one, only(lines, _given(lines, ungiven)), ledger)
    if doubtful.any():
        _doubtful(chunk, payment, asked, [(one, only(lines, doubtful[lines])) for one, lines in open_], first, ledger)
    none = only(live, (certain[live] == 0) & ~doubtful[live])
    if len(none):
        _unpriced(chunk, payment, none, payment.unpriced, ledger)


def _ungiven(chunk: Chunk, asked: Asked, lines: Array) -> Sequence[tuple[int, Array]]:
    """The missing ones of the facts that a rate asks for, each with a mask of some lines."""
    return () if asked.ungiven is None else asked.ungiven(chunk, lines)


def _given(lines: Array, ungiven: Sequence[tuple[int, Array]]) -> Array:
    """Which of some lines lack none."""
    out = np.ones(len(lines), np.bool_)
    for _, mask in ungiven:
        out &= ~mask
    return out


def _doubtful(
    chunk: Chunk, payment: WrittenPayment, asked: Mapping[int, Asked], open_: Sequence[tuple[WrittenRate, Array]],
    first: Array, ledger: Ledger,
) -> None:  # fmt: skip
    """Lines of which it is not known whether some rates apply: silent where none of these is given what it asks for."""
    told = np.zeros(chunk.lines, np.bool_)
    for one, lines in open_:
        told[only(lines, _given(lines, _ungiven(chunk, asked[one.rate.at], lines)))] = True
    lacking = np.zeros(chunk.lines, np.bool_)
    for one, lines in open_:
        for event, some in lacks(chunk, asked[one.rate.at], only(lines, told[lines])):
            _lack(chunk, ledger, some, event)
            lacking[some] = True
    for k, one in enumerate(payment.rates):
        chunk.say(np.flatnonzero(told & (first == k)), one.unknown)
    chunk.set_aside(np.flatnonzero(told & ~lacking), NOBODY, "a rate that depends on what is not known")


def _lack(chunk: Chunk, ledger: Ledger, lines: Array, event: int) -> None:
    """A price hangs on a missing fact."""
    chunk.say(lines, event)
    ledger.lacking.append((event, lines))


def _unpriced(chunk: Chunk, payment: WrittenPayment, lines: Array, unknown: int, ledger: Ledger) -> None:
    """Lines whose code has no price, or two."""
    chunk.say(lines, unknown)
    for event, some in of_codes(chunk, payment, "price", lines):
        _lack(chunk, ledger, some, event)


def of_codes(chunk: Chunk, payment: WrittenPayment, what: str, lines: Array) -> Iterator[tuple[int, Array]]:
    """What is missing of the codes of some lines, by its number, each with its lines."""
    places = chunk.code.take(lines)
    for place in np.unique(places).tolist():
        name, mine = f"{what} of {chunk.view.codes[place]}", only(lines, places == place)
        if name in payment.of_codes or len(payment.of_codes) < MAX_CODES:
            payment.of_codes.add(name)
            yield payment.lack(name), mine
        else:
            chunk.set_aside(mine, NOBODY, f"more than {MAX_CODES} codes have no price")


def _price(chunk: Chunk, one: WrittenRate, lines: Array, ledger: Ledger) -> None:
    """What lines under a rate come to; lines whose units are not settled only get their price."""
    found = np.full(len(lines), -1) if one.price is None else _cells(chunk, one.price, lines)
    if one.lacks_fact is not None:
        missing = only(lines, found < 0)
        chunk.say(missing, one.unknown)
        _lack(chunk, ledger, missing, one.lacks_fact)
        lines, found = only(lines, found >= 0), only(found, found >= 0)
    if one.lacks_value is not None:
        chunk.say(lines, one.unknown)
        _lack(chunk, ledger, lines, one.lacks_value)
        return
    if not len(lines):
        return
    lines, found = _small(chunk, one, lines, found, ledger)
    ledger.price[lines] = found
    expense = np.full(len(lines), -1) if one.expense is None else _cells(chunk, one.expense, lines)
    ledger.expense[lines] = np.where(expense > found, -1, expense)
    if one.lacks_expense is not None:
        ledger.no_expense.append((one.lacks_expense, only(lines, expense < 0)))
    units = ledger.units.take(lines)
    some = np.flatnonzero(units)
    lines, found, units = lines[some], found[some], units[some]
    if one.rate.rounding is None:
        ledger.amount[lines] = found * units * (ledger.scale // (ledger.price_scale * ledger.unit))
    else:
        whole = to_cents(found, ledger.price_scale, one.rate.rounding) * units
        ledger.amount[lines] = ledger.cents(to_cents(whole, CENT * ledger.unit, one.rate.rounding))


def _cells(chunk: Chunk, source: Source, lines: Array) -> Array:
    """What a source says of one unit of some lines; -1: nothing."""
    if source.by_code is not None:
        return chunk.view.by_code(source.by_code, source.by_code, np.int64).take(chunk.code.take(lines))
    assert source.path is not None
    space = chunk.line_space
    cells = space.cells(source.path, lines).astype(np.int64)
    odd = (cells < 0) | (cells > MOST // source.times)
    if odd.any():
        chunk.set_aside(only(lines, odd), NOBODY, "a price beyond what columns hold")
        cells = np.where(odd, 0, cells)
    return np.where(space.known(source.path, lines), cells * source.times, -1)


def _small(chunk: Chunk, one: WrittenRate, lines: Array, found: Array, ledger: Ledger) -> tuple[Array, Array]:
    """The lines whose amount, and whatever is made of it, is exact in 64 bits; visits with others are set aside."""
    units = max(int(ledger.units.take(lines).max()), 1)
    most = MOST // (units * (ledger.scale // (ledger.price_scale * ledger.unit)) * 2)
    odd = np.maximum(found, ledger.price_scale // CENT) > most
    if not odd.any():
        return lines, found
    chunk.set_aside(only(lines, odd), one.rate.at, "a price beyond what columns hold")
    return only(lines, ~odd), only(found, ~odd)
