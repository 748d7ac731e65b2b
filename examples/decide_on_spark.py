"""A Spark job: decisions on Parquet parts of claim lines, a file for each part, and how many lines came to what.

    spark-submit … examples/decide_on_spark.py CLAIMS POLICY OUT

CLAIMS is a folder of Parquet files of which each holds all lines of its patients, at a path or address that every executor reaches.
"""

import sys
from collections.abc import Sequence

from pyspark.sql import SparkSession

import policy.spark


def main(words: Sequence[str]) -> int:
    """Decides, and says how many lines were decided and rejected; 2 when lines that belong together lie in two parts."""
    claims, policy_id, out = words
    spark = SparkSession.builder.appName(f"policy {policy_id}").getOrCreate()
    try:
        written = policy.spark.write_parts(spark, claims, policy_id, out)
    except policy.spark.SplitVisits as error:
        print(error, file=sys.stderr)
        return 2
    lines, decided, rejected = (sum(getattr(one, name) for one in written) for name in ("lines", "decided", "rejected"))
    print(f"{len(written)} parts, {lines} lines: {decided} decided, {rejected} rejected")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
