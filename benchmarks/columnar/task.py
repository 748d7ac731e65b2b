"""The visit audit: its codes, its modifiers, and the bits of its answer.

Owns: what every program of this folder must agree on; `benchmarks/common_task.policy` says the same in the language, and
`one_visit.by_hand` in plain Python. Never: reads or computes anything.

For each line, allowed units and reason bits:
1. The visit's timed minutes T make 0 units below 8, else (T + 7) // 15.
2. Each timed line has minutes // 15. The units left go one each to the largest minutes % 15; then most minutes; then line order.
3. An untimed line has 1. 97530 has at most 4.
4. Beside 97530, a 97116 or 97150 without 59, XE, XP, XS or XU has 0.
"""

import sys
from pathlib import Path

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent))

import one_visit  # noqa: E402
from one_visit import CODES, COLUMN_TWO, RELEASES, TIMED, WEIGHTS, by_hand  # noqa: E402

__all__ = ["CODES", "COLUMN_TWO", "MINUTES", "RELEASES", "TIMED", "WEIGHTS", "by_hand"]

MINUTES = (*one_visit.MINUTES, 75)
"""Also 75, so that the cap of 97530 is met."""
POLICY = FOLDER.parent / "common_task.policy"
VISITS = 1_000_000
"""So many visits are a full measurement."""

TIMED_CODES = len(TIMED)
"""Ids of codes are places in CODES, where the timed ones come first."""
CAPPED = CODES.index("97530")
SECOND = tuple(CODES.index(code) for code in sorted(COLUMN_TWO))
CAP = 4
MOST_LINES = 8

OVERBILLED, OVER_CAP, DENIED_BY_PAIR, NOT_SUPPORTED, LEFTOVER, UNTIMED = 1, 2, 4, 8, 16, 32
"""Bits of a line's reasons."""
