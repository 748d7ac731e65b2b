"""Which rows must be evaluated together: those of one visit, and those of one patient where a policy looks at earlier lines.

Owns: the columns that say so, for engines that place rows on machines and for files that must not split a visit.
Never: moves a row.
"""

from collections.abc import Mapping

import attrs
import pyarrow as pa

from policy.batches.evaluator import TableEvaluator
from policy.columns.layout import Layout


@attrs.frozen
class Key:
    """One thing in which rows agree: the first filled of its columns, else what is meant where none is."""

    columns: tuple[str, ...]
    otherwise: str | None = None
    names: Mapping[str, str] = attrs.field(factory=dict)
    """Cells that mean another: what payers are called in the table → the policy's id."""

    def cells(self, table: pa.Table) -> pa.Array:
        """Its cells as text without blanks around it, blank text being no cell."""
        import pyarrow.compute as pc

        found = [self._text(table.column(name)) for name in self.columns]
        if self.otherwise is not None:
            found.append(pa.scalar(self.otherwise))
        return found[0] if len(found) == 1 else pc.coalesce(*found)

    def _text(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        import pyarrow.compute as pc

        text = pc.utf8_trim_whitespace(column.cast(pa.string()))
        found = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
        for word, meant in self.names.items():
            found = pc.if_else(pc.equal(text, word), meant, found)
        return found


Keys = tuple[Key, ...]


def together(evaluator: TableEvaluator, incoming: pa.Schema) -> Keys:
    """The keys by which rows belong together: those that agree in all of them must meet. Rows that lack one are of no visit."""
    layout = Layout.of(incoming, evaluator.columns, evaluator.policies)
    policy = tuple(
        Key(layout.columns[name], evaluator.default, evaluator.policies)
        for name in ("policy",)
        if name in layout.columns
    )

    def keys(*fields: str) -> Keys:
        return (*policy, *(Key(layout.columns[name]) for name in fields if name in layout.columns))

    named, known = "visit" in layout.columns, "patient" in layout.columns
    if known and evaluator.asked.history:
        return keys("patient")
    if named:
        return keys("patient", "visit")
    dated = "date" in layout.columns and all(
        pa.types.is_date(incoming.field(name).type) for name in layout.columns["date"]
    )
    return keys("patient", *(("date",) if dated else ()), "provider")
