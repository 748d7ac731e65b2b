"""What decides one visit at a time is loaded when a table has a visit that needs it, and no sooner."""

import json
import subprocess
import sys

from engine.columnar.judged import HEAD

SCRIPT = """
import datetime as dt, json, sys
import pyarrow as pa
import policy

lines = {{
    "x_visit": ["1", "1"], "claim_line_start_date": [dt.date(2026, 3, 2)] * 2, "hcpcs_code": ["97530", "97110"],
    "service_unit_quantity": [2, 1], "x_minutes": [23, {minutes!r}],
}}
answer = policy.load({text!r}).evaluate_table(pa.table(lines))
print(json.dumps([answer.column("status").to_pylist(), [name for name in {names!r} if name in sys.modules]]))
"""
ENGINE = ("columnar.aside", "compiled", "decision", "evidence", "unsettled")
"""What decides one visit at a time."""
WORDED = ("about", "telling", "words", "remedies", "traced")
"""What puts findings into words: no row of a table needs it."""


def loaded(minutes: int | None) -> list[str]:
    """Which of all these a run over one visit loads, of whose second line so many minutes are stated."""
    names = [f"policy.engine.{name}" for name in (*ENGINE, *WORDED)]
    script = SCRIPT.format(text=HEAD, minutes=minutes, names=names)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    statuses, found = json.loads(done.stdout)
    assert None not in statuses
    return [name.removeprefix("policy.engine.") for name in found]


def test_a_run_without_visits_aside_loads_nothing_for_them() -> None:
    assert loaded(15) == []


def test_a_visit_aside_is_decided_without_words() -> None:
    """Minutes that only some lines of a pool state are no matter for columns."""
    assert loaded(None) == list(ENGINE)
