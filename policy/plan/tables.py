"""Statements that take their rows from a reference table: what is asked, never what the table answers.

Owns: `TableRef`, `TablePairs`, `TableLimit`.
Never: opens a table. The plan says which one; the evaluators are handed the tables.
"""

import attrs

from policy.codes import CodeSet
from policy.facts import SETTINGS, Fact
from policy.plan.model import Limit, Maximum, Op, Release
from policy.record import Record, record


@record
class TableRef(Record):
    """A table: its kind (`ncci-ptp`), the setting that is asked (`None`: the visit's), the release it is pinned to (`2024Q3`)."""

    kind: str
    setting: str | None
    quarter: str | None

    def settings(self, of_visit: str | None) -> tuple[str, ...]:
        """The settings to ask: both, where neither the policy nor the visit says which."""
        setting = self.setting or of_visit
        return SETTINGS if setting is None else (setting,)


@record
class TablePairs(Record):
    """Every pair of the table of which both codes are `among` these; column two is denied."""

    at: int
    table: TableRef
    among: CodeSet
    exceptions: tuple[tuple[CodeSet, CodeSet], ...]
    """Column one and column two of pairs that are switched off."""
    releases: tuple[Release, ...]
    """What releases a pair with indicator 1; nothing releases one with indicator 0."""
    same: tuple[str, ...]
    condition: Op | None
    given: tuple[Fact, ...] = ()

    @property
    def codes(self) -> CodeSet:
        return self.among


@record
class TableLimit(Record):
    """`limit` without its maximum, which the table gives code by code."""

    table: TableRef
    limit: Limit

    @property
    def at(self) -> int:
        return self.limit.at

    @property
    def codes(self) -> CodeSet | None:
        return self.limit.codes

    @property
    def given(self) -> tuple[Fact, ...]:
        return self.limit.given


def of_code(limit: Limit, code: str, units: int, *, per_line: bool) -> Limit:
    """The limit as it holds for one code that the table gives so many units."""
    keys = (*(key for key in limit.keys if key != "line"), *(("line",) if per_line else ()))
    return attrs.evolve(limit, codes=CodeSet.of([(code, code)]), maxima=(Maximum(units, None),), keys=keys)
