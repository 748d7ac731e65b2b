"""Which lines are one-on-one services billed by time, and how long their unit is.

Owns: asking the policies on the dates of the lines.
Never: knows a code by itself, but for those that are group work by their definition.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import attrs
import numpy as np

from policy.auditing.lines import Lines
from policy.auditing.money import Ints, Mask
from policy.auditing.reading import distinct
from policy.program import Program

GROUP: Final = frozenset({"97150", "92508"})
"""Codes of group work: some payers count it by time, and nobody gives it one-on-one."""
TOGETHER: Final = ("group", "concurrent")
"""Deliveries that are not one-on-one."""
_EPOCH: Final = dt.date(1970, 1, 1)


@attrs.frozen
class Timed:
    """The timed codes of some policies, by date of service."""

    programs: Mapping[str, Program]

    def lengths(self, lines: Lines) -> Ints:
        """Minutes of each line's unit; 0 for a line that is not decided, or not billed by time."""
        out = np.zeros(lines.rows, np.int64)
        for k, policy in enumerate(lines.policy.words):
            program = self.programs.get(policy)
            about = np.flatnonzero(lines.decided & (lines.policy.ids == k))
            if program is not None and len(about):
                out[about] = self._of(
                    program, lines.code.ids[about].astype(np.int64), lines.code.words, lines.date.values[about]
                )
        return out

    def _of(self, program: Program, codes: Ints, words: tuple[str, ...], days: Ints) -> Ints:
        starts = [(date - _EPOCH).days for date in program.starts[1:]]
        spans = np.searchsorted(np.array(starts, np.int64), days, side="right")
        asked, at = distinct(spans * len(words) + codes)
        found = []
        for one in asked.tolist():
            span, code = divmod(one, len(words))
            date = _EPOCH + dt.timedelta(starts[span - 1]) if span else dt.date.min
            found.append(length(program, date, words[code]))
        return np.array(found, np.int64)[at]


def length(program: Program, date: dt.date, code: str) -> int:
    """Minutes of a code's unit on a date; 0 when it is not billed by time."""
    return next((minutes for codes, minutes in program.plan(date).lengths if code in codes), 0)


def one_on_one(lines: Lines, lengths: Ints) -> Mask:
    """Timed lines that one clinician gave to one patient: by the code, unless the line states another delivery.

    Lines of assistants, aides and students are not the rendering provider's own time, and are left out.
    """
    return (lengths > 0) & ~lines.delivery.among(TOGETHER) & ~lines.code.among(GROUP) & ~lines.assisted
