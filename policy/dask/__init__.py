"""Claim lines in Dask: the light cluster.

    with Client("tcp://scheduler:8786"):
        written = policy.dask.write_parts("claims/2026-03/", "medicare.part_b", "decisions/2026-03/")

`rows` has a Dask DataFrame of claim lines, `parts` has Parquet files that the workers read by themselves. A worker needs this package
with its extra `table`, and nothing else.
"""

from policy.batches.boundaries import SplitVisits
from policy.batches.part_work import Written
from policy.batches.shipping import Unlike
from policy.dask.parts import evaluate_parts, write_parts
from policy.dask.rows import evaluate

__all__ = ["SplitVisits", "Unlike", "Written", "evaluate", "evaluate_parts", "write_parts"]
