"""The operations of expressions: one table, each with its signature, its meaning in one line, its meaning as a function, its text as
Python for one visit, and as NumPy for columns.

Owns: what each operation means. `None` is "missing" as a value and "undetermined" as a truth.
Never: holds an operation that no property test pins (`tests/engine/test_ops.py` walks this table), or writes text itself
(`python_text`, `columnar/emit.py`).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from policy.engine import python_text as text
from policy.engine.emitted import ColumnEmitter, Emitted, Emitter, Kleene, Operand
from policy.plan.model import Op
from policy.values import both, either, negate


@attrs.frozen
class Operation:
    """One row. `evaluate` takes the operands' values in order; rows without it read the visit (`engine/expressions.py`).

    `python` emits the operation and gives the text of its result; so does `columns`, for cells. Without `columns` a visit that the
    operation is asked of is handed to the compiled evaluator.
    """

    name: str
    signature: str
    meaning: str
    evaluate: Callable[..., Any] | None = None
    python: Callable[[Emitter, Op], Operand] | None = None
    columns: Callable[[ColumnEmitter, Op], Emitted] | None = None


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


def days_between(start: dt.date, end: dt.date) -> int:
    """Days from `start` to `end`."""
    return (end - start).days


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    return lambda left, right: None if left is None or right is None else test(left, right)


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


_ROWS: Final = (
    Operation("const", "value", "a constant",
              None, text.constant, lambda e, op: e.constant(op)),
    Operation("no_value", "value", "a named value that has no row on the date, or an evidence that is not in force: missing",
              None, text.nothing, lambda e, op: e.missing(op)),
    Operation("line_fact", "fact -> value", "a fact of the line",
              None, text.line_fact, lambda e, op: e.fact(op)),
    Operation("visit_fact", "fact -> value", "a fact of the visit",
              None, text.visit_fact, lambda e, op: e.fact(op)),
    Operation("and", "truth… -> truth", "false if one is false, else undetermined if one is, else true",
              _all, lambda e, op: e.junction(op, False), lambda e, op: e.junction(op, False)),
    Operation("or", "truth… -> truth", "true if one is true, else undetermined if one is, else false",
              _any, lambda e, op: e.junction(op, True), lambda e, op: e.junction(op, True)),
    Operation("not", "truth -> truth", "the opposite; undetermined stays so",
              negate, text.negated, lambda e, op: e.negation(op)),
    Operation("equal", "T, T -> truth", "the same value",
              _compare(lambda a, b: bool(a == b)), text.binary("=="), lambda e, op: e.comparison(op, "==")),
    Operation("not_equal", "T, T -> truth", "another value",
              _compare(lambda a, b: bool(a != b)), text.binary("!="), lambda e, op: e.comparison(op, "!=")),
    Operation("less", "Q, Q -> truth", "a smaller quantity",
              _compare(lambda a, b: bool(a < b)), text.binary("<"), lambda e, op: e.comparison(op, "<")),
    Operation("less_equal", "Q, Q -> truth", "no larger quantity",
              _compare(lambda a, b: bool(a <= b)), text.binary("<="), lambda e, op: e.comparison(op, "<=")),
    Operation("greater", "Q, Q -> truth", "a larger quantity",
              _compare(lambda a, b: bool(a > b)), text.binary(">"), lambda e, op: e.comparison(op, ">")),
    Operation("greater_equal", "Q, Q -> truth", "no smaller quantity",
              _compare(lambda a, b: bool(a >= b)), text.binary(">="), lambda e, op: e.comparison(op, ">=")),
    Operation("given", "value -> truth", "whether it is given; never undetermined",
              lambda a: a is not None, text.given, lambda e, op: e.presence(op)),
    Operation("in_codes", "code, codes -> truth", "whether the code is in the set",
              None, text.in_codes, lambda e, op: e.in_codes(op)),
    Operation("has_modifier", "modifiers -> truth", "the line carries at least one of them",
              None, text.has_modifier, lambda e, op: e.carries(op, False)),
    Operation("one_modifier", "modifiers -> truth", "the line carries exactly one of them",
              None, text.one_modifier, lambda e, op: e.carries(op, True)),
    Operation("documented", "element -> truth", "the note holds the element; undetermined without a record",
              None, text.documented, lambda e, op: e.missing(op)),
    Operation("evidenced", "evidence, element -> truth", "the element's field is filled, or a phrase of the evidence is in the note",
              None, text.evidenced, lambda e, op: e.missing(op)),
    Operation("documentation_given", "-> truth", "a record came with the visit",
              None, text.recorded, lambda _, __: Kleene("False", "True", True)),
    Operation("visit_has", "codes, modifiers -> truth", "some line has a code of the set (and one of the modifiers)",
              None, text.over_lines("visit_has"), lambda e, op: e.over_lines(op, None)),
    Operation("units_of", "codes -> units", "billed units of the visit's lines with these codes",
              None, text.over_lines("units_of"), lambda e, op: e.over_lines(op, "units")),
    Operation("minutes_of", "codes -> minutes", "minutes of the visit's lines with these codes",
              None, text.over_lines("minutes_of"), lambda e, op: e.over_lines(op, "minutes")),
    Operation("charges_of", "codes -> money", "charges of the visit's lines with these codes",
              None, text.over_lines("charges_of"), lambda e, op: e.over_lines(op, "charge")),
    Operation("days_between", "date, date -> days", "days from the first to the second",
              lambda a, b: (b - a).days, text.call("days_between"), lambda e, op: e.days_between(op)),
    Operation("add", "Q, Q -> Q", "the sum",
              add, text.call("add"), lambda e, op: e.sum(op, "+")),
    Operation("subtract", "Q, Q -> Q", "the difference",
              subtract, text.call("subtract"), lambda e, op: e.sum(op, "-")),
)  # fmt: skip
"""Each row: name, signature, meaning; its function, its Python, its columns."""

OPS: Final[Mapping[str, Operation]] = {row.name: row for row in _ROWS}
