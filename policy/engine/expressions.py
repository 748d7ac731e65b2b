"""The plain reading of expressions: what an operation gives for one visit and line, and which missing facts its answer hangs on.

Owns: the executable meaning of every operation, and the facts that would settle an undetermined one.
Never: emitted or optimised; the compiled evaluator is held against this.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from policy.claims.visit import Line, Visit
from policy.codes import CodeSet
from policy.engine.evidence import evidenced
from policy.engine.facts import line_fact, visit_fact
from policy.engine.ops import OPS
from policy.facts import Fact
from policy.plan.model import Op
from policy.values import Truth, either

Known = tuple[Any, frozenset[str]]
"""A value (`None`: missing or undetermined) with the facts that would settle it."""

SETTLED: frozenset[str] = frozenset()


def evaluate(op: Op, visit: Visit, line: Line | None) -> Known:
    """The value of an operation. The second part is empty unless the first is `None`."""
    match op.op:
        case "const":
            return op.args[0], SETTLED
        case "no_value":
            return None, frozenset({str(op.args[0])})
        case "line_fact" | "visit_fact":
            fact = op.args[0]
            assert isinstance(fact, Fact)
            value = visit_fact(fact, visit) if op.op == "visit_fact" else line_fact(fact, visit, line) if line else None
            return value, SETTLED if value is not None else frozenset({fact.path})
        case "in_codes":
            item, codes = op.args
            assert isinstance(item, Op) and isinstance(codes, CodeSet)
            code, missing = evaluate(item, visit, line)
            return (None if code is None else code in codes), missing
        case "has_modifier" | "one_modifier":
            wanted = op.args[0]
            assert isinstance(wanted, frozenset)
            carried = line.modifiers if line else None
            if carried is None:
                return None, frozenset({"line.modifiers"})
            found = len(wanted & set(carried))
            return (found > 0 if op.op == "has_modifier" else found == 1), SETTLED
        case "documented":
            if visit.documentation is None:
                return None, frozenset({f"documentation.{op.args[0]}"})
            return bool(visit.documentation.get(str(op.args[0]))), SETTLED
        case "evidenced":
            name, field = op.args
            shown = evidenced(visit, str(name), None if field is None else str(field))
            return shown, SETTLED if shown is not None else frozenset(
                {"note", *([] if field is None else [f"documentation.{field}"])}
            )
        case "documentation_given":
            return visit.documentation is not None, SETTLED
        case "visit_has":
            return _visit_has(op, visit)
        case "units_of" | "minutes_of" | "charges_of":
            codes = op.args[0]
            assert isinstance(codes, CodeSet)
            field = {"units_of": "units", "minutes_of": "minutes", "charges_of": "charge"}[op.op]
            values = [getattr(one, field) for one in visit.lines if one.code in codes]
            if None in values:
                return None, frozenset({f"line.{field}"})
            return sum(values, Decimal(0) if field == "charge" else 0), SETTLED
        case _:
            return _operands(op, visit, line)


def _operands(op: Op, visit: Visit, line: Line | None) -> Known:
    operands = [evaluate(arg, visit, line) for arg in op.args if isinstance(arg, Op)]
    function = OPS[op.op].evaluate
    assert function is not None
    values = [value for value, _ in operands]
    result = (
        function(*values)
        if op.op in {"and", "or", "not", "given"} or not any(value is None for value in values)
        else None
    )
    if result is not None:
        return result, SETTLED
    return None, frozenset().union(*(missing for value, missing in operands if value is None))


def _visit_has(op: Op, visit: Visit) -> Known:
    codes, modifiers = op.args
    assert isinstance(codes, CodeSet) and isinstance(modifiers, frozenset)
    found: Truth = False
    for line in visit.lines:
        if line.code in codes:
            carries = (
                True if not modifiers else None if line.modifiers is None else not modifiers.isdisjoint(line.modifiers)
            )
            found = either(found, carries)
    return found, SETTLED if found is not None else frozenset({"line.modifiers"})


def truth(op: Op | None, visit: Visit, line: Line | None) -> Truth:
    """A condition's truth; no condition is true."""
    if op is None:
        return True
    value, _ = evaluate(op, visit, line)
    assert value is None or isinstance(value, bool)
    return value


def missing(ops: Iterable[Op | None], visit: Visit, line: Line | None) -> frozenset[str]:
    """The missing facts that some undetermined operations hang on."""
    return SETTLED.union(*(evaluate(op, visit, line)[1] for op in ops if op is not None))


def absent(facts: Iterable[Fact], visit: Visit, line: Line | None) -> frozenset[str]:
    """Those of some facts that are missing."""
    return frozenset(
        fact.path for fact in facts
        if (line_fact(fact, visit, line) if fact.of_line and line else visit_fact(fact, visit) if not fact.of_line else None) is None
    )  # fmt: skip
