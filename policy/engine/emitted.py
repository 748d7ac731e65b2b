"""Source text of values and truths: what it says of itself, and what an emitter of expressions offers to those who write it.

Owns: emitted text for one visit (`Operand`) and for columns (`Cells`, `Kleene`); the two emitters as the table of operations knows them.
Never: writes any; `engine/python_text.py` and the emitters do.
"""

from typing import Protocol

import attrs

from policy.plan.model import Op


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
