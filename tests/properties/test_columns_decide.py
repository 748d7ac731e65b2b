"""What is decided in columns: on policies and tables that mostly stay there, all three evaluators say the same, and most visits do stay.

`test_columns_agree.py` asks the same of every policy and table; there nearly every visit has something that columns hand over.
"""

from collections import Counter
from typing import Final

import numpy as np
import pyarrow as pa
from columns.oracle import answers
from hypothesis import event, given
from strategies.audits import Audit
from strategies.choice import Seeded
from strategies.looks import look
from strategies.plain_audits import plain_audit, plain_audits

from policy.batches import TableEvaluator
from policy.engine.columnar.run import Run
from policy.engine.told import Told

STAY: Final = 65
"""Of a hundred visits of the fixed batch, at least so many must be decided in columns."""
AUDITS: Final = 110
"""Tables of the fixed batch."""
ENOUGH: Final = 3
"""How often each kind of finding must be told of lines that were decided in columns."""

TOLD: Final = """
deny overbilled; reduce overbilled; note underbilled; note no unit; undetermined units unknown; undetermined unclassified
deny gate; deny pair; undetermined pair
deny limit; reduce limit; warn limit; note limit; review limit; authorize limit; undetermined limit
deny check; reduce check; review check; authorize check; warn check; note check; undetermined check
note not modelled; undetermined amount unknown; a tie
"""


def evaluator(one: Audit) -> TableEvaluator:
    return TableEvaluator(one.programs("compiled"), one.default)


def judged(one: Audit, judge: TableEvaluator) -> list[tuple[bool, Told]]:
    """Of each line that can be read: whether its visit was handed to the compiled evaluator, and what is told of it."""
    frame = judge.frame(one.table)
    fine = judge.schema(one.table.schema).field("supported_units").type != pa.int32()
    run = Run(judge.programs, one.default, 10_000 if fine else 1, pays=False)
    came = run.evaluate(frame)
    aside = np.repeat(came.aside, np.diff(frame.offsets)).tolist()
    return [(gone, run.told[cell]) for gone, cell in zip(aside, came.cell.tolist(), strict=True)]


@look(45)
@given(plain_audits())
def test_what_columns_decide_is_what_the_others_decide(one: Audit) -> None:
    judge = evaluator(one)
    slow, fast = (answers(one.table, each, one.default) for each in (one.programs("reference"), judge.programs))
    assert slow == fast
    judge.evaluate(one.table.slice(one.table.num_rows // 2))  # what is learned of one table is no answer for the next
    for number, (want, got) in enumerate(zip(slow, judge.evaluate(one.table).to_pylist(), strict=True)):
        assert (want["rejected"] is None) == (got["rejected"] is None), f"row {number} is rejected"
        for name in want.keys() & got.keys() if got["rejected"] is None else ():
            assert want[name] == got[name], f"`{name}` of row {number} is {want[name]!r}, and {got[name]!r}"
    lines = judged(one, judge)
    event(f"tenths of lines that stay in columns: {sum(not aside for aside, _ in lines) * 10 // max(len(lines), 1)}")


def test_most_visits_of_plain_tables_are_decided_in_columns() -> None:
    """And every kind of finding is told there, so that agreement is not about lines of which nothing is said."""
    audits = [plain_audit(Seeded(seed), 60) for seed in range(AUDITS)]
    lines = [line for one in audits for line in judged(one, evaluator(one))]
    stayed = [told for aside, told in lines if not aside]
    assert len(stayed) * 100 >= STAY * len(lines), f"{len(stayed)} of {len(lines)} lines stayed in columns"
    met = Counter(one for told in stayed for one in (*told.findings.split("; "), "a tie" * told.tie))
    rare = {one: met[one] for one in TOLD.strip().replace("\n", "; ").split("; ") if met[one] < ENOUGH}
    assert rare == {}
