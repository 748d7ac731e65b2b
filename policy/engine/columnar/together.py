"""Checks that are judged together: what they ask of a line places it in a table, which says which of them speak.

Owns: numbers and masks as classes, classes as places, and for each place the bits of the checks that speak there.
Never: judges a check of which something may be undetermined, or which asks how many units are left (`stages.py`, `spaces.Sorted`).
"""

import functools
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np

from policy.codes import CodeSet
from policy.engine.columnar.bits import Bits
from policy.engine.columnar.by_code import Asking
from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.view import Array, View

MOST_PLACES: Final = 1 << 12
"""Places of one table: its words stay in the cache."""
MASKS: Final = 6
"""Masks of lines that make one class."""
EIGHT: Final = 8
"""Masks of visits that are looked up together."""
SYMBOLS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_EDGES: Final = {"==": (0, 1), "!=": (0, 1), "<": (0,), "<=": (1,), ">": (1,), ">=": (0,)}
"""Where the answer to a comparison changes, from the number that is compared with."""


@attrs.frozen
class Joint:
    """A check as what has to be so of a line, all of it."""

    event: int
    codes: CodeSet | None
    takes: bool
    """Whether the line then has no units."""
    numbers: tuple[tuple[str, str, int], ...]
    """A whole number of the line by the path of its fact, how it is compared, and with what: 0 or more."""
    masks: tuple[tuple[int, bool], ...]
    """Masks of lines by number, and whether the line has to be in it."""
    visits: int | None
    """The mask of visits that its own has to be in, by number; `None`: it asks nothing of the visit."""


@attrs.frozen(eq=False)
class _Source:
    """What places a line among some classes."""

    size: int
    words: Mapping[int, Array]
    """For each class, the bits of the checks that may speak, by word."""
    classes: Callable[[Chunk, Sequence[Array], int], Array]
    """The class of each line, so many times, as a whole number."""


@attrs.frozen(eq=False)
class _Key:
    """Sources whose classes make one place."""

    sources: tuple[_Source, ...]
    words: Mapping[int, Array]
    """For each place, the bits of the checks that may speak, by word; a word is left out where all may everywhere."""

    def places(self, chunk: Chunk, masks: Sequence[Array]) -> Array:
        """The place of each line, as an index."""
        step = math.prod(source.size for source in self.sources)
        out: Array = None
        for source in self.sources:
            step //= source.size
            part = source.classes(chunk, masks, step)
            out = part if out is None else np.add(out, part, out=out)
        return out.astype(np.intp)


def _packed(masks: Sequence[Array]) -> Array:
    """At most eight masks as the bits of one number."""
    out: Array = np.zeros(len(masks[0]), np.uint8)
    for k, mask in enumerate(masks):
        out |= mask.view(np.uint8) << np.uint8(k)
    return out


