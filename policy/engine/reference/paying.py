"""The last stage: what is paid for the units that are allowed.

Owns: the order (base prices, then the steps as stated), what each line has been given so far, and which amounts are not known.
Never: raises an amount; every step after the base price leaves a line as it is or takes something off.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal, localcontext
from functools import partial
from typing import TYPE_CHECKING

import attrs

from policy.codes import CodeSet
from policy.engine.expressions import missing, truth
from policy.engine.money import EXACT, Money, to_cents
from policy.engine.outcome import NOBODY
from policy.engine.reference.limits import limit
from policy.engine.reference.pricing import Priced, Source, priced
from policy.engine.reference.state import State
from policy.plan.model import Limit, Op
from policy.plan.pay import Charge, Payment, Reduction, Share
from policy.values import Truth, Units

if TYPE_CHECKING:
    from policy.engine.tables import Answers

NOTHING = Decimal(0)


@attrs.frozen
class Part:
    """Units of a line at one price; the price and its practice-expense part are exact, for one unit."""

    units: Units
    price: Decimal
    expense: Decimal | None


@attrs.define
class LineMoney:
    """One line: what one unit costs, its units by price, and what it comes to so far in dollars and RVUs (`None`: not known)."""

    priced: Priced
    parts: list[Part] = attrs.field(factory=list)
    amount: Decimal | None = None
    rvus: Decimal | None = None

    def nothing(self) -> None:
        """Nothing is paid for the line."""
        self.parts, self.amount, self.rvus = [], NOTHING, NOTHING

    def lost(self) -> None:
        """What is paid for the line is not known any more. Its RVUs are: only a limit takes some away."""
        self.amount = None


def pay(state: State, payment: Payment, answers: "Answers | None") -> Money | None:
    """Prices the lines and takes every step in its order; `answers` are the reference tables, without which none is there.

    A payment stage that only limits RVUs says nothing of money.
    """
    with localcontext(EXACT):
        ledger = [
            LineMoney(priced(payment.rates, state.visit, line, Source(answers, state.asked)))
            for line in state.visit.lines
        ]
        state.money = ledger
        _base(state, ledger, in_money=payment.in_money)
        for step in payment.steps:
            match step:
                case Reduction():
                    from policy.engine.reference.reducing import reduce

                    reduce(state, step, ledger)
                case Share():
                    _each(state, ledger, step, partial(_share, state, ledger, step))
                case Charge():
                    _each(state, ledger, step, partial(_charge, state, ledger, step))
                case Limit():
                    _limited(state, ledger, step)
        if not payment.in_money:
            return None
        return Money(tuple(one.amount for one in ledger), tuple(_unit_price(one.priced) for one in ledger))


def _unit_price(one: Priced) -> Decimal | None:
    if one.price is None or one.rate is None or one.rate.each == "visit":
        return None
    return to_cents(one.price, one.rate.rounding)


# ------------------------------------------------------------------------------------------- base prices


def _base(state: State, ledger: list[LineMoney], *, in_money: bool) -> None:
    """What each line comes to at its base price, with the lines that have none."""
    unknown = Unknown(state)
    visits: dict[int, list[int]] = {}
    for i, one in enumerate(ledger):
        known, price = state.lines[i], one.priced
        if known.high == 0:
            one.nothing()
        elif price.unasked:
            pass
        elif price.price is None or price.rate is None:
            unknown.add(i, price.rate.at if price.rate is not None else NOBODY, price.why, price.lacking)
        elif price.rate.each == "visit":
            visits.setdefault(price.rate.at, []).append(i)
        elif known.settled:
            one.parts = [Part(known.low, price.price, price.expense)]
            one.amount = amount_of(one.parts, price.rate.rounding)
            state.say(price.rate.at, "priced", "note", (i,), known.low, (_unit_price(price), one.amount, None))
        if one.priced.rvus is not None and known.settled:
            one.rvus = one.priced.rvus * known.low
    for at, lines in visits.items():
        _visit_rate(state, ledger, at, lines)
    if in_money:
        unknown.say()


def _visit_rate(state: State, ledger: list[LineMoney], at: int, lines: list[int]) -> None:
    """A rate of the visit is paid once, on the first line that has units; where that is not known, no line's amount is."""
    if any(one.priced.rate is not None and one.priced.rate.at == at and one.priced.price is None for one in ledger):
        return
    first: int | None = None
    for i in lines:
        one, known = ledger[i], state.lines[i]
        if first is not None:
            one.nothing()
            state.say(at, "priced", "note", (i,), None, (None, NOTHING, first))
        elif not known.settled:
            return
        else:
            first = i
            assert one.priced.price is not None and one.priced.rate is not None
            one.parts = [Part(1, one.priced.price, one.priced.expense)]
            one.amount = amount_of(one.parts, one.priced.rate.rounding)
            state.say(at, "priced", "note", (i,), None, (one.amount, one.amount, None))


