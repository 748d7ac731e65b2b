"""The counts of a run against counts made line by line."""

from collections import Counter
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from batches.rows import Counting, claim_lines, with_gaps

import policy
from policy.batches import TableEvaluator
from policy.batches.tally import SCALE, Tally


def by_hand(table: pa.Table, answer: pa.Table) -> Tally:
    tally = Tally()
    for line, row in zip(table.to_pylist(), answer.to_pylist(), strict=True):
        if row["rejected"] is not None:
            tally.rejected += 1
            tally.reasons[row["rejected"].partition(": ")[2]] += 1
            continue
        tally.lines += 1
        tally.statuses[row["status"]] += 1
        billed, supported, allowed = line["service_unit_quantity"], row["supported_units"], row["allowed_units"]
        tally.billed += int((billed or 0) * SCALE)
        tally.supported += int((supported or 0) * SCALE)
        tally.allowed += int((allowed or 0) * SCALE)
        tally.unknown += supported is None or allowed is None
        if billed is not None and supported is not None:
            tally.overbilled += int(max(0, billed - supported) * SCALE)
            tally.underbilled += int(max(0, supported - billed) * SCALE)
        taken = int(max(0, billed - allowed) * SCALE) if billed is not None and allowed is not None else 0
        said = {}
        for finding, name in zip(row["findings"].split("; "), row["statements"].split("; "), strict=True):
            effect = finding.partition(" ")[0]
            if effect in ("deny", "reduce", "review", "authorize", "undetermined"):
                said[name] = None
                tally.effects[effect] += 0
        tally.effects.update({finding.partition(" ")[0] for finding in row["findings"].split("; ") if finding})
        for name in said:
            tally.statements[name] += 1
            tally.taken[name] += taken
        tally.missing.update(set(filter(None, row["missing"].split(", "))))
    return tally


def counted(table: pa.Table, answer: pa.Table) -> Tally:
    tally = Tally()
    for start in range(0, table.num_rows, 50):
        part = Tally()
        part.add(table.slice(start, 50), answer.slice(start, 50), 0, "service_unit_quantity")
        tally.join(Tally.from_json(part.to_json()))
    return tally


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_of_a_real_policy(seed: int) -> None:
    table = with_gaps(claim_lines(120, seed=seed))
    minutes = [None if k % 11 == 0 else m for k, m in enumerate(table["x_minutes"].to_pylist())]
    table = table.set_column(8, "x_minutes", pa.array(minutes, pa.int32()))
    program = policy.load("medicare.part_b")
    answer = TableEvaluator({program.id: program}, program.id).evaluate(table)
    found, expected = counted(table, answer), by_hand(table, answer)
    assert {k: +v if isinstance(v, Counter) else v for k, v in found.to_json().items()} == {
        k: +v if isinstance(v, Counter) else v for k, v in expected.to_json().items()
    }
    assert found.unknown and found.statements and found.missing and found.rejected


def test_units_of_other_types() -> None:
    table = claim_lines(20)
    answer = Counting().evaluate(table)
    expected = counted(table, answer)
    at = table.column_names.index("service_unit_quantity")
    units = table["service_unit_quantity"]
    for other in (
        units.cast(pa.decimal128(12, 2)),
        units.cast(pa.float64()),
        units.cast(pa.string()),
        units.cast(pa.int8()),
    ):
        assert counted(table.set_column(at, "service_unit_quantity", other), answer) == expected
    halves = pa.array([Decimal(int(u)) + Decimal("0.5") for u in units.to_pylist()])
    more = counted(table.set_column(at, "service_unit_quantity", halves), answer)
    assert more.billed - expected.billed == table.num_rows * SCALE // 2
    words = counted(table.set_column(at, "service_unit_quantity", pa.array(["?"] * table.num_rows)), answer)
    assert (words.billed, words.supported) == (0, expected.supported)


@pytest.mark.parametrize("words", [False, True], ids=["text", "words"])
def test_a_blank_among_units_as_text_costs_no_other(words: bool) -> None:
    table = claim_lines(20)
    answer = Counting().evaluate(table)
    at = table.column_names.index("service_unit_quantity")
    units: list[int | None] = table["service_unit_quantity"].to_pylist()
    units[:3] = [None, None, None]
    told = pa.array([" " if unit is None else f" {unit}.0 " for unit in units])
    told = told.dictionary_encode() if words else told
    expected = counted(table.set_column(at, "service_unit_quantity", pa.array(units, pa.int32())), answer)
    assert expected.billed and counted(table.set_column(at, "service_unit_quantity", told), answer) == expected


def test_many_different_words() -> None:
    """More pairs of findings and statements than fit a table."""
    table = claim_lines(30)
    answer = Counting().evaluate(table)
    words = pa.array([f"count c{k}" for k in range(2000)])
    numbers = np.arange(answer.num_rows, dtype=np.int32)
    findings = pa.DictionaryArray.from_arrays(numbers, pa.array([f"deny d{k}" for k in range(2000)]))
    statements = pa.DictionaryArray.from_arrays(numbers % 7, words)
    answer = answer.set_column(answer.column_names.index("findings"), "findings", findings)
    answer = answer.set_column(answer.column_names.index("statements"), "statements", statements)
    found = counted(table, answer)
    assert sum(found.statements.values()) == answer.num_rows and len(found.statements) == 7
