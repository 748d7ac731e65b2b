"""Runs over files: the same answer however the rows are shared out, nothing lost, nothing half written."""

import errno
import os
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from batches.rows import Counting, claim_lines, with_gaps

from policy.batches.run import Options, Summary, evaluate_files
from policy.batches.work import CannotRun

SMALL = Options(unit_rows=40, whole_rows=0)
"""A small run, shared out like a large one."""


def run(folder: Path, *names: str, **options: object) -> Summary:
    options = {"out": folder / "out.parquet", **options}
    return evaluate_files([folder / name for name in names], Counting(), attrs.evolve(SMALL, **options))


def expected(table: pa.Table) -> pa.Table:
    return Counting().evaluate(table).drop_columns(["rejected"])


def write(path: Path, table: pa.Table, group: int = 25) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, row_group_size=group)


@pytest.mark.parametrize("group", [1, 3, 25, 1000])
@pytest.mark.parametrize("unit", [1, 7, 40, 5000])
def test_cut_visits_are_whole(tmp_path: Path, group: int, unit: int) -> None:
    table = claim_lines(60)
    write(tmp_path / "in.parquet", table, group)
    summary = run(tmp_path, "in.parquet", unit_rows=unit)
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(table).to_pylist()
    assert (summary.tally.lines, summary.tally.visits, summary.rejected) == (table.num_rows, 60, 0)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_any_order_of_the_keys_is_an_order(tmp_path: Path, order: str) -> None:
    table = claim_lines(60).sort_by([("claim_line_start_date", order), ("person_id", order)])
    write(tmp_path / "in.parquet", table)
    run(tmp_path, "in.parquet")
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(table).to_pylist()


def test_a_visit_over_several_units(tmp_path: Path) -> None:
    """One visit of 500 lines between others: the units in its middle have nothing to do."""
    before, after = claim_lines(5, visits_each=1), claim_lines(9, visits_each=1).slice(0)
    after = after.set_column(2, "person_id", pa.array([f"Q{x[1:]}" for x in after["person_id"].to_pylist()]))
    long = pa.concat_tables([after.slice(0, 1)] * 500)
    table = pa.concat_tables([before, long, after.slice(1)])
    write(tmp_path / "in.parquet", table)
    summary = run(tmp_path, "in.parquet")
    read = pq.read_table(tmp_path / "out.parquet")
    assert read.to_pylist() == expected(table).to_pylist()
    assert max(read["supported_units"].to_pylist()) >= 500 and summary.tally.lines == table.num_rows


def test_processes_give_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "in.parquet", claim_lines(120))
    one = run(tmp_path, "in.parquet", out=tmp_path / "one.parquet")
    two = run(tmp_path, "in.parquet", out=tmp_path / "two.parquet", jobs=2)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert one.tally == two.tally


def test_files_folders_and_patterns(tmp_path: Path) -> None:
    table = claim_lines(90)
    write(tmp_path / "a" / "1.parquet", table.slice(0, 50))
    write(tmp_path / "a" / "2.parquet", table.slice(50, 71))
    feather.write_feather(table.slice(121), tmp_path / "b.arrow", chunksize=30)
    (tmp_path / "a" / "_SUCCESS").write_text("")
    for names in (
        ["a/1.parquet", "a/2.parquet", "b.arrow"],
        ["a", "b.arrow"],
        ["a/*.parquet", "b.*"],
        ["a", "a", "b.arrow"],
    ):
        summary = run(tmp_path, *names)
        assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(table).to_pylist()
        assert summary.files == 3


def test_columns_in_the_names_of_folders(tmp_path: Path) -> None:
    table = claim_lines(30)
    write(tmp_path / "in" / "billing_npi=1" / "x.parquet", table.drop_columns(["billing_npi"]))
    run(tmp_path, "in")
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(table).to_pylist()


