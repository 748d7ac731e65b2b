"""What every stage says when something is wrong: one diagnostic type, one registry of codes.

Owns: `Diagnostic`, the sorted collection of them, `PolicyError`, and the nearest-name suggestion.
Never: prints (`render/` does) and never decides whether a run goes on.
"""

from policy.diagnostics.model import Diagnostic, Edit, Label, PolicyError, in_order, nearest
from policy.diagnostics.registry import REGISTRY, Entry

__all__ = ["REGISTRY", "Diagnostic", "Edit", "Entry", "Label", "PolicyError", "in_order", "nearest"]
