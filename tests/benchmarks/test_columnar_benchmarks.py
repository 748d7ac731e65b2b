"""The columnar benchmarks at a small size: data as promised, and every program that is installed gives the same answer on each line.

DuckDB, Polars and gcc are in no extra for tests: what needs them is skipped where they are not installed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks" / "columnar"


def run(script: str, *arguments: object) -> str:
    command = [sys.executable, str(FOLDER / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def agreement(tmp_path_factory: pytest.TempPathFactory) -> str:
    pytest.importorskip("numpy")
    return run("run.py", "stages", "--visits", 2_000, "--rounds", 1, "--folder", tmp_path_factory.mktemp("columnar"))


@pytest.mark.parametrize("program", ["plain Python", "NumPy by size", "PyArrow + NumPy", "the engine"])
def test_programs_agree(agreement: str, program: str) -> None:
    assert program in agreement.partition("6,520 lines:")[2]


def test_the_time_of_the_engine_is_told_by_stages(agreement: str) -> None:
    table = agreement.partition("## stages")[2]
    spent = {line.split("|")[1].strip(): line.split("|")[2].strip() for line in table.splitlines() if "|" in line}
    for stage in ("read", "decode and group", "evaluate", "answer as columns", "write"):
        assert int(spent[stage].replace(",", "")) > 0, stage


@pytest.mark.parametrize("program", ["DuckDB (windows)", "DuckDB (lists)"])
def test_duckdb_agrees(agreement: str, program: str) -> None:
    pytest.importorskip("duckdb")
    assert program in agreement.partition("6,520 lines:")[2]


@pytest.mark.parametrize("program", ["Polars (over)", "Polars (shift)", "Polars (shift, in memory)"])
def test_polars_agrees(agreement: str, program: str) -> None:
    pytest.importorskip("polars")
    assert program in agreement.partition("6,520 lines:")[2]


@pytest.mark.parametrize(
    "policy", ["common task and 50 statements", "common task and 200 statements", "medicare.part_b"]
)
def test_tables_are_answered_as_visits_are(agreement: str, policy: str) -> None:
    assert policy in agreement.partition("one by one:")[2]


@pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no gcc")
def test_c_agrees(agreement: str) -> None:
    assert "; C;" in agreement.partition("6,520 lines:")[2]


def test_claims_are_the_same_for_a_seed_and_shuffled_ones_are_the_same_lines(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    first, again, shuffled = (tmp_path / f"{name}.parquet" for name in ("first", "again", "shuffled"))
    for path, options in ((first, ()), (again, ()), (shuffled, ("--shuffled",))):
        told = run("generate.py", path, "--lines", 20_000, *options)
        assert "20,000 lines of 6,1" in told
    table, other = pq.read_table(first), pq.read_table(shuffled)
    assert first.read_bytes() == again.read_bytes()
    assert not other.equals(table)
    assert other.sort_by([("visit_id", "ascending"), ("claim_line_number", "ascending")]).equals(table)
    codes = table.group_by(["visit_id", "hcpcs_code"]).aggregate([([], "count_all")])
    assert codes.num_rows == table.num_rows, "a code stands twice in a visit"
