"""The same file through the engine: a policy, the evaluator of tables, and what the command line does with them.

Owns: how the benchmarks call the engine, and how its answer is compared with that of the programs by hand.
Never: anything that a user of the engine could not do.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import task

import policy
from policy.batches import TableEvaluator
from policy.batches.run import Options, evaluate_files
from policy.columns.frame import Frame
from policy.engine.columnar.run import Answers, Run

COLUMNS = {"visit": "visit_id"}


def evaluator(source: str | Path = task.POLICY) -> TableEvaluator:
    program = policy.load(source)
    return TableEvaluator({program.id: program}, program.id, COLUMNS)


def parquet_to_parquet(source: Path, out: Path, evaluator: TableEvaluator) -> None:
    """Claims in one file to decisions in another: what `policy run` does, in this process."""
    evaluate_files([source], evaluator, Options(out=out, jobs=1))


def kernel(source: Path, evaluator: TableEvaluator) -> Callable[[], object]:
    """The written kernel on a frame that is already decoded: units, statuses, and a number for what is told of each line."""
    run, frame = _decoded(source, evaluator)
    return lambda: run.evaluate(frame)


def judged(source: Path, evaluator: TableEvaluator) -> tuple[Run, Answers]:
    """The answers for a file, and what judged them."""
    run, frame = _decoded(source, evaluator)
    return run, run.evaluate(frame)


def _decoded(source: Path, evaluator: TableEvaluator) -> tuple[Run, Frame]:
    words = ["hcpcs_code", *(f"hcpcs_modifier_{k}" for k in range(1, 5))]
    frame = evaluator.frame(pq.read_table(source, use_threads=False, read_dictionary=words))
    return Run(evaluator.programs, evaluator.default, 1, pays=False), frame


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


def mappings(table: pa.Table) -> list[dict[str, Any]]:
    """The visits of a table whose lines stand together, in the published JSON shape."""
    visits: dict[int, dict[str, Any]] = {}
    for row in table.to_pylist():
        visit = visits.setdefault(row["visit_id"], {
            "visit": str(row["visit_id"]), "patient": {"id": row["person_id"]}, "provider": row["billing_npi"],
            "claim": row["claim_id"], "date": str(row["claim_line_start_date"]), "lines": [],
        })  # fmt: skip
        line = {
            "line": row["claim_line_number"], "code": row["hcpcs_code"], "minutes": row["x_minutes"],
            "units": row["service_unit_quantity"], "charge": str(row["charge_amount"]),
            "modifiers": [m for m in (row[f"hcpcs_modifier_{k}"] for k in range(1, 5)) if m],
        }  # fmt: skip
        told = {"provider": row.get("rendering_npi"), "place": row.get("place_of_service_code")}
        visit["lines"].append(line | {key: value for key, value in told.items() if value})
    return list(visits.values())


def as_visits(evaluator: TableEvaluator, table: pa.Table) -> int:
    """Lines of which the table's answer is another than that of their visit alone: units, status or missing facts."""
    program = evaluator.programs[evaluator.default or ""]
    decisions = [program.evaluate(visit) for visit in mappings(table)]
    expected = [
        (line.supported_units, line.allowed_units, line.status) for decision in decisions for line in decision.lines
    ]
    answer = evaluator.evaluate(table)
    told = zip(*(answer[name].to_pylist() for name in ("supported_units", "allowed_units", "status")), strict=True)
    return sum(a != b for a, b in zip(expected, told, strict=True))
