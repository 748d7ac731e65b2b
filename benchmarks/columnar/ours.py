"""The same file through the engine: a policy, the evaluator of tables, and what the command line does with them.

Owns: how the benchmarks call the engine, and how its answer is compared with that of the programs by hand.
Never: anything that a user of the engine could not do.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import task

import policy
from policy.batches import TableEvaluator

COLUMNS = {"visit": "visit_id"}


def evaluator(source: str | Path = task.POLICY) -> TableEvaluator:
    program = policy.load(source)
    return TableEvaluator({program.id: program}, program.id, COLUMNS)


def parquet_to_parquet(source: Path, out: Path, evaluator: TableEvaluator) -> None:
    """Claims in one file to decisions in another, in one thread."""
    pq.write_table(evaluator.evaluate(pq.read_table(source, use_threads=False)), out, compression="snappy")


def disagreements(decisions: pa.Table, allowed: np.ndarray, reasons: np.ndarray, billed: np.ndarray) -> int:
    """Lines on which the engine and the programs by hand differ, in what both say: allowed units (never above those billed), that
    more was billed, a denial by the pair, units above the cap, and that nothing is supported."""
    statements = decisions["statements"].cast(pa.string())
    told = {
        task.DENIED_BY_PAIR: pc.match_substring(statements, "pair separate"),
        task.OVER_CAP: pc.match_substring(statements, "limit cap"),
        task.NOT_SUPPORTED: pc.equal(decisions["supported_units"], 0),
    }
    units = decisions["allowed_units"].fill_null(-1).to_numpy()
    wrong = units != np.minimum(allowed, billed)
    wrong |= (units < billed) != (reasons & task.OVERBILLED > 0)
    for bit, found in told.items():
        expected = reasons & bit > 0
        if bit == task.OVER_CAP:
            expected &= billed > task.CAP
        wrong |= found.fill_null(False).to_numpy(zero_copy_only=False) != expected
    return int(wrong.sum())
