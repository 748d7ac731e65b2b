"""Tables of claim lines through a program: Arrow in, Arrow out, one row per line."""

from policy.batches.evaluator import TableEvaluator

__all__ = ["TableEvaluator"]
