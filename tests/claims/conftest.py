"""What the tests of the readers share: a file on disk, what was read of it, and a small good visit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policy.claims.problem import Problem
from policy.claims.read import read
from policy.claims.visit import Visit

Read = Callable[..., tuple[list[Visit], list[Problem]]]


@pytest.fixture
def good() -> dict[str, Any]:
    return {"visit": "V1", "date": "2026-03-02", "lines": [{"code": "97530", "minutes": 24, "units": 2}]}


@pytest.fixture
def read_file(tmp_path: Path) -> Read:
    """Writes a file and reads it: the visits, and the problems."""

    def run(name: str, content: bytes | str, log: str | None = None) -> tuple[list[Visit], list[Problem]]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        log_path = tmp_path / "log.csv" if log is not None else None
        if log_path is not None and log is not None:
            log_path.write_text(log)
        found = list(read(path, log=log_path))
        return [x for x in found if isinstance(x, Visit)], [x for x in found if isinstance(x, Problem)]

    return run
