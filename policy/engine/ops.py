"""The operations of expressions: one table, each with its signature, its meaning in one line, its meaning as a function, its Python
emitter for one visit, and its NumPy emitter for columns.

Owns: what each operation means. `None` is "missing" as a value and "undetermined" as a truth.
Never: holds an operation that no property test pins (`tests/engine/test_ops.py` walks this table).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import attrs

from policy.codes import CodeSet
from policy.facts import NOTE, Fact
from policy.plan.model import Op
from policy.values import both, either, negate


@attrs.frozen
class Operand:
    """Emitted source text of a value. `missing`: whether it may be `None`; `atom`: whether repeating it costs nothing."""

    text: str
    missing: bool = False
    atom: bool = True


class Emitter(Protocol):
    """What an emitter of expressions offers to the rows of the table (`engine/compiled/emit.py`)."""

    def operand(self, op: Op) -> Operand:
        """Emits an operand and gives its text."""

    def name(self, operand: Operand) -> Operand:
        """The operand under a name, so that its text can be repeated."""

    def constant(self, value: object) -> str:
        """The name or text of a constant."""

    def junction(self, op: Op, stop: bool) -> Operand:
        """`and` (stop at false) or `or` (stop at true), operand by operand."""


@attrs.frozen
class Cells:
    """NumPy source text of a value in cells. `known`: text of the mask of given cells, or `True` or `False` for all or none of them;
    `scale`: what its numbers are multiplied by; `words`: of text, the fact whose words its ids are."""

    text: str
    known: str
    scale: int = 1
    words: str | None = None


@attrs.frozen
class Kleene:
    """NumPy source texts of a truth: the mask of what is surely true, and of what is surely false; `True` and `False` are literals.
    `total`: it is never undetermined."""

    true: str
    false: str
    total: bool = False


Emitted = Cells | Kleene


class ColumnEmitter(Protocol):
    """What an emitter of expressions in columns offers to the rows of the table (`engine/columnar/emit.py`)."""

    def junction(self, op: Op, stop: bool) -> Kleene:
        """`and` (stop at false) or `or` (stop at true)."""

    def negation(self, op: Op) -> Kleene:
        """`not`."""

    def comparison(self, op: Op, symbol: str) -> Kleene:
        """Two values of one type."""

    def presence(self, op: Op) -> Kleene:
        """Whether a value is given."""

    def constant(self, op: Op) -> Cells:
        """A constant."""

    def missing(self, op: Op) -> Cells:
        """What is never given."""

    def fact(self, op: Op) -> Cells:
        """A fact of the line or the visit."""

    def in_codes(self, op: Op) -> Kleene:
        """Whether a code is in a set."""

    def carries(self, op: Op, one: bool) -> Kleene:
        """Whether a line carries some modifier of a set, or exactly one."""

    def over_lines(self, op: Op, field: str | None) -> Emitted:
        """Something of the visit's lines with some codes."""

    def days_between(self, op: Op) -> Cells:
        """Days from one date to another."""

    def sum(self, op: Op, sign: str) -> Cells:
        """A sum or difference."""


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


def _guarded(emitter: Emitter, op: Op, write: Callable[[list[str]], str]) -> Operand:
    """An operation that is missing when one of its operands is."""
    operands = [emitter.operand(arg) for arg in op.args if isinstance(arg, Op)]
    operands = [emitter.name(o) if o.missing else o for o in operands]
    plain = write([o.text for o in operands])
    guards = " or ".join(f"{o.text} is None" for o in operands if o.missing)
    return Operand(f"(None if {guards} else {plain})", True, False) if guards else Operand(plain, False, False)


def _binary(symbol: str) -> Callable[[Emitter, Op], Operand]:
    return lambda emitter, op: _guarded(emitter, op, lambda args: f"({args[0]} {symbol} {args[1]})")


def _call(name: str) -> Callable[[Emitter, Op], Operand]:
    return lambda emitter, op: _guarded(emitter, op, lambda args: f"{name}({', '.join(args)})")


def _emit_not(emitter: Emitter, op: Op) -> Operand:
    return _guarded(emitter, op, lambda args: f"(not {args[0]})")


def _emit_given(emitter: Emitter, op: Op) -> Operand:
    (item,) = (emitter.operand(arg) for arg in op.args if isinstance(arg, Op))
    return Operand(f"({item.text} is not None)", False, False)


def _emit_const(emitter: Emitter, op: Op) -> Operand:
    return Operand(emitter.constant(op.args[0]))


