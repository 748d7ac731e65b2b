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
from policy.engine.columnar.view import Array
from policy.engine.outcome import NOBODY
from policy.plan.model import Pair

BITS = 64


@attrs.frozen
class WrittenPair:
    """A pair with what was worked out of it for tables of one shape."""

    rule: Pair
    event: int
    handed: str
    """Why visits with both sides are set aside; empty: they are judged."""
    hangs: str
    """What its condition depends on."""
    silent: bool
    """A fact without which it is not judged is in no line."""
    releases: tuple[tuple[str, int], ...]
    """The position of each release, seen from the denied line (`own`, `other`, `either`), and the bits of its modifiers."""


Condition = Callable[[Chunk, Array], tuple[Array, Array]]
"""Of some lines: which of them it surely holds of, and surely not."""


def pairs(chunk: Chunk, written: Sequence[WrittenPair], conditions: Mapping[int, Condition]) -> None:
    """Every pair of which both sides are on a visit; `conditions` by statement."""
    for first in range(0, len(written), BITS):
        _pairs(chunk, written[first : first + BITS], conditions)


def _pairs(chunk: Chunk, written: Sequence[WrittenPair], conditions: Mapping[int, Condition]) -> None:
    kind = next(t for t in (np.uint8, np.uint16, np.uint32, np.uint64) if len(written) <= np.dtype(t).itemsize * 8)
    view = chunk.view
    denied_of = view.by_code(("denied", written[0].rule.at), lambda code: _sides(code, written, True), kind)
    other_of = view.by_code(("other", written[0].rule.at), lambda code: _sides(code, written, False), kind)
    if not (denied_of.any() and other_of.any()):
        return
    mine, theirs = _in(chunk, denied_of), _in(chunk, other_of)
    if not (len(mine) and len(theirs)):
        return
    met = _of_visits(chunk, mine, denied_of) & _of_visits(chunk, theirs, other_of)
    if chunk.gated is not None:
        chunk.set_visits_aside(
            chunk.any_of(chunk.gated) & (met != 0), NOBODY, "a pair beside a line that does not count"
        )
    met[chunk.aside] = 0
    if not met.any():
        return
    denied, other = (
        side.take(chunk.code.take(lines)) & met.take(chunk.at.take(lines))
        for side, lines in ((denied_of, mine), (other_of, theirs))
    )
    mine, denied = mine[denied != 0], denied[denied != 0]
    theirs, other = theirs[other != 0], other[other != 0]
    billed, given = chunk.units()
    if billed is not None:
        nothing = billed == 0 if given is None else (billed == 0) & given
        if nothing.any():
            gone = np.concatenate((mine[nothing[mine]], theirs[nothing[theirs]]))
            chunk.set_aside(gone, NOBODY, "a pair with a line billed with no units")
    present = int(np.bitwise_or.reduce(met))
    while present:
        k = (present & -present).bit_length() - 1
        present &= present - 1
        bit = kind(1 << k)
        _pair(chunk, written[k], conditions, mine[(denied & bit) != 0], theirs[(other & bit) != 0])


def _in(chunk: Chunk, side: Array) -> Array:
    """The lines that are on a side of any pair."""
    return np.flatnonzero(chunk.view.lines_with(side != 0, chunk.code))


def _of_visits(chunk: Chunk, lines: Array, side: Array) -> Array:
    """The pairs of which some of the lines, ascending, are a side, as bits of each visit."""
    out = np.zeros(chunk.count, side.dtype)
    at, bits = chunk.at.take(lines), side.take(chunk.code.take(lines))
    first = np.flatnonzero(np.append(True, at[1:] != at[:-1]))
    out[at[first]] = bits if len(first) == len(lines) else np.bitwise_or.reduceat(bits, first)
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


def _pair(chunk: Chunk, one: WrittenPair, conditions: Mapping[int, Condition], lines: Array, partners: Array) -> None:
    """One pair on the visits that hold both its sides: `lines` of the denied side, `partners` of the other."""
    if one.handed:
        chunk.set_aside(lines, one.rule.at, one.handed)
        return
    condition = conditions.get(one.rule.at)
    if condition is not None:
        true, false = condition(chunk, lines)
        chunk.set_aside(lines[~(true | false)], one.rule.at, one.hangs)
        lines = lines[true]
    free = np.ones(len(partners), np.bool_)
    for on, mask in one.releases:
        if on in {"own", "either"}:
            lines = lines[(chunk.marks_of(lines) & chunk.view.mark_type(mask)) == 0]
        if on in {"other", "either"}:
            free &= (chunk.marks_of(partners) & chunk.view.mark_type(mask)) == 0
    if not len(lines):
        return
    if one.releases and not free.all():
        fires = np.zeros(chunk.count, np.bool_)
        fires[chunk.at[partners[free]]] = True
        lines = lines[fires[chunk.at[lines]]]
    chunk.say(lines, one.event)
    chunk.allowed[lines] = 0


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
