"""A column that a run no longer asks for: rows are placed by their own cells.

Owns: nothing; it goes when nothing imports it.
Never: reads a row.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from policy.batches.stream import Evaluator


def visit_column(evaluator: Evaluator, incoming: pa.Schema) -> str | None:
    """None."""
    return None


def lone(columns: Sequence[pa.Array], table: pa.Table, visit: str) -> np.ndarray:
    """None."""
    return np.empty(0, np.int64)