def _emit_line_fact(emitter: Emitter, op: Op) -> Operand:
    fact = op.args[0]
    assert isinstance(fact, Fact)
    own = LINE_TEXT.get(fact.path)
    if own is not None:
        return Operand(own, not fact.always_given, "(" not in own and " " not in own)
    return Operand(f"(line_fact({emitter.constant(fact)}, visit, line) if line.facts else None)", True, False)


def _emit_visit_fact(emitter: Emitter, op: Op) -> Operand:
    fact = op.args[0]
    assert isinstance(fact, Fact)
    own = VISIT_TEXT.get(fact.path)
    if own is not None:
        return Operand(own, not fact.always_given)
    needs = "reading is not None" if fact.path.startswith(NOTE) else "facts"
    return Operand(f"(visit_fact({emitter.constant(fact)}, visit) if visit.{needs} else None)", True, False)


def _emit_in_codes(emitter: Emitter, op: Op) -> Operand:
    codes = op.args[1]
    assert isinstance(codes, CodeSet)
    return _guarded(emitter, op, lambda args: f"({args[0]} in {emitter.constant(codes.explicit())})")


def _emit_has_modifier(emitter: Emitter, op: Op) -> Operand:
    return Operand(
        f"(None if line.modifiers is None else not {emitter.constant(op.args[0])}.isdisjoint(line.modifiers))",
        True,
        False,
    )


def _emit_one_modifier(emitter: Emitter, op: Op) -> Operand:
    wanted = emitter.constant(op.args[0])
    return Operand(
        f"(None if line.modifiers is None else len({wanted}.intersection(line.modifiers)) == 1)", True, False
    )


def _emit_documented(emitter: Emitter, op: Op) -> Operand:
    element = emitter.constant(op.args[0])
    return Operand(f"(None if visit.documentation is None else bool(visit.documentation.get({element})))", True, False)


def _emit_evidenced(emitter: Emitter, op: Op) -> Operand:
    name, field = map(emitter.constant, op.args)
    return Operand(f"evidenced(visit, {name}, {field})", True, False)


def _emit_over_lines(name: str) -> Callable[[Emitter, Op], Operand]:
    def emit(emitter: Emitter, op: Op) -> Operand:
        constants = [emitter.constant(arg.explicit() if isinstance(arg, CodeSet) else arg) for arg in op.args]
        return Operand(f"{name}(visit, {', '.join(constants)})", True, False)

    return emit


LINE_TEXT: Final[Mapping[str, str]] = {
    "line.code": "line.code", "line.number": "line.number", "line.minutes": "line.minutes", "line.units": "line.units",
    "line.modifiers": "line.modifiers", "line.charge": "line.charge", "line.start": "line.start", "line.end": "line.end",
    "line.discipline": "discipline(line)", "line.delivery": "line.delivery", "line.furnished_by": "line.furnished_by",
    "line.assistant_minutes": "assistant_minutes(line)",
    "line.provider": "(visit.provider if line.provider is None else line.provider)",
    "line.place": "(visit.place if line.place is None else line.place)",
    "line.revenue_code": "line.revenue_code", "line.region": "line.region",
}  # fmt: skip
"""Source text that reads a fact of `line`; facts that are not here go through `engine/facts.py`."""

VISIT_TEXT: Final[Mapping[str, str]] = {
    **{
        f"visit.{name}": f"visit.{name}"
        for name in (
            "date", "received", "processed", "number", "timed_minutes", "total_minutes", "place", "provider", "setting", "claim_type",
            "group", "facility",
        )
    },
    "patient.age": "visit.age",
    "patient.history": "(None if visit.history is None else True)",
}  # fmt: skip


