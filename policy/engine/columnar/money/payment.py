"""Writes the payment stage: rates, and the steps in their stated order.

Owns: which stages have a form in columns, and the functions that statements are asked with.
Never: writes a price (`prices.py`) or a limit (`caps.py`), and never pays (`paying.py`).
"""

from decimal import Decimal
from typing import Final

from policy.engine.columnar.masks import NotWritten, not_
from policy.engine.columnar.money.caps import write_cap
from policy.engine.columnar.money.cents import places
from policy.engine.columnar.money.ledger import Asked, WrittenPayment, WrittenStep
from policy.engine.columnar.money.paying import pay
from policy.engine.columnar.money.prices import places_of, write_rate
from policy.engine.columnar.money.worth import Caps
from policy.engine.columnar.writer import Writer
from policy.engine.outcome import NOBODY
from policy.plan.model import Limit, Plan
from policy.plan.pay import Charge, Payment, Rate, Reduction, Share, Step
from policy.values import Type

MOST_PLACES: Final = 8
"""Decimal places of a price, and with those of a part that is taken of it ten."""
PART_PLACES: Final = 4


def not_written(plan: Plan) -> str:
    """Why the payment stage of a plan has no form in columns; empty: it has one."""
    payment = plan.payment
    assert payment is not None
    reduces = any(isinstance(step, Reduction) for step in payment.steps)
    if reduces and any(rate.each != "unit" for rate in payment.rates):
        return "the policy reduces a price of the visit"
    if not payment.in_money or any(_listed_rvus(payment, step) for step in payment.steps):
        return "the policy limits the RVUs that it states"
    if any(isinstance(step, Reduction) for step in payment.steps[1:]):
        return "the policy states a reduction after another step"
    says = {one.at for one in (*payment.rates, *payment.steps) if not isinstance(one, Limit)}
    if any(says.intersection(question.touches) for question in plan.open):
        return "the policy asks people about what is paid"
    parts = (_part(step)[0] for step in payment.steps)
    return "the policy states a part with many decimals" if any(places(part) > PART_PLACES for part in parts) else ""


def _listed_rvus(payment: Payment, step: Step) -> bool:
    """Whether a limit counts RVUs that are not those of the line."""
    listed = any(r.measure is Type.RVUS and (r.fact is None or r.fact.path != "line.rvu") for r in payment.rates)
    return isinstance(step, Limit) and step.measure is Type.RVUS and listed


def write_payment(writer: Writer, payment: Payment) -> None:
    """Writes the stage: a call of `paying.pay` with the functions that its statements need."""
    text = writer.text
    writer.comment(text, payment.rates[0].at if payment.rates else payment.steps[0].at)
    asked: list[str] = []
    caps: list[str] = []
    places_ = max([places_of(writer, rate) for rate in payment.rates], default=0)
    odd = "a price with many decimals" if places_ > MOST_PLACES else ""
    scale = 10 ** max(2, min(places_, MOST_PLACES))
    rates = tuple([write_rate(writer, rate, scale, _conditions(writer, rate, asked) or odd) for rate in payment.rates])
    steps = tuple(
        [write_cap(writer, one, caps) if isinstance(one, Limit) else _step(writer, one, asked) for one in payment.steps]
    )
    unpriced = writer.written.doubt(NOBODY, "amount unknown", "note")
    writer.constants["PAYMENT"] = WrittenPayment(rates, steps, scale, unpriced, writer.written.lack)
    writer.constants |= {"pay": pay, "Asked": Asked, "Caps": Caps}
    text.line(f"pay(chunk, PAYMENT, {{{', '.join(asked)}}}, {{{', '.join(caps)}}})")


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
            lacked = {writer.written.lack(path): mask for path, mask in masks.items() if mask != "False"}
            each = ", ".join([f"({event}, full({mask}, s))" for event, mask in lacked.items()])
            ungiven = writer.computed("ungiven", one.at, f"[{each}]")
    except NotWritten as why:
        asked.append(f"{one.at}: Asked()")
        return str(why)
    asked.append(f"{one.at}: Asked({holds}, {lacks}, {ungiven})")
    return ""


def _part(step: object) -> tuple[Decimal, int]:
    """The part of an amount that a step pays or takes, and by what it is multiplied to be whole."""
    part = step.part if isinstance(step, (Share, Reduction)) else Decimal(1)
    return part, int(10 ** places(part))
