"""Statements that take their rows from a reference table: what is asked, never what the table answers.

Owns: `TableRef`, `TablePairs`, `TableLimit`, and making them of a resolved statement.
Never: opens a table. The plan says which one; the evaluators are handed the tables.
"""

from typing import TYPE_CHECKING

import attrs

from policy.codes import CodeSet
from policy.facts import Fact
from policy.plan.model import Limit, Op, Release
from policy.record import Record, record
from policy.syntax import ast
from policy.syntax.tables import KINDS, SETTINGS

if TYPE_CHECKING:
    from policy.plan.expressions import Lowering


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


def table_pairs(lowering: "Lowering", at: int, declaration: ast.Declaration, condition: Op | None) -> TablePairs:
    """A `pairs` declaration."""
    among = declaration.first(ast.Among)
    assert among is not None
    book = lowering.book
    return TablePairs(
        at, table_ref(declaration), book.list(among.codes),
        tuple((book.list(cut.first), book.list(cut.second)) for cut in declaration.all(ast.ExceptPair)),
        tuple(Release(frozenset(m.text for m in u.modifiers), u.on) for u in declaration.all(ast.UnlessModifier)),
        tuple(same.key for same in declaration.all(ast.Same)), condition, lowering.given(declaration),
    )  # fmt: skip


def table_ref(declaration: ast.Declaration) -> TableRef:
    """The table that a statement names."""
    clause = declaration.first(ast.FromTable)
    assert clause is not None
    setting, quarter = (word.text if word else None for word in (clause.setting, clause.quarter))
    return TableRef(KINDS[clause.table.text], setting, quarter)


def of_code(limit: Limit, code: str, units: int, *, per_line: bool) -> Limit:
    """The limit as it holds for one code that the table gives so many units."""
    from policy.plan.model import Maximum

    keys = (*(key for key in limit.keys if key != "line"), *(("line",) if per_line else ()))
    return attrs.evolve(limit, codes=CodeSet.of([(code, code)]), maxima=(Maximum(units, None),), keys=keys)
