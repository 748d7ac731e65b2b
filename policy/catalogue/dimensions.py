"""What a statement is about, so that pages have sections and payers can be compared column by column.

Owns: `DIMENSIONS`, and which of them each statement belongs to.
Never: words anything; `catalogue/short.py` and `catalogue/sentences/` do.
"""

from typing import Final

import attrs

from policy.resolve.model import Statement
from policy.resolve.walk import nodes
from policy.syntax import ast
from policy.values import Type


@attrs.frozen
class Dimension:
    """One column of the comparison and one section of a page. `silent` is what a page says when nothing is stated."""

    key: str
    title: str
    silent: str


DIMENSIONS: Final = (
    Dimension("units", "Units", "No statement says how minutes become units."),
    Dimension("day", "Limits of a day or visit", "No limit of a day or visit is stated."),
    Dimension("longer", "Longer limits and authorization", "No longer limit and no authorization is stated."),
    Dimension("pairs", "Pairs of codes", "No pair of codes is stated."),
    Dimension("modifiers", "Modifiers", "No modifier is asked for."),
    Dimension("records", "Documentation", "Nothing is asked of the record."),
    Dimension("payment", "Payment", "Nothing is stated about payment."),
    Dimension("others", "Other rules", "No other rule is stated."),
    Dimension("left", "Left to people", "Nothing is marked as left to people."),
)
BY_KEY: Final = {dimension.key: dimension for dimension in DIMENSIONS}
COMPARED: Final = ("units", "day", "longer", "pairs", "modifiers", "records", "payment")
"""The columns of the comparison, in order."""
SHORT_WINDOWS: Final = frozenset({"day", "visit"})
_OF_KIND: Final = {
    "count": "units",
    "pair": "pairs",
    "pairs": "pairs",
    "pay": "payment",
    "reasons": "others",
    "assistant": "modifiers",
    "evidence": "records",
    "not modelled": "left",
}
_DECLARED: Final = frozenset({"codes", "value", "fact", "source", "example", "policy"})
_UNITS: Final = ast.Counting("billed", Type.UNITS)
_RECORD: Final = (ast.NeedsDocumented, ast.Documented, ast.DocumentationGiven, ast.DocumentedIs)


def dimension_of(statement: Statement) -> str | None:
    """The key of a statement's dimension; `None` for what only declares names for others."""
    kind = statement.kind
    if kind in _DECLARED:
        return None
    if kind in _OF_KIND:
        return _OF_KIND[kind]
    d = statement.declaration
    if kind == "limit" and (d.first(ast.Counting) or _UNITS).measure in (Type.MONEY, Type.RVUS):
        return "payment"
    if kind == "limit":
        return "day" if _is_short(d) else "longer"
    effect, otherwise = d.first(ast.Effect), d.first(ast.Otherwise)
    if "authorize" in {one.effect for one in (effect, otherwise) if one is not None}:
        return "longer"
    if any(isinstance(node, _RECORD) for node in nodes(d)):
        return "records"
    if d.first(ast.NeedsModifier) is not None or any(isinstance(node, ast.HasModifier) for node in nodes(d)):
        return "modifiers"
    return "others"


def _is_short(d: ast.Declaration) -> bool:
    per = d.first(ast.Per)
    keys = per.keys if per is not None else ()
    return any(key.word in SHORT_WINDOWS for key in keys) and all(key.days is None for key in keys)
