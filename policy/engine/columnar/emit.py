"""Writes expressions as NumPy source, in Kleene's three values.

Owns: what an operand looks like in columns, folding of what is known of a whole table, and the text of every operation's result.
Never: knows which operation is written how; that is its row in `engine/ops.py`.

A truth is two masks, "surely true" and "surely false"; where neither holds it is undetermined. A column that the table lacks is missing
for every line, so that most of what a policy asks of a record folds away before the first line is read.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from policy.codes import CodeSet
from policy.engine.columnar.masks import NotWritten, all_, any_, constant, kleene, level, not_
from policy.engine.emitted import Cells, Emitted, Kleene
from policy.engine.ops import OPS
from policy.facts import Fact
from policy.plan.model import Op, walk
from policy.values import Type

TEXTS: Final = frozenset({Type.TEXT, Type.CODE, Type.CHOICE})


@attrs.frozen
class Shape:
    """What is known of a column before its lines are read: whether cells are missing, and by what its numbers are multiplied."""

    missing: bool
    scale: int = 1


@attrs.define
class Expressions:
    """Writes the expressions of one plan for tables of one shape. `space` and `at` name where lines are read, `span` which of them."""

    shapes: Mapping[str, Shape]
    """The columns that the table has, by fact."""
    marks: Mapping[str, int]
    """The bit of each modifier that the plan names."""
    modifiers: bool
    """Whether the table has modifiers."""
    constants: dict[str, object]
    of_line: bool = True
    """Whether there is a line; a statement about the visit reads none."""
    space: str = "lines"
    span: str = "s"
    visits: bool = False
    """What is said of a visit stands once a visit, not once for each of its lines."""

    def truth(self, op: Op | None) -> Kleene:
        """A condition; none is true."""
        if op is None:
            return Kleene("True", "False", True)
        found = self.operand(op)
        if isinstance(found, Kleene):
            return found
        if found.known == "False":
            return Kleene("False", "False")
        if found.text.isdigit():
            return kleene(str(found.text != "0"), str(found.text == "0"), found.known)
        return kleene(f"({found.text} != 0)", f"({found.text} == 0)", found.known)

    def depends(self, *asked: Op | Fact | None) -> str:
        """In words: which facts that some of the lines do not state an expression, or a statement given only them, depends on."""
        facts = [one for one in asked if isinstance(one, Fact)]
        ops = [op for one in asked if isinstance(one, Op) for op in walk(one)]
        facts += [arg for op in ops for arg in op.args if isinstance(arg, Fact)]
        missing = [fact.path for fact in facts if (shape := self.shapes.get(fact.path)) is None or shape.missing]
        return f"depends on {', '.join(dict.fromkeys(missing)) or 'what is not known'}"

    def lacking(self, *asked: Op | None) -> dict[str, str]:
        """The missing facts that some undetermined expressions hang on, each with the text of a mask of the lines on which they do."""
        out: dict[str, list[str]] = {}
        for op in asked:
            for path, mask in self._lacking(op) if op is not None else ():
                out.setdefault(path, []).append(mask)
        return {path: any_(masks) for path, masks in out.items() if any_(masks) != "False"}

    def _lacking(self, op: Op) -> Iterator[tuple[str, str]]:
        """What `engine/expressions.py` calls missing: of an operation without a value, what its operands without a value hang on."""
        found = self.operand(op)
        given = found.known if isinstance(found, Cells) else "True" if found.total else any_([found.true, found.false])
        if given == "True":
            return
        own = _NAMED.get(op.op)
        if own is not None:
            yield from ((path, not_(given)) for path in own(op.args))
            return
        for arg in op.args:
            for path, mask in self._lacking(arg) if isinstance(arg, Op) and arg.op != "const" else ():
                yield path, all_([mask, not_(given)])

    # ------------------------------------------------------------------------------ the emitters' protocol
    def operand(self, op: Op) -> Emitted:
        """An operation's result: a value in cells, or a truth."""
        emit = OPS[op.op].columns
        if emit is None:
            raise NotWritten(f"`{op.op}` is not written in columns")
        return emit(self, op)

    def junction(self, op: Op, stop: bool) -> Kleene:
        """`and` (stop at false) or `or` (stop at true)."""
        items = [self.truth(arg) for arg in op.args if isinstance(arg, Op)]
        total = all(one.total for one in items)
        if stop:
            return Kleene(any_([one.true for one in items]), all_([one.false for one in items]), total)
        return Kleene(all_([one.true for one in items]), any_([one.false for one in items]), total)

    def negation(self, op: Op) -> Kleene:
        """`not`."""
        (item,) = (self.truth(arg) for arg in op.args if isinstance(arg, Op))
        return Kleene(item.false, item.true, item.total)

    def comparison(self, op: Op, symbol: str) -> Kleene:
        """Two values of one type."""
        left, right = (arg for arg in op.args if isinstance(arg, Op))
        if left.op == "const":
            flipped = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(symbol, symbol)
            return (
                self.comparison(Op(op.op, (right, left), op.type), flipped)
                if right.op != "const"
                else self._folded(left, right, symbol)
            )
        one = self.cells(left)
        if one.known == "False":
            return Kleene("False", "False")
        if left.op == "minutes_of" and "line.minutes" in self.shapes and one.scale == 1 and symbol in {">", "<="}:
            most = right.args[0]
            if right.op == "const" and isinstance(most, int) and most >= 0:
                return self._above(left, one.known, most, symbol)
        if left.type in TEXTS or one.words is not None:
            return self._same_text(one, right, symbol)
        other = self.cells(right)
        if other.known == "False":
            return Kleene("False", "False")
        if one.text.isdigit() and other.text.isdigit():
            raise NotWritten("two constants are compared")
        a, b = level(one, other)
        return kleene(f"({a} {symbol} {b})", f"({a} {_OPPOSITE[symbol]} {b})", all_([one.known, other.known]))

    def presence(self, op: Op) -> Kleene:
        """Whether a value is given."""
        (item,) = (self.operand(arg) for arg in op.args if isinstance(arg, Op))
        if isinstance(item, Kleene):
            known = any_([item.true, item.false])
            return Kleene(known, not_(known), True)
        return Kleene(item.known, not_(item.known), True)

    def constant(self, op: Op) -> Cells:
        """A constant, exact: numbers with decimals as whole numbers of their last place."""
        return constant(op.args[0])

    def missing(self, op: Op) -> Cells:
        """What no table can give."""
        return Cells("0", "False")

    def fact(self, op: Op) -> Cells:
        """A fact of the line or the visit."""
        fact = op.args[0]
        assert isinstance(fact, Fact)
        return self.read(fact)

    def read(self, fact: Fact) -> Cells:
        """The cells of a fact."""
        if fact.of_line and not self.of_line:
            return Cells("0", "False")
        if fact.path == "line.modifiers":
            return Cells("1", "True" if self.modifiers else "False")
        shape = self.shapes.get(fact.path)
        if shape is None:
            return Cells("0", "False")
        where = f"{self.space}.cells({fact.path!r}, {self.span})"
        known = f"{self.space}.known({fact.path!r}, {self.span})" if shape.missing else "True"
        return Cells(where, known, shape.scale, fact.path if fact.type in TEXTS else None)

    def in_codes(self, op: Op) -> Kleene:
        """Whether a code is in a set; asked of the line's own code only."""
        item, codes = op.args
        assert isinstance(item, Op) and isinstance(codes, CodeSet)
        if item.op != "line_fact" or not isinstance(item.args[0], Fact) or item.args[0].path != "line.code":
            raise NotWritten("another code than the line's is asked for")
        if not self.of_line:
            return Kleene("False", "False")
        name = self.name("CODES", codes)
        text = f"{self.space}.in_codes({name}, {self.span})"
        return Kleene(text, f"(~{text})", True)

    def carries(self, op: Op, one: bool) -> Kleene:
        """Whether a line carries a modifier of some, or exactly one of them."""
        wanted = op.args[0]
        assert isinstance(wanted, frozenset)
        if not self.modifiers or not self.of_line:
            return Kleene("False", "False")
        mask = sum(1 << self.marks[modifier] for modifier in wanted)
        found = f"({self.space}.marks({self.span}) & {mask:#x})"
        if one:
            return Kleene(f"one_bit({found})", f"(~one_bit({found}))", True)
        return Kleene(f"({found} != 0)", f"({found} == 0)", True)

    def over_lines(self, op: Op, field: str | None) -> Emitted:
        """Something of the visit's lines with some codes: whether there are any, or the sum of a field."""
        codes = op.args[0]
        assert isinstance(codes, CodeSet)
        name = self.name("CODES", codes)
        if field is None:
            wanted = op.args[1]
            assert isinstance(wanted, frozenset)
            if wanted and not self.modifiers:
                raise NotWritten("line.modifiers missing")
            mask = sum(1 << self.marks[modifier] for modifier in wanted)
            text = self._each(f"chunk.visit_has({name}, {mask:#x})")
            return Kleene(text, f"(~{text})", True)
        shape = self.shapes.get(f"line.{field}")
        if shape is None:
            absent = self._each(f"chunk.visit_has({name}, 0)")
            return Cells("0", f"(~{absent})")
        known = self._each(f"chunk.sum_known({name}, {field!r})") if shape.missing else "True"
        return Cells(self._each(f"chunk.sum_of({name}, {field!r})"), known, shape.scale)

    def days_between(self, op: Op) -> Cells:
        """Days from one date to another."""
        one, other = (self.cells(arg) for arg in op.args if isinstance(arg, Op))
        return Cells(f"({other.text} - {one.text})", all_([one.known, other.known]))

    def sum(self, op: Op, sign: str) -> Cells:
        """A sum or difference; dates are held to the calendar."""
        one, other = (self.cells(arg) for arg in op.args if isinstance(arg, Op))
        a, b = level(one, other)
        text = f"({a} {sign} {b})"
        if op.type is Type.DATE:
            text = f"in_calendar({text})"
        return Cells(text, all_([one.known, other.known]), max(one.scale, other.scale))

    # ------------------------------------------------------------------------------------------------ parts
    def cells(self, op: Op) -> Cells:
        """An operand that is a value; a truth becomes 0 and 1."""
        found = self.operand(op)
        if not isinstance(found, Kleene):
            return found
        text = str(int(found.true == "True")) if found.true in _LITERAL else f"({found.true} * 1)"
        return Cells(text, any_([found.true, found.false]))

    def name(self, prefix: str, value: object) -> str:
        """The name of a constant."""
        for name, held in self.constants.items():
            if name.startswith(prefix) and held == value:
                return name
        name = f"{prefix}{len(self.constants)}"
        self.constants[name] = value
        return name

    def _each(self, text: str) -> str:
        """What is said of each visit, for the lines of the span."""
        return text if self.visits else f"{text}.take({self.space}.at[{self.span}])"

    def _above(self, op: Op, known: str, most: int, symbol: str) -> Kleene:
        """Whether a visit's minutes of some codes are more than so many, or no more."""
        text = self._each(f"chunk.minutes_above({self.name('CODES', op.args[0])}, {most})")
        above = kleene(text, f"(~{text})", known)
        return above if symbol == ">" else Kleene(above.false, above.true, above.total)

    def _same_text(self, one: Cells, right: Op, symbol: str) -> Kleene:
        if right.op != "const":
            raise NotWritten("two texts are compared")
        text = f"({one.text} == chunk.word({one.words!r}, {right.args[0]!r}))"
        same = kleene(text, f"(~{text})", one.known)
        return same if symbol == "==" else Kleene(same.false, same.true, same.total)

    def _folded(self, left: Op, right: Op, symbol: str) -> Kleene:
        result = {"==": left.args[0] == right.args[0], "!=": left.args[0] != right.args[0]}.get(symbol)
        if result is None:
            raise NotWritten("two constants are compared")
        return Kleene(str(result), str(not result), True)


_NAMED: Final[Mapping[str, Callable[[tuple[Any, ...]], tuple[str, ...]]]] = {
    "no_value": lambda args: (str(args[0]),),
    "line_fact": lambda args: (args[0].path,),
    "visit_fact": lambda args: (args[0].path,),
    "has_modifier": lambda _: ("line.modifiers",),
    "one_modifier": lambda _: ("line.modifiers",),
    "visit_has": lambda _: ("line.modifiers",),
    "documented": lambda args: (f"documentation.{args[0]}",),
    "evidenced": lambda args: ("note", *(() if args[1] is None else (f"documentation.{args[1]}",))),
    "units_of": lambda _: ("line.units",),
    "minutes_of": lambda _: ("line.minutes",),
    "charges_of": lambda _: ("line.charge",),
}
"""The facts that operations name which have no value: as `engine/expressions.py` does."""
_LITERAL: Final = ("True", "False")
_OPPOSITE: Final = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
