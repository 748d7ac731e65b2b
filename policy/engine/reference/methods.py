"""The counting methods, on minutes per code.

Owns: from minutes to units, for a pool whose minutes are all known, and the bounds that hold when some are not.
Never: sees lines; `counting.py` sums lines to codes and spreads units back.
"""

import itertools
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

import attrs

from policy.plan.model import Count, Parts
from policy.values import Units

ROUNDING: Final = {"up": ROUND_CEILING, "down": ROUND_FLOOR, "half up": ROUND_HALF_UP, "half down": ROUND_HALF_DOWN}
MAX_ALTERNATIVES: Final = 50
"""Alternatives listed for one tie; the trace states how many units are tied among how many codes."""


@attrs.frozen
class CodeMinutes:
    """One code of a pool: its minutes (`None`: not known), the part of them that is known, and its billed units (`None`: not given)."""

    code: str
    minutes: int | None
    known: int
    billed: Units | None


@attrs.frozen
class Allocation:
    """Units per code, in the pool's order; `tied` are the codes with equal remainders, `placed` those of them that got a unit."""

    units: tuple[Units, ...]
    tied: tuple[int, ...] = ()
    placed: tuple[int, ...] = ()

    @property
    def total(self) -> Units:
        return sum(self.units)


def parts_of(minutes: int, parts: Parts) -> Units:
    """Parts of a unit as an exact number: 9 minutes of 60 in tenths, half rounded down, are 0.1."""
    exact = Decimal(minutes * parts.parts) / parts.of
    whole = int(exact.quantize(Decimal(1), rounding=ROUNDING[parts.rounding]))
    return whole // parts.parts if whole % parts.parts == 0 else Decimal(whole) / parts.parts


def units_each(count: Count, minutes: int) -> Units:
    """Units of one code by its own minutes."""
    if count.decimal is not None:
        return parts_of(minutes, count.decimal)
    assert count.steps is not None
    return count.steps.reached(minutes)


def allocate(count: Count, codes: Sequence[CodeMinutes]) -> Allocation:
    """Units of every code of a pool whose minutes are all known."""
    if count.method == "each":
        return Allocation(tuple(units_each(count, c.minutes or 0) for c in codes))
    if count.method in {"more", "fewer"}:
        first, second = (allocate(method, codes) for method in count.methods)
        better = second.total > first.total if count.method == "more" else second.total < first.total
        return second if better else first
    return total_time(count, codes)


def total_time(count: Count, codes: Sequence[CodeMinutes]) -> Allocation:
    """The pool's minutes decide the units; every code has its whole blocks, the rest go one each to the leftover rule's choice.

    Claims Processing Manual, Pub. 100-04, ch. 5 section 20.2, for 8 minutes of 15: U = floor((T + 7) / 15).
    """
    assert count.steps is not None
    minutes = [c.minutes or 0 for c in codes]
    units: list[Units] = [m // count.steps.of for m in minutes]
    left = count.steps.reached(sum(minutes)) - int(sum(units))
    if left <= 0 or count.leftover == "no code":
        return Allocation(tuple(units))
    eligible = [i for i, m in enumerate(minutes) if m % count.steps.of > 0]
    length = count.steps.of
    ranks: dict[str, Callable[[int], int]] = {
        "largest remainder": lambda i: -(minutes[i] % length),
        "most minutes": lambda i: -minutes[i],
        "first line": lambda i: i,
    }
    rank = ranks[count.leftover]
    eligible.sort(key=rank)
    last = rank(eligible[left - 1])
    sure = [i for i in eligible if rank(i) < last]
    tied = [i for i in eligible if rank(i) == last]
    choices = left - len(sure)
    tied.sort(key=_settle(count, codes, minutes, units))
    for i in sure + tied[:choices]:
        units[i] += 1
    if count.ties != "provider" or choices == len(tied):
        return Allocation(tuple(units))
    return Allocation(tuple(units), tuple(sorted(tied)), tuple(sorted(tied[:choices])))


def _settle(
    count: Count, codes: Sequence[CodeMinutes], minutes: Sequence[int], blocks: Sequence[Units]
) -> Callable[[int], tuple[bool | int, ...]]:
    """The order among equal remainders. The provider's choice is read from what was billed: a code billed above its blocks first."""
    match count.ties:
        case "most minutes":
            return lambda i: (-minutes[i], i)
        case "first line":
            return lambda i: (i,)
        case "last line":
            return lambda i: (-i,)
        case _:
            return lambda i: (_wants(codes[i], blocks[i]), -minutes[i], i)


def _wants(code: CodeMinutes, blocks: Units) -> int:
    """0: billed above its blocks; 1: not billed yet; 2: billed at its blocks."""
    return 1 if code.billed is None else 0 if code.billed > blocks else 2


def alternatives(allocation: Allocation) -> list[tuple[Units, ...]]:
    """The other valid allocations of a tie, at most `MAX_ALTERNATIVES`."""
    if not allocation.tied:
        return []
    floor = [units - (i in allocation.placed) for i, units in enumerate(allocation.units)]
    picks = itertools.combinations(allocation.tied, len(allocation.placed))
    others = (pick for pick in picks if pick != allocation.placed)
    return [tuple(u + (i in pick) for i, u in enumerate(floor)) for pick in itertools.islice(others, MAX_ALTERNATIVES)]


def bounds(count: Count, code: CodeMinutes) -> tuple[Units, Units | None]:
    """The fewest and most units a code of a pool can have when some minutes of the pool are not known.

    A code has at least its whole blocks; under total time at most one more, and only when it has a remainder.
    """
    if count.method in {"more", "fewer"}:
        lows, highs = zip(*(bounds(method, code) for method in count.methods), strict=True)
        return min(lows), None if any(h is None for h in highs) else max(highs)
    if count.method == "each":
        low = units_each(count, code.known)
        return low, low if code.minutes is not None else None
    assert count.steps is not None
    low = code.known // count.steps.of
    if code.minutes is None:
        return low, None
    return low, low + (1 if code.minutes % count.steps.of and count.leftover != "no code" else 0)
