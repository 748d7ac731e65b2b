"""A Dask of two processes: the same answers as in one."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cluster_claims import by_line, parts, patients_of, payers, python_blocks, rows, shuffled, table

import policy
from policy.batches.shipping import evaluator_of
from policy.dask import SplitVisits, Written, evaluate, evaluate_parts, write_parts

pd = pytest.importorskip("pandas", reason="needs the extra `dask`")
dask = pytest.importorskip("dask", reason="needs the extra `dask`")
dd = pytest.importorskip("dask.dataframe", reason="needs the extra `dask`")


def framed(lines: pa.Table, partitions: int = 4) -> Any:
    """A table as a Dask DataFrame, in its order."""
    return dd.from_pandas(lines.to_pandas(types_mapper=pd.ArrowDtype), npartitions=partitions)


def told(frame: Any) -> list[dict[str, Any]]:
    """An answer in the order of the lines: they share an index."""
    return pa.Table.from_pandas(frame.compute().sort_index(), preserve_index=False).to_pylist()


@pytest.mark.parametrize(
    ("history", "without"),
    [(False, ()), (True, ()), (True, ("x_visit",))],
    ids=["visits named", "visits named, earlier lines asked", "visits by patient and day"],
)
def test_the_answers_are_those_of_one_process(client: Any, history: bool, without: tuple[str, ...]) -> None:
    lines = shuffled(table(rows(1), without=without))
    want = evaluator_of(payers(history=history)).evaluate(lines).to_pylist()
    assert told(evaluate(framed(lines), payers(history=history))) == want


def test_partitions_as_they_come_give_wrong_totals(client: Any) -> None:
    """The trap itself: each partition by itself cuts visits."""
    lines, evaluator = shuffled(table(rows(1))), evaluator_of(payers())
    cut = [evaluator.evaluate(lines.slice(start, 60)) for start in range(0, lines.num_rows, 60)]
    units = [
        sum(filter(None, one.column("allowed_units").to_pylist()))
        for one in (pa.concat_tables(cut), evaluator.evaluate(lines))
    ]
    assert units[0] > units[1]
    with pytest.raises(
        SplitVisits, match="partition 0 and partition 1 hold lines with the same `x_policy` and `person_id`"
    ):
        evaluate(framed(lines), payers(), shuffle=False)


def test_partitions_that_hold_whole_patients_need_no_shuffle(client: Any) -> None:
    lines = table(rows(3), without=("x_visit",)).sort_by("person_id")
    lines = lines.filter(lines.column("person_id").is_valid())
    patients = lines.column("person_id").to_pylist()
    cut = patients.index(patients[len(patients) // 2])
    halves = [framed(lines.slice(0, cut), 1), framed(lines.slice(cut), 1)]
    found = evaluate(dd.concat(halves), payers(history=True), shuffle=False).compute()
    want = evaluator_of(payers(history=True)).evaluate(lines)
    assert by_line(pa.Table.from_pandas(found, preserve_index=False)) == by_line(want)


def test_columns_of_the_usual_pandas_types_are_read(client: Any) -> None:
    """Numbers with gaps are floats there, and dates are timestamps: neither makes an answer of its own."""
    lines = table(rows(2), without=("x_policy", "claim_line_start_date"))
    usual = lines.to_pandas(date_as_object=False, strings_to_categorical=True)
    assert str(usual["x_minutes"].dtype) == "float64"
    found = evaluate(dd.from_pandas(usual, npartitions=2), "medicare.part_b")
    want = policy.load("medicare.part_b").evaluate_table(lines)
    kept = ["claim_id", "claim_line_number", "status", "findings", "statements", "missing", "rejected"]
    assert [{k: row[k] for k in kept} for row in told(found)] == want.select(kept).to_pylist()


def test_a_column_without_a_type_is_refused(client: Any) -> None:
    usual = table(rows(2, 2)).to_pandas()
    with (
        dask.config.set({"dataframe.convert-string": False}),
        pytest.raises(
            ValueError, match=r"the type of `claim_line_start_date` is not known before its cells are read; give it one"
        ),
    ):
        evaluate(dd.from_pandas(usual, npartitions=1), payers())


@pytest.mark.parametrize("in_order", [True, False], ids=["told apart by their footers", "told apart by their keys"])
def test_workers_read_parts_by_themselves(client: Any, tmp_path: Path, in_order: bool) -> None:
    given = payers(history=True)
    lines = shuffled(table(rows(3), without=("x_visit",)))
    names = parts(tmp_path / "in", lines, patients_of(lines, 3, in_order=in_order))
    want = [evaluator_of(given).evaluate(pq.read_table(name)) for name in names]
    found = evaluate_parts(tmp_path / "in", given).compute()
    assert pa.Table.from_pandas(found, preserve_index=False).to_pylist() == pa.concat_tables(want).to_pylist()
    written = write_parts(names, given, str(tmp_path / "out"))
    for one, part, decided in zip(written, names, want, strict=True):
        assert pq.read_table(one.decisions).to_pylist() == decided.to_pylist()
        refused = sum(why is not None for why in decided.column("rejected").to_pylist())
        assert one == Written(part, one.decisions, decided.num_rows, decided.num_rows - refused, refused)


def test_parts_that_share_a_patient_are_refused(client: Any, tmp_path: Path) -> None:
    lines = table(rows(3), without=("x_visit",))
    one, other, third = patients_of(lines, 3, in_order=False)
    names = parts(tmp_path / "in", lines, [one, other, [*third, one[4]]])
    with pytest.raises(SplitVisits, match=r"part-0.parquet` and `.*part-2.parquet` hold lines with the same"):
        evaluate_parts(names, payers(history=True))


def test_the_documentation_says_what_runs(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("distributed.Client", lambda address: client)
    lines = table(rows(3), without=("x_visit", "x_policy"))
    parts(tmp_path / "claims", lines, patients_of(lines, 2, in_order=True))
    given: dict[str, Any] = {}
    for block in python_blocks("Dask", tmp_path):
        exec(block, given)
    assert sum(one.lines for one in given["written"]) == pq.read_table("claims").num_rows
    assert "undetermined" in capsys.readouterr().out
