"""One Spark and one Dask for all tests: each starts once in a run, on this machine."""

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from cluster_claims import ROOT

BATCH = 3
"""Rows of an Arrow batch that Spark hands over: so few that nearly every visit is cut."""


@pytest.fixture(scope="session")
def _workers_find_the_project() -> Iterator[None]:
    """Workers import `policy` from this checkout, as on a cluster they do from the wheel."""
    path = os.pathsep.join(filter(None, (str(ROOT), str(ROOT / "tests" / "cluster"), os.environ.get("PYTHONPATH"))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", path)
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        yield


@pytest.fixture(scope="session")
def spark(_workers_find_the_project: None) -> Iterator[Any]:
    """A Spark of two cores that hands rows over three at a time."""
    sql = pytest.importorskip("pyspark.sql", reason="needs the extra `spark`")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs Java 17 or later, which is not on this machine")
    settings = {
        "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g", "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.shuffle.partitions": "3",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(BATCH), "spark.sql.session.timeZone": "America/New_York",
        "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR", "spark.sql.warehouse.dir": os.devnull,
    }  # fmt: skip
    builder = sql.SparkSession.builder.master("local[2]").appName("payer-policy")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def client(_workers_find_the_project: None) -> Iterator[Any]:
    """A Dask cluster of two processes."""
    distributed = pytest.importorskip("distributed", reason="needs the extra `dask`")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster) as found,
    ):
        yield found
