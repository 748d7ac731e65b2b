"""`TableEvaluator`: claim lines in an Arrow table to decisions in an Arrow table, one row a line, in the same order.

Owns: the columns of the answer and their types, which depend on the incoming columns and the policies, never on data.
Never: reads files, and never judges; the programs do.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import attrs
import pyarrow as pa

from policy.batches.plainly import STANDARD, Row, rows_of
from policy.program import Program

TEXT: Final = pa.dictionary(pa.int32(), pa.string())
CARRIED: Final = ("claim", "line", "visit")
"""Fields that stand in the answer as they came, under the name of their column."""


@attrs.frozen
class TableEvaluator:
    """Policies for tables. Immutable, picklable: worker processes get it as it is."""

    programs: Mapping[str, Program]
    """By policy id."""
    default: str | None = None
    """The policy of rows that name none."""
    columns: Mapping[str, Any] = attrs.field(factory=dict)
    """Field → column, for those that are not in the standard layout."""
    history_since: dt.date | None = None
    """The day from which on the table holds every line of its patients; `None`: it is taken to hold all of them."""
    explain: bool = False

    def evaluate(self, table: pa.Table) -> pa.Table:
        """One row of answer per row, in order. Shape: as `schema(table.schema)` says."""
        rows = rows_of(table, self.programs, self.default, self.columns, self.history_since, self.explain)
        schema = self.schema(table.schema)
        carried = {name: table.column(name) for name in self.carried(table.schema)}
        arrays = [
            carried[field.name]
            if field.name in carried
            else _array(field.type, [_cell(row, field.name) for row in rows])
            for field in schema
        ]
        return pa.table(arrays, schema=schema)

    @staticmethod
    def taken(data: Any) -> pa.Table:
        """A table from anything that offers Arrow data. Raises `ValueError` for what does not."""
        if isinstance(data, pa.Table):
            return data
        if isinstance(data, pa.RecordBatch):
            return pa.Table.from_batches([data])
        if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
            return pa.table(data)
        raise ValueError(
            "the table must offer Arrow data: a PyArrow table, a Polars or pandas frame, a DuckDB relation"
        )

    def carried(self, incoming: pa.Schema) -> tuple[str, ...]:
        """The incoming columns that stand in the answer as they came."""
        names = [name for field in CARRIED for name in self._names(field) if name in incoming.names]
        return tuple(dict.fromkeys(names))

    def keys(self, incoming: pa.Schema) -> tuple[str, ...]:
        """The columns that tell visits apart, most significant first."""
        visit = [name for name in self._names("visit") if name in incoming.names]
        fields = ("policy", "patient", "date", "provider") if not visit else ("policy", "patient", "visit")
        return tuple(name for field in fields for name in self._names(field) if name in incoming.names)

    def schema(self, incoming: pa.Schema) -> pa.Schema:
        """The columns of the answer."""
        units = pa.decimal128(12, 4) if self._fractions(incoming) else pa.int32()
        fields = [incoming.field(name) for name in self.carried(incoming)]
        fields += [pa.field("policy", TEXT), pa.field("supported_units", units), pa.field("allowed_units", units)]
        if any(program.pays for program in self.programs.values()):
            fields.append(pa.field("allowed_amount", pa.decimal128(16, 4)))
        fields += [
            pa.field(name, TEXT) for name in ("status", "visit_status", "findings", "statements", "reasons", "missing")
        ]
        fields.append(pa.field("tie", pa.bool_()))
        if self.explain:
            fields.append(pa.field("explanation", TEXT))
        return pa.schema([*fields, pa.field("rejected", TEXT)])

    def _names(self, field: str) -> tuple[str, ...]:
        return (self.columns[field],) if field in self.columns else STANDARD[field]

    def _fractions(self, incoming: pa.Schema) -> bool:
        names = [name for name in self._names("units") if name in incoming.names]
        whole = all(pa.types.is_integer(incoming.field(name).type) for name in names)
        return not whole or any(program.counts_fractions for program in self.programs.values())


def _cell(row: Row, name: str) -> Any:
    match name:
        case "policy":
            return row.policy
        case "supported_units":
            return row.supported
        case "allowed_units":
            return row.allowed
        case "allowed_amount":
            return row.amount
        case "visit_status" | "rejected":
            return getattr(row, name)
        case "explanation":
            return row.text
        case _:
            return getattr(row.told, name) if row.told is not None else None


def _array(type_: pa.DataType, values: list[Any]) -> pa.Array:
    if pa.types.is_dictionary(type_):
        return pa.array(values, pa.string()).dictionary_encode().cast(type_)
    if pa.types.is_decimal(type_):
        exact = Decimal(1).scaleb(-type_.scale)
        values = [None if value is None else Decimal(value).quantize(exact) for value in values]
    return pa.array(values, type_)
