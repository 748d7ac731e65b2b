"""Code pairs in columns: which visits hold both sides of some pair, and which of their lines are denied.

Owns: `engine/reference/pairs.py` for pairs that hang on codes, modifiers and conditions; the bits by which codes say which pairs they
are in.
Never: compares times or keys of two lines; where a pair asks for them and both its sides are there, the visit is set aside.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.view import Array, only
from policy.engine.outcome import NOBODY
from policy.plan.model import Pair

BITS = 64
_OWN, _OTHER = frozenset({"own", "either"}), frozenset({"other", "either"})
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


@attrs.frozen
class Condition:
    """The condition of a pair, asked of some lines."""

    holds: Callable[[Chunk, Array], tuple[Array, Array]]
    """Of which of them it surely holds, and of which it surely does not."""
    lacks: Callable[[Chunk, Array], Sequence[tuple[int, Array]]]
    """Each fact that may be missing, by its number, with the lines on which it then hangs."""


def pairs(chunk: Chunk, written: Sequence[WrittenPair], conditions: Mapping[int, Condition]) -> None:
    """Every pair of which both sides are on a visit; `conditions` by statement."""
    for first in range(0, len(written), BITS):
        _pairs(chunk, written[first : first + BITS], conditions)


def _pairs(chunk: Chunk, written: Sequence[WrittenPair], conditions: Mapping[int, Condition]) -> None:
    kind = next(t for t in (np.uint8, np.uint16, np.uint32, np.uint64) if len(written) <= np.dtype(t).itemsize * 8)
    denied_side, other_side = (_Side(chunk, written, denied, kind) for denied in (True, False))
    theirs = other_side.lines()
    if not len(theirs):
        return
    mine = denied_side.lines()
    there = _of_visits(chunk, theirs, other_side.bits.take(chunk.code.take(theirs)), kind)
    denied = denied_side.bits.take(chunk.code.take(mine)) & there.take(chunk.at.take(mine))
    met = np.flatnonzero(denied != 0)
    if not len(met):
        return
    mine, denied = mine.take(met), denied.take(met)
    here = chunk.any_of_lines(mine)
    if chunk.gated is not None:
        chunk.set_visits_aside(chunk.any_of(chunk.gated) & here, NOBODY, "a pair beside a line that does not count")
    theirs = only(theirs, here.take(chunk.at.take(theirs)))
    other = other_side.bits.take(chunk.code.take(theirs))
    billed, given = chunk.units()
    if billed is not None:
        for lines in (mine, theirs):
            nothing = billed.take(lines) == 0
            gone = only(lines, nothing if given is None else nothing & given.take(lines))
            chunk.set_aside(gone, NOBODY, "a pair with a line billed with no units")
    present = int(np.bitwise_or.reduce(denied))
    while present:
        k = (present & -present).bit_length() - 1
        present &= present - 1
        bit = kind(1 << k)
        lines = mine if len(written) == 1 else only(mine, (denied & bit) != 0)
        asked = any(on in _OTHER for on, _ in written[k].releases)
        partners = None if not asked else theirs if len(written) == 1 else only(theirs, (other & bit) != 0)
        _pair(chunk, written[k], conditions, lines, partners)


class _Side:
    """The denied side, or the other side, of some pairs."""

    def __init__(self, chunk: Chunk, written: Sequence[WrittenPair], denied: bool, kind: Any) -> None:
        self._chunk = chunk
        self._key = ("denied" if denied else "other", written[0].rule.at)
        self.bits: Array = chunk.view.by_code(self._key, lambda code: _sides(code, written, denied), kind)
        """The pairs of which each code is on this side, as bits."""

    def lines(self) -> Array:
        """The lines that are on this side of any pair."""
        codes, bits = self._chunk.view.codes, self.bits
        mask = self._chunk.view.lines_of(
            (*self._key, "any"), lambda code: bool(bits[codes.index(code)]), self._chunk.code
        )
        return np.flatnonzero(mask)


def _of_visits(chunk: Chunk, lines: Array, bits: Array, kind: Any) -> Array:
    """The bits of some lines, ascending, together for each visit."""
    out = np.zeros(chunk.count, kind)
    at = chunk.at.take(lines)
    same = at[1:] == at[:-1]
    if same.any():
        first = np.flatnonzero(np.append(True, ~same))
        out[at[first]] = np.bitwise_or.reduceat(bits, first)
    else:
        out[at] = bits
    return out


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


def _pair(
    chunk: Chunk, one: WrittenPair, conditions: Mapping[int, Condition], lines: Array, partners: Array | None
) -> None:
    """One pair on the visits that hold both its sides: `lines` of the denied side, `partners` of the other (`None`: nothing on them
    releases it)."""
    if one.handed:
        chunk.set_aside(lines, one.rule.at, one.handed)
        return
    condition = conditions.get(one.rule.at)
    if condition is not None:
        lines = only(lines, ~condition.holds(chunk, lines)[1])
    for on, mask in one.releases:
        if on in _OWN:
            lines = only(lines, (chunk.marks_of(lines) & chunk.view.mark_type(mask)) == 0)
    if not len(lines):
        return
    if partners is not None:
        lines = _with_a_free_partner(chunk, one, lines, partners)
    if condition is not None:
        _perhaps(chunk, one, condition, lines)
        lines = only(lines, condition.holds(chunk, lines)[0])
    chunk.say(lines, one.event)
    chunk.cut(lines, 0)


def _with_a_free_partner(chunk: Chunk, one: WrittenPair, lines: Array, partners: Array) -> Array:
    """Those of some lines that have a partner on their visit on which nothing releases the pair."""
    free = np.ones(len(partners), np.bool_)
    for on, mask in one.releases:
        if on in _OTHER:
            free &= (chunk.marks_of(partners) & chunk.view.mark_type(mask)) == 0
    if free.all():
        return lines
    fires = np.zeros(chunk.count, np.bool_)
    fires[chunk.at.take(only(partners, free))] = True
    return only(lines, fires.take(chunk.at.take(lines)))


def _perhaps(chunk: Chunk, one: WrittenPair, condition: Condition, lines: Array) -> None:
    """What is said of lines that are denied if the pair's condition holds, of which it is undetermined whether it does."""
    true, false = condition.holds(chunk, lines)
    open_ = only(lines, ~(true | false))
    if not len(open_):
        return
    chunk.say(open_, one.perhaps)
    for event, mask in condition.lacks(chunk, open_):
        chunk.say(only(open_, mask), event)
    chunk.bounds()[0][open_] = 0


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