def test_rejected_lines_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    table = claim_lines(60)
    codes = table["hcpcs_code"].to_pylist()
    codes[70] = codes[3] = None
    table = table.set_column(5, "hcpcs_code", pa.array(codes))
    write(tmp_path / "1.parquet", table.slice(0, 60))
    write(tmp_path / "2.parquet", table.slice(60))
    summary = run(tmp_path, "1.parquet", "2.parquet")
    rejects = pq.read_table(tmp_path / "out.rejects.parquet").to_pylist()
    assert [(Path(r["file"]).name, r["row"], r["lines"], r["reason"]) for r in rejects] == [
        ("1.parquet", 4, 1, "`code` is empty"), ("2.parquet", 11, 1, "`code` is empty"),
    ]  # fmt: skip
    assert [r["claim_id"] for r in rejects] == [table["claim_id"][3].as_py(), table["claim_id"][70].as_py()]
    assert (summary.incoming, summary.tally.lines, summary.rejected) == (table.num_rows, table.num_rows - 2, 2)
    assert pq.read_metadata(tmp_path / "out.parquet").num_rows == table.num_rows - 2
    assert summary.tally.reasons == {"`code` is empty": 2}


def test_a_column_without_a_type_in_the_first_file_has_that_of_a_later_one(tmp_path: Path) -> None:
    table = claim_lines(60)
    for name in ("x_minutes", "hcpcs_modifier_1"):
        at = table.column_names.index(name)
        write(tmp_path / "1.parquet", table.slice(0, 80).set_column(at, name, pa.nulls(80)))
        write(tmp_path / "2.parquet", table.slice(80, 40).drop_columns([name]))
        write(tmp_path / "3.parquet", table.slice(120))
        summary = run(tmp_path, "1.parquet", "2.parquet", "3.parquet")
        assert (summary.bad, summary.rejected, summary.filled) == ((), 0, ((name, 1),))
        assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(table).to_pylist()


@pytest.mark.parametrize(
    ("name", "cells", "why"),
    [
        ("claim_line_start_date", pa.array([20514 * 86_400 + 9 * 3600] * 40, pa.timestamp("s")), "do not fit the type"),
        ("service_unit_quantity", pa.array([True] * 40), "is of type bool, in the first file of type int32"),
    ],
    ids=["a time of day", "yes and no"],
)
def test_cells_of_a_later_file_are_not_bent_into_the_type_of_the_first(
    tmp_path: Path, name: str, cells: pa.Array, why: str
) -> None:
    table = claim_lines(60)
    write(tmp_path / "1.parquet", table.slice(0, 80))
    write(tmp_path / "2.parquet", table.slice(80, 40).set_column(table.column_names.index(name), name, cells))
    write(tmp_path / "3.parquet", table.slice(120))
    midnight = table["claim_line_start_date"].slice(120).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    write(tmp_path / "3.parquet", table.slice(120).set_column(3, "claim_line_start_date", midnight))
    summary = run(tmp_path, "1.parquet", "2.parquet", "3.parquet")
    assert [(Path(part.path).name, part.rows) for part in summary.bad] == [("2.parquet", 40)]
    assert f"`{name}`" in summary.bad[0].reason and why in summary.bad[0].reason


