"""What is known of some ten thousand visits while they are evaluated.

Owns: the lines' units, the bits of what was said of them, and which visits are set aside for the compiled evaluator.
Never: decides; the written steps write here.

Arrays are per line in the order of the frame (`Lines`), or gathered by what the lines' codes are asked (`Sorted`), so that a statement
runs over whole stretches of lines.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from policy.codes import CodeSet
from policy.engine.columnar.view import Array, View, only

LAGS = 24
"""Lines of a visit that are compared with each other in place; longer visits are sorted."""


Why = tuple[int, str]
"""A statement, or `NOBODY`, and in words what of it hangs on something."""


class Chunk:
    """Some visits of a frame. `first` and `last` bound them where they stand together, else `visits` lists them."""

    def __init__(self, view: View, visits: Array | slice) -> None:
        frame = view.frame
        self.view = view
        self.visits = visits
        if isinstance(visits, slice):
            offsets = frame.offsets[visits.start : visits.stop + 1]
            self.where: Array | slice = slice(int(offsets[0]), int(offsets[-1]))
            self.sizes = np.diff(offsets)
            self.starts = offsets[:-1] - offsets[0]
        else:
            begin = frame.offsets[visits]
            self.sizes = frame.offsets[visits + 1] - begin
            ends = np.cumsum(self.sizes)
            self.starts = ends - self.sizes
            self.where = np.repeat(begin - self.starts, self.sizes) + np.arange(int(ends[-1]) if len(ends) else 0)
        self.count = len(self.sizes)
        self.lines = int(self.starts[-1] + self.sizes[-1]) if self.count else 0
        self.at: Array = np.cumsum(np.bincount(self.starts[1:], minlength=self.lines), dtype=np.int32)
        """The visit of each line, as an index."""
        self.units_type = np.int32 if view.scale == 1 else np.int64
        self.code = view.code[self.where]
        self.aside = np.zeros(self.count, np.bool_)
        """Visits that are handed to the compiled evaluator."""
        self.asides: Counter[Why] = Counter()
        """Why they are: how many each reason was the first to set aside."""
        self.gated: Array | None = None
        self.supported: Array = np.zeros(self.lines, self.units_type)
        self.allowed: Array = self.supported
        self.least: Array | None = None
        """The fewest units that can be allowed on each line, where `allowed` are the most; `None`: the same."""
        self.unknown: Array | None = None
        """The lines of which nothing is known of what their minutes support, as a mask."""
        self.untold: Array | None = None
        """Those of them that are not told to have no units, because they bill none."""
        self.bits: dict[int, Array] = {}
        """What was said of each line: words of bits, by their number."""
        self.timed: Array | None = None
        """The lines whose minutes are counted, as a mask."""
        self.advised: Array | None = None
        """The lines that were advised to bill more."""
        self.tie: Array | None = None
        self._cache: dict[object, Any] = {}
        self.line_space = Lines(self)

    # ------------------------------------------------------------------------------------------ cells
    def values(self, path: str) -> Array:
        """The cells of a fact, a line each."""
        key = ("values", path)
        if key not in self._cache:
            found = self.view.column(path)
            assert found is not None
            column, of_line = found
            self._cache[key] = column.values[self.where] if of_line else column.values[self.visits][self.at]
        return self._cache[key]

    def given(self, path: str) -> Array | None:
        """The mask of given cells, a line each; `None`: all are, or no column is there."""
        key = ("given", path)
        if key not in self._cache:
            found = self.view.column(path)
            known = found[0].known if found is not None else None
            if known is not None and found is not None:
                known = known[self.where] if found[1] else known[self.visits][self.at]
                known = None if known.all() else known
            self._cache[key] = known
        return self._cache[key]

    def of_visits(self, path: str) -> Array:
        """The cells of a fact of the visit, one a visit."""
        found = self.view.column(path)
        assert found is not None and not found[1]
        return found[0].values[self.visits]

    def units(self) -> tuple[Array | None, Array | None]:
        """Billed units at the scale of the answer, and the mask of lines that state them (`None`: all do); `None` without a column."""
        if "units" not in self._cache:
            found = self.view.column("line.units")
            if found is None:
                self._cache["units"] = (None, None)
            else:
                values = self.values("line.units").astype(self.units_type)
                if self.view.scale != found[0].scale:
                    values = values * (self.view.scale // found[0].scale)
                self._cache["units"] = (values, self.given("line.units"))
        found_: tuple[Array | None, Array | None] = self._cache["units"]
        return found_

    def minutes(self) -> Array:
        """Minutes of the lines, int64 as an index has to be; 0 where none are given."""
        return self.values("line.minutes")

    def marks(self) -> Array:
        """The bits of the modifiers that each line carries."""
        if "marks" not in self._cache:
            self._cache["marks"] = self._marks(self.where)
        return self._cache["marks"]

    def marks_of(self, lines: Array) -> Array:
        """The bits of the modifiers that some lines carry; of a few lines without looking at the others."""
        if "marks" in self._cache or len(lines) * 4 > self.lines:
            return self.marks()[lines]
        return self._marks(lines + self.where.start if isinstance(self.where, slice) else self.where[lines])

    def _marks(self, where: Array | slice) -> Array:
        out: Array | None = None
        for ids, known, table in self.view.mark_columns():
            bits = table.take(ids[where] if isinstance(where, slice) else ids.take(where))
            if known is not None:
                bits *= known[where]
            out = bits if out is None else out | bits
        if out is None:
            return np.zeros(where.stop - where.start if isinstance(where, slice) else len(where), self.view.mark_type)
        return out

    def word(self, path: str, word: str) -> int:
        """The id of a word in a column of text."""
        return self.view.word(path, word)

    def repeated(self) -> Array:
        """The visits with a code on more than one line."""
        if "repeated" not in self._cache:
            found = np.zeros(self.count, np.bool_)
            longest = int(self.sizes.max(initial=1))
            if longest <= LAGS:
                for lag in range(1, longest):
                    same = (self.code[lag:] == self.code[:-lag]) & (self.at[lag:] == self.at[:-lag])
                    if same.any():
                        found[self.at[lag:][same]] = True
            else:
                key = np.sort(self.at.astype(np.int64) << 32 | self.code)
                found[key[1:][key[1:] == key[:-1]] >> 32] = True
            self._cache["repeated"] = found
        return self._cache["repeated"]

    def key(self, name: str) -> Array | None:
        """The lines' values of a grouping key, 0 where it is not stated; `None` when no line of any visit differs in it."""
        if ("key", name) not in self._cache:
            found = self.view.column(f"line.{name}") if name in {"discipline", "provider", "region"} else None
            key = None
            if found is not None and found[1]:
                key = self.values(f"line.{name}").astype(np.int32) + 1
                given = self.given(f"line.{name}")
                if given is not None:
                    key = key * given
                same = (key[1:] == key[:-1]) | (self.at[1:] != self.at[:-1])
                key = None if same.all() else key
            self._cache["key", name] = key
        return self._cache["key", name]

    def mixed(self, name: str) -> Array | None:
        """The visits whose lines differ in a grouping key, or of which some state it and some do not; `None`: there are none."""
        if ("mixed", name) not in self._cache:
            key = self.key(name)
            mixed = None
            if key is not None:
                mixed = np.zeros(self.count, np.bool_)
                mixed[self.at[1:][(key[1:] != key[:-1]) & (self.at[1:] == self.at[:-1])]] = True
            self._cache["mixed", name] = mixed
        return self._cache["mixed", name]

    # ---------------------------------------------------------------------------- what is said of the visit
    def any_of(self, mask: Array) -> Array:
        """The visits of which some line is in a mask."""
        out = np.zeros(self.count, np.bool_)
        out[self.at[mask]] = True
        return out

    def any_of_lines(self, lines: Array) -> Array:
        """The visits of some lines, as a mask."""
        out = np.zeros(self.count, np.bool_)
        out[self.at[lines]] = True
        return out

    def visit_has(self, codes: CodeSet, marks: int) -> Array:
        """The visits with a line of some codes, and of some modifiers if any are asked."""
        mask = self.view.in_codes(codes, self.code)
        if marks:
            mask = mask & ((self.marks() & self.view.mark_type(marks)) != 0)
        return self.any_of(mask)

    def sum_of(self, codes: CodeSet, field: str) -> Array:
        """The sum of a field over the lines of some codes, a visit each."""
        values = self.values(f"line.{field}") * self.view.in_codes(codes, self.code)
        given = self.given(f"line.{field}")
        return np.add.reduceat(values if given is None else values * given, self.starts)

    def sum_known(self, codes: CodeSet, field: str) -> Array:
        """The visits in which every line of some codes states a field."""
        given = self.given(f"line.{field}")
        return (
            np.ones(self.count, np.bool_)
            if given is None
            else ~self.any_of(self.view.in_codes(codes, self.code) & ~given)
        )

    # ------------------------------------------------------------------------------------- what is written
    def of_slot(self, slots: Callable[[str], int], slot: int) -> Array:
        """The lines whose code is in a count (by number; -1: one unit a day, -2: none) and that are not gated, as a mask."""
        mine = self.view.lines_of(("slot", slot), lambda code: slots(code) == slot, self.code)
        return mine if self.gated is None else mine & ~self.gated

    def about(self, codes: CodeSet) -> Array:
        """The lines of some codes, as a mask."""
        return self.view.in_codes(codes, self.code)

    def by_day(self, lines: Array) -> None:
        """One unit for each line of a mask, whatever its minutes; gated lines have none."""
        self.supported = lines * self.units_type(self.view.scale)
        if self.gated is not None:
            self.supported[self.gated] = 0

    def support_unknown(self, lines: Array, events: Sequence[int], always: bool) -> None:
        """Nothing is known of what supports some lines, which is said of those that bill units, or of all of them (`always`)."""
        if self.unknown is None or self.untold is None:
            self.unknown, self.untold = np.zeros(self.lines, np.bool_), np.zeros(self.lines, np.bool_)
        self.unknown[lines] = True
        billed, given = self.units()
        if billed is not None and not always:
            some = billed.take(lines) != 0
            lines = only(lines, some if given is None else some | ~given.take(lines))
        self.untold[lines] = True
        for event in events:
            self.say(lines, event)

    @property
    def unbounded(self) -> int:
        """What is allowed at most where nothing bounds it."""
        return int(np.iinfo(self.units_type).max)

    def bounds(self) -> tuple[Array, Array]:
        """The fewest and the most units that can be allowed on each line, to be written."""
        if self.least is None:
            self.least = self.allowed.copy()
        return self.least, self.allowed

    def cut(self, lines: Array, left: Array | int) -> None:
        """No more than `left` units are allowed on some lines."""
        self.allowed[lines] = left
        if self.least is not None:
            self.least[lines] = np.minimum(self.least[lines], left)

    def say(self, lines: Array, event: int) -> None:
        """Something was said of some lines (indexes, each once)."""
        word, mask = self.view.bits.place(event)
        self.word_of(word)[lines] |= self.view.bits.type(word)(mask)

    def word_of(self, word: int) -> Array:
        """A word of bits of every line."""
        if word not in self.bits:
            self.bits[word] = np.zeros(self.lines, self.view.bits.type(word))
        return self.bits[word]

    def set_aside(self, lines: Array, at: int, why: str) -> None:
        """Sets aside the visits of some lines (indexes), because of something about a statement."""
        if len(lines):
            self.set_visits_aside(self.at[lines], at, why)

    def set_visits_aside(self, visits: Array, at: int, why: str) -> None:
        """Sets aside some visits: a mask, or indexes."""
        if visits.dtype == np.bool_:
            self.aside |= visits
        else:
            self.aside[visits] = True
        new = int(np.count_nonzero(self.aside)) - self.asides.total()
        if new:
            self.asides[at, why] += new

    def tied(self, lines: Array, tie: Array | None) -> None:
        """Lines of equal remainders among which the provider chooses."""
        if tie is not None:
            if self.tie is None:
                self.tie = np.zeros(self.lines, np.bool_)
            self.tie[lines[tie]] = True

    def without(self, under: dict[int, int], worse: dict[int, int]) -> None:
        """Takes the advice to bill more from the lines of which something worse was said; both as bits by word."""
        lines = self.advised
        if lines is None or not len(lines):
            return
        bad = np.zeros(len(lines), np.bool_)
        for word, mask in worse.items():
            if word in self.bits:
                bad |= (self.bits[word][lines] & self.view.bits.type(word)(mask)) != 0
        for word, mask in under.items():
            if word in self.bits and bad.any():
                self.bits[word][lines[bad]] &= ~self.view.bits.type(word)(mask)


