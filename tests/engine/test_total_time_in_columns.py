"""Whole blocks and remainders in columns are those of the reference, pool by pool, for every leftover rule and every way to settle ties."""

from typing import Any

import attrs
import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from policy.codes import CodeSet
from policy.engine.columnar.pools import Pools
from policy.engine.columnar.total_time import MAX_POOL, SHORT, total_time
from policy.engine.reference import methods
from policy.engine.reference.methods import CodeMinutes
from policy.plan.model import Count, Steps

LEFTOVERS = ("largest remainder", "most minutes", "first line", "no code")
TIES = ("provider", "most minutes", "first line", "last line")
POOL = st.lists(st.tuples(st.integers(0, 75), st.one_of(st.none(), st.integers(0, 6))), min_size=1, max_size=SHORT + 3)


@attrs.frozen
class View:
    scale: int = 1


@attrs.frozen
class Lines:
    """As much of `Countable` as total time asks for."""

    billed: Any
    given: Any
    view: View = View()

    def units(self) -> tuple[Any, Any]:
        return self.billed, self.given


@given(
    st.lists(POOL, min_size=1, max_size=6),
    st.sampled_from(LEFTOVERS),
    st.sampled_from(TIES),
    st.sampled_from((15, 30, 60)),
)
@example([[(8, 1), (8, 0), (8, None)]], "largest remainder", "provider", 15)
@example([[(75, None), (7, None)], [(7, None)]], "most minutes", "last line", 15)
@example([[(7, None), (8, None)] * (MAX_POOL // 2), [(7, 1)]], "largest remainder", "most minutes", 15)
@example([[(7, 1), (7, 0)] * (MAX_POOL // 2), [(7, 1)]], "largest remainder", "provider", 15)
def test_pools_are_counted_as_one_by_one(
    pools: list[list[tuple[int, int | None]]], leftover: str, ties: str, length: int
) -> None:
    count = Count(0, CodeSet(), "total", ("patient", "day"), Steps((8,), length, length), leftover=leftover, ties=ties)
    lines = [line for pool in pools for line in pool]
    billed = np.array([units or 0 for _, units in lines], np.int32)
    given_ = np.array([units is not None for _, units in lines])
    sizes = np.array([len(pool) for pool in pools])
    starts = np.cumsum(sizes) - sizes
    minutes = np.array([minutes for minutes, _ in lines], np.int64)
    at = np.repeat(np.arange(len(pools), dtype=np.int32), sizes)
    units, tie = total_time(Lines(billed, given_), count, minutes, Pools(None, starts, sizes, at))  # type: ignore[arg-type]
    tied = np.zeros(len(lines), np.bool_) if tie is None else tie
    for start, pool in zip(starts.tolist(), pools, strict=True):
        expected = methods.total_time(count, [CodeMinutes(str(k), m, m, u) for k, (m, u) in enumerate(pool)])
        own = slice(start, start + len(pool))
        assert units[own].tolist() == list(expected.units)
        assert np.flatnonzero(tied[own]).tolist() == list(expected.tied)
