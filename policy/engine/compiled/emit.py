"""Writes expressions as Python source.

Owns: names, constants, indentation, and the early exit of `and` and `or`.
Never: knows what an operation means; that is its row in `engine/ops.py`.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from policy.codes import CodeSet
from policy.engine.emitted import Operand
from policy.engine.ops import OPS
from policy.plan.model import Op


class Writer:
    """Source lines with their indentation, and the constants that they name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, object] = {}
        self._names: dict[tuple[str, object], str] = {}
        self._depth = 0
        self._count = 0

    def line(self, text: str) -> None:
        """Adds one line at the present indentation."""
        self.lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """A line that opens a block, and what stands in it."""
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1

    def fresh(self) -> str:
        """A name that was not used before."""
        self._count += 1
        return f"v{self._count}"

    # ------------------------------------------------------------------------------ the emitters' protocol
    def operand(self, op: Op) -> Operand:
        """Emits an operation; the text of its result."""
        emit = OPS[op.op].python
        assert emit is not None, op.op
        return emit(self, op)

    def name(self, operand: Operand) -> Operand:
        """The operand under a name."""
        if operand.atom and operand.text.isidentifier():
            return operand
        name = self.fresh()
        self.line(f"{name} = {operand.text}")
        return Operand(name, operand.missing)

    def constant(self, value: object) -> str:
        """Small constants are written out, others are named."""
        if value is None or isinstance(value, (bool, int, str)):
            return repr(value)
        key = (type(value).__name__, value)
        if key not in self._names:
            prefix = {Decimal: "AMOUNT", dt.date: "DATE", frozenset: "SET", CodeSet: "CODES"}.get(type(value), "FACT")
            self._names[key] = f"{prefix}{len(self._names)}"
            self.constants[self._names[key]] = value
        return self._names[key]

    def junction(self, op: Op, stop: bool) -> Operand:
        """Operand by operand: the stopping value ends it, a missing one is remembered."""
        items = [arg for arg in op.args if isinstance(arg, Op)]
        result = self.fresh()
        if not items:
            return Operand(repr(not stop))
        first = self.operand(items[0])
        self.line(f"{result} = {first.text}")
        missing = first.missing
        for item in items[1:]:
            with self.block(f"if {result} is not {stop}:"):
                following = self.operand(item)
                if not missing:
                    self.line(f"{result} = {following.text}")
                else:
                    other = self.name(following).text
                    with self.block(f"if {other} is {stop} or {result} is {not stop}:"):
                        self.line(f"{result} = {other}")
            missing = missing or following.missing
        return Operand(result, missing)


def truth(writer: Writer, op: Op) -> Operand:
    """Emits a condition; the result has a name."""
    return writer.name(writer.operand(op))
