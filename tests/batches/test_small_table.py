"""A handful of claim lines in a table: the answer stands beside them, line by line."""

import datetime as dt

import pyarrow as pa

import policy

DAY = dt.date(2026, 3, 2)


def claims(**columns: list[object]) -> pa.Table:
    rows = len(columns["hcpcs_code"])
    standard = {"person_id": ["P1"] * rows, "billing_npi": ["1"] * rows, "claim_line_start_date": [DAY] * rows}
    return pa.table({**standard, **columns})


def test_a_pair_without_a_modifier_is_denied() -> None:
    table = claims(
        hcpcs_code=["97530", "97150"], hcpcs_modifier_1=["GP", "GP"], service_unit_quantity=[2, 1], x_minutes=[24, None]
    )
    answer = policy.load("medicare.part_b").evaluate_table(table)
    assert answer.column("supported_units").to_pylist() == [2, 1]
    assert answer.column("allowed_units").to_pylist() == [0, 1]
    assert answer.column("status").to_pylist() == ["deny", "allow"]
    assert answer.column("statements")[0].as_py() == "pair group_over_activities"


def test_a_line_without_a_patient_is_not_decided() -> None:
    table = claims(person_id=[None, "P1"], hcpcs_code=["97530", "97530"], x_minutes=[15, 15])
    answer = policy.load("medicare.part_b").evaluate_table(table)
    assert answer.column("rejected").to_pylist() == ["`person_id` is missing", None]
    assert answer.column("status").to_pylist()[0] is None


def test_ids_may_be_integers() -> None:
    table = claims(person_id=[7, 7, 8], x_visit=[1, 1, 2], hcpcs_code=["97530", "97110", "97530"], x_minutes=[15, 7, 8])
    answer = policy.load("medicare.part_b").evaluate_table(table)
    assert answer.column("rejected").to_pylist() == [None] * 3
    assert answer.column("supported_units").to_pylist() == [1, 0, 1]
    assert answer.column("x_visit").to_pylist() == [1, 1, 2]
