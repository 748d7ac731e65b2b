"""Where the written code reads lines: as they stand in the frame (`Lines`), or gathered by what their codes are asked (`Sorted`), so
that a statement runs over whole stretches of lines.

Owns: the same few questions for both (cells, modifiers, codes), and the way back from gathered lines to the chunk's.
Never: judges.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.codes import CodeSet
from policy.engine.columnar.view import Array, at_places

if TYPE_CHECKING:
    from policy.engine.columnar.chunk import Chunk


class Lines:
    """The lines in their order; `s` is a stretch of them, or indexes."""

    def __init__(self, chunk: "Chunk") -> None:
        self.chunk = chunk

    @property
    def at(self) -> Array:
        return self.chunk.at

    def cells(self, path: str, s: Any) -> Array:
        return at_places(self.chunk.values(path), s)

    def known(self, path: str, s: Any) -> Array:
        given = self.chunk.given(path)
        return at_places(given, s) if given is not None else np.ones(self.chunk.lines, np.bool_)[s]

    def marks(self, s: Any) -> Array:
        return self.chunk.marks_of(s) if isinstance(s, np.ndarray) else self.chunk.marks()[s]

    def in_codes(self, codes: CodeSet, s: Any) -> Array:
        return self.chunk.view.in_codes(codes, at_places(self.chunk.code, s))

    def by_day(self, days: Callable[[str], bool], s: Any) -> Array:
        return self.chunk.view.by_code("by day", days, np.bool_).take(at_places(self.chunk.code, s))


class Sorted:
    """The lines gathered by the class of their code: codes that the same statements ask. Cells are gathered once."""

    def __init__(self, chunk: "Chunk", classes: Array, asked: list[int]) -> None:
        self.chunk = chunk
        self.asked = asked
        kind = classes.take(chunk.code)
        self.order = np.argsort(kind, kind="stable")
        self.bounds = np.searchsorted(kind[self.order], np.arange(len(asked) + 1))
        self.at: Array = chunk.at.take(self.order)
        self.code: Array = chunk.code.take(self.order)
        self.allowed: Array = chunk.allowed.take(self.order)
        self.least: Array | None = None if chunk.least is None else chunk.least.take(self.order)
        self.bits = {word: bits.take(self.order) for word, bits in chunk.bits.items()}
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
            self._cells[path] = self.chunk.values(path).take(self.order)
        return self._cells[path][s]

    def known(self, path: str, s: Any) -> Array:
        key = ("known", path)
        if key not in self._cells:
            self._cells[key] = self.chunk.line_space.known(path, self.order)
        return self._cells[key][s]

    def marks(self, s: Any) -> Array:
        if "marks" not in self._cells:
            self._cells["marks"] = self.chunk.marks().take(self.order)
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
