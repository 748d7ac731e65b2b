"""Claim lines in Spark: tables are evaluated inside Spark's own workers.

    decided = policy.spark.evaluate(spark.table("claims.medical_claim"), "medicare.part_b")
    decided.write.parquet("decisions")

`rows` has lines that come through Spark, `parts` has Parquet files that the workers read by themselves. An executor needs this
package with its extra `table`, and nothing else.
"""

from policy.batches.boundaries import SplitVisits
from policy.batches.part_work import Written
from policy.batches.shipping import Unlike
from policy.spark.parts import evaluate_parts, write_parts
from policy.spark.rows import evaluate

__all__ = ["SplitVisits", "Unlike", "Written", "evaluate", "evaluate_parts", "write_parts"]
