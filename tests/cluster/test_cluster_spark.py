"""A real Spark of two cores, which hands rows over three at a time: the same answers as in one process."""

import functools
import re
import runpy
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from careless import one_batch_at_a_time
from cluster_claims import ROOT, by_line, parts, patients_of, payers, python_blocks, rows, shuffled, table

import policy.spark.rows
from policy.batches.shipping import Shipment, evaluator_of
from policy.batches.together import together
from policy.spark import SplitVisits, Written, evaluate, evaluate_parts, write_parts
from policy.spark.placing import placed
from policy.spark.types import ddl, plain

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")


@pytest.fixture(autouse=True)
def _each_place_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers evaluate as soon as one visit or patient is whole, as they do with millions of lines."""
    monkeypatch.setattr(policy.spark.rows, "ROWS", 1)


def told(frame: Any) -> list[dict[str, Any]]:
    return by_line(frame.toArrow())


CASES = {
    "several payers, visits named": ({}, (), True),
    "visits named, earlier lines asked": ({"history": True}, (), True),
    "visits by patient and day": ({"history": True}, ("x_visit",), True),
    "one payer": ({"history": True}, ("x_visit", "x_policy", "claim_start_date"), False),
}


@pytest.mark.parametrize(("made", "without", "several"), CASES.values(), ids=CASES)
def test_the_answers_are_those_of_one_process(
    spark: Any, made: dict[str, bool], without: tuple[str, ...], several: bool
) -> None:
    given: Any = payers(**made) if several else payers(**made)["acme.eight"]
    lines = table(rows(1), without=without)
    want = evaluator_of(given).evaluate(lines)
    found = evaluate(spark.createDataFrame(shuffled(lines)), given)
    assert told(found) == by_line(want)
    statuses = set(want.column("status").to_pylist())
    assert statuses >= {"allow", "reduce", "deny", "undetermined", None}, "the lines show too little"


def test_batches_as_they_come_give_wrong_totals(spark: Any) -> None:
    """The trap itself: rows well placed and sorted, and still each batch of three cuts visits."""
    lines = table(rows(1))
    evaluator = evaluator_of(payers())
    answer = plain(evaluator.schema(lines.schema))
    well = placed(spark.createDataFrame(shuffled(lines)), together(evaluator, lines.schema), lines.column_names, None)
    cut = well.mapInArrow(functools.partial(one_batch_at_a_time, Shipment.of(evaluator), answer), ddl(answer))
    units = [
        sum(unit or 0 for unit in one.column("allowed_units").to_pylist())
        for one in (cut.toArrow(), evaluator.evaluate(lines))
    ]
    assert units[0] > units[1]
    assert told(evaluate(spark.createDataFrame(lines), payers())) == by_line(evaluator.evaluate(lines))


def test_a_shipped_policy_with_text_and_columns_that_are_kept(spark: Any) -> None:
    lines = table(rows(2), without=("x_policy", "claim_id")).append_column("row", pa.array(range(len(rows(2)))))
    want = policy.load("medicare.part_b").evaluate_table(lines, explain=True)
    found = evaluate(
        spark.createDataFrame(shuffled(lines)), "medicare.part_b", explain=True, keep=("row", "plan_name")
    ).toArrow()
    assert set(found.column_names) == {*want.column_names, "row", "plan_name"}
    assert found.sort_by("row").select(want.column_names).to_pylist() == want.to_pylist()
    assert sum(text is not None for text in found.column("explanation").to_pylist()) > 0


def test_only_columns_that_matter_are_sent(spark: Any) -> None:
    plan = evaluate(spark.createDataFrame(table(rows(1))), payers())._jdf.queryExecution().optimizedPlan().toString()
    assert "x_minutes" in plan
    assert "plan_name" not in plan.partition("LocalRelation")[0]


def test_blanks_around_a_patient_are_no_part_of_him_or_an_error(spark: Any) -> None:
    lines = table(rows(5, 6), without=("x_visit",))
    at = lines.column_names.index("person_id")
    spaced = [
        one and (f" {one} " if number % 2 else one) for number, one in enumerate(lines.column("person_id").to_pylist())
    ]
    loose = lines.set_column(at, "person_id", pa.array(spaced))
    want = evaluator_of(payers(history=True)).evaluate(lines)
    assert told(evaluate(spark.createDataFrame(loose), payers(history=True))) == by_line(want)
    tabbed = lines.set_column(
        at, "person_id", pa.array([one and f"{one}\t" for one in lines.column("person_id").to_pylist()])
    )
    with pytest.raises(Exception, match="cells of `person_id` begin or end with tabs, line ends or other blanks"):
        evaluate(spark.createDataFrame(tabbed), payers()).toArrow()


def test_a_column_of_the_answer_cannot_be_kept_beside_it(spark: Any) -> None:
    lines = spark.createDataFrame(table(rows(1)).append_column("status", pa.array(["P"] * len(rows(1)))))
    with pytest.raises(ValueError, match="`status` is also a column of the answer"):
        evaluate(lines, payers(), keep=("status",))
    with pytest.raises(ValueError, match="no column `plan`"):
        evaluate(lines, payers(), keep=("plan",))


@pytest.mark.parametrize("in_order", [True, False], ids=["told apart by their footers", "told apart by their keys"])
def test_workers_read_parts_by_themselves(spark: Any, tmp_path: Path, in_order: bool) -> None:
    given = payers(history=True)
    lines = shuffled(table(rows(3), without=("x_visit",)))
    names = parts(tmp_path / "in", lines, patients_of(lines, 3, in_order=in_order))
    want = [evaluator_of(given).evaluate(pq.read_table(name)) for name in names]
    assert told(evaluate_parts(spark, tmp_path / "in", given)) == by_line(pa.concat_tables(want))
    found = write_parts(spark, names, given, str(tmp_path / "out"))
    assert [one.part for one in found] == names
    for one, decided in zip(found, want, strict=True):
        assert pq.read_table(one.decisions).to_pylist() == decided.to_pylist()
        refused = sum(why is not None for why in decided.column("rejected").to_pylist())
        assert one == Written(one.part, one.decisions, decided.num_rows, decided.num_rows - refused, refused)


def test_parts_that_share_a_patient_are_refused(spark: Any, tmp_path: Path) -> None:
    lines = table(rows(3), without=("x_visit",))
    groups = patients_of(lines, 3, in_order=False)
    names = parts(tmp_path / "in", lines, [groups[0], groups[1], [*groups[2], groups[0][4]]])
    with pytest.raises(
        SplitVisits, match=r"part-0.parquet` and `.*part-2.parquet` hold lines with the same `x_policy` and `person_id`"
    ):
        evaluate_parts(spark, names, payers(history=True))


def test_a_worker_with_another_version_says_so(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy.batches.shipping.VERSION", "0.0.9")
    with pytest.raises(Exception, match=r"the sender 0\.0\.9: install the same wheel on both"):
        evaluate(spark.createDataFrame(table(rows(1, 2))), payers()).toArrow()


def test_the_documentation_and_the_example_say_what_runs(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = table(rows(3, 4), without=("x_visit", "x_policy"))
    parts(tmp_path / "claims", lines, patients_of(lines, 2, in_order=True))
    given: dict[str, Any] = {"spark": spark}
    for block in python_blocks("Spark", tmp_path):
        exec(block, given)
    decided = [
        pq.read_table(tmp_path / name).num_rows for name in ("decisions", "decisions_by_part", "decisions_by_patient")
    ]
    assert decided == [pq.read_table("claims").num_rows] * 3
    capsys.readouterr()
    example = runpy.run_path(str(ROOT / "examples" / "decide_on_spark.py"))["main"]
    assert example(["claims", "medicare.part_b", "out"]) == 0
    assert pq.read_table(tmp_path / "out").num_rows == decided[0], "workers write where the caller is"
    assert re.fullmatch(r"2 parts, \d+ lines: \d+ decided, \d+ rejected\n", capsys.readouterr().out)
    pq.write_table(pq.read_table("claims/part-0.parquet"), "claims/part-9.parquet")
    assert example(["claims", "medicare.part_b", "out"]) == 2
    assert "hold lines with the same `person_id`, which must be judged" in capsys.readouterr().err
