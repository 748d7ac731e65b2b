"""The sentences of the payment stage: the arithmetic of each line, in dollars.

Owns: what the trace says of a price, a reduction, a share and the charge, and the numbers beside it.
Never: computes; every number is in the event.
"""

from decimal import Decimal
from typing import Any, Final

from policy.claims.visit import Visit
from policy.engine.money import dollars, plain
from policy.engine.outcome import Event

VALUE_NAMES: Final = {
    "priced": ("price", "amount"),
    "reduction": ("before", "amount", "first"),
    "share": ("before", "amount", "percent"),
    "charge": ("before", "amount"),
}
"""Names of an event's arguments in the trace's values. Amounts are text, exact to the last digit."""

_IN_MONEY: Final = frozenset({*VALUE_NAMES, "limit value"})


def value(tag: str, name: str, arg: object, visit: Visit) -> Any:
    """An argument as plain data."""
    if name == "first":
        assert isinstance(arg, int)
        return visit.lines[arg].number
    return plain(arg) if isinstance(arg, Decimal) and tag in _IN_MONEY else arg


def step(visit: Visit, event: Event) -> str:
    """One step of one line, such as `97530: 2 units at $34.00 → $68.00`."""
    _, tag, _, lines, units, args = event
    line = visit.lines[lines[0]]
    name = line.code if [one.code for one in visit.lines].count(line.code) == 1 else f"{line.code} (line {line.number})"
    match tag:
        case "priced":
            return f"{name}: {_priced(visit, units, args)}"
        case "reduction":
            first = visit.lines[_index(args[2])]
            at = "itself" if first is line else f"{first.code} on line {first.number}"
            first_text = "its first unit ranks first" if first is line else f"{at} ranks first"
            return f"{name}: {_count(units)} reduced, {dollars(_money(args[0]))} → {dollars(_money(args[1]))} ({first_text})"
        case "share":
            return (
                f"{name}: {_money(args[2]).normalize():f}% of {dollars(_money(args[0]))} → {dollars(_money(args[1]))}"
            )
        case _:
            return f"{name}: the charge is less, {dollars(_money(args[0]))} → {dollars(_money(args[1]))}"


def _priced(visit: Visit, units: object, args: tuple[object, ...]) -> str:
    price, amount, instead = args
    if instead is not None:
        return f"{dollars(_money(amount))}, the visit is paid with line {visit.lines[_index(instead)].number}"
    if units is None:
        return f"{dollars(_money(amount))} for the visit"
    return f"{_count(units)} at {dollars(_money(price))} → {dollars(_money(amount))}"


def _count(units: object) -> str:
    return f"{units} unit" if units == 1 else f"{units} units"


def _money(value: object) -> Decimal:
    assert isinstance(value, Decimal)
    return value


def _index(value: object) -> int:
    assert isinstance(value, int)
    return value
