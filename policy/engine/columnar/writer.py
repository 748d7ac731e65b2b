"""Where source is written: its lines, the functions beside it, and the constants that it names.

Owns: indentation, and what every step needs of a plan and of the shape of a table (`Writer`).
Never: knows a statement.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from policy.engine.columnar.emit import Expressions, Shape
from policy.engine.emitted import Kleene
from policy.plan.model import Op, Plan

if TYPE_CHECKING:
    from policy.engine.columnar.module import Written


@attrs.define
class Text:
    """Source lines with their indentation."""

    lines: list[str] = attrs.field(factory=list)
    depth: int = 0

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        self.line(head)
        self.depth += 1
        yield
        self.depth -= 1


@attrs.define
class Writer:
    """The source of one plan for tables of one shape, as far as it is written."""

    written: "Written"
    shapes: Mapping[str, Shape]
    """The columns that the table has, by fact."""
    modifiers: bool
    """Whether the table has modifiers."""
    constants: dict[str, object] = attrs.field(factory=dict)
    text: Text = attrs.field(factory=Text)
    functions: Text = attrs.field(factory=Text)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.written.plan

    def comment(self, text: Text, at: int) -> None:
        """Names a statement above what is written of it."""
        text.line(f"# {self.plan.spoken[at].label}")

    def function(self, name: str, at: int, verdict: Kleene) -> str:
        """A function that gives what a truth is of some lines."""
        return self.computed(name, at, f"full({verdict.true}, s), full({verdict.false}, s)")

    def computed(self, name: str, at: int, gives: str) -> str:
        """A function that gives something of some lines."""
        called = f"{name}_{at}"
        with self.functions.block(f"def {called}(chunk, s):  # {self.plan.spoken[at].label}"):
            self.functions.line("space = chunk.line_space")
            self.functions.line(f"return {gives}")
        return called

    def lacking(self, at: int, *asked: Op | None, more: Sequence[tuple[str, str]] = ()) -> str:
        """A function that gives the missing facts on which some expressions hang, and `more` of them, by their numbers."""
        lacking = (*self.expressions(True, "space").lacking(*asked).items(), *more)
        given = [f"({self.written.lack(path)}, full({mask}, s))" for path, mask in lacking if mask != "False"]
        return self.computed("lacks", at, f"[{', '.join(given)}]")

    def expressions(self, of_line: bool, space: str) -> Expressions:
        """What writes expressions about lines, or about the visit, whose cells are read in `space`."""
        made = self.written.expressions(self.shapes, self.modifiers, self.constants)
        made.of_line, made.space = of_line, space
        return made
