"""Which of several lines give way where a limit on units or lines is passed.

Owns: `engine/reference/cutting.py` for limits on units and lines: the order in which the lines of a group give way, and what each keeps.
Never: judges whether a limit is passed, and never takes anything away (`verdicts.py`).
"""

import numpy as np

from policy.codes import CodeSet
from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.view import Array
from policy.plan.model import Limit


def giving_way(chunk: Chunk, rule: Limit, lines: Array, own: Array, excess: Array) -> tuple[Array, Array]:
    """The lines that lose units, and what each has left of what it counts for.

    `own` is what each line counts for, `excess` what its group is above the maximum. Every line of a group is there, and states what the
    order asks for. Ties: the last line first.
    """
    group = groups(chunk, rule, lines)
    order = np.lexsort((-lines, *(_rank(chunk, one, lines) for one in reversed(rule.orders)), group))
    lines, own, excess, group = lines[order], own[order], excess[order], group[order]
    before = np.cumsum(own) - own
    starts = np.concatenate(([0], np.flatnonzero(group[1:] != group[:-1]) + 1))
    before -= np.repeat(before[starts], np.diff(np.concatenate((starts, [len(lines)]))))
    lost = np.clip(excess - before, 0, own)
    some = lost > 0
    return lines[some], (own - lost)[some]


def groups(chunk: Chunk, rule: Limit, lines: Array) -> Array:
    """A number for each line that tells apart the groups of a limit."""
    group = chunk.at.take(lines).astype(np.int64)
    return group << 32 | chunk.code.take(lines) if "code" in rule.keys else group


def _rank(chunk: Chunk, order: tuple[str, str, CodeSet | None], lines: Array) -> Array:
    """Lines with less give way first."""
    by, word, codes = order
    if by == "line":
        return -lines if word == "last" else lines
    if codes is not None:
        return ~chunk.view.in_codes(codes, chunk.code.take(lines))
    values = chunk.values(f"line.{by}").take(lines)
    return -values if word in {"most", "highest"} else values
