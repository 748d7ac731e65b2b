"""Runs with policies that look at earlier lines: shared out, sorted or not, they say what one table says."""

import datetime as dt
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import policy
from policy.batches import TableEvaluator
from policy.batches.run import Options, evaluate_files

LOOKS_BACK = """
policy test.year "Ten units a year"

codes timed
    97110, 97530
    one unit each 15 minutes

count timed_units
    applies to timed
    by each code
    pool patient, day
    a unit at 8 minutes of 15
    assume "so"

limit ten
    applies to timed
    at most 10 units
    per patient and calendar year
    counting allowed units
    on excess deny the excess, last line first
    assume "so"
"""
OF_THE_DAY = LOOKS_BACK[: LOOKS_BACK.index("limit ten")]
SMALL = Options(unit_rows=30, whole_rows=0, share_rows=80)


def claims(patients: int = 25, seed: int = 3) -> pa.Table:
    """Lines of some days of each patient, sorted."""
    rng = np.random.default_rng(seed)
    rows = []
    for who in range(patients):
        for day in range(int(rng.integers(1, 7))):
            for line in range(int(rng.integers(1, 4))):
                rows.append(
                    (f"P{who:04}", f"V{who:04}-{day}", dt.date(2026, 3, 1 + day), "97530" if line % 2 else "97110")
                )
    who, visit, date, code = zip(*rows, strict=True)
    units = rng.integers(1, 4, len(rows))
    return pa.table(
        {
            "claim_id": [f"C{k:05}" for k in range(len(rows))],
            "claim_line_number": pa.array([1] * len(rows), pa.int32()),
            "person_id": who,
            "claim_line_start_date": date,
            "x_visit": visit,
            "hcpcs_code": code,
            "service_unit_quantity": pa.array(units, pa.int32()),
            "x_minutes": pa.array(units * 15, pa.int32()),
        }
    )


def run(folder: Path, table: pa.Table, text: str, **options: object) -> tuple[list[object], list[object]]:
    """Decisions over files shared out, and over one table."""
    program = policy.load(text)
    evaluator = TableEvaluator({program.id: program}, program.id)
    pq.write_table(table, folder / "in.parquet", row_group_size=20)
    evaluate_files([folder / "in.parquet"], evaluator, attrs.evolve(SMALL, out=folder / "out.parquet", **options))
    found = pq.read_table(folder / "out.parquet").to_pylist()
    whole = evaluator.evaluate(table)
    expected = whole.filter(whole["rejected"].is_null()).drop_columns(["rejected"]).to_pylist()
    if len(expected) < table.num_rows:
        reasons = [reason for reason in whole["rejected"].to_pylist() if reason is not None]
        assert pq.read_table(folder / "out.rejects.parquet")["reason"].to_pylist() == reasons
    return found, expected


def shuffled(table: pa.Table) -> pa.Table:
    return table.take(pa.array(np.random.default_rng(7).permutation(table.num_rows)))


@pytest.mark.parametrize("text", [LOOKS_BACK, OF_THE_DAY], ids=["year", "day"])
@pytest.mark.parametrize("columns", [[], ["x_visit"], ["person_id"]], ids=["both", "patient", "visit"])
@pytest.mark.parametrize("order", ["sorted", "shuffled"])
def test_files_say_what_a_table_says(tmp_path: Path, text: str, columns: list[str], order: str) -> None:
    table = claims().drop_columns(columns)
    found, expected = run(tmp_path, table if order == "sorted" else shuffled(table), text)
    assert found == expected
    if text == LOOKS_BACK and "person_id" not in columns:
        assert any("limit ten" in row["statements"] for row in found)


def test_explanations_come_back_to_their_lines(tmp_path: Path) -> None:
    program = policy.load(LOOKS_BACK)
    evaluator = TableEvaluator({program.id: program}, program.id, explain=True)
    table = shuffled(claims())
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=20)
    evaluate_files([tmp_path / "in.parquet"], evaluator, attrs.evolve(SMALL, out=tmp_path / "out.parquet"))
    assert (
        pq.read_table(tmp_path / "out.parquet").to_pylist()
        == evaluator.evaluate(table).drop_columns(["rejected"]).to_pylist()
    )


def test_blanks_around_keys_are_no_part_of_them(tmp_path: Path) -> None:
    table = claims().drop_columns(["x_visit"])
    who = [f"{name}{' ' * (k % 3)}" for k, name in enumerate(table["person_id"].to_pylist())]
    npis = pa.array(([None, "", " "] * len(who))[: len(who)])
    for ids in (pa.array(who), pa.array(who).view(pa.binary())):
        blank = table.set_column(2, "person_id", ids).append_column("billing_npi", npis)
        for text in (LOOKS_BACK, OF_THE_DAY):
            found, expected = run(tmp_path, blank, text)
            assert found == expected


def test_a_day_with_times_is_a_day(tmp_path: Path) -> None:
    table = claims().drop_columns(["x_visit"])
    days = table["claim_line_start_date"].to_pylist()
    times = [dt.datetime(day.year, day.month, day.day, k % 24) for k, day in enumerate(days)]
    found, expected = run(
        tmp_path, table.set_column(3, "claim_line_start_date", pa.array(times, pa.timestamp("us"))), OF_THE_DAY
    )
    assert found == expected


def test_a_visit_of_a_hundred_thousand_lines(tmp_path: Path) -> None:
    """It cannot be judged, and says so on each of its lines; the others are."""
    table = claims()
    long = pa.concat_tables([table.slice(0, 1)] * 100_000).set_column(2, "person_id", pa.array(["P9999"] * 100_000))
    long = long.set_column(4, "x_visit", pa.array(["V9999"] * 100_000))
    program = policy.load(LOOKS_BACK)
    evaluator = TableEvaluator({program.id: program}, program.id)
    pq.write_table(pa.concat_tables([table, long]), tmp_path / "in.parquet", row_group_size=9000)
    summary = evaluate_files(
        [tmp_path / "in.parquet"], evaluator, Options(tmp_path / "out.parquet", unit_rows=9000, whole_rows=0)
    )
    assert (summary.tally.lines, summary.rejected) == (table.num_rows, 100_000)
    assert len(summary.tally.reasons) == 1
