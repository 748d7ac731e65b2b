"""Writes the payment stage: rates, and the steps in their stated order.

Owns: which stages have a form in columns, the scale at which prices are exact, and the functions that statements are asked with.
Never: pays (`paying.py`, `reducing.py`).
"""

from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Final

from policy.engine.columnar.cents import CENT, MOST, places
from policy.engine.columnar.emit import Expressions
from policy.engine.columnar.masks import NotWritten, not_
from policy.engine.columnar.paying import Asked, Source, WrittenPayment, WrittenRate, WrittenStep, pay
from policy.engine.columnar.writer import Writer
from policy.engine.money import EXACT
from policy.engine.outcome import NOBODY
from policy.facts import Fact
from policy.plan.model import Limit, Plan
from policy.plan.pay import Charge, Payment, Rate, Reduction, Share
from policy.values import Type

MOST_PLACES: Final = 8
"""Decimal places of a price, and with those of a part that is taken of it ten."""
PART_PLACES: Final = 4


def not_written(plan: Plan) -> str:
    """Why the payment stage of a plan has no form in columns; empty: it has one."""
    payment = plan.payment
    assert payment is not None
    if any(rate.each != "unit" or rate.table is not None for rate in payment.rates):
        return "the policy states a price of the visit"
    if any(isinstance(step, Limit) for step in payment.steps):
        return "the policy limits what is paid"
    if any(isinstance(step, Reduction) for step in payment.steps[1:]):
        return "the policy states a reduction after another step"
    if {one.at for one in (*payment.rates, *payment.steps)} & {at for question in plan.open for at in question.touches}:
        return "the policy asks people about what is paid"
    parts = (_part(step)[0] for step in payment.steps)
    return "the policy states a part with many decimals" if any(places(part) > PART_PLACES for part in parts) else ""


def write_payment(writer: Writer, payment: Payment) -> None:
    """Writes the stage: a call of `paying.pay` with the functions that its statements need."""
    text = writer.text
    writer.comment(text, payment.rates[0].at if payment.rates else payment.steps[0].at)
    asked: list[str] = []
    places_ = max([_places(writer, rate) for rate in payment.rates], default=0)
    odd = "a price with many decimals" if places_ > MOST_PLACES else ""
    scale = 10 ** max(2, min(places_, MOST_PLACES))
    rates = tuple([_rate(writer, rate, scale, odd, asked) for rate in payment.rates])
    steps = tuple([_step(writer, step, asked) for step in payment.steps if not isinstance(step, Limit)])
    unpriced = writer.written.doubt(NOBODY, "amount unknown", "note")
    writer.constants["PAYMENT"] = WrittenPayment(rates, steps, scale, unpriced, writer.written.lack)
    writer.constants |= {"pay": pay, "Asked": Asked}
    text.line(f"pay(chunk, PAYMENT, {{{', '.join(asked)}}})")


def _rate(writer: Writer, rate: Rate, scale: int, odd: str, asked: list[str]) -> WrittenRate:
    handed = _conditions(writer, rate, asked) or odd
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


def _step(writer: Writer, step: Reduction | Share | Charge, asked: list[str]) -> WrittenStep:
    handed = _conditions(writer, step, asked)
    part, of = _part(step)
    unknown = writer.written.doubt(step.at, "amount unknown", "note")
    return WrittenStep(step, unknown, writer.written.lack("line.charge"), int(part * of), of, handed)


def _conditions(writer: Writer, one: Rate | Reduction | Share | Charge, asked: list[str]) -> str:
    """The functions that a statement is asked with, noted in `asked`; and why it cannot be, if so."""
    holds = lacks = ungiven = "None"
    expressions = writer.expressions(True, "space")
    try:
        if one.condition is not None:
            verdict = expressions.truth(one.condition)
            if verdict.true != "True":
                holds = writer.function("condition", one.at, verdict)
                lacks = writer.lacking(one.at, one.condition)
        facts = one.given if isinstance(one, Rate) else ()
        masks = {fact.path: not_(expressions.read(fact).known) for fact in facts}
        if any(mask != "False" for mask in masks.values()):
            ungiven = f"ungiven_{one.at}"
            with writer.functions.block(f"def {ungiven}(chunk, s):  # {writer.plan.spoken[one.at].label}"):
                writer.functions.line("space = chunk.line_space")
                each = [
                    f"({writer.written.lack(path)}, full({mask}, s))" for path, mask in masks.items() if mask != "False"
                ]
                writer.functions.line(f"return [{', '.join(each)}]")
    except NotWritten as why:
        asked.append(f"{one.at}: Asked()")
        return str(why)
    asked.append(f"{one.at}: Asked({holds}, {lacks}, {ungiven})")
    return ""


# ------------------------------------------------------------------------------------------- exact numbers


def _times(rate: Rate) -> Decimal:
    """By what an amount in the rate's measure is multiplied."""
    with localcontext(EXACT):
        return rate.share if rate.measure is not Type.RVUS or rate.factor is None else rate.share * rate.factor


def _places(writer: Writer, rate: Rate) -> int:
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


def _part(step: object) -> tuple[Decimal, int]:
    """The part of an amount that a step pays or takes, and by what it is multiplied to be whole."""
    part = step.part if isinstance(step, (Share, Reduction)) else Decimal(1)
    return part, int(10 ** places(part))
