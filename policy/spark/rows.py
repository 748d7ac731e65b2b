"""A DataFrame of claim lines in, a DataFrame of decisions out.

Owns: `evaluate`, and what a worker does with the rows of its partition.
Never: judges; `evaluate_batches` does.
"""

import datetime as dt
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import pyarrow as pa

from policy.batches.clusters import ROWS
from policy.batches.evaluator import TableEvaluator
from policy.batches.shipping import Policy, Shipment, evaluator_of
from policy.batches.stream import evaluate_batches
from policy.batches.together import Keys, together
from policy.spark.placing import PLACE, check_blanks, placed
from policy.spark.types import ddl, plain, quoted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def evaluate(
    lines: "DataFrame",
    policies: Policy | Mapping[str, Policy],
    *,
    columns: Mapping[str, Any] | None = None,
    history_since: dt.date | None = None,
    explain: bool = False,
    partitions: int | None = None,
    keep: Sequence[str] = (),
) -> "DataFrame":
    """What policies say of every claim line: one row of answer per row of `lines`, in no particular order.

        decided = policy.spark.evaluate(spark.table("claims.medical_claim"), "medicare.part_b", keep=["plan"])
        decided.groupBy("plan", "status").count().show()

    `policies` is a shipped id, a path or a program, or several by the id that the policy column names. Rows are shuffled so that those
    of one visit (one patient, where a policy looks at earlier lines) meet in one of `partitions` (default: as Spark is set);
    only columns that the policies can ask go to the workers. The answer has the columns of `Program.evaluate_table`, and those of
    `keep`, which tell whose answer it is where lines have no claim id and number. `columns`, `history_since` and `explain` as there.

    Raises `PolicyError` for a policy with mistakes, `Unreadable` for a column that the table lacks.
    """
    evaluator = evaluator_of(policies, columns=columns, history_since=history_since, explain=explain)
    needed = evaluator.needed(pa.schema([(name, pa.string()) for name in lines.columns]))
    incoming = _selected(lines, needed).limit(0).toArrow().schema
    answer = plain(evaluator.schema(incoming))
    beside = tuple(name for name in dict.fromkeys(keep) if name not in evaluator.carried(incoming))
    _check(beside, answer, lines.columns)
    keys = together(evaluator, incoming)
    sent = placed(_selected(lines, dict.fromkeys((*needed, *beside))), keys, needed, partitions)
    kept = [f"{quoted(f.name)} {f.dataType.simpleString()}" for f in _selected(lines, beside).schema.fields]
    judge = functools.partial(_judge, Shipment.of(evaluator), answer, keys, needed, beside, ROWS)
    return sent.mapInArrow(judge, ", ".join([ddl(answer), *kept]))


def _selected(lines: "DataFrame", names: Iterable[str]) -> "DataFrame":
    return lines.select(*map(quoted, names))


def _check(beside: Sequence[str], answer: pa.Schema, names: Sequence[str]) -> None:
    for name in beside:
        if name not in names:
            raise ValueError(f"keep: the lines have no column `{name}`")
        if name in answer.names:
            raise ValueError(f"keep: `{name}` is also a column of the answer; rename that of the lines")


@attrs.frozen
class _Beside:
    """The evaluator of lines with a place, and with columns that pass it by."""

    evaluator: TableEvaluator
    together: Keys
    needed: tuple[str, ...]
    beside: tuple[str, ...]

    def keys(self, incoming: pa.Schema) -> tuple[str, ...]:
        """The place: rows that share it are evaluated together."""
        return (PLACE,)

    def schema(self, incoming: pa.Schema) -> pa.Schema:
        """The answer's columns, and those that passed by."""
        own = self.evaluator.schema(pa.schema([incoming.field(name) for name in self.needed]))
        return pa.schema([*own, *(incoming.field(name) for name in self.beside)])

    def evaluate(self, table: pa.Table) -> pa.Table:
        """The answers, each with what passed by in its row."""
        check_blanks(table, self.together)
        answer = self.evaluator.evaluate(table.select(list(self.needed)))
        for name in self.beside:
            answer = answer.append_column(table.schema.field(name), table.column(name))
        return answer


def _judge(
    shipment: Shipment, answer: pa.Schema, keys: Keys, needed: tuple[str, ...], beside: tuple[str, ...], rows: int,
    batches: Iterable[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    evaluator = _Beside(shipment.arrived(), keys, needed, beside)
    for decided in evaluate_batches(batches, evaluator, rows=rows):
        kept = [decided.schema.field(name) for name in beside]
        yield from decided.cast(pa.schema([*answer, *kept])).to_batches()