def test_a_file_that_cannot_be_read_is_set_aside(tmp_path: Path) -> None:
    table = claim_lines(60)
    write(tmp_path / "1.parquet", table.slice(0, 80))
    write(tmp_path / "2.parquet", table.slice(80))
    whole = (tmp_path / "2.parquet").read_bytes()
    (tmp_path / "3.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "4.parquet").write_text("not a table at all")
    summary = run(tmp_path, "1.parquet", "2.parquet", "3.parquet", "4.parquet", "5.parquet")
    assert summary.tally.lines == table.num_rows
    rejects = pq.read_table(tmp_path / "out.rejects.parquet").to_pylist()
    assert [(Path(r["file"]).name, r["row"], r["lines"], r["reason"]) for r in rejects] == [
        ("3.parquet", None, None, "its end is missing: it was cut off when it was written or copied"),
        ("4.parquet", None, None, "it is no Parquet or Arrow file"),
        ("5.parquet", None, None, "there is no such file"),
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_damaged_in_its_middle_is_set_aside_with_its_lines_counted(tmp_path: Path, jobs: int) -> None:
    table = claim_lines(90)
    write(tmp_path / "1.parquet", table.slice(0, 80))
    write(tmp_path / "2.parquet", table.slice(80, 100))
    write(tmp_path / "3.parquet", table.slice(180))
    data = bytearray((tmp_path / "2.parquet").read_bytes())
    data[40:2000] = b"\xff" * 1960
    (tmp_path / "2.parquet").write_bytes(bytes(data))
    summary = run(tmp_path, "1.parquet", "2.parquet", "3.parquet", jobs=jobs)
    assert (summary.incoming, summary.rejected) == (table.num_rows, 100)
    assert [part.reason for part in summary.bad] == [
        "rows 1 to 25 are damaged; visits in its other rows may have lines among them"
    ]
    left = pa.concat_tables([table.slice(0, 80), table.slice(180)])
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(left).to_pylist()


def test_a_changed_byte_is_noticed_where_pages_have_checksums(tmp_path: Path) -> None:
    table = claim_lines(60)
    write(tmp_path / "1.parquet", table.slice(0, 80))
    file, rest = tmp_path / "2.parquet", table.slice(80)
    pq.write_table(rest, file, 25, compression="none", use_dictionary=False, write_page_checksum=True)
    minutes = pq.read_metadata(file).row_group(1).column(table.column_names.index("x_minutes"))
    data = bytearray(file.read_bytes())
    data[minutes.data_page_offset + minutes.total_compressed_size - 4] ^= 1
    file.write_bytes(bytes(data))
    wrong = np.flatnonzero(pc.not_equal(pq.read_table(file)["x_minutes"], rest["x_minutes"]).to_numpy())
    assert wrong.tolist() == [49], "it can be read, as another number of minutes"
    summary = run(tmp_path, "1.parquet", "2.parquet")
    assert (summary.incoming, summary.rejected) == (table.num_rows, rest.num_rows)
    assert [part.reason.partition(";")[0] for part in summary.bad] == ["rows 26 to 50 are damaged"]


@pytest.mark.parametrize("named", [("1.parquet", "2.parquet"), (".",)], ids=["named", "in a folder"])
@pytest.mark.parametrize("target", ["out", "rejects"])
def test_claims_are_never_replaced(tmp_path: Path, named: tuple[str, ...], target: str) -> None:
    for name in ("1.parquet", "2.parquet"):
        write(tmp_path / name, claim_lines(9))
    before = (tmp_path / "2.parquet").read_bytes()
    with pytest.raises(CannotRun, match=f"2.parquet` is one of the files that are read.*name another `--{target}`"):
        run(tmp_path, *named, **{target: tmp_path / "2.parquet"})
    assert (tmp_path / "2.parquet").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.parquet", "2.parquet"]


def test_answers_of_an_earlier_run_in_the_folder_are_replaced(tmp_path: Path) -> None:
    write(tmp_path / "in.parquet", with_gaps(claim_lines(40)))
    first = run(tmp_path, ".")
    before = [(tmp_path / name).read_bytes() for name in ("out.parquet", "out.rejects.parquet")]
    assert first.rejected and run(tmp_path, ".").incoming == first.incoming
    assert [(tmp_path / name).read_bytes() for name in ("out.parquet", "out.rejects.parquet")] == before


def test_decisions_and_rejected_lines_do_not_go_to_one_file(tmp_path: Path) -> None:
    write(tmp_path / "in.parquet", claim_lines(9))
    (tmp_path / "x").mkdir()
    with pytest.raises(CannotRun, match="cannot go to one file"):
        run(tmp_path, "in.parquet", rejects=tmp_path / "x" / ".." / "out.parquet")


@pytest.mark.parametrize("target", ["out", "rejects"])
def test_a_target_that_cannot_be_written_is_told_before_the_work(tmp_path: Path, target: str) -> None:
    write(tmp_path / "in.parquet", claim_lines(9))
    (tmp_path / "folder.parquet").mkdir()
    with pytest.raises(CannotRun, match=f"is a folder; name a file for `--{target}`"):
        run(tmp_path, "in.parquet", **{target: tmp_path / "folder.parquet"})
    with pytest.raises(CannotRun, match=f"there is no folder.*name another `--{target}`"):
        run(tmp_path, "in.parquet", **{target: tmp_path / "nowhere" / "x.parquet"})


def test_rejected_lines_go_to_another_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "in.parquet", with_gaps(claim_lines(40)))
    run(tmp_path, "in.parquet")
    (tmp_path / "disk").mkdir()
    rename = os.replace

    def replace(source: Path, target: Path) -> None:
        if (source.parent.name == "disk") != (target.parent.name == "disk"):
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(source))
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    run(tmp_path, "in.parquet", out=tmp_path / "again.parquet", rejects=tmp_path / "disk" / "rejects.parquet")
    assert (tmp_path / "disk" / "rejects.parquet").read_bytes() == (tmp_path / "out.rejects.parquet").read_bytes()
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["rejects.parquet"]


