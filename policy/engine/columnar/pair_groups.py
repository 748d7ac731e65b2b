"""Pairs as bits: which codes are on which side, which modifiers release which pairs, and where it is said that a pair denies.

Owns: groups of as many pairs as one word has bits, and why a pair is not judged in columns.
Never: reads a line but by its code (`pairs.py`).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final

import attrs
import numpy as np

from policy.engine.columnar.bits import Bits
from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.view import Array
from policy.plan.model import Pair

BITS: Final = 64
OWN, OTHER = frozenset({"own", "either"}), frozenset({"other", "either"})
"""Positions of a release, seen from the denied line."""


@attrs.frozen
class WrittenPair:
    """A pair with what was worked out of it for tables of one shape."""

    rule: Pair
    event: int
    handed: str
    """Why visits with both sides are set aside; empty: they are judged."""
    perhaps: int
    """The event where its condition is undetermined."""
    silent: bool
    """A fact without which it is not judged is in no line."""
    releases: tuple[tuple[str, int], ...]
    """The position of each release, seen from the denied line (`own`, `other`, `either`), and the bits of its modifiers."""


class PairGroup:
    """At most `BITS` pairs, one bit for each, with what was worked out of them for tables of one shape."""

    def __init__(self, written: Sequence[WrittenPair], conditional: Collection[int], bits: Bits) -> None:
        self.written = tuple(written)
        self.kind: Any = next(
            t for t in (np.uint8, np.uint16, np.uint32, np.uint64) if len(written) <= np.dtype(t).itemsize * 8
        )
        """The type of their bits."""
        plain = [(k, one) for k, one in enumerate(written) if not one.handed and one.rule.at not in conditional]
        self.plain = sum(1 << k for k, _ in plain)
        """Those that are judged at once; the others are judged one by one."""
        self.own = _by_marks((k, mask) for k, one in plain for on, mask in one.releases if on in OWN)
        """The bits of modifiers that release pairs on the denied line, and the bits of these pairs."""
        self.other = _by_marks((k, mask) for k, one in plain for on, mask in one.releases if on in OTHER)
        """And on the other line."""
        said: dict[tuple[int, int], int] = {}
        for k, one in plain:
            word, mask = bits.place(one.event)
            shift = mask.bit_length() - 1 - k
            said[word, shift] = said.get((word, shift), 0) | 1 << k
        self.said = tuple((word, shift, of) for (word, shift), of in said.items())
        """Words, how far their bits stand above those of pairs, and the bits of these pairs."""

    def of_codes(self, chunk: Chunk, denied: bool) -> Array:
        """The pairs of which each code of the table is on the denied side, or on the other, as bits."""
        return chunk.view.by_code((self, denied), lambda code: _sides(code, self.written, denied), self.kind)

    def lines(self, chunk: Chunk, denied: bool) -> Array:
        """The lines that are on the denied side of any pair, or on the other, as a mask."""
        written = self.written
        return chunk.view.lines_of((self, denied, "any"), lambda code: _sides(code, written, denied) != 0, chunk.code)


def grouped(written: Sequence[WrittenPair], conditional: Collection[int], bits: Bits) -> tuple[PairGroup, ...]:
    """Pairs in groups. `conditional`: the statements that have a condition."""
    return tuple(PairGroup(written[k : k + BITS], conditional, bits) for k in range(0, len(written), BITS))


def _by_marks(releases: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Pairs that the same modifiers release, as bits."""
    out: dict[int, int] = {}
    for k, mask in releases:
        out[mask] = out.get(mask, 0) | 1 << k
    return tuple(out.items())


def _sides(code: str, written: Sequence[WrittenPair], denied: bool) -> int:
    """The pairs that a code is the denied side of, or the other side of, as bits."""
    out = 0
    for k, one in enumerate(written):
        rule = one.rule
        if one.silent:
            continue
        side = rule.first if (rule.denied == "first") is denied else rule.second
        if code in side:
            out |= 1 << k
    return out


def not_written(rule: Pair) -> str:
    """Why a pair is not judged in columns; empty: it is."""
    if rule.first & rule.second:
        return "a code on both sides of a pair"
    if rule.same or rule.overlap:
        return f"two lines are compared by {'times' if rule.overlap else ', '.join(rule.same)}"
    return "a release on both lines" if any(release.on == "both" for release in rule.releases) else ""


def positions(rule: Pair, bits: Callable[[Any], int]) -> tuple[tuple[str, int], ...]:
    """The releases, seen from the denied line."""
    own = rule.denied
    where = {"either": "either", own: "own", "second" if own == "first" else "first": "other"}
    return tuple((where[release.on], bits(release.modifiers)) for release in rule.releases)
