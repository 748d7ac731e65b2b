"""From `pay` statements to the payment stage of a plan.

Owns: what each form of a step asks, and the order of the steps: those of `after` first, else as they stand.
Never: checks that the order is stated (`resolve/payment.py` did).
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from policy.codes import CodeSet
from policy.facts import Fact
from policy.plan.expressions import Lowering
from policy.plan.model import Limit, Op
from policy.plan.pay import Charge, Payment, Price, Rate, Reduction, Share, Step
from policy.resolve.model import Statement
from policy.syntax import ast
from policy.values import Type

BY_VALUE: Final = frozenset({Type.MONEY, Type.RVUS})
Frame = tuple[int, CodeSet | None, Op | None]


def payment(
    lowering: Lowering,
    statements: Sequence[Statement],
    limits: Sequence[Limit],
    frame: Callable[[int, Statement], Frame],
) -> Payment | None:
    """The payment stage of the statements in force, or `None` when none of them prices or limits by value.

    `frame` gives what every step has: its place, its codes and its condition.
    """
    rates: list[Rate] = []
    steps: list[Step] = list(limits)
    for at, statement in enumerate(statements):
        if statement.kind != "pay":
            continue
        one = _step(lowering, frame(at, statement), statement.declaration)
        if isinstance(one, Rate):
            rates.append(one)
        else:
            steps.append(one)
    if not rates and not steps:
        return None
    return Payment(tuple(rates), tuple(_ordered(steps, statements)))


def _ordered(steps: Sequence[Step], statements: Sequence[Statement]) -> list[Step]:
    """The steps, each behind those it comes after."""
    left = sorted(steps, key=lambda step: step.at)
    names = {step.at: statements[step.at].name for step in left}
    before = {
        step.at: {word.text for after in statements[step.at].declaration.all(ast.After) for word in after.steps}
        for step in left
    }
    out: list[Step] = []
    while left:
        waiting = {names[step.at] for step in left}
        following = next((s for s in left if not (before[s.at] - {names[s.at]}) & waiting), left[0])
        left.remove(following)
        out.append(following)
    return out


def _step(lowering: Lowering, frame: Frame, declaration: ast.Declaration) -> Rate | Step:
    cent = declaration.first(ast.ToTheCent)
    rounding = cent.rounding if cent is not None else None
    rate, share = declaration.first(ast.Rate), declaration.first(ast.PayShare)
    if rate is not None:
        return _rate(lowering, frame, declaration, rate, rounding)
    if share is not None:
        assert rounding is not None
        return Share(*frame, _part(share.percent), rounding)
    reduce = declaration.first(ast.ReduceBy)
    if reduce is None:
        return Charge(*frame)
    first, rank = declaration.first(ast.ExceptFirst), declaration.first(ast.RankedBy)
    across, ties = declaration.first(ast.Across), declaration.first(ast.Ties)
    assert first is not None and rank is not None and across is not None and ties is not None and rounding is not None
    keys = tuple(key for key in across.keys if key in {"provider", "discipline"})
    return Reduction(
        *frame, reduce.what, _part(reduce.percent), first.grain, rank.key, keys, ties.to == "last line", rounding
    )


def _rate(lowering: Lowering, frame: Frame, declaration: ast.Declaration, rate: ast.Rate, rounding: str | None) -> Rate:
    at, codes, condition = frame
    factor = declaration.first(ast.ConversionFactor)
    dollars = lowering.amount(factor.amount)[0] if factor is not None else None
    amount: Decimal | None = None
    measure, fact = Type.MONEY, None
    rows = tuple(Price(lowering.book.list(row.codes), row.price, row.expense) for row in declaration.all(ast.PriceRow))
    if rows:
        listed = CodeSet.union(*(row.codes for row in rows))
        codes = listed if codes is None else codes & listed
    if rate.basis is None:
        measure = next((row.type for row in declaration.all(ast.PriceRow)), Type.MONEY)
    elif isinstance(rate.basis, (ast.Literal, ast.NameRef)):
        number, measure = lowering.amount(rate.basis)
        amount = Decimal(number) if number is not None else None
    elif isinstance(rate.basis, ast.FactRef):
        fact = _fact(lowering, rate.basis)
        measure = fact.type
    return Rate(
        at, codes, condition, rate.each, measure, amount, fact, rows,
        table=rate.basis.text if isinstance(rate.basis, ast.Word) else None,
        value=rate.basis.name if isinstance(rate.basis, ast.NameRef) else None,
        expense=_fact(lowering, rate.expense) if rate.expense is not None else None,
        locality=_fact(lowering, rate.locality) if rate.locality is not None else None,
        setting=rate.setting.text.replace("_", "-") if rate.setting is not None else "non-qpp",
        factor=Decimal(dollars) if dollars is not None else None,
        factor_value=factor.amount.name if factor is not None and isinstance(factor.amount, ast.NameRef) else None,
        has_factor=factor is not None,
        share=_part(rate.share) if rate.share is not None else Decimal(1),
        rounding=rounding,
        given=lowering.given(declaration),
    )  # fmt: skip


def _fact(lowering: Lowering, ref: ast.FactRef) -> Fact:
    fact = lowering.fact(ref.path).args[0]
    assert isinstance(fact, Fact)
    return fact


def _part(percent: ast.Literal) -> Decimal:
    """A percentage as a part of one, exactly."""
    assert isinstance(percent.value, Decimal)
    return percent.value.scaleb(-2)
