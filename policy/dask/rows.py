"""A Dask DataFrame of claim lines in, a Dask DataFrame of decisions out.

Owns: `evaluate`, the shuffle after which no visit is cut, and the check of partitions that are not shuffled.
Never: judges.
"""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.batches.boundaries import SplitVisits, shared
from policy.batches.places import key_numbers, places
from policy.batches.shipping import Policy, Shipment, evaluator_of
from policy.batches.together import Keys, together
from policy.dask.frames import as_frame, as_table, empty, incoming

if TYPE_CHECKING:
    from dask.dataframe import DataFrame

PLACE: Final = "__place"
"""The column by which rows are shuffled: rows that must be evaluated together share it."""


def evaluate(
    lines: "DataFrame",
    policies: Policy | Mapping[str, Policy],
    *,
    columns: Mapping[str, Any] | None = None,
    history_since: dt.date | None = None,
    explain: bool = False,
    shuffle: bool = True,
) -> "DataFrame":
    """What policies say of every claim line: one row of answer per row of `lines`, under the same index.

        lines = dd.read_parquet("claims/", dtype_backend="pyarrow")
        decided = policy.dask.evaluate(lines, "medicare.part_b")

    `policies` is a shipped id, a path or a program, or several by the id that the policy column names. Lines are shuffled so that
    those of one visit (one patient, where a policy looks at earlier lines) meet in a partition; `shuffle=False` says that they already
    do, which is checked by reading the keys. The other arguments and the columns of the answer are those of `Program.evaluate_table`.

    Raises `PolicyError` for a policy with mistakes, `Unreadable` for a column that the table lacks, `SplitVisits` for partitions that
    share a visit, `ValueError` for a column without a type.
    """
    import dask

    evaluator = evaluator_of(policies, columns=columns, history_since=history_since, explain=explain)
    needed = list(evaluator.needed(pa.schema([(name, pa.string()) for name in lines.columns])))
    read = lines[needed]
    schema = incoming(read._meta)
    keys = together(evaluator, schema)
    whole = _shuffled(read, schema, keys) if shuffle else _compared(read, schema, keys)
    sent = dask.delayed(Shipment.of(evaluator), traverse=False)
    meta = empty(evaluator.schema(schema), whole._meta.index)
    found: DataFrame = whole.map_partitions(_judge, schema, sent, meta=meta, align_dataframes=False)
    return found


def _shuffled(lines: "DataFrame", schema: pa.Schema, keys: Keys) -> "DataFrame":
    """The same lines, those that must be evaluated together in one partition."""
    meta = lines._meta.assign(**{PLACE: np.array([], np.int64)})
    shuffled: DataFrame = lines.map_partitions(_place, schema, keys, meta=meta).shuffle(on=PLACE)
    return shuffled


def _place(frame: Any, schema: pa.Schema, keys: Keys) -> Any:
    return frame.assign(**{PLACE: places(as_table(frame[schema.names], schema), keys)})


def _compared(lines: "DataFrame", schema: pa.Schema, keys: Keys) -> "DataFrame":
    """The same lines. Raises `SplitVisits` when two partitions share a visit."""
    import dask

    names = [name for key in keys for name in key.columns]
    own = pa.schema([schema.field(name) for name in names])
    partitions = lines[names].to_delayed()
    numbers = dask.compute(*(dask.delayed(_numbers)(partition, own, keys) for partition in partitions))
    for one, other in shared({f"partition {k}": found for k, found in enumerate(numbers)}):
        raise SplitVisits(one, other, keys, "leave out `shuffle=False`")
    return lines


def _numbers(frame: Any, schema: pa.Schema, keys: Keys) -> np.ndarray:
    return key_numbers(as_table(frame, schema), keys)


def _judge(frame: Any, schema: pa.Schema, shipment: Shipment) -> Any:
    """The answers to a partition. A shuffle leaves its rows in any order; an answer must not change from one run to the next."""
    table = as_table(frame[schema.names], schema)
    order = pc.sort_indices(table, [(name, "ascending") for name in schema.names]).to_numpy()
    answer = shipment.arrived().evaluate(table.take(order))
    return as_frame(answer, frame.index[order])