class Together:
    """Some checks, and what was worked out of them."""

    def __init__(self, joint: Sequence[Joint], bits: Bits) -> None:
        self._joint = tuple(joint)
        self._asking = Asking([one.codes for one in joint])
        self._bits = bits
        self._all = bits.places(one.event for one in joint)
        self._takes = bits.places(one.event for one in joint if one.takes)
        self._of_visits = {word: tables for word in self._all if (tables := list(self._visit_tables(word)))}
        paths = dict.fromkeys(path for one in joint for path, _, _ in one.numbers)
        masks = 1 + max((number for one in joint for number, _ in one.masks), default=-1)
        self._sources = (
            *(self._of_number(path) for path in paths),
            *(self._of_masks(first, min(MASKS, masks - first)) for first in range(0, masks, MASKS)),
        )

    def keys(self, view: View) -> tuple[_Key, ...]:
        """What places lines of a table, and what is said at each place."""
        found: tuple[_Key, ...] | None = view.tables.get(self)
        if found is None:
            found = view.tables[self] = tuple(self._keys((self._of_codes(view), *self._sources)))
        return found

    def judge(self, chunk: Chunk, masks: Sequence[Array], visits: Sequence[Array]) -> None:
        """Lets the checks speak. `masks` of lines and of visits, as the checks number them."""
        keys = self.keys(chunk.view)
        places = [key.places(chunk, masks) for key in keys]
        groups = [_packed(visits[first : first + EIGHT]) for first in range(0, len(visits), EIGHT)]
        taken: Array = None
        for word in self._all:
            said = keys[0].words[word].take(places[0])
            for key, place in zip(keys[1:], places[1:], strict=True):
                if word in key.words:
                    said &= key.words[word].take(place)
            if word in self._of_visits:
                may = functools.reduce(np.bitwise_or, (bits.take(groups[k]) for k, bits in self._of_visits[word]))
                said &= may.take(chunk.at)
            if word in self._takes:
                some = (said & self._bits.type(word)(self._takes[word])) != 0
                taken = some if taken is None else np.logical_or(taken, some, out=taken)
            if word in chunk.bits:
                chunk.bits[word] |= said
            else:
                chunk.bits[word] = said
        if taken is not None:
            chunk.cut(np.flatnonzero(taken), 0)

    def _visit_tables(self, word: int) -> Iterator[tuple[int, Array]]:
        """The bits of the checks that may speak on a visit by which of some masks it is in, for the groups of masks that matter."""
        asking = [one for one in self._joint if one.visits is not None and self._bits.place(one.event)[0] == word]
        always = self._all[word] - sum(self._bits.place(one.event)[1] for one in asking)
        type_, places = self._bits.type(word), np.arange(1 << EIGHT)
        for group in sorted({one.visits // EIGHT for one in asking if one.visits is not None}):
            table: Array = np.full(1 << EIGHT, always, type_)
            for one in asking:
                if one.visits is not None and one.visits // EIGHT == group:
                    bit = type_(self._bits.place(one.event)[1])
                    table |= np.multiply(places >> one.visits % EIGHT & 1, bit, dtype=type_, casting="unsafe")
            yield group, table

    # ------------------------------------------------------------------------------------------- sources
    def _of_codes(self, view: View) -> _Source:
        """Codes of which the same is asked are a class."""
        by_code, kinds = view.classes(self._asking)
        words: dict[int, list[int]] = {word: [] for word in self._all}
        for kind in kinds:
            said = self._bits.places(one.event for k, one in enumerate(self._joint) if kind >> k & 1)
            for word, each in words.items():
                each.append(said.get(word, 0))
        by_step: dict[int, Array] = {}

        def classes(chunk: Chunk, _: Sequence[Array], step: int) -> Array:
            if step not in by_step:
                by_step[step] = by_code.astype(np.int32) * np.int32(step)
            return by_step[step].take(chunk.code)

        return _Source(len(kinds), self._arrays(words), classes)

    def _of_number(self, path: str) -> _Source:
        """The numbers between two of those with which one is compared are a class."""
        tests = [(one, test) for one in self._joint for test in one.numbers if test[0] == path]
        edges = sorted({0} | {number + edge for _, (_, symbol, number) in tests for edge in _EDGES[symbol]})
        words = {word: [bits] * len(edges) for word, bits in self._all.items()}
        for one, (_, symbol, number) in tests:
            word, bit = self._bits.place(one.event)
            for k, edge in enumerate(edges):
                if not SYMBOLS[symbol](edge, number):
                    words[word][k] &= ~bit
        by_number = np.searchsorted(np.array(edges), np.arange(edges[-1] + 1), side="right").astype(np.int32) - 1

        def classes(chunk: Chunk, _: Sequence[Array], step: int) -> Array:
            return (by_number * np.int32(step)).take(chunk.values(path), mode="clip")

        return _Source(len(edges), self._arrays(words), classes)

    def _of_masks(self, first: int, count: int) -> _Source:
        """Lines that are in the same of some masks are a class."""
        places = np.arange(1 << count)
        words = {word: np.full(1 << count, bits, self._bits.type(word)) for word, bits in self._all.items()}
        for one in self._joint:
            word, bit = self._bits.place(one.event)
            for number, wanted in one.masks:
                if first <= number < first + count:
                    words[word][(places >> number - first & 1) != wanted] &= self._bits.type(word)(
                        self._all[word] & ~bit
                    )

        def classes(_: Chunk, masks: Sequence[Array], step: int) -> Array:
            return _packed(masks[first : first + count]) * np.int32(step)

        return _Source(1 << count, words, classes)

    def _arrays(self, words: Mapping[int, list[int]]) -> dict[int, Array]:
        return {word: np.array(each, self._bits.type(word)) for word, each in words.items()}

    def _keys(self, sources: Sequence[_Source]) -> "list[_Key]":
        """The sources in as few keys as have no more than `MOST_PLACES`, the codes in the first."""
        groups: list[list[_Source]] = [[]]
        for source in sources:
            if groups[-1] and math.prod(one.size for one in groups[-1]) * source.size > MOST_PLACES:
                groups.append([])
            groups[-1].append(source)
        return [_Key(tuple(group), self._crossed(group, not k)) for k, group in enumerate(groups)]

    def _crossed(self, group: Sequence[_Source], whole: bool) -> dict[int, Any]:
        """The words of a key. `whole`: also those in which all checks may speak everywhere."""
        out = {}
        for word, bits in self._all.items():
            crossed: Array = np.full(1, bits, self._bits.type(word))
            for source in group:
                crossed = (crossed[:, None] & source.words[word]).reshape(-1)
            if whole or (crossed != crossed.dtype.type(bits)).any():
                out[word] = crossed
        return out
