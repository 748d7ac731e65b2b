"""What the written code calls of statements that take their rows from reference tables.

Owns: handing such a statement to the reference's own function, with the tables that the program holds.
Never: loaded for a plan that asks no table.
"""

import functools
from typing import Any

from policy.claims.visit import Visit
from policy.engine.compiled.handed import given_back, restored, state_of
from policy.engine.outcome import Event
from policy.engine.reference.table_limits import table_limit
from policy.engine.reference.table_pairs import table_pairs
from policy.engine.tables import Answers
from policy.plan.model import Plan
from policy.plan.tables import TableLimit, TablePairs
from policy.values import Truth, Units


def names(answers: Answers | None) -> dict[str, Any]:
    """The functions by the names that written code knows them by."""
    known = answers if answers is not None else Answers()
    return {"ask_table": functools.partial(_ask, known)}


def _ask(
    answers: Answers, plan: Plan, visit: Visit, rule: TablePairs | TableLimit, gated: list[Truth] | None, supported: list[Units | None],
    low: list[Units], high: list[Units | None], events: list[Event], consulted: dict[str, str],
) -> None:  # fmt: skip
    state = restored(state_of(plan, visit, gated, supported, low, high, events), supported)
    state.asked = consulted
    if isinstance(rule, TablePairs):
        table_pairs(state, rule, answers)
    else:
        table_limit(state, rule, answers)
    given_back(state, low, high)
