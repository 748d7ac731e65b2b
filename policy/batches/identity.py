"""What an evaluator is made of, as plain data: by which an interrupted run is known to be the same.

Owns: digests of policies and reference tables, the version, the options that change an answer.
Never: identifies an evaluator of another kind by more than its text.
"""

import hashlib
from typing import Any

from policy.batches.evaluator import TableEvaluator
from policy.batches.stream import Evaluator
from policy.program import Program
from policy.version import LANGUAGE, VERSION


def identity(evaluator: Evaluator) -> dict[str, Any]:
    """The parts of an evaluator that decide its answers."""
    if not isinstance(evaluator, TableEvaluator):
        return {"policies": repr(evaluator), "settings": [VERSION]}
    return {
        "policies": {name: _digest(program) for name, program in sorted(evaluator.programs.items())},
        "tables": _tables(evaluator),
        "settings": [
            VERSION, LANGUAGE, evaluator.default, {key: str(name) for key, name in sorted(evaluator.columns.items())},
            str(evaluator.history_since), evaluator.explain, dict(sorted(evaluator.policies.items())),
        ],
    }  # fmt: skip


def _digest(program: Program) -> str:
    """Of the policy's file and its parents'."""
    told = "\n".join(f"{name} {digest}" for name, digest in program.files)
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def _tables(evaluator: TableEvaluator) -> list[str]:
    """The reference tables there are, where a policy asks any."""
    for program in evaluator.programs.values():
        if any(plan.asks_tables for plan in program.plans):
            from policy.tables.lookup import Tables  # only now: most policies ask none

            return sorted(held.table.digest for held in Tables.open())
    return []
