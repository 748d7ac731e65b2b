"""Operations as Python for one visit: the source text that each row of `engine/ops.py` gives.

Owns: this text, and which facts of a visit and a line are read by text of their own.
Never: says what an operation means, or writes a loop or a statement.
"""

from collections.abc import Callable, Mapping
from typing import Final

from policy.codes import CodeSet
from policy.engine.emitted import Emitter, Operand
from policy.facts import NOTE, Fact
from policy.plan.model import Op

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


def _guarded(emitter: Emitter, op: Op, write: Callable[[list[str]], str]) -> Operand:
    """An operation that is missing when one of its operands is."""
    operands = [emitter.operand(arg) for arg in op.args if isinstance(arg, Op)]
    operands = [emitter.name(o) if o.missing else o for o in operands]
    plain = write([o.text for o in operands])
    guards = " or ".join(f"{o.text} is None" for o in operands if o.missing)
    return Operand(f"(None if {guards} else {plain})", True, False) if guards else Operand(plain, False, False)


def binary(symbol: str) -> Callable[[Emitter, Op], Operand]:
    """An infix operator between two operands."""
    return lambda emitter, op: _guarded(emitter, op, lambda args: f"({args[0]} {symbol} {args[1]})")


def call(name: str) -> Callable[[Emitter, Op], Operand]:
    """A call of a function that the module imports."""
    return lambda emitter, op: _guarded(emitter, op, lambda args: f"{name}({', '.join(args)})")


def negated(emitter: Emitter, op: Op) -> Operand:
    """`not`."""
    return _guarded(emitter, op, lambda args: f"(not {args[0]})")


def given(emitter: Emitter, op: Op) -> Operand:
    """Whether an operand is there."""
    (item,) = (emitter.operand(arg) for arg in op.args if isinstance(arg, Op))
    return Operand(f"({item.text} is not None)", False, False)


def constant(emitter: Emitter, op: Op) -> Operand:
    """A constant under its name."""
    return Operand(emitter.constant(op.args[0]))


def nothing(emitter: Emitter, op: Op) -> Operand:
    """What is never given."""
    return Operand("None", True)


def recorded(emitter: Emitter, op: Op) -> Operand:
    """Whether a record came with the visit."""
    return Operand("(visit.documentation is not None)")


def line_fact(emitter: Emitter, op: Op) -> Operand:
    """A fact of `line`."""
    fact = op.args[0]
    assert isinstance(fact, Fact)
    own = LINE_TEXT.get(fact.path)
    if own is not None:
        return Operand(own, not fact.always_given, "(" not in own and " " not in own)
    return Operand(f"(line_fact({emitter.constant(fact)}, visit, line) if line.facts else None)", True, False)


def visit_fact(emitter: Emitter, op: Op) -> Operand:
    """A fact of `visit`."""
    fact = op.args[0]
    assert isinstance(fact, Fact)
    own = VISIT_TEXT.get(fact.path)
    if own is not None:
        return Operand(own, not fact.always_given)
    needs = "reading is not None" if fact.path.startswith(NOTE) else "facts"
    return Operand(f"(visit_fact({emitter.constant(fact)}, visit) if visit.{needs} else None)", True, False)


def in_codes(emitter: Emitter, op: Op) -> Operand:
    """Whether a code is in a set."""
    codes = op.args[1]
    assert isinstance(codes, CodeSet)
    return _guarded(emitter, op, lambda args: f"({args[0]} in {emitter.constant(codes.explicit())})")


def has_modifier(emitter: Emitter, op: Op) -> Operand:
    """Whether `line` carries one of some modifiers."""
    return Operand(
        f"(None if line.modifiers is None else not {emitter.constant(op.args[0])}.isdisjoint(line.modifiers))",
        True,
        False,
    )


def one_modifier(emitter: Emitter, op: Op) -> Operand:
    """Whether it carries exactly one of them."""
    wanted = emitter.constant(op.args[0])
    return Operand(
        f"(None if line.modifiers is None else len({wanted}.intersection(line.modifiers)) == 1)", True, False
    )


def documented(emitter: Emitter, op: Op) -> Operand:
    """Whether the record holds an element."""
    element = emitter.constant(op.args[0])
    return Operand(f"(None if visit.documentation is None else bool(visit.documentation.get({element})))", True, False)


def evidenced(emitter: Emitter, op: Op) -> Operand:
    """Whether an element or a phrase of an evidence is there."""
    name, field = map(emitter.constant, op.args)
    return Operand(f"evidenced(visit, {name}, {field})", True, False)


def over_lines(name: str) -> Callable[[Emitter, Op], Operand]:
    """A call of a function that looks at all lines of the visit."""

    def emit(emitter: Emitter, op: Op) -> Operand:
        constants = [emitter.constant(arg.explicit() if isinstance(arg, CodeSet) else arg) for arg in op.args]
        return Operand(f"{name}(visit, {', '.join(constants)})", True, False)

    return emit
