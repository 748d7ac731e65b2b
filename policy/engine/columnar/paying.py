"""What is paid, in columns: the price of each line's units, and the steps that look at one line.

Owns: `engine/reference/pricing.py` and `paying.py` for rates each unit, shares and the charge: which rate applies, what a line comes
to so far, and which missing facts an amount hangs on. Amounts are whole numbers, exact at the ledger's scale; -1 where one is not known.
Never: ranks lines (`reducing.py`), and never changes units: those are settled before anything is paid.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import attrs
import numpy as np

from policy.engine.columnar.cents import CENT, MONEY, MOST, to_answer, to_cents
from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.limits import Lacks, Member
from policy.engine.columnar.view import Array, only
from policy.engine.outcome import NOBODY
from policy.plan.pay import Charge, Rate, Reduction, Share

MAX_CODES: Final = 128
"""Codes without a price that are told apart in one run; visits with others are set aside."""


@attrs.frozen
class Asked:
    """What was written of a statement for tables of one shape; `None`: nothing hangs on it."""

    holds: Member | None = None
    lacks: Lacks | None = None
    ungiven: Lacks | None = None
    """Of a rate: the missing ones of the facts without which nothing is priced."""


@attrs.frozen
class Source:
    """Where the price of one unit comes from: the cells of a fact times a number, or a price for each code."""

    path: str | None = None
    times: int = 1
    by_code: Callable[[str], int] | None = None
    """-1: none."""


@attrs.frozen
class WrittenRate:
    """A rate with what was worked out of it."""

    rate: Rate
    unknown: int
    """The event of a line whose amount is not known."""
    price: Source | None
    """`None`: it is not stated in the policy on this date, or nothing states it in the table."""
    expense: Source | None
    lacks_fact: int | None
    """The missing fact that the price is, where it is one."""
    lacks_expense: int | None
    lacks_value: int | None
    """The named value that has no row on this date."""
    handed: str


@attrs.frozen
class WrittenStep:
    """A step with what was worked out of it. `part` is how much of an amount it leaves or takes, `of` being all of it."""

    rule: Share | Charge | Reduction
    unknown: int
    lacks_charge: int
    part: int
    of: int
    handed: str


@attrs.frozen(eq=False)
class WrittenPayment:
    """A payment stage for tables of one shape. Prices are multiplied by `scale`, a power of ten."""

    rates: tuple[WrittenRate, ...]
    steps: tuple[WrittenStep, ...]
    scale: int
    unpriced: int
    """The event of a line that no rate is stated for."""
    lack: Callable[[str], int]
    """The number of a missing fact."""
    of_codes: set[str] = attrs.field(factory=set)
    """The missing prices, amounts and practice expenses of codes that were told so far."""


@attrs.define(eq=False)
class Ledger:
    """What the lines of a chunk come to so far."""

    units: Array
    """int64, at the view's scale; of lines whose units are not settled, 0."""
    price: Array
    """Of one unit, at the payment's scale; -1: not known."""
    expense: Array
    amount: Array
    """At `scale`; -1: not known."""
    scale: int
    price_scale: int
    unit: int
    """One unit, at the view's scale."""
    lacking: list[tuple[int, Array]] = attrs.field(factory=list)
    """Missing facts that prices hang on, each with its lines."""
    no_expense: list[tuple[int, Array]] = attrs.field(factory=list)
    """Those that practice expenses hang on."""

    def cents(self, cents: Array) -> Array:
        """Whole cents at the ledger's scale."""
        return cents * (self.scale // CENT)


def pay(chunk: Chunk, payment: WrittenPayment, asked: Mapping[int, Asked]) -> None:
    """Prices the lines and takes every step in its order."""
    ledger = _opened(chunk, payment)
    _rates(chunk, payment, asked, ledger)
    for one in payment.steps:
        step = asked[one.rule.at]
        match one.rule:
            case Reduction():
                from policy.engine.columnar.reducing import reduce

                reduce(chunk, payment, one, step, ledger)
            case Share():
                for lines in _certain(chunk, one, step, ledger):
                    ledger.amount[lines] = _shared(chunk, one, ledger, lines)
            case _:
                for lines in _certain(chunk, one, step, ledger):
                    _charged(chunk, one, ledger, lines)
    chunk.amount = to_answer(ledger.amount, ledger.scale)


def _opened(chunk: Chunk, payment: WrittenPayment) -> Ledger:
    """Nothing is known yet, but that lines without units come to nothing."""
    unit = chunk.view.scale
    units = chunk.allowed.astype(np.int64)
    if chunk.least is not None:
        units[chunk.least != chunk.allowed] = 0
    amount = np.where(chunk.allowed == 0, 0, -1)
    none = np.full(chunk.lines, -1, np.int64)
    return Ledger(units, none, none.copy(), amount, max(MONEY, payment.scale * unit), payment.scale, unit)


# ------------------------------------------------------------------------------------------- base prices


def _rates(chunk: Chunk, payment: WrittenPayment, asked: Mapping[int, Asked], ledger: Ledger) -> None:
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
        true, doubt = _truth(chunk, asked[one.rate.at], lines)
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


def _truth(chunk: Chunk, asked: Asked, lines: Array) -> tuple[Array, Array]:
    """Those of some lines of which a condition is true, and those of which it is not known."""
    if asked.holds is None or not len(lines):
        return lines, lines[:0]
    true, false = asked.holds(chunk, lines)
    return only(lines, true), only(lines, ~(true | false))


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


def lacks(chunk: Chunk, asked: Asked, lines: Array) -> list[tuple[int, Array]]:
    """The missing facts on which a condition hangs, each with those of some lines on which it does."""
    if asked.lacks is None or not len(lines):
        return []
    return [(event, only(lines, mask)) for event, mask in asked.lacks(chunk, lines)]


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


# ------------------------------------------------------------------------------------------- the steps


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
    true, doubt = _truth(chunk, asked, lines)
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
