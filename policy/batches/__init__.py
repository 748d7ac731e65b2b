"""Tables of claim lines through a program: Arrow in, Arrow out, one row per line."""

from policy.batches.clusters import NotClustered
from policy.batches.evaluator import TableEvaluator
from policy.batches.stream import evaluate_batches

__all__ = ["NotClustered", "TableEvaluator", "evaluate_batches"]
