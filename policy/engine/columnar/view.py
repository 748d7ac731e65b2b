"""A frame as one plan reads it.

Owns: columns that are derived (a discipline from its modifier, a provider or place from the visit, an assistant's minutes from who gave
the service), which bit stands for which modifier, and what is worked out once for each code of the table.
Never: judges; and never reads a column that the plan does not ask for.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import numpy as np

from policy.claims.visit import DISCIPLINE_OF
from policy.codes import CodeSet
from policy.columns.frame import Column, Frame
from policy.engine.columnar.bits import Bits
from policy.engine.columnar.emit import Shape
from policy.engine.columnar.others import Others
from policy.facts import DISCIPLINES, Fact

Array = Any
"""A NumPy array; what it holds stands beside it."""


MOST_RANGES: Final = 4


def only(values: Array, mask: Array) -> Array:
    """The values of a mask; three times as fast as an index by the mask itself."""
    return values.take(np.flatnonzero(mask))


def at_places(values: Array, where: Array | slice) -> Array:
    """Some of the values; by indexes a `take` is twice as fast as they are in brackets."""
    return values[where] if isinstance(where, slice) or where.dtype == np.bool_ else values.take(where)


@attrs.frozen(eq=False)
class OfCodes:
    """What was worked out of the codes of a table. Tables with the same codes share it."""

    by_code: dict[object, Array] = attrs.field(factory=dict)
    ranges: dict[object, list[tuple[int, int]]] = attrs.field(factory=dict)
    places: dict[CodeSet, list[int]] = attrs.field(factory=dict)
    classes: dict[object, tuple[Array, list[int]]] = attrs.field(factory=dict)
    tables: dict[object, Array] = attrs.field(factory=dict)


class View:
    """What a plan asks of a frame's columns. Arrays are per line or per visit of the whole frame."""

    def __init__(
        self, frame: Frame, facts: Mapping[str, Fact], marks: Mapping[str, int], bits: Bits, scale: int,
        place: Callable[[str], Any], held: Callable[[tuple[str, ...]], "OfCodes"],
    ) -> None:  # fmt: skip
        self.frame = frame
        self.facts = facts
        """What the plan reads, by path."""
        self.marks = marks
        self.scale = scale
        """By what units are multiplied in the answer: 1, or 10,000 where they may have decimals."""
        kinds = (np.uint8, np.uint16, np.uint32, np.uint64)
        self.mark_type = next(kind for kind in kinds if len(marks) <= np.dtype(kind).itemsize * 8)
        words = frame.codes.words or ()
        order = sorted(range(len(words)), key=lambda k: (place(words[k]), words[k]))
        self.codes = tuple(words[k] for k in order)
        """The codes of the table; those of one kind (`place`) stand together, so that sets of codes are few ranges."""
        ranks = np.empty(
            max(len(words), 1), np.uint8 if len(words) <= 256 else np.uint16 if len(words) <= 65_536 else np.int32
        )
        ranks[order] = np.arange(len(words))
        self.places: Array = ranks
        """The place in `codes` of each of the frame's words."""
        self.bits = bits
        """Where what is said of a line stands."""
        self._columns: dict[str, tuple[Column, bool] | None] = {}
        self._words: dict[str, dict[str, int]] = {}
        self._held = held(self.codes)
        self.others: Others | None = None
        """`None`: nothing is known of other visits."""
        self.bounds: dict[int, Array] = {}
        """The most that other visits of each visit's patient can come to, by statement (`lookback.py`)."""
        self.earlier: dict[int, tuple[Array, Array] | None] = {}
        """What they surely come to (`earlier.py`), by statement."""
        self.tables = self._held.tables
        """Units by minutes, for each count that judges every code by its own minutes."""
        self._mark_columns: list[tuple[Array, Array | None, Array]] | None = None

    # ---------------------------------------------------------------------------------------------- columns
    def column(self, path: str) -> tuple[Column, bool] | None:
        """The cells of a fact, and whether they are one a line (else one a visit); `None` where nothing is given."""
        if path not in self._columns:
            self._columns[path] = self._derived(path)
        return self._columns[path]

    def shape(self, path: str) -> Shape | None:
        """What is known of a column before its lines are read."""
        found = self.column(path)
        return None if found is None else Shape(found[0].known is not None, found[0].scale)

    def _derived(self, path: str) -> tuple[Column, bool] | None:
        match path:
            case "line.discipline":
                return self._discipline()
            case "line.provider" | "line.place":
                return of_line_or_visit(self.frame, path, path.replace("line.", "visit."))
            case "line.assistant_minutes":
                return self._assistant_minutes()
            case "line.code":
                return self.frame.codes, True
            case "visit.date":
                return Column(self.frame.dates, None), False
            case "patient.history":
                patients = self.frame.patients
                return (
                    None if patients is None else (Column(np.ones(self.frame.visits, np.int64), patients.known), False)
                )
        of_line = path.startswith("line.")
        fact = self.facts.get(path)
        column = self.frame.line(path) if of_line else self.frame.visit(path)
        if fact is not None and self.frame.fact(fact) is not None:
            column = self.frame.fact(fact)
        return None if column is None else (column, of_line)

    def _discipline(self) -> tuple[Column, bool] | None:
        """As stated, or as the line's one plan-of-care modifier says (`engine/facts.py`)."""
        stated, modifiers = self.frame.line("line.discipline"), self.frame.modifiers
        if not modifiers:
            return None if stated is None else (stated, True)
        found = np.zeros(self.frame.lines, np.uint8)
        twice = np.zeros(self.frame.lines, np.uint8)
        for column in modifiers:
            marks = [1 << DISCIPLINES.index(DISCIPLINE_OF[w]) if w in DISCIPLINE_OF else 0 for w in column.words or ()]
            table = np.array(marks or [0], np.uint8)
            if not table.any():
                continue
            bits = table[column.values]
            if column.known is not None:
                bits = bits * column.known
            twice |= found & bits
            found |= bits
        single = np.zeros(8, np.int32)
        single[[1, 2, 4]] = [1, 2, 3]
        ids = np.where(twice != 0, 0, single[found])
        if stated is not None:
            table = np.array([DISCIPLINES.index(word) + 1 for word in stated.words or ()] or [0], np.int32)
            theirs = table[stated.values]
            ids = theirs if stated.known is None else np.where(stated.known, theirs, ids)
        known = ids > 0
        if not known.any():
            return None
        return Column(np.where(known, ids - 1, 0), None if known.all() else known, DISCIPLINES), True

    def _assistant_minutes(self) -> tuple[Column, bool] | None:
        """As stated, else none of a therapist's line and all of an assistant's."""
        stated, who, minutes = (
            self.frame.line(f"line.{name}") for name in ("assistant_minutes", "furnished_by", "minutes")
        )
        lines = self.frame.lines
        values, known = np.zeros(lines, np.int64), np.zeros(lines, np.bool_)
        if who is not None and who.words is not None:
            given = np.ones(lines, np.bool_) if who.known is None else who.known
            for word in ("therapist", "assistant"):
                if word in who.words:
                    mine = given & (who.values == who.words.index(word))
                    if word == "assistant":
                        if minutes is None:
                            continue
                        mine = mine if minutes.known is None else mine & minutes.known
                        values[mine] = minutes.values[mine]
                    known |= mine
        if stated is not None:
            given = np.ones(lines, np.bool_) if stated.known is None else stated.known
            values, known = np.where(given, stated.values, values), known | given
        return (Column(values, known), True) if known.any() else None

    # -------------------------------------------------------------------------------------- by word and code
    def word(self, path: str, word: str) -> int:
        """The id of a word in a column of text; -1 where no cell holds it."""
        if path not in self._words:
            found = self.column(path)
            words = found[0].words or () if found is not None else ()
            self._words[path] = {text: k for k, text in enumerate(words)}
        return self._words[path].get(word, -1)

    def by_code(self, key: object, make: Callable[[str], Any], type_: Any) -> Array:
        """Something of every code of the table, as an array by the code's id; worked out once."""
        found = self._held.by_code.get(key)
        if found is None:
            found = self._held.by_code[key] = np.array([make(code) for code in self.codes], type_)
        return found

    def in_codes(self, codes: CodeSet, code: Array) -> Array:
        """The lines, given by their codes' places, whose code is in a set, as a mask."""
        return self.lines_of(codes, codes.__contains__, code)

    def places_of(self, codes: CodeSet) -> list[int]:
        """The places of the codes of the table that are in a set, ascending."""
        found = self._held.places.get(codes)
        if found is None:
            inside = self.by_code(codes, codes.__contains__, np.bool_)
            found = self._held.places[codes] = np.flatnonzero(inside).tolist()
        return found

    def lines_of(self, key: object, make: Callable[[str], bool], code: Array) -> Array:
        """The lines, given by their codes' places, whose code has a truth, as a mask. `key` names the truth.

        By ranges of places where they are few: a comparison costs a tenth of a look-up.
        """
        table = self.by_code(key, make, np.bool_)
        ranges = self._held.ranges.get(key)
        if ranges is None:
            edges = np.flatnonzero(np.diff(table, prepend=False, append=False)).tolist()
            ranges = self._held.ranges[key] = list(zip(edges[::2], edges[1::2], strict=True))
        if len(ranges) > MOST_RANGES:
            return table.take(code)
        out: Array | None = None
        for low, high in ranges:
            if high - low == 1:
                inside = code == low
            elif low == 0 and high == len(table):
                inside = np.ones(len(code), np.bool_)
            else:
                inside = code < high if high < len(table) else code >= low
                if low and high < len(table):
                    inside &= code >= low
            out = inside if out is None else out | inside
        return np.zeros(len(code), np.bool_) if out is None else out

    def classes(self, asking: Callable[[str], int]) -> tuple[Array, list[int]]:
        """The class of every code of the table, and what is asked of each class, as bits. Classes that share statements stand together."""
        held = self._held.classes.get(asking)
        if held is None:
            bits = [asking(code) for code in self.codes]
            kinds = sorted(set(bits))
            number = {kind: k for k, kind in enumerate(kinds)}
            held = self._held.classes[asking] = np.array([number[one] for one in bits], np.uint16), kinds
        return held

    def mark_columns(self) -> list[tuple[Array, Array | None, Array]]:
        """The columns of modifiers that the plan cares for: ids of the lines, which of them are given, and the bits of each id."""
        if self._mark_columns is None:
            self._mark_columns = []
            for column in self.frame.modifiers or ():
                table = np.array(
                    [1 << self.marks[w] if w in self.marks else 0 for w in column.words or ("",)], self.mark_type
                )
                if table.any():
                    self._mark_columns.append((column.values, column.known, table))
        return self._mark_columns


def of_line_or_visit(frame: Frame, path: str, other: str) -> tuple[Column, bool] | None:
    """A fact of the lines, the visit's where a line does not state it; and whether it is one a line."""
    own, common = frame.line(path), frame.visit(other)
    if own is None or own.known is None:
        return (own, True) if own is not None else None if common is None else (common, False)
    if common is None:
        return own, True
    words = dict.fromkeys((*(own.words or ()), *(common.words or ())))
    ids = {word: k for k, word in enumerate(words)}
    table = np.array([ids[word] for word in common.words or ()] or [0], np.int32)
    at = np.repeat(np.arange(frame.visits), np.diff(frame.offsets))
    theirs = table[common.values][at]
    known = None if common.known is None else own.known | common.known[at]
    return Column(np.where(own.known, own.values, theirs), known, tuple(words)), True
