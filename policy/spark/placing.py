"""Rows on their way to workers: those that must be evaluated together get one number, and meet.

Owns: that number, as a column of Spark, and the shuffle by it.
Never: depends on how many machines there are, or on the size of a batch.
"""

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from policy.batches.together import Key, Keys
from policy.spark.types import quoted

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

PLACE: Final = "__place"


def placed(lines: "DataFrame", keys: Keys, needed: Sequence[str], partitions: int | None) -> "DataFrame":
    """The lines with a column `PLACE`, in partitions and in an order that keep each place in one piece.

    Rows of a place stand in the order of all `needed` columns: Spark's rows have no order, and an answer must not change from one run
    to the next.
    """
    from pyspark.sql import functions as F

    alone = F.xxhash64(*(F.col(quoted(name)) for name in needed))
    lines = lines.withColumn(PLACE, _place(keys, alone))
    by = F.col(PLACE)
    spread = lines.repartition(by) if partitions is None else lines.repartition(partitions, by)
    return spread.sortWithinPartitions(by, *(F.col(quoted(name)) for name in needed))


def _place(keys: Keys, alone: "Column") -> "Column":
    """A number for rows that agree in all keys. A row that lacks one is of no visit, and placed by itself."""
    from pyspark.sql import functions as F

    return F.when(_whole(keys), F.xxhash64(*map(_text, keys))).otherwise(alone)


def _whole(keys: Keys) -> "Column":
    return functools.reduce(lambda one, other: one & other, (_text(key).isNotNull() for key in keys))


def _text(key: Key) -> "Column":
    from pyspark.sql import functions as F

    cells = [F.nullif(F.trim(F.col(quoted(name)).cast("string")), F.lit("")) for name in key.columns]
    if key.names:
        meant = F.create_map(*(F.lit(word) for pair in key.names.items() for word in pair))
        cells = [F.coalesce(meant[cell], cell) for cell in cells]
    return F.coalesce(*cells, *([F.lit(key.otherwise)] if key.otherwise is not None else []))


def check_blanks(table: pa.Table, keys: Keys) -> None:
    """Raises `ValueError` for a key that begins or ends with a blank other than a space: it is read without, and Spark trims only
    spaces at a cost that nobody notices."""
    for name in dict.fromkeys(name for key in keys for name in key.columns):
        column = table.column(name)
        if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
            continue
        if pc.any(pc.not_equal(pc.utf8_trim(column, " "), pc.utf8_trim_whitespace(column))).as_py():
            raise ValueError(
                f"cells of `{name}` begin or end with tabs, line ends or other blanks that are no spaces: take these away before, "
                "with `functions.btrim` or `functions.regexp_replace`"
            )