def test_a_target_that_cannot_be_replaced_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "in.parquet", claim_lines(9))
    rename = os.replace

    def replace(source: Path, target: Path) -> None:
        if target.name == "out.parquet":
            raise PermissionError(errno.EACCES, "Permission denied", str(source))
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(PermissionError) as refused:
        run(tmp_path, "in.parquet")
    assert refused.value.filename == str(tmp_path / "out.parquet")


def test_no_file_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "1.parquet").write_text("")
    with pytest.raises(CannotRun, match="it is empty"):
        run(tmp_path, "1.parquet")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CannotRun, match="there is no table of claim lines"):
        run(tmp_path, "folder")
    assert not (tmp_path / "out.parquet").exists()


def test_files_with_other_columns(tmp_path: Path) -> None:
    """Missing columns are empty, types are cast, further columns are not read; what can never be cast is set aside."""
    table = claim_lines(80)
    a, b, c, d = (table.slice(k, 50) for k in (0, 50, 100, 150))
    rest = table.slice(200)
    write(tmp_path / "1.parquet", a)
    write(tmp_path / "2.parquet", b.drop_columns(["x_minutes"]).append_column("x_more", pa.array(["?"] * 50)))
    write(tmp_path / "3.parquet", c.set_column(8, "x_minutes", c["x_minutes"].cast(pa.int64())))
    write(tmp_path / "4.parquet", d.set_column(8, "x_minutes", pa.array([[1]] * 50)))
    write(tmp_path / "5.parquet", rest.set_column(8, "x_minutes", pa.array([2**40] * rest.num_rows)))
    summary = run(tmp_path, *(f"{k}.parquet" for k in range(1, 6)))
    left = pa.concat_tables([a, b, c])
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(left).to_pylist()
    assert summary.filled == (("x_minutes", 1),) and summary.unread == (("x_more", 1),)
    assert [part.reason for part in summary.bad] == [
        "`x_minutes` is of type list<element: int64>, in the first file of type int32",
        "`x_minutes` holds cells that do not fit the type that it has in the first file, int32",
    ]
    assert (summary.incoming, summary.rejected) == (table.num_rows, 50 + rest.num_rows)


def test_an_empty_table_gives_an_empty_file(tmp_path: Path) -> None:
    table = claim_lines(3).slice(0, 0)
    write(tmp_path / "in.parquet", table)
    summary = run(tmp_path, "in.parquet")
    read = pq.read_table(tmp_path / "out.parquet")
    assert (read.num_rows, summary.incoming) == (0, 0)
    assert read.schema.equals(expected(table).schema)


def test_without_an_output_there_is_a_tally_and_no_file(tmp_path: Path) -> None:
    table = claim_lines(60)
    write(tmp_path / "in.parquet", table)
    summary = run(tmp_path, "in.parquet", out=None)
    assert summary.tally.lines == table.num_rows
    assert [p.name for p in tmp_path.iterdir()] == ["in.parquet"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path / "in.parquet", claim_lines(3))
    with pytest.raises(CannotRun, match="there is no folder"):
        run(tmp_path, "in.parquet", out=tmp_path / "no" / "out.parquet")
    with pytest.raises(CannotRun, match="is a folder"):
        run(tmp_path, "in.parquet", out=tmp_path)


