"""The base price of one unit of a line.

Owns: which rate applies to a line, and what one unit of it costs in dollars and RVUs before anything is taken off.
Never: multiplies by units (`paying`) or takes anything off (`reducing`). What is not known is named, and never zero.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from policy.claims.visit import Line, Visit
from policy.engine.expressions import absent, missing, truth
from policy.engine.facts import line_fact, visit_fact
from policy.facts import BY_PATH, Fact
from policy.plan.pay import Rate
from policy.values import Type

if TYPE_CHECKING:
    from policy.engine.tables import Answers
    from policy.tables.lookup import Answer

LINE_RVU = BY_PATH["line.rvu"]


@attrs.frozen
class Priced:
    """One unit of a line: dollars, the practice-expense part of them, and RVUs; each `None` when it is not known.

    `why` says why there is no price, or no expense, where no fact would settle it; `lacking` is what is missing: facts, or the price of
    a code itself; `no_expense` those that its practice-expense part hangs on. `unasked`: the rate asks for facts that are not given.
    """

    rate: Rate | None = None
    price: Decimal | None = None
    expense: Decimal | None = None
    rvus: Decimal | None = None
    why: str | None = None
    lacking: tuple[str, ...] = ()
    no_expense: tuple[str, ...] = ()
    unasked: bool = False


@attrs.frozen
class Source:
    """The reference tables, and the note of which of them answered (name and digest)."""

    answers: "Answers | None" = None
    asked: dict[str, str] = attrs.field(factory=dict)

    def row(self, ask: "Callable[[Answers], Answer]") -> Any:
        """What the tables say: a row, none, or `NoTable`."""
        from policy.engine.tables import Answers

        answer = ask(self.answers if self.answers is not None else Answers())
        if answer.table is not None:
            self.asked[answer.table.name] = answer.table.digest
        return answer.row


def priced(rates: Iterable[Rate], visit: Visit, line: Line, source: Source) -> Priced:
    """The price of one unit of a line under the one rate that applies to it."""
    own = [rate for rate in rates if rate.codes is None or line.code in rate.codes]
    verdicts = [(rate, truth(rate.condition, visit, line)) for rate in own]
    certain = [rate for rate, holds in verdicts if holds]
    doubtful = [rate for rate, holds in verdicts if holds is None]
    rvus = _number(line_fact(LINE_RVU, visit, line))
    if len(certain) > 1:
        return Priced(certain[0], rvus=rvus, why=f"two rates apply to {line.code}", lacking=(f"price of {line.code}",))
    if doubtful:
        if all(absent(rate.given, visit, line) for rate in doubtful):
            return Priced(doubtful[0], rvus=rvus, unasked=True)
        facts = missing([rate.condition for rate in doubtful], visit, line)
        return Priced(doubtful[0], rvus=rvus, lacking=tuple(sorted(facts)))
    if not certain:
        return Priced(rvus=rvus, why=f"no rate is stated for {line.code}", lacking=(f"price of {line.code}",))
    gone = absent(certain[0].given, visit, line)
    if gone:
        return Priced(certain[0], rvus=rvus, lacking=tuple(sorted(gone)), unasked=True)
    found = _price(certain[0], visit, line, source)
    if found.price is not None and found.expense is not None and found.expense > found.price:
        why = f"the practice expense of {line.code} is more than its price"
        found = attrs.evolve(found, expense=None, why=why)
    return found if found.rvus is not None or rvus is None else attrs.evolve(found, rvus=rvus)


def _price(rate: Rate, visit: Visit, line: Line, source: Source) -> Priced:
    if rate.table is not None:
        return _from_table(rate, visit, line, source)
    if rate.listed:
        row = next(row for row in rate.listed if line.code in row.codes)
        return _in_dollars(rate, row.amount, row.expense)
    if rate.fact is None:
        if rate.amount is None:
            return Priced(rate, lacking=(f"value {rate.value}",))
        return _in_dollars(rate, rate.amount, None)
    amount = _number(_fact(rate.fact, visit, line))
    if amount is None:
        return Priced(rate, lacking=(rate.fact.path,))
    expense = _number(_fact(rate.expense, visit, line)) if rate.expense is not None else None
    lacking = (rate.expense.path,) if rate.expense is not None and expense is None else ()
    return _in_dollars(rate, amount, expense, lacking)


def _no_price(rate: Rate, line: Line, why: str) -> Priced:
    """A table that answers has no price for a code; no fact would settle it."""
    return Priced(rate, why=why, lacking=(f"price of {line.code}",))


def _in_dollars(rate: Rate, amount: Decimal, expense: Decimal | None, no_expense: tuple[str, ...] = ()) -> Priced:
    """An amount in the rate's measure, as dollars."""
    rvus = amount if rate.measure is Type.RVUS else None
    factor = Decimal(1)
    if rate.measure is Type.RVUS:
        if rate.factor is None:
            return Priced(rate, rvus=rvus, lacking=(f"value {rate.factor_value}",), no_expense=no_expense)
        factor = rate.factor
    factor *= rate.share
    return Priced(rate, amount * factor, None if expense is None else expense * factor, rvus, no_expense=no_expense)


