"""Audits of tables in memory, for tests.

Owns: the example, and the way from a table to a finished audit.
Never: goes through files or the command line.
"""

import subprocess
import sys
from pathlib import Path

import policy
from policy.auditing import days
from policy.auditing.audited import Audited, Input
from policy.auditing.figures import Figures
from policy.auditing.lines import lines_of
from policy.auditing.timed import Timed
from policy.batches import TableEvaluator
from policy.columns.layout import Layout

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "audit_claims.parquet"


def audit(table, programs=("medicare.part_b",), **more) -> Audited:  # type: ignore[no-untyped-def]
    """The audit of a table in memory."""
    loaded = {(program := policy.load(name)).id: program for name in programs}
    evaluator = TableEvaluator(loaded, next(iter(loaded)))
    columns = Layout.of(table.schema).columns
    figures = Figures.of(
        lines_of(table, evaluator.evaluate(table), columns, more.get("money", "charge")), Timed(loaded)
    )
    spool = days.Spool()
    spool.add(figures.times)
    overlaps = days.overlaps(spool.parts(), 25)
    inputs = [Input(EXAMPLE.name, figures.rows, EXAMPLE.stat().st_size, None)]
    return Audited(figures, overlaps, loaded, inputs, columns, **more)


def generated(folder: Path) -> Path:
    """The example, made anew."""
    target = folder / "again.parquet"
    subprocess.run([sys.executable, ROOT / "examples" / "audit_claims.py", target], check=True)
    return target
