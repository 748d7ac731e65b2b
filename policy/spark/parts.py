"""Parquet parts that Spark's workers read by themselves: no line passes through the JVM, unless as an answer.

Owns: a task for each part, and the comparison of their visits on the cluster.
Never: reads a part on the driver, but for footers.
"""

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa

from policy.batches.boundaries import part_numbers, refuse, suspects
from policy.batches.part_work import PartWork, Paths, Written
from policy.batches.shipping import Policy
from policy.batches.together import Keys
from policy.spark.types import ddl, plain

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_WRITTEN: Final = pa.schema(
    [(field.name, pa.int64() if field.type is int else pa.string()) for field in attrs.fields(Written)]
)
_NUMBERS: Final = pa.schema([("number", pa.int64()), ("part", pa.int64())])
_COMPARED: Final = 32
"""Pairs of parts that are looked at when numbers of their visits agree; the first nearly always settles it."""


def evaluate_parts(
    spark: "SparkSession",
    parts: Paths,
    policies: Policy | Mapping[str, Policy],
    *,
    columns: Mapping[str, Any] | None = None,
    history_since: dt.date | None = None,
    explain: bool = False,
) -> "DataFrame":
    """As `evaluate`, of Parquet parts that the workers read by themselves, a task for each.

        decided = policy.spark.evaluate_parts(spark, "s3://claims/2026-03/", "medicare.part_b")

    `parts` are paths or addresses that every worker reaches, or a folder of them. None may hold a piece of a visit (or patient) of
    which another holds the rest: footers are compared, and where these do not settle it, the keys. A part is held in memory by
    its worker.

    Raises `SplitVisits` for parts that share a visit, `ValueError` for one that cannot be read; otherwise as `evaluate`.
    """
    work = PartWork.of(parts, policies, columns, history_since, explain)
    _compare(spark, work)
    answer = plain(work.answer)
    return _tasks(spark, len(work.paths), functools.partial(_decide, work, answer), answer)


def write_parts(
    spark: "SparkSession",
    parts: Paths,
    policies: Policy | Mapping[str, Policy],
    out: str,
    *,
    columns: Mapping[str, Any] | None = None,
    history_since: dt.date | None = None,
    explain: bool = False,
) -> list[Written]:
    """As `evaluate_parts`, and the workers write the decisions too: below `out` a file for each part, whole or not at all.

    Its rows are those of the part, in the part's order. Gives what was written, in the order of the parts.
    """
    work = PartWork.of(parts, policies, columns, history_since, explain).into(out)
    _compare(spark, work)
    rows = _tasks(spark, len(work.paths), functools.partial(_write, work), _WRITTEN).collect()
    found = {row["part"]: Written(**row.asDict()) for row in rows}
    return [found[path] for path in work.paths]


def _tasks(
    spark: "SparkSession", number: int, do: Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]], answer: pa.Schema
) -> "DataFrame":  # fmt: skip
    """So many tasks, each of which is given one number, from 0."""
    return spark.range(0, number, 1, number).mapInArrow(do, ddl(answer))


def _compare(spark: "SparkSession", work: PartWork) -> None:
    """Raises `SplitVisits` when two parts share a visit."""
    from pyspark.sql import functions as F

    for paths in suspects(work.paths, work.keys):
        numbers = _tasks(spark, len(paths), functools.partial(_number, paths, work.keys), _NUMBERS)
        met = (
            numbers.groupBy("number").agg(F.min("part").alias("one"), F.max("part").alias("other")).where("one < other")
        )
        for row in met.select("one", "other").distinct().limit(_COMPARED).collect():
            refuse(work.keys, paths[row["one"]], paths[row["other"]])


def _given(batches: Iterable[pa.RecordBatch]) -> Iterator[int]:
    for batch in batches:
        yield from batch.column(0).to_pylist()


def _decide(work: PartWork, answer: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for number in _given(batches):
        yield from work.decide(work.paths[number]).cast(answer).to_batches()


def _write(work: PartWork, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for number in _given(batches):
        written = work.write(work.paths[number])
        yield pa.RecordBatch.from_pylist([attrs.asdict(written)], schema=_WRITTEN)


def _number(paths: Sequence[str], keys: Keys, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for part in _given(batches):
        numbers = pa.array(part_numbers(paths[part], keys))
        yield pa.record_batch([numbers, pa.array(np.full(len(numbers), part))], schema=_NUMBERS)