def _fact(fact: Fact, visit: Visit, line: Line) -> object:
    return line_fact(fact, visit, line) if fact.of_line else visit_fact(fact, visit)


def _number(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, (int, Decimal)) else None


# ------------------------------------------------------------------------------------------- reference tables


def _from_table(rate: Rate, visit: Visit, line: Line, source: Source) -> Priced:
    """Relative values × indices of the locality × conversion factor, or the schedule's own amount, on the date of service."""
    assert rate.locality is not None
    locality = _fact(rate.locality, visit, line)
    if locality is None:
        return Priced(rate, lacking=(rate.locality.path,))
    if rate.table == "fee_schedule":
        return _from_schedule(rate, visit, line, str(locality), source)
    return _from_values(rate, visit, line, str(locality), source)


def _from_schedule(rate: Rate, visit: Visit, line: Line, locality: str, source: Source) -> Priced:
    from policy.tables.model import NoTable

    row = source.row(lambda tables: tables.fee(line.code, locality, visit.date))
    if isinstance(row, NoTable):
        return Priced(rate, why=str(row), lacking=(f"table {row.kind}",))
    if row is None:
        return Priced(
            rate,
            why=f"the fee schedule of {visit.date} has no {line.code} in locality `{locality}`",
            lacking=(f"price of {line.code}",),
        )
    # The published reduced amount is the price without half of its practice expense.
    expense = 2 * (row.nonfacility - row.reduced_office) if row.reduced_office else None
    return Priced(rate, row.nonfacility * rate.share, None if expense is None else expense * rate.share)


def _from_values(rate: Rate, visit: Visit, line: Line, locality: str, source: Source) -> Priced:
    from policy.tables.model import NoTable

    row = source.row(lambda tables: tables.values(line.code, visit.date, rate.setting))
    if isinstance(row, NoTable):
        return Priced(rate, why=str(row), lacking=(f"table {row.kind}",))
    if row is None:
        return Priced(
            rate, why=f"the relative values of {visit.date} have no {line.code}", lacking=(f"price of {line.code}",)
        )
    place = source.row(lambda tables: tables.place(locality, visit.date))
    if isinstance(place, NoTable):
        return Priced(rate, why=str(place), lacking=(f"table {place.kind}",))
    if place is None:
        return Priced(
            rate, why=f"there is no payment locality `{locality}` on {visit.date}", lacking=(f"price of {line.code}",)
        )
    if rate.has_factor and rate.factor is None:
        return Priced(rate, lacking=(f"value {rate.factor_value}",))
    factor = (row.conversion_factor if rate.factor is None else rate.factor) * rate.share
    expense = row.pe_nonfacility * place.pe
    whole = row.work * place.work + expense + row.malpractice * place.malpractice
    rvus = row.work + row.pe_nonfacility + row.malpractice
    return Priced(rate, whole * factor, expense * factor, rvus)
