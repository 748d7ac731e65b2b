"""The lines for Daft on the page about clusters, as they stand: whole patients meet, and the decisions are those of one table."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cluster_claims import by_line, python_blocks, rows, shuffled, table

import policy

pytest.importorskip("daft", reason="Daft is not installed")


def test_the_lines_of_the_page_give_the_decisions_of_one_table(tmp_path: Path) -> None:
    lines = shuffled(table(rows(30, 11), without=("x_policy",)))
    (tmp_path / "claims").mkdir()
    for number in range(2):
        half = lines.slice(number * lines.num_rows // 2, lines.num_rows // 2 + number)
        pq.write_table(half, tmp_path / "claims" / f"{number}.parquet", row_group_size=37)
    _, daft = python_blocks("Ray and Daft", tmp_path)
    exec(compile(daft, "clusters.md", "exec"), {})
    decided = policy.load("medicare.part_b").evaluate_table(pq.read_table(tmp_path / "claims"))
    plain = pa.schema([(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in decided.schema])
    assert by_line(pq.read_table(tmp_path / "decisions_by_daft").select(plain.names)) == by_line(decided.cast(plain))
