"""Stored tables: replaced whole or not at all, found again, refused when damaged; the shipped subset."""

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import attrs
import published
import pytest
from sample_rows import LIMITS, PAIRS

from policy.tables import store as stores
from policy.tables.held import all_rows
from policy.tables.layout import cells
from policy.tables.lookup import Tables
from policy.tables.model import Kind
from policy.tables.problem import BadTable
from policy.tables.store import Store, shipped

ROOT = Path(__file__).parents[2]


def test_a_table_says_of_itself_what_was_imported(folder):
    done = folder.imported(Kind.PTP, *folder.release(PAIRS))
    (held,) = folder.store.tables()
    assert held.table == done.table
    assert done.path == folder.store.root / "ncci-ptp" / "practitioner" / "2026Q3.parquet"
    paths = sorted(folder.path.glob("*.txt"))
    assert [source.digest for source in done.table.sources] == [
        "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    ]


def test_importing_again_replaces_and_the_digest_follows_the_files(folder):
    path = folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS))
    first = folder.imported(Kind.MUE, path)
    same = folder.imported(Kind.MUE, path)
    assert same.replaced == first.table and same.table.digest == first.table.digest
    path.write_bytes(published.mue_text([attrs.evolve(LIMITS[0], units=3), *LIMITS[1:]]))
    other = folder.imported(Kind.MUE, path)
    assert other.table.digest != first.table.digest
    assert len(folder.store.tables()) == 1


def test_the_same_files_make_the_same_bytes(folder):
    paths = folder.release(PAIRS)
    first = folder.imported(Kind.PTP, *paths).path.read_bytes()
    assert folder.imported(Kind.PTP, *reversed(paths)).path.read_bytes() == first


def test_a_write_that_fails_leaves_the_old_table_and_nothing_else(folder, monkeypatch):
    path = folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS))
    done = folder.imported(Kind.MUE, path)
    before = done.path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(BadTable, match="no space left on device"):
        folder.imported(Kind.MUE, path)
    assert done.path.read_bytes() == before
    assert list(done.path.parent.iterdir()) == [done.path]


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
@pytest.mark.parametrize("delay", [0.0, 0.05, 0.2])
def test_an_import_killed_in_the_middle_of_writing(folder, delay):
    path = folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS))
    done = folder.imported(Kind.MUE, path)
    before = done.path.read_bytes()
    path.write_bytes(published.mue_text([attrs.evolve(LIMITS[0], units=3), *LIMITS[1:]]))
    script = textwrap.dedent("""
        import os, sys, time
        from pathlib import Path
        import pyarrow.parquet as pq
        from policy.tables.imports import import_files
        from policy.tables.model import Kind
        from policy.tables.store import Store
        write = pq.write_table
        def slowly(table, file, **options):
            file.write(b"PAR1 half a table")
            file.flush()
            print("writing", flush=True)
            time.sleep(30)
        pq.write_table = slowly
        import_files(Kind.MUE, [Path(sys.argv[1])], Store(Path(sys.argv[2])))
    """)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(path), str(folder.store.root)], stdout=subprocess.PIPE, env=environment
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"writing\n"
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert done.path.read_bytes() == before
    (left,) = done.path.parent.glob(".*.part")
    assert [held.table for held in folder.store.tables()] == [done.table]
    assert folder.rows() == LIMITS
    long_ago = time.time() - 7200
    os.utime(left, (long_ago, long_ago))
    folder.imported(Kind.MUE, path)
    assert [entry.name for entry in done.path.parent.iterdir()] == ["2026Q3.parquet"]


def test_a_damaged_table_is_told_and_can_be_imported_again(folder):
    path = folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS))
    done = folder.imported(Kind.MUE, path)
    done.path.write_bytes(done.path.read_bytes()[:200])
    with pytest.raises(BadTable, match=r"2026Q3\.parquet: the stored table cannot be read; import it again"):
        folder.store.tables()


def test_the_folder_is_the_users_unless_named(monkeypatch, tmp_path):
    monkeypatch.setenv("POLICY_TABLES", str(tmp_path / "elsewhere"))
    assert Store().root == tmp_path / "elsewhere"
    assert Store().tables() == []
    monkeypatch.delenv("POLICY_TABLES")
    assert stores.folder().name == "tables" and "payer-policy" in str(stores.folder())


def test_shipped_tables_hold_numbers_dates_and_indicators_only():
    assert {held.table.kind for held in shipped()} == {Kind.PTP, Kind.MUE}
    for held in shipped():
        rows = list(all_rows(held.rows))
        assert held.table.shipped and held.table.scope is not None
        assert held.table.rows == len(rows) == sum(source.rows for source in held.table.sources) > 0
        assert {getattr(row, "rationale", None) for row in rows} == {None}
        digest = hashlib.sha256("\n".join(",".join(cells(held.table.kind, row)) for row in rows).encode()).hexdigest()
        assert [source.digest for source in held.table.sources] == [f"sha256:{digest}"]


def test_shipped_edits_without_dates_answer_for_their_quarter_only():
    for held in shipped():
        if held.table.kind is Kind.PTP and any(row.effective is None for row in all_rows(held.rows)):
            assert held.table.dates == held.table.quarter.dates


def test_the_shipped_tables_need_no_pyarrow():
    script = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "import datetime as dt\n"
        "from policy.tables.lookup import Tables\n"
        "pairs = Tables.open().pairs_on(dt.date(2024, 8, 1), 'practitioner')\n"
        "print(pairs.between('97530', '97150').indicator)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "POLICY_TABLES": "/nonexistent"}
    assert (
        subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True).stdout
        == b"1\n"
    )


def test_a_file_copied_to_the_place_of_another_table_is_told(folder):
    done = folder.imported(Kind.MUE, folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS)))
    place = folder.store.root / "ncci-ptp" / "practitioner"
    place.mkdir(parents=True)
    (place / "2026Q3.parquet").write_bytes(done.path.read_bytes())
    with pytest.raises(BadTable, match="this is ncci-mue practitioner 2026Q3, in the place of another table"):
        folder.store.tables()


def test_a_stored_table_without_its_columns_is_told_when_it_is_asked(folder):
    import pyarrow.parquet as pq

    done = folder.imported(Kind.MUE, folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS)))
    whole = pq.read_table(done.path)
    pq.write_table(whole.drop_columns(["units"]), done.path)
    with pytest.raises(BadTable, match="the stored table lacks columns; import it again"):
        Tables.open(folder.store.root).limit_on("97530", dt.date(2026, 8, 1), "practitioner")


def test_an_import_without_files_is_told(folder):
    with pytest.raises(BadTable, match="no file is named"):
        folder.imported(Kind.MUE)
