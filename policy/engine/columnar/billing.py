"""How what was billed stands to what is supported.

Owns: the stated total of a visit's timed minutes, and of each line what can still be allowed and what billing says.
Never: counts; units are at the scale of the answer.
"""

import numpy as np

from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.view import Array, only
from policy.engine.outcome import NOBODY


def stated_total(chunk: Chunk) -> None:
    """Sets aside the visits whose stated total of timed minutes is not the sum of their lines'."""
    found = chunk.view.column("visit.timed_minutes")
    if found is None or chunk.timed is None:
        return
    total = chunk.sums(chunk.short_minutes() * chunk.timed)
    differs = chunk.any_of(chunk.timed) & (found[0].values[chunk.visits] != total)
    if chunk.gated is not None:
        differs |= chunk.any_of(chunk.gated)
    given = found[0].known
    differs = differs if given is None else differs & given[chunk.visits]
    chunk.set_visits_aside(differs, NOBODY, "visit.timed_minutes is not the sum of the lines")


def billed_against(chunk: Chunk, events: dict[int, tuple[Array, ...]]) -> None:
    """How each line's billing stands to what is supported, and what can still be allowed: no more than was billed.

    `events`: by word of bits, for each code the bits of overbilled (denied, reduced), underbilled, and no unit. A line is of one of
    these kinds, 0 to 2, or of kind 3 where nothing is said.
    """
    billed, given = chunk.units()
    if chunk.unknown is not None:
        chunk.supported = np.where(chunk.unknown, _most(chunk, billed, given), chunk.supported)
    _billed_against(chunk, events, billed, given)
    if chunk.unknown is not None:
        chunk.least = np.where(chunk.unknown, 0, chunk.allowed)
        chunk.supported[chunk.untold] = -1


def _most(chunk: Chunk, billed: Array | None, given: Array | None) -> Array:
    """What can be allowed where nothing is known of what is supported: no more than was billed."""
    if billed is None:
        return np.full(chunk.lines, chunk.unbounded, chunk.units_type)
    return billed if given is None else np.where(given, billed, chunk.units_type(chunk.unbounded))


def _billed_against(
    chunk: Chunk, events: dict[int, tuple[Array, ...]], billed: Array | None, given: Array | None
) -> None:
    supported = chunk.supported
    if billed is None:
        chunk.allowed = supported.copy()
        _say(chunk, np.flatnonzero(supported == 0), events, 3)
        return
    allowed = np.minimum(billed, supported)
    differs = billed != supported
    if given is not None:
        differs &= given
        allowed = np.where(given, allowed, supported)
        _say(chunk, np.flatnonzero(~given & (supported == 0)), events, 3)
    chunk.allowed = allowed
    lines = np.flatnonzero(differs)
    claimed, had = billed.take(lines), supported.take(lines)
    some, more, none = ((claimed > 0).view(np.int8), (claimed > had).view(np.int8), (had == 0).view(np.int8))
    kind = np.int8(3) - some - more - (more & none)
    if chunk.gated is not None:
        kind[chunk.gated.take(lines)] = 3
    codes = len(chunk.view.codes)
    places = kind * np.int32(codes) + chunk.code.take(lines)
    for word, tables in events.items():
        chunk.word_of(word)[lines] |= np.concatenate((*tables[:3], np.zeros(codes, tables[0].dtype))).take(places)
    chunk.advised = only(lines, kind == 2)


def _say(chunk: Chunk, lines: Array, events: dict[int, tuple[Array, ...]], kind: int) -> None:
    if chunk.gated is not None:
        lines = lines[~chunk.gated[lines]]
    if not len(lines):
        return
    code = chunk.code.take(lines)
    for word, tables in events.items():
        chunk.word_of(word)[lines] |= tables[kind].take(code)
