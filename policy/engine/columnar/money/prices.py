"""Writes rates: where the price of one unit comes from, as whole numbers.

Owns: the scale at which prices are exact.
Never: writes conditions (`payment.py`), and never prices a line (`pricing.py`).
"""

from collections.abc import Callable
from decimal import Decimal, localcontext

from policy.engine.columnar.emit import Expressions
from policy.engine.columnar.masks import NotWritten
from policy.engine.columnar.money.cents import CENT, MOST, places
from policy.engine.columnar.money.ledger import Source, WrittenRate
from policy.engine.columnar.writer import Writer
from policy.engine.money import EXACT
from policy.facts import Fact
from policy.plan.pay import Rate
from policy.values import Type


def write_rate(writer: Writer, rate: Rate, scale: int, handed: str) -> WrittenRate:
    """A rate at a scale of prices. `handed`: why it has no form in columns, if so."""
    written, expressions = writer.written, writer.expressions(True, "space")
    times = _times(rate)
    price = expense = None
    stated = rate.amount is not None or rate.fact is not None or bool(rate.listed)
    lacks_value = None if stated else written.lack(f"value {rate.value}")
    if stated and rate.measure is Type.RVUS and rate.factor is None:
        lacks_value = written.lack(f"value {rate.factor_value}")
    try:
        if rate.fact is not None:
            price = _of_fact(expressions, rate.fact, times, scale)
            expense = None if rate.expense is None else _of_fact(expressions, rate.expense, times, scale)
        elif stated and not handed:
            price = Source(by_code=_priced(rate, lambda row: row[0], times, scale))
            expense = Source(by_code=_priced(rate, lambda row: row[1], times, scale))
    except NotWritten as why:
        handed = handed or str(why)
    return WrittenRate(
        rate, written.doubt(rate.at, "amount unknown", "note"), price, expense,
        None if rate.fact is None else written.lack(rate.fact.path),
        None if rate.expense is None else written.lack(rate.expense.path), lacks_value, handed,
    )  # fmt: skip


def _times(rate: Rate) -> Decimal:
    """By what an amount in the rate's measure is multiplied."""
    with localcontext(EXACT):
        return rate.share if rate.measure is not Type.RVUS or rate.factor is None else rate.share * rate.factor


def places_of(writer: Writer, rate: Rate) -> int:
    """Decimal places of what one unit costs under a rate, and of its practice expense."""
    times = _times(rate)
    with localcontext(EXACT):
        found = [places(amount * times) for row in _listed(rate) for amount in row if amount is not None]
    facts = [fact for fact in (rate.fact, rate.expense) if fact is not None]
    shapes = [writer.shapes[fact.path].scale for fact in facts if fact.path in writer.shapes]
    return max([*found, *(len(str(scale)) - 1 + places(times) for scale in shapes)], default=0)


def _listed(rate: Rate) -> list[tuple[Decimal | None, Decimal | None]]:
    """Every price that a rate states, with its practice expense."""
    return [(row.amount, row.expense) for row in rate.listed] or [(rate.amount, None)]


def _of_fact(expressions: Expressions, fact: Fact, times: Decimal, scale: int) -> Source | None:
    """The cells of a fact, brought to the scale of prices; `None`: the table has none."""
    cells = expressions.read(fact)
    if cells.known == "False":
        return None
    by = times * scale / cells.scale
    if by != int(by) or not 0 < by < MOST // CENT:
        raise NotWritten("a part of a price that columns do not hold")
    return Source(fact.path, int(by))


def _priced(
    rate: Rate, which: Callable[[tuple[Decimal | None, Decimal | None]], Decimal | None], times: Decimal, scale: int
) -> Callable[[str], int]:
    """What gives the price, or the practice expense, of a code under a rate that states them."""
    with localcontext(EXACT):
        amounts = [None if (one := which(row)) is None else int(one * times * scale) for row in _listed(rate)]
    if any(one is not None and one > MOST for one in amounts):
        raise NotWritten("a price beyond what columns hold")

    def price(code: str) -> int:
        at = next((k for k, row in enumerate(rate.listed) if code in row.codes), None) if rate.listed else 0
        found = None if at is None else amounts[at]
        return -1 if found is None else found

    return price
