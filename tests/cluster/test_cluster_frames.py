"""Frames of other tools, in and out: the answers are those to the same lines in Arrow."""

from typing import Any

import pyarrow as pa
import pytest
from cluster_claims import payers, rows, table

LINES = table(rows(4, 8), without=("x_policy",))
PROGRAM = payers(history=True)["acme.eight"]
ANSWER = PROGRAM.evaluate_table(LINES)
TOLD = ("status", "supported_units", "allowed_units", "findings", "missing", "rejected")


def told(answer: pa.Table) -> list[dict[str, Any]]:
    return answer.select(TOLD).to_pylist()


def plain(answer: pa.Table) -> pa.Table:
    """With text instead of words and numbers."""
    fields = [pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in answer.schema]
    return answer.cast(pa.schema(fields))


def test_a_polars_frame_goes_in_and_comes_out() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.from_arrow(LINES)
    answer = PROGRAM.evaluate_table(frame)
    assert told(answer) == told(ANSWER)
    assert told(PROGRAM.evaluate_table(frame.with_columns(polars.col("hcpcs_code").cast(polars.Categorical)))) == told(
        ANSWER
    )
    out = polars.from_arrow(answer)
    assert out.select(TOLD).rows() == [tuple(row.values()) for row in told(ANSWER)]
    joined = frame.hstack(out.select("status")).filter(polars.col("status") == "deny")
    assert joined.height == ANSWER.column("status").to_pylist().count("deny") > 0


def test_a_duckdb_relation_goes_in_and_comes_out() -> None:
    duckdb = pytest.importorskip("duckdb")
    session = duckdb.connect()
    session.register("lines", LINES)
    relation = session.sql("select * from lines")
    answer = PROGRAM.evaluate_table(relation)
    assert told(answer) == told(ANSWER)
    session.register("decided", answer)
    counted = session.sql(
        "select status, count(*), sum(allowed_units) from decided group by all order by all"
    ).fetchall()
    statuses = ANSWER.column("status").to_pylist()
    units = ANSWER.column("allowed_units").to_pylist()
    assert {status: (lines, sum_) for status, lines, sum_ in counted} == {
        status: (statuses.count(status), _sum([u for s, u in zip(statuses, units, strict=True) if s == status]))
        for status in set(statuses)
    }


def _sum(units: list[int | None]) -> int | None:
    known = [unit for unit in units if unit is not None]
    return sum(known) if known else None


def test_a_pandas_frame_goes_in_and_comes_out() -> None:
    pandas = pytest.importorskip("pandas")
    answer = PROGRAM.evaluate_table(LINES.to_pandas(types_mapper=pandas.ArrowDtype))
    assert told(answer) == told(ANSWER)
    out = plain(answer).to_pandas(types_mapper=pandas.ArrowDtype)
    assert out["status"].value_counts().to_dict() == {
        status: ANSWER.column("status").to_pylist().count(status)
        for status in set(ANSWER.column("status").to_pylist()) - {None}
    }


def test_numbers_with_gaps_of_pandas_are_not_given_and_answers_the_same() -> None:
    """pandas keeps them as floats; a missing minute is never zero and never an error."""
    pytest.importorskip("pandas")
    usual = LINES.to_pandas(date_as_object=False)
    assert str(usual["x_minutes"].dtype) == "float64"
    answer = PROGRAM.evaluate_table(usual)
    same = ("status", "findings", "missing", "rejected")
    assert answer.select(same).to_pylist() == ANSWER.select(same).to_pylist()


@pytest.mark.parametrize("data", [[{"hcpcs_code": "97530"}], "claims.parquet", None], ids=["rows", "path", "nothing"])
def test_what_offers_no_arrow_data_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="the table must offer Arrow data"):
        PROGRAM.evaluate_table(data)
