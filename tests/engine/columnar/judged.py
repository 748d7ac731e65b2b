"""Small claim tables for the columnar evaluator: what it sets aside and why, with every answer held against its visit's.

Owns: `judge`, which asserts that a table's answers are those of its visits one by one, and tells what was set aside.
Never: a statement of a real payer; `HEAD` counts as Medicare does, and tests add what they are about.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import attrs
import pyarrow as pa

import policy
from policy.batches import TableEvaluator
from policy.engine.columnar.run import Run
from policy.engine.told import amounts, told

Row = Mapping[str, Any]

HEAD = """policy tests.columns "Columns"
source manual "A payer's manual"
codes timed
    97110, 97112, 97140, 97530
    one unit each 15 minutes
codes untimed
    97161, 97010
    one unit each day
count timed_units
    applies to  timed
    by          total time
    pool        patient, day, discipline
    a unit      at 8 minutes of 15
    leftover    to the largest remainder
    ties        are the provider's choice
    cite        manual
"""


@attrs.frozen
class Judged:
    """What came of a table."""

    asides: Counter[str]
    """Why visits were set aside."""
    aside: list[bool]
    """Of each visit, in the order of the table's visits: whether it was set aside."""
    decided: int
    """How many of these were decided one by one; the others had the content of one of them."""
    rows: list[dict[str, Any]]
    """The answer."""

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]


def lines(visit: str, *given: Sequence[Any], date: str = "2026-03-02", patient: str = "", **more: Any) -> list[Row]:
    """The lines of a visit, of a patient of its own: of each its code, minutes, units and modifiers (`"GP CQ"`), as far as given."""
    names = ("hcpcs_code", "x_minutes", "service_unit_quantity", "modifiers")
    out = []
    for one in given:
        row = dict(zip(names, one, strict=False))
        marks = (row.pop("modifiers", None) or "GP").split()
        row |= {f"hcpcs_modifier_{k}": mark for k, mark in enumerate(marks, 1)}
        out.append(
            {"x_visit": visit, "person_id": patient or f"P{visit}", "claim_line_start_date": date, **row, **more}
        )
    return out


def table(rows: Sequence[Row], without: Sequence[str] = ()) -> pa.Table:
    """The rows in columns; a cell that a row does not have is null."""
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: [row.get(name) for row in rows] for name in names if name not in without})


def rounded(amount: Decimal) -> Decimal:
    """An amount as an answer's column holds it."""
    return amount.quantize(Decimal("0.0001"), ROUND_HALF_EVEN)


def judge(text: str, rows: Sequence[Row], without: Sequence[str] = ()) -> Judged:
    """The answers for a table under a policy, each of them asserted to be that of its visit."""
    program = policy.load(text)
    evaluator = TableEvaluator({program.id: program}, program.id)
    given = table(rows, without)
    answer = evaluator.evaluate(given).to_pylist()
    frame = evaluator.frame(given)
    for v in range(frame.visits):
        decision = program.evaluate(frame.as_visit(v, program.id))
        mine = frame.rows[frame.offsets[v] : frame.offsets[v + 1]].tolist()
        paid = [line.allowed_amount for line in decision.lines]
        for row, line, (supported, allowed), amount in zip(mine, told(decision), amounts(decision), paid, strict=True):
            cells = {**line._asdict(), "supported_units": supported, "allowed_units": allowed, "visit_status": decision.status}  # fmt: skip
            cells |= {"allowed_amount": None if amount is None else rounded(amount)} if program.pays else {}
            assert {name: answer[row][name] for name in cells} == cells, f"row {row}"
    run = Run({program.id: program}, program.id, 1, pays=False)
    answers = run.evaluate(frame)
    return Judged(run.asides, answers.aside.tolist(), answers.decided, answer)
