"""What every folder of tests shares: the flag that rewrites expectations, the profile under which Hypothesis looks further, and
files whose tests stay in one process.

Owns: `--rewrite`, `--kills`, the profile, and `IN_ONE_PROCESS`. A test that compares with a file in the repository takes the fixture
`rewrite` and, when it is true, writes the file instead; `git diff` is the review. `--hypothesis-profile=long` looks at forty times
the examples.
"""

from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("long", max_examples=4000)

IN_ONE_PROCESS = ("tests/cluster/test_cluster_dask.py", "tests/cluster/test_cluster_spark.py")
"""Files whose tests share what takes long to start; under `-n 2` one process has them all."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests go to any process that is free, but those of one of these files to the same."""
    if config.getvalue("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file in IN_ONE_PROCESS else nodeid

    return ByFile(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write expected files anew; review them with git diff")
    parser.addoption(
        "--kills", type=int, default=1, help="runs over files that are killed again and again, of each sort"
    )


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    """True when expected files are to be written anew."""
    return bool(request.config.getoption("--rewrite"))
