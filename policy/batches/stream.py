"""A stream of batches through an evaluator: the last visit of a batch waits for the next one.

Engines hand over rows in batches that end anywhere, also in the middle of a visit. What is evaluated here are whole visits (whole
patients where a policy looks at earlier lines), so that totals do not depend on the size of a batch.

Owns: `evaluate_batches`, which every engine's adapter is built on.
Never: reads files or holds more than the rows that wait.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import pyarrow as pa

from policy.batches.clusters import ROWS, clustered


class Evaluator(Protocol):
    """What runs over tables; `TableEvaluator` is one."""

    def evaluate(self, table: pa.Table) -> pa.Table:
        """One row of answer per row, in order."""

    def schema(self, incoming: pa.Schema) -> pa.Schema:
        """The columns of the answer."""

    def keys(self, incoming: pa.Schema) -> tuple[str, ...]:
        """The columns that tell apart what must be evaluated together. A row in which one of them is empty is answered alone."""


def evaluate_batches(
    batches: Iterable[pa.RecordBatch | pa.Table | Any], evaluator: Evaluator, *, rows: int = ROWS
) -> Iterator[pa.Table]:
    """Answers to a stream of claim lines, in the order in which they come.

    The rows of one visit (of one patient where a policy looks at earlier lines: `evaluator.keys`) stand together, in as many batches
    as it takes; rows without such a key may stand anywhere, also among them. Small batches are put together until there are `rows`
    rows. An empty stream has no answer.

    Raises `NotClustered` for rows that do not stand together, where that can be noticed, and `ValueError` for a batch whose columns
    differ from the first one's.
    """
    tables = _alike(batches)
    first = next(tables, None)
    if first is None:
        return
    for table in clustered(_after(first, tables), evaluator.keys(first.schema), rows):
        yield evaluator.evaluate(table)


def _after(first: pa.Table, rest: Iterator[pa.Table]) -> Iterator[pa.Table]:
    yield first
    yield from rest


def _alike(batches: Iterable[Any]) -> Iterator[pa.Table]:
    """The batches as tables of one schema."""
    schema = None
    for number, batch in enumerate(batches, 1):
        if isinstance(batch, pa.RecordBatch):
            batch = pa.Table.from_batches([batch])
        table = batch if isinstance(batch, pa.Table) else pa.table(batch)
        schema = schema or table.schema
        if not table.schema.equals(schema):
            other = next(
                (name for name in (*schema.names, *table.schema.names) if not _same(name, schema, table.schema)), ""
            )
            raise ValueError(f"batch {number} has other columns than the first one: `{other}` differs")
        yield table


def _same(name: str, one: pa.Schema, other: pa.Schema) -> bool:
    return name in one.names and name in other.names and one.field(name).type.equals(other.field(name).type)
