"""The operations of expressions: one table, each with its signature, its meaning in one line, its meaning as a function, and its
Python emitter. The columnar evaluator adds a second emitter beside the first.

Owns: what each operation means. `None` is "missing" as a value and "undetermined" as a truth.
Never: holds an operation that no property test pins (`tests/engine/test_ops.py` walks this table).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from policy.values import both, either, negate


@attrs.frozen
class Operation:
    """One row. `evaluate` takes the operands' values in order; rows without it read the visit (`engine/expressions.py`).

    `python` takes the operands' source texts and whether each may be missing, and gives source text of the result.
    """

    name: str
    signature: str
    meaning: str
    evaluate: Callable[..., Any] | None = None
    python: Callable[[list[str], list[bool]], str] | None = None


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    return lambda left, right: None if left is None or right is None else test(left, right)


def add(left: Any, right: Any) -> Any:
    """The sum; a date plus days is a date, held to the calendar's last day."""
    if isinstance(left, dt.date):
        try:
            return left + dt.timedelta(days=right)
        except OverflowError:
            return dt.date.max
    return left + right


def subtract(left: Any, right: Any) -> Any:
    """The difference; a date minus days is a date, held to the calendar's first day."""
    if isinstance(left, dt.date):
        try:
            return left - dt.timedelta(days=right)
        except OverflowError:
            return dt.date.min
    return left - right


def _all(*items: bool | None) -> bool | None:
    result: bool | None = True
    for item in items:
        result = both(result, item)
    return result


def _any(*items: bool | None) -> bool | None:
    result: bool | None = False
    for item in items:
        result = either(result, item)
    return result


def _binary(symbol: str) -> Callable[[list[str], list[bool]], str]:
    def emit(args: list[str], missing: list[bool]) -> str:
        plain = f"({args[0]} {symbol} {args[1]})"
        guards = [f"{arg} is None" for arg, may in zip(args, missing, strict=True) if may]
        return f"(None if {' or '.join(guards)} else {plain})" if guards else plain

    return emit


def _call(name: str) -> Callable[[list[str], list[bool]], str]:
    def emit(args: list[str], missing: list[bool]) -> str:
        guards = [f"{arg} is None" for arg, may in zip(args, missing, strict=True) if may]
        plain = f"{name}({', '.join(args)})"
        return f"(None if {' or '.join(guards)} else {plain})" if guards else plain

    return emit


def _junction(stop: str, go_on: str) -> Callable[[list[str], list[bool]], str]:
    def emit(args: list[str], missing: list[bool]) -> str:
        if not any(missing):
            return "(" + (" and " if stop == "False" else " or ").join(args) + ")" if args else go_on
        stops = " or ".join(f"{arg} is {stop}" for arg in args)
        unknown = " or ".join(f"{arg} is None" for arg, may in zip(args, missing, strict=True) if may)
        return f"({stop} if {stops} else None if {unknown} else {go_on})"

    return emit


def _not(args: list[str], missing: list[bool]) -> str:
    return f"(None if {args[0]} is None else not {args[0]})" if missing[0] else f"(not {args[0]})"


_ROWS: Final = (
    Operation("const", "value", "a constant"),
    Operation("no_value", "value", "a named value that has no row on the date: missing"),
    Operation("line_fact", "fact -> value", "a fact of the line"),
    Operation("visit_fact", "fact -> value", "a fact of the visit"),
    Operation("and", "truth… -> truth", "false if one is false, else undetermined if one is, else true", _all, _junction("False", "True")),
    Operation("or", "truth… -> truth", "true if one is true, else undetermined if one is, else false", _any, _junction("True", "False")),
    Operation("not", "truth -> truth", "the opposite; undetermined stays so", negate, _not),
    Operation("equal", "T, T -> truth", "the same value", _compare(lambda a, b: bool(a == b)), _binary("==")),
    Operation("not_equal", "T, T -> truth", "another value", _compare(lambda a, b: bool(a != b)), _binary("!=")),
    Operation("less", "Q, Q -> truth", "a smaller quantity", _compare(lambda a, b: bool(a < b)), _binary("<")),
    Operation("less_equal", "Q, Q -> truth", "no larger quantity", _compare(lambda a, b: bool(a <= b)), _binary("<=")),
    Operation("greater", "Q, Q -> truth", "a larger quantity", _compare(lambda a, b: bool(a > b)), _binary(">")),
    Operation("greater_equal", "Q, Q -> truth", "no smaller quantity", _compare(lambda a, b: bool(a >= b)), _binary(">=")),
    Operation("given", "value -> truth", "whether it is given; never undetermined", lambda a: a is not None, lambda a, _: f"({a[0]} is not None)"),
    Operation("in_codes", "code, codes -> truth", "whether the code is in the set"),
    Operation("has_modifier", "modifiers -> truth", "the line carries at least one of them"),
    Operation("one_modifier", "modifiers -> truth", "the line carries exactly one of them"),
    Operation("documented", "element -> truth", "the note holds the element; undetermined without a record"),
    Operation("documentation_given", "-> truth", "a record came with the visit"),
    Operation("visit_has", "codes, modifiers -> truth", "some line has a code of the set (and one of the modifiers)"),
    Operation("units_of", "codes -> units", "billed units of the visit's lines with these codes"),
    Operation("minutes_of", "codes -> minutes", "minutes of the visit's lines with these codes"),
    Operation("days_between", "date, date -> days", "days from the first to the second", lambda a, b: (b - a).days, _call("days_between")),
    Operation("add", "Q, Q -> Q", "the sum", add, _call("add")),
    Operation("subtract", "Q, Q -> Q", "the difference", subtract, _call("subtract")),
)

OPS: Final[Mapping[str, Operation]] = {row.name: row for row in _ROWS}


def days_between(start: dt.date, end: dt.date) -> int:
    """Days from `start` to `end`."""
    return (end - start).days
