"""Plain tables stay in columns: of the common task, at least 99 of 100 visits are never handed to the compiled evaluator."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
from oracle import answers
from strategies import arrow_forms
from strategies.choice import Seeded
from strategies.visits import MINUTES

import policy
from policy.batches import TableEvaluator
from policy.engine.columnar.run import Run

TASK = Path(__file__).parents[2] / "benchmarks" / "common_task.policy"
CODES = ("97110", "97112", "97116", "97140", "97530", "97535", "97035", "97161", "97150", "97010")
VISITS = 2000
SAMPLE = 600
"""Lines that are held against the oracle."""


def plain() -> pa.Table:
    """Lines with minutes, units, GP and one billing provider, no code twice in a visit; a patient comes on several days."""
    choices = Seeded(4)
    rows = []
    for visit in range(VISITS):
        day = dt.date(2026, 1, 5) + dt.timedelta(days=visit % 5)
        for number, code in enumerate(choices.some(CODES, 1, 8), 1):
            minutes = choices.pick(MINUTES)
            units = max(1, minutes // 15 + choices.pick((0, 0, 1, 1, -1)))
            cells = {
                "person_id": f"p-{visit // 5}",
                "claim_line_start_date": day,
                "billing_npi": "dr-1",
                "hcpcs_code": code,
            }
            cells |= {
                "x_minutes": minutes,
                "service_unit_quantity": units,
                "hcpcs_modifier_1": "GP",
                "claim_line_number": number,
            }
            rows.append(cells)
    return arrow_forms.table(rows)


def test_plain_visits_of_the_common_task_stay_in_columns() -> None:
    program = policy.load(TASK)
    evaluator, table = TableEvaluator({program.id: program}, program.id), plain()
    judged = Run({program.id: program}, program.id, 1, False).evaluate(evaluator.frame(table))
    assert len(judged.aside) == VISITS
    assert judged.aside.sum() <= VISITS // 100
    answer = evaluator.evaluate(table).slice(0, SAMPLE).to_pylist()
    cut = max(i for i in range(1, SAMPLE) if table.column("person_id")[i] != table.column("person_id")[i - 1])
    want = answers(table.slice(0, cut), {program.id: policy.load(TASK, engine="reference")}, program.id)
    for one, other in zip(want, answer[:cut], strict=True):
        assert {name: one[name] for name in other if name in one} == {
            name: cell for name, cell in other.items() if name in one
        }