def amount_of(parts: Iterable[Part], rounding: str | None) -> Decimal:
    """Units at their prices: the price of a unit is rounded as stated, and so is the sum where units are parts of one."""
    return to_cents(sum((part.units * to_cents(part.price, rounding) for part in parts), NOTHING), rounding)


# ------------------------------------------------------------------------------------------- the steps


@attrs.define
class Unknown:
    """Lines whose amount is not known, gathered by what it hangs on, so that one sentence tells of all of them."""

    state: State
    lines: dict[tuple[int, str | None, tuple[str, ...]], list[int]] = attrs.field(factory=dict)

    def add(self, i: int, at: int, why: str | None, lacking: Iterable[str]) -> None:
        self.lines.setdefault((at, why, tuple(sorted(lacking))), []).append(i)

    def say(self) -> None:
        """One event for each reason. It is a remark: whether the line is allowed does not hang on it."""
        for (at, why, lacking), lines in self.lines.items():
            self.state.doubt(at, "amount unknown", tuple(lines), "note", (why, lacking))


def concerned(state: State, ledger: list[LineMoney], codes: CodeSet | None, condition: Op | None) -> dict[int, Truth]:
    """The lines that a step is about and that have, or may have, something to be paid."""
    found: dict[int, Truth] = {}
    for i, line in enumerate(state.visit.lines):
        if ledger[i].amount == NOTHING or (codes is not None and line.code not in codes):
            continue
        holds = truth(condition, state.visit, line)
        if holds is not False:
            found[i] = holds
    return found


def _each(state: State, ledger: list[LineMoney], step: Share | Charge, take: Callable[[int], str | None]) -> None:
    """A step that looks at one line at a time; `take` gives the fact that it lacks."""
    unknown = Unknown(state)
    for i, holds in concerned(state, ledger, step.codes, step.condition).items():
        if ledger[i].amount is None:
            continue
        lacking = missing([step.condition], state.visit, state.visit.lines[i]) if holds is None else frozenset()
        if holds is True:
            fact = take(i)
            lacking = frozenset({fact}) if fact is not None else lacking
        if lacking:
            ledger[i].lost()
            unknown.add(i, step.at, None, lacking)
    unknown.say()


def _share(state: State, ledger: list[LineMoney], step: Share, i: int) -> str | None:
    before = ledger[i].amount
    assert before is not None
    after = ledger[i].amount = to_cents(before * step.part, step.rounding)
    state.say(step.at, "share", "note", (i,), None, (before, after, step.part * 100))
    return None


def _charge(state: State, ledger: list[LineMoney], step: Charge, i: int) -> str | None:
    before, charge = ledger[i].amount, state.visit.lines[i].charge
    if charge is None:
        return "line.charge"
    if before is not None and charge < before:
        ledger[i].amount = charge
        state.say(step.at, "charge", "note", (i,), None, (before, charge))
    return None


def _limited(state: State, ledger: list[LineMoney], rule: Limit) -> None:
    """A limit by value. What it may take from a line is not known to be paid any more."""
    already = len(state.events)
    limit(state, rule)
    for _, _, effect, lines, _, args in state.events[already:]:
        for i in lines:
            if effect == "undetermined" and args[-1] in {"deny", "reduce"}:
                ledger[i].amount = ledger[i].rvus = None
    for known, one in zip(state.lines, ledger, strict=True):
        if known.high == 0:
            one.nothing()
