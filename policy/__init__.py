"""Payer rules for therapy billing as readable policy files, compiled to evaluators that explain every answer.

    program = policy.load("medicare.part_b")
    decision = program.evaluate(visit)
    decision.lines[0].allowed_units, decision.findings, decision.explain()

This module is the whole public API.
"""

from typing import TYPE_CHECKING, Any

from policy.version import VERSION as __version__

if TYPE_CHECKING:
    from policy.claims.problem import Problem, Unreadable
    from policy.claims.read import read
    from policy.claims.visit import Line, PastLine, Visit
    from policy.diagnostics import Diagnostic, PolicyError
    from policy.engine.answer import Citation, Finding, Ground, LineDecision, Receipt, Step
    from policy.engine.decision import Decision
    from policy.program import Program, entries, load
    from policy.resolve.files import check

_HOMES = {
    "Problem": "policy.claims.problem", "Unreadable": "policy.claims.problem", "read": "policy.claims.read",
    "Line": "policy.claims.visit", "PastLine": "policy.claims.visit", "Visit": "policy.claims.visit",
    "Diagnostic": "policy.diagnostics", "PolicyError": "policy.diagnostics",
    "Citation": "policy.engine.answer", "Finding": "policy.engine.answer", "Ground": "policy.engine.answer",
    "LineDecision": "policy.engine.answer",
    "Receipt": "policy.engine.answer", "Step": "policy.engine.answer", "Decision": "policy.engine.decision",
    "Program": "policy.program", "check": "policy.resolve.files", "entries": "policy.program", "load": "policy.program",
}  # fmt: skip

__all__ = [
    "Citation",
    "Decision",
    "Diagnostic",
    "Finding",
    "Ground",
    "Line",
    "LineDecision",
    "PastLine",
    "PolicyError",
    "Problem",
    "Program",
    "Receipt",
    "Step",
    "Unreadable",
    "Visit",
    "__version__",
    "check",
    "entries",
    "load",
    "read",
]


def __getattr__(name: str) -> Any:
    """Imports a name's module when it is first used, so that a command pays only for what it needs."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'policy' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