_ROWS: Final = (
    Operation("const", "value", "a constant", None, _emit_const, lambda e, op: e.constant(op)),
    Operation(
        "no_value",
        "value",
        "a named value that has no row on the date, or an evidence that is not in force: missing",
        None,
        lambda _, __: Operand("None", True),
        lambda e, op: e.missing(op),
    ),
    Operation("line_fact", "fact -> value", "a fact of the line", None, _emit_line_fact, lambda e, op: e.fact(op)),
    Operation("visit_fact", "fact -> value", "a fact of the visit", None, _emit_visit_fact, lambda e, op: e.fact(op)),
    Operation(
        "and",
        "truth… -> truth",
        "false if one is false, else undetermined if one is, else true",
        _all,
        lambda e, op: e.junction(op, False),
        lambda e, op: e.junction(op, False),
    ),
    Operation(
        "or",
        "truth… -> truth",
        "true if one is true, else undetermined if one is, else false",
        _any,
        lambda e, op: e.junction(op, True),
        lambda e, op: e.junction(op, True),
    ),
    Operation(
        "not", "truth -> truth", "the opposite; undetermined stays so", negate, _emit_not, lambda e, op: e.negation(op)
    ),
    Operation(
        "equal",
        "T, T -> truth",
        "the same value",
        _compare(lambda a, b: bool(a == b)),
        _binary("=="),
        lambda e, op: e.comparison(op, "=="),
    ),
    Operation(
        "not_equal",
        "T, T -> truth",
        "another value",
        _compare(lambda a, b: bool(a != b)),
        _binary("!="),
        lambda e, op: e.comparison(op, "!="),
    ),
    Operation(
        "less",
        "Q, Q -> truth",
        "a smaller quantity",
        _compare(lambda a, b: bool(a < b)),
        _binary("<"),
        lambda e, op: e.comparison(op, "<"),
    ),
    Operation(
        "less_equal",
        "Q, Q -> truth",
        "no larger quantity",
        _compare(lambda a, b: bool(a <= b)),
        _binary("<="),
        lambda e, op: e.comparison(op, "<="),
    ),
    Operation(
        "greater",
        "Q, Q -> truth",
        "a larger quantity",
        _compare(lambda a, b: bool(a > b)),
        _binary(">"),
        lambda e, op: e.comparison(op, ">"),
    ),
    Operation(
        "greater_equal",
        "Q, Q -> truth",
        "no smaller quantity",
        _compare(lambda a, b: bool(a >= b)),
        _binary(">="),
        lambda e, op: e.comparison(op, ">="),
    ),
    Operation(
        "given",
        "value -> truth",
        "whether it is given; never undetermined",
        lambda a: a is not None,
        _emit_given,
        lambda e, op: e.presence(op),
    ),
    Operation(
        "in_codes",
        "code, codes -> truth",
        "whether the code is in the set",
        None,
        _emit_in_codes,
        lambda e, op: e.in_codes(op),
    ),
    Operation(
        "has_modifier",
        "modifiers -> truth",
        "the line carries at least one of them",
        None,
        _emit_has_modifier,
        lambda e, op: e.carries(op, False),
    ),
    Operation(
        "one_modifier",
        "modifiers -> truth",
        "the line carries exactly one of them",
        None,
        _emit_one_modifier,
        lambda e, op: e.carries(op, True),
    ),
    Operation(
        "documented",
        "element -> truth",
        "the note holds the element; undetermined without a record",
        None,
        _emit_documented,
        lambda e, op: e.missing(op),
    ),
    Operation(
        "evidenced",
        "evidence, element -> truth",
        "the element's field is filled, or a phrase of the evidence is in the note",
        None,
        _emit_evidenced,
        lambda e, op: e.missing(op),
    ),
    Operation(
        "documentation_given",
        "-> truth",
        "a record came with the visit",
        None,
        lambda _, __: Operand("(visit.documentation is not None)"),
        lambda _, __: Kleene("False", "True", True),
    ),
    Operation(
        "visit_has",
        "codes, modifiers -> truth",
        "some line has a code of the set (and one of the modifiers)",
        None,
        _emit_over_lines("visit_has"),
        lambda e, op: e.over_lines(op, None),
    ),
    Operation(
        "units_of",
        "codes -> units",
        "billed units of the visit's lines with these codes",
        None,
        _emit_over_lines("units_of"),
        lambda e, op: e.over_lines(op, "units"),
    ),
    Operation(
        "minutes_of",
        "codes -> minutes",
        "minutes of the visit's lines with these codes",
        None,
        _emit_over_lines("minutes_of"),
        lambda e, op: e.over_lines(op, "minutes"),
    ),
    Operation(
        "charges_of",
        "codes -> money",
        "charges of the visit's lines with these codes",
        None,
        _emit_over_lines("charges_of"),
        lambda e, op: e.over_lines(op, "charge"),
    ),
    Operation(
        "days_between",
        "date, date -> days",
        "days from the first to the second",
        lambda a, b: (b - a).days,
        _call("days_between"),
        lambda e, op: e.days_between(op),
    ),
    Operation("add", "Q, Q -> Q", "the sum", add, _call("add"), lambda e, op: e.sum(op, "+")),
    Operation("subtract", "Q, Q -> Q", "the difference", subtract, _call("subtract"), lambda e, op: e.sum(op, "-")),
)

OPS: Final[Mapping[str, Operation]] = {row.name: row for row in _ROWS}


def days_between(start: dt.date, end: dt.date) -> int:
    """Days from `start` to `end`."""
    return (end - start).days
