"""Base prices in columns: which rate applies to each line, and what its units come to.

Owns: `engine/reference/pricing.py` for rates each unit and each visit, and which missing facts a price hangs on.
Never: takes anything off (`paying.py`, `reducing.py`), and never changes units: those are settled before anything is paid.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs
import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.money.cents import CENT, MOST, to_cents
from policy.engine.columnar.money.ledger import Asked, Ledger, Source, WrittenPayment, WrittenRate, lacks, truth
from policy.engine.columnar.view import Array, only
from policy.engine.outcome import NOBODY

MAX_CODES: Final = 128
"""Codes without a price that are told apart in one run; visits with others are set aside."""


@attrs.frozen(eq=False)
class Applied:
    """Which rates apply to each line, by their number."""

    certain: Array
    """How many surely do."""
    own: Array
    """The first of these; -1: none."""
    first: Array
    """The first of those that may; -1: none."""
    open: list[Array]
    """Of each rate, the lines to which it may apply."""

    @property
    def doubtful(self) -> Array:
        """The lines whose price hangs on which rate applies, as a mask."""
        return (self.first >= 0) & (self.certain < 2)


def price_lines(chunk: Chunk, payment: WrittenPayment, asked: Mapping[int, Asked], ledger: Ledger) -> None:
    """The one rate that applies to each line, and what its units come to. Lines for which nothing is paid have a rate where one of the
    visit is stated, for they can leave it open; nothing is said of them."""
    live = ledger.amount != 0
    by_visit = any(one.rate.each == "visit" for one in payment.rates)
    about = np.arange(chunk.lines) if by_visit else np.flatnonzero(live)
    applied = _applied(chunk, payment, asked, about)
    doubtful = applied.doubtful
    for k, one in enumerate(payment.rates):
        mine = applied.own == k
        twice = np.flatnonzero(mine & (applied.certain > 1))
        if len(twice):
            _unpriced(chunk, payment, only(twice, live[twice]), one.unknown, ledger)
        lines = np.flatnonzero(mine & (applied.certain == 1) & ~doubtful)
        if not len(lines):
            continue
        ungiven = _ungiven(chunk, asked[one.rate.at], lines)
        ledger.lacking += [(event, only(lines, mask)) for event, mask in ungiven]
        priced = _price(chunk, one, only(lines, _given(lines, ungiven)), live, ledger)
        if one.rate.each == "unit":
            _by_units(one, priced, ledger)
        else:
            under = mine & (applied.certain > 0) | doubtful & (applied.first == k)
            under[priced] = False
            _by_visit(chunk, one, only(priced, live[priced]), np.flatnonzero(under), ledger)
    if doubtful.any():
        _doubtful(chunk, payment, asked, applied, live, ledger)
    none = np.flatnonzero(live & (applied.certain == 0) & ~doubtful)
    if len(none):
        _unpriced(chunk, payment, none, payment.unpriced, ledger)


def _applied(chunk: Chunk, payment: WrittenPayment, asked: Mapping[int, Asked], about: Array) -> Applied:
    """Which rates apply to some lines."""
    none = np.full(chunk.lines, -1, np.int8)
    found = Applied(np.zeros(chunk.lines, np.int8), none, none.copy(), [])
    for k, one in enumerate(payment.rates):
        codes = one.rate.codes
        lines = about if codes is None else only(about, chunk.view.in_codes(codes, chunk.code.take(about)))
        if one.handed:
            chunk.set_aside(lines, one.rate.at, one.handed)
            lines = lines[:0]
        true, doubt = truth(chunk, asked[one.rate.at], lines)
        found.certain[true] += 1
        found.own[true[found.own[true] < 0]] = k
        found.first[doubt[found.first[doubt] < 0]] = k
        found.open.append(doubt)
    return found


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
    chunk: Chunk, payment: WrittenPayment, asked: Mapping[int, Asked], applied: Applied, live: Array, ledger: Ledger
) -> None:
    """Lines of which it is not known whether some rates apply: silent where none of these is given what it asks for."""
    about = applied.doubtful & live
    told = np.zeros(chunk.lines, np.bool_)
    for one, open_ in zip(payment.rates, applied.open, strict=True):
        lines = only(open_, about[open_])
        told[only(lines, _given(lines, _ungiven(chunk, asked[one.rate.at], lines)))] = True
    lacking = np.zeros(chunk.lines, np.bool_)
    for one, open_ in zip(payment.rates, applied.open, strict=True):
        for event, some in lacks(chunk, asked[one.rate.at], only(open_, told[open_])):
            _lack(chunk, ledger, some, event)
            lacking[some] = True
    for k, one in enumerate(payment.rates):
        chunk.say(np.flatnonzero(told & (applied.first == k)), one.unknown)
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


def _price(chunk: Chunk, one: WrittenRate, lines: Array, live: Array, ledger: Ledger) -> Array:
    """The price of one unit of lines under a rate, and which of them have one."""
    found = np.full(len(lines), -1) if one.price is None else _cells(chunk, one.price, lines)
    if one.lacks_fact is not None:
        missing = only(lines, (found < 0) & live[lines])
        chunk.say(missing, one.unknown)
        _lack(chunk, ledger, missing, one.lacks_fact)
        lines, found = only(lines, found >= 0), only(found, found >= 0)
    if one.lacks_value is not None:
        missing = only(lines, live[lines])
        chunk.say(missing, one.unknown)
        _lack(chunk, ledger, missing, one.lacks_value)
        return lines[:0]
    if not len(lines):
        return lines
    lines, found = _small(chunk, one, lines, found, ledger)
    ledger.price[lines] = found
    expense = np.full(len(lines), -1) if one.expense is None else _cells(chunk, one.expense, lines)
    ledger.expense[lines] = np.where(expense > found, -1, expense)
    if one.lacks_expense is not None:
        ledger.no_expense.append((one.lacks_expense, only(lines, expense < 0)))
    return lines


def _by_units(one: WrittenRate, lines: Array, ledger: Ledger) -> None:
    """What lines come to whose units are settled."""
    lines = only(lines, ledger.units.take(lines) > 0)
    price, units = ledger.price.take(lines), ledger.units.take(lines)
    if one.rate.rounding is None:
        ledger.amount[lines] = price * units * (ledger.scale // (ledger.price_scale * ledger.unit))
    else:
        whole = to_cents(price, ledger.price_scale, one.rate.rounding) * units
        ledger.amount[lines] = ledger.cents(to_cents(whole, CENT * ledger.unit, one.rate.rounding))


def _by_visit(chunk: Chunk, one: WrittenRate, lines: Array, open_: Array, ledger: Ledger) -> None:
    """A rate of the visit is paid once, on the first line that has units; never where these are not known, or some line is `open_`."""
    lines = only(lines, ~chunk.any_of_lines(open_)[chunk.at.take(lines)])
    if not len(lines):
        return
    at = chunk.at.take(lines)
    new = np.concatenate(([True], at[1:] != at[:-1]))
    first = lines[new]
    paid = ledger.units.take(first) > 0
    ledger.amount[only(lines, paid[np.cumsum(new) - 1])] = 0
    first = first[paid]
    price = ledger.price.take(first)
    if one.rate.rounding is None:
        ledger.amount[first] = price * (ledger.scale // ledger.price_scale)
    else:
        ledger.amount[first] = ledger.cents(to_cents(price, ledger.price_scale, one.rate.rounding))


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
    units, by = ledger.units.take(lines), 2 * (ledger.scale // (ledger.price_scale * ledger.unit))
    least = np.maximum(found, ledger.price_scale // CENT)
    if int(least.max()) * max(int(units.max()), ledger.unit) * by <= MOST:
        return lines, found
    odd = least > MOST // (np.maximum(units, ledger.unit) * by)
    chunk.set_aside(only(lines, odd), one.rate.at, "a price beyond what columns hold")
    return only(lines, ~odd), only(found, ~odd)