class Lines:
    """The lines in their order; `s` is a stretch of them, or indexes."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk

    @property
    def at(self) -> Array:
        return self.chunk.at

    def cells(self, path: str, s: Any) -> Array:
        return self.chunk.values(path)[s]

    def known(self, path: str, s: Any) -> Array:
        given = self.chunk.given(path)
        return given[s] if given is not None else np.ones(self.chunk.lines, np.bool_)[s]

    def marks(self, s: Any) -> Array:
        return self.chunk.marks_of(s) if isinstance(s, np.ndarray) else self.chunk.marks()[s]

    def in_codes(self, codes: CodeSet, s: Any) -> Array:
        return self.chunk.view.in_codes(codes, self.chunk.code[s])

    def by_day(self, days: Callable[[str], bool], s: Any) -> Array:
        return self.chunk.view.by_code("by day", days, np.bool_).take(self.chunk.code[s])


class Sorted:
    """The lines gathered by the class of their code: codes that the same statements ask. Cells are gathered once."""

    def __init__(self, chunk: Chunk, classes: Array, asked: list[int]) -> None:
        self.chunk = chunk
        self.asked = asked
        kind = classes.take(chunk.code)
        self.order = np.argsort(kind, kind="stable")
        self.bounds = np.searchsorted(kind[self.order], np.arange(len(asked) + 1))
        self.at: Array = chunk.at[self.order]
        self.code: Array = chunk.code[self.order]
        self.allowed: Array = chunk.allowed[self.order]
        self.least: Array | None = None if chunk.least is None else chunk.least[self.order]
        self.bits = {word: bits[self.order] for word, bits in chunk.bits.items()}
        self._cells: dict[object, Array] = {}
        self._stretches: dict[int, list[slice]] = {}

    def stretches(self, bit: int) -> Iterator[slice]:
        """The stretches of lines that the statement of a bit is asked of."""
        found = self._stretches.get(bit)
        if found is None:
            found, begin = [], None
            for k, asked in enumerate((*self.asked, 0)):
                if asked >> bit & 1:
                    begin = k if begin is None else begin
                elif begin is not None:
                    stretch = slice(int(self.bounds[begin]), int(self.bounds[k]))
                    if stretch.stop > stretch.start:
                        found.append(stretch)
                    begin = None
            self._stretches[bit] = found
        return iter(found)

    def cells(self, path: str, s: Any) -> Array:
        if path not in self._cells:
            self._cells[path] = self.chunk.values(path)[self.order]
        return self._cells[path][s]

    def known(self, path: str, s: Any) -> Array:
        key = ("known", path)
        if key not in self._cells:
            self._cells[key] = self.chunk.line_space.known(path, self.order)
        return self._cells[key][s]

    def marks(self, s: Any) -> Array:
        if "marks" not in self._cells:
            self._cells["marks"] = self.chunk.marks()[self.order]
        return self._cells["marks"][s]

    def in_codes(self, codes: CodeSet, s: Any) -> Array:
        return self.chunk.view.in_codes(codes, self.code[s])

    def say(self, s: slice, hit: Array, event: int) -> Array:
        """Something was said of the lines of a stretch that are hit; gives their indexes inside it."""
        found = np.flatnonzero(hit)
        if len(found):
            bits = self.chunk.view.bits
            word, mask = bits.place(event)
            if word not in self.bits:
                self.bits[word] = np.zeros(len(self.at), bits.type(word))
            self.bits[word][s][found] |= bits.type(word)(mask)
        return found

    def any_bit(self, s: slice, masks: dict[int, int]) -> Array:
        """The lines of a stretch of which something of a kind was said."""
        out = np.zeros(s.stop - s.start, np.bool_)
        for word, mask in masks.items():
            if word in self.bits:
                out |= (self.bits[word][s] & self.chunk.view.bits.type(word)(mask)) != 0
        return out

    def gate(self, s: slice, found: Array) -> None:
        """Some lines of a stretch do not count."""
        if len(found):
            if self.chunk.gated is None:
                self.chunk.gated = np.zeros(self.chunk.lines, np.bool_)
            self.chunk.gated[self.order[s][found]] = True

    def cut(self, s: slice, found: Array, left: int) -> None:
        """No more than `left` units are allowed on some lines of a stretch, which had more, or none is."""
        self.allowed[s][found] = left
        if self.least is not None:
            self.least[s][found] = np.minimum(self.least[s][found], left)

    def perhaps(self, s: slice, found: Array, left: int) -> None:
        """Perhaps no more than `left` units are allowed on some lines of a stretch."""
        if self.least is None:
            self.least = self.allowed.copy()
        self.least[s][found] = np.minimum(self.least[s][found], left)

    def set_aside(self, s: slice, open_: Array, at: int, why: str) -> None:
        """Sets aside the visits of lines on which something hangs."""
        self.chunk.set_visits_aside(self.at[s][open_], at, why)

    def give_back(self) -> None:
        """Writes units and bits back in the order of the lines."""
        chunk = self.chunk
        chunk.allowed = np.empty_like(self.allowed)
        chunk.allowed[self.order] = self.allowed
        if self.least is not None:
            chunk.least = np.empty_like(self.least)
            chunk.least[self.order] = self.least
        for word, bits in self.bits.items():
            own = chunk.bits.setdefault(word, np.empty(chunk.lines, bits.dtype))
            own[self.order] = bits
