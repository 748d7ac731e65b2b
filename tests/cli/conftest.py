"""The command as a user runs it: a process of its own, in an empty folder."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

CLINIC_POLICY = """\
policy test.clinic "A policy for tests"

source manual "Manual"
    link "https://www.example.com/manual"

codes timed "billed in 15-minute units"
    97110, 97112, 97140, 97530
    one unit each 15 minutes
    cite manual

codes group "billed once a day"
    97150
    one unit each day
    cite manual

count timed_units "the eight-minute rule"
    applies to timed
    by total time
    pool patient, day
    a unit at 8 minutes of 15
    leftover to the largest remainder
    ties are the provider's choice
    cite manual "page 3"

pair group_over_individual
    97150 over 97530
    deny the second
    unless modifier 59 or XE on either line
    reason CO-236
    fix "add modifier 59 when the sessions were separate"
    cite manual "page 4"

limit four_units
    applies to timed
    at most 4 units
    per patient and day
    counting allowed units
    on excess deny the excess, last line first
    reason CO-119
    assume "the last line gives way"

require gp
    applies to timed
    exactly one of modifier GP, GO or GN
    otherwise review
    cite manual

example two_codes "24 and 23 minutes"
    visit 2026-03-02
        97530 24 minutes modifier GP
        97110 23 minutes modifier GP
    expect
        97530 2 units
        97110 1 unit
"""


@attrs.frozen
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@attrs.frozen
class Cli:
    """Runs `policy …` in `folder`."""

    folder: Path

    def __call__(self, *words: str | Path, stdin: str = "", **more: str) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "policy", *map(str, words)],
            cwd=self.folder,
            env=self.environment(**more),
            input=stdin.encode(),
            capture_output=True,
            timeout=60,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def environment(self, **more: str) -> dict[str, str]:
        """No colour or width of the terminal that runs the tests; `policy` importable from anywhere."""
        kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "POLICY_DEBUG")}
        root = str(Path(__file__).parents[2])
        paths = os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH", "")) if p)
        return {**kept, "PYTHONPATH": paths, "TERM": "xterm-256color", **more}

    def write(self, name: str, content: str) -> Path:
        """A file in the folder."""
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """The command in an empty folder."""
    return Cli(tmp_path)


@pytest.fixture
def clinic(cli: Cli) -> Cli:
    """The command in a folder with a policy `clinic.policy`."""
    cli.write("clinic.policy", CLINIC_POLICY)
    return cli


Make = Callable[..., dict[str, Any]]


@pytest.fixture
def visit() -> Make:
    """One visit as JSON holds it: (code, minutes, units) for each line."""

    def make(name: str | None, *lines: Sequence[Any], **more: Any) -> dict[str, Any]:
        made = [{"code": c, "minutes": m, "units": u, "modifiers": ["GP"]} for c, m, u in lines]
        data: dict[str, Any] = {"date": "2026-03-02", "lines": made, **more}
        return {**data, "visit": name} if name else data

    return make


@pytest.fixture
def good(visit: Make) -> dict[str, Any]:
    """A visit that is allowed."""
    return visit("V1", ("97530", 24, 2), ("97110", 23, 1))


@pytest.fixture
def denied(visit: Make) -> dict[str, Any]:
    """A visit with a denied line."""
    return visit("V2", ("97150", None, 1), ("97530", 15, 1))


def lines(*visits: Mapping[str, Any]) -> str:
    """Visits as JSON Lines."""
    return "".join(json.dumps(one) + "\n" for one in visits)


@pytest.fixture
def jsonl() -> Callable[..., str]:
    return lines