def test_rejects_of_an_earlier_run_do_not_stay(tmp_path: Path) -> None:
    write(tmp_path / "in.parquet", claim_lines(3))
    (tmp_path / "out.rejects.parquet").write_text("old")
    run(tmp_path, "in.parquet")
    assert not (tmp_path / "out.rejects.parquet").exists()


def shuffled(table: pa.Table, seed: int = 5) -> pa.Table:
    return table.take(pa.array(np.random.default_rng(seed).permutation(table.num_rows)))


@pytest.mark.parametrize("share", [10, 50, 10_000])
@pytest.mark.parametrize("unit", [7, 40, 5000])
def test_rows_in_any_order_are_brought_together_and_put_back(tmp_path: Path, unit: int, share: int) -> None:
    table = shuffled(claim_lines(60))
    write(tmp_path / "1.parquet", table.slice(0, 100))
    write(tmp_path / "2.parquet", table.slice(100), 300)
    summary = run(tmp_path, "1.parquet", "2.parquet", unit_rows=unit, share_rows=share)
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(table).to_pylist()
    assert (summary.tally.lines, summary.tally.visits, summary.rejected) == (table.num_rows, 60, 0)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1.parquet", "2.parquet", "out.parquet"]


def test_rows_in_any_order_in_processes_and_without_output(tmp_path: Path) -> None:
    table = shuffled(claim_lines(120))
    codes = table["hcpcs_code"].to_pylist()
    codes[70] = codes[3] = None
    write(tmp_path / "in.parquet", table.set_column(5, "hcpcs_code", pa.array(codes)))
    one = run(tmp_path, "in.parquet", share_rows=60)
    first = [(tmp_path / name).read_bytes() for name in ("out.parquet", "out.rejects.parquet")]
    two = run(tmp_path, "in.parquet", share_rows=60, jobs=2)
    assert first == [(tmp_path / name).read_bytes() for name in ("out.parquet", "out.rejects.parquet")]
    none = run(tmp_path, "in.parquet", share_rows=60, out=None)
    assert one.tally == two.tally == none.tally
    assert pq.read_table(tmp_path / "out.rejects.parquet")["row"].to_pylist() == [4, 71]


def test_an_order_that_ends_late_is_found(tmp_path: Path) -> None:
    """Sorted at every place that is looked at first, and not sorted in the middle of a unit."""
    table = claim_lines(60)
    rows = list(range(table.num_rows))
    rows[95], rows[12] = rows[12], rows[95]
    table = table.take(pa.array(rows))
    write(tmp_path / "in.parquet", table, 10)
    summary = run(tmp_path, "in.parquet", unit_rows=20)
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(table).to_pylist()
    assert summary.tally.lines == table.num_rows


def test_a_visit_in_two_files_is_one_visit(tmp_path: Path) -> None:
    """Each file is sorted, both together are not."""
    table = claim_lines(60)
    odd = pa.array(np.arange(table.num_rows) % 2 == 1)
    write(tmp_path / "1.parquet", table.filter(odd))
    write(tmp_path / "2.parquet", table.filter(pc.invert(odd)))
    run(tmp_path, "1.parquet", "2.parquet", unit_rows=1000)
    together = pa.concat_tables([table.filter(odd), table.filter(pc.invert(odd))])
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(together).to_pylist()


def test_empty_keys_are_rows_like_others(tmp_path: Path) -> None:
    table = claim_lines(60)
    who = table["person_id"].to_pylist()
    for at in (0, 1, 2, 80, 81):
        who[at] = None
    table = table.set_column(2, "person_id", pa.array(who))
    write(tmp_path / "in.parquet", table)
    summary = run(tmp_path, "in.parquet")
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(table).to_pylist()
    last = table.sort_by([("person_id", "ascending"), ("claim_line_start_date", "ascending")])
    write(tmp_path / "in.parquet", last)
    run(tmp_path, "in.parquet")
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == expected(last).to_pylist()
    assert summary.incoming == table.num_rows
