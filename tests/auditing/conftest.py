"""The audit of the example, made once for all tests of a process."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from made_audit import EXAMPLE, audit

from policy.auditing.audited import Audited
from policy.auditing.page import page
from policy.auditing.report import report


@pytest.fixture(scope="session")
def audited() -> Audited:
    """The audit of the example."""
    return audit(pq.read_table(EXAMPLE))


@pytest.fixture(scope="session")
def example_page(audited: Audited, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the example, alone in a folder."""
    path = tmp_path_factory.mktemp("audit") / "report.html"
    path.write_text(page(report(audited)), encoding="utf-8")
    return path
