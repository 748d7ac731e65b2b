"""A process of our own does without pandas and keeps freed memory, up to a bound; other processes are left as they are."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def told(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout.split()


def test_pandas_is_not_found_in_a_lighter_process() -> None:
    program = """
from policy.batches import lighter
print(lighter.is_lightened())
lighter.lighten()
lighter.lighten()
print(lighter.is_lightened())
try:
    import pandas
except ModuleNotFoundError as error:
    print(error.name)
"""
    assert told(program) == ["False", "True", "pandas"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the settings are those of the GNU C Library")
def test_what_lies_free_is_given_back_where_it_is_much() -> None:
    program = """
import numpy as np
from policy.batches import lighter
{lighten}
held = [np.ones(100_000) for _ in range(500)]
del held[::2]  # free, but not at the end of the heap
before = lighter._resident()
lighter.settle()
much, lighter.MUCH = lighter.MUCH, 0
small = lighter._resident()
lighter.settle()
print(before - small < 20_000_000, small - lighter._resident() > 150_000_000)
"""
    assert told(program.format(lighten="lighter.lighten()")) == ["True", "True"]
    assert told(program.format(lighten="")) == ["True", "False"]


def test_other_systems_are_left_as_they_are() -> None:
    program = """
import ctypes, sys
from policy.batches import lighter
sys.platform = "win32"
ctypes.CDLL = None  # there, a library without a name is no library
lighter.lighten()
print(lighter.is_lightened())
"""
    assert told(program) == ["True"]


def test_tables_do_not_pile_up_where_python_seldom_looks_for_cycles() -> None:
    """As in the command, which sets its threshold so high that a run of any length stays below it."""
    program = """
import gc
import pyarrow as pa
import policy
from policy.batches import TableEvaluator, lighter
from policy.columns.frame import Frame
lighter.lighten()
gc.disable()
program = policy.load("base.therapy")
judge = TableEvaluator({program.id: program}, program.id)
many = []
for _ in range(6):
    lighter.settle()
    judge.told(pa.table({"person_id": ["P"], "claim_line_start_date": ["2026-03-02"], "hcpcs_code": ["97530"], "x_minutes": [30]}))
    many.append(sum(isinstance(one, Frame) for one in gc.get_objects()))
print(max(many))
"""
    assert told(program) == ["1"]
