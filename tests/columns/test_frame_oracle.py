"""The frame's visits, decided one by one, are what the oracle says of the table: before any evaluator of columns, and for every column."""

from typing import Final

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import Row, answers, told_of
from strategies import arrow_forms
from strategies.audits import Audit, audits
from strategies.choice import Seeded
from strategies.looks import look

from policy.columns import buffers
from policy.columns.asked import Asked
from policy.columns.frame import Frame
from policy.columns.layout import FIELDS, Layout
from policy.facts import BY_PATH

OWN: Final = ("line.", "visit.", "note.", "patient.")
"""How the paths of catalogue facts begin that have fields of their own, or no column."""


def of_frame(one: Audit, table: pa.Table) -> list[Row]:
    """What the compiled evaluator says of each visit of the frame, row by row."""
    programs = one.programs("compiled")
    facts = {path: fact for path, fact in BY_PATH.items() if not path.startswith(OWN)}
    for program in programs.values():
        facts |= {
            path: fact
            for path, fact in program.resolved.facts.items()
            if path not in BY_PATH and "documentation." not in path
        }
    asked = Asked(
        frozenset(FIELDS),
        tuple(facts.values()),
        elements=True,
        note=True,
        history=True,
        policies=frozenset(programs),
        default=one.default,
    )
    frame = Frame.of(table, Layout.of(table.schema), asked)
    out: list[Row] = [{}] * table.num_rows
    for row, why in zip(frame.refused.rows.tolist(), frame.refused.reasons.tolist(), strict=True):
        out[row] = {"rejected": frame.refused.words[why]}
    for v in range(frame.visits):
        visit = frame.as_visit(v, one.default)
        told = told_of(programs[visit.policy or ""].evaluate(visit), explain=False)
        for row, said in zip(frame.rows[frame.offsets[v] : frame.offsets[v + 1]].tolist(), told, strict=True):
            out[row] = {"policy": visit.policy, **said, "rejected": None}
    return out


@look(60)
@given(audits(), st.integers(0, 10**6).map(Seeded))
def test_the_visits_of_a_frame_are_those_of_the_table(one: Audit, choices: Seeded) -> None:
    want = answers(one.table, one.programs("reference"), one.default)
    table = arrow_forms.chunked(choices, arrow_forms.rewritten(choices, one.table))
    with pytest.MonkeyPatch.context() as patch:  # as in a process that has not loaded Arrow's functions
        patch.setattr(buffers, "_is_few", lambda array: True)
        few = of_frame(one, one.table)
    for got in (few, of_frame(one, table)):
        assert [row["rejected"] is None for row in want] == [row["rejected"] is None for row in got]
        assert [row for row in want if row["rejected"] is None] == [row for row in got if row["rejected"] is None]
