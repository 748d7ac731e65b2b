"""Lowers what a statement says of the reference table that its rows come from.

Owns: `table_pairs` and `table_ref`.
Never: opens a table.
"""

from policy.plan.expressions import Lowering
from policy.plan.model import Op, Release
from policy.plan.tables import TablePairs, TableRef
from policy.syntax import ast
from policy.syntax.tables import KINDS


def table_pairs(lowering: Lowering, at: int, declaration: ast.Declaration, condition: Op | None) -> TablePairs:
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
