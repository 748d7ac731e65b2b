"""`policy run` over Parquet files, as a user runs it."""

import datetime as dt
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

DAY = dt.date(2026, 3, 2)


def claims(*lines, **more):
    """Claim lines of one day: (patient, code, minutes, units)."""
    return pa.table(
        {
            "claim_id": [f"C{k}" for k in range(len(lines))],
            "claim_line_number": pa.array([1] * len(lines), pa.int32()),
            "person_id": [patient for patient, *_ in lines],
            "claim_line_start_date": [DAY] * len(lines),
            "hcpcs_code": [code for _, code, *_ in lines],
            "hcpcs_modifier_1": ["GP"] * len(lines),
            "service_unit_quantity": pa.array([units for *_, units in lines], pa.int32()),
            "x_minutes": pa.array([minutes for _, _, minutes, _ in lines], pa.int32()),
            **more,
        }
    )


GOOD = (("P1", "97530", 24, 2), ("P1", "97110", 23, 1), ("P2", "97530", 15, 1))


@pytest.fixture
def tables(clinic):
    """The clinic's policy beside two files of claim lines."""
    pq.write_table(claims(*GOOD), clinic.folder / "a.parquet")
    pq.write_table(claims(("P3", "97530", 15, 3), ("P4", "97530", None, 1)), clinic.folder / "b.parquet")
    return clinic


def test_decisions_and_a_summary(tables):
    ended = tables("run", "a.parquet", "b.parquet", "--policy", "clinic.policy", "--out", "decisions.parquet")
    assert (ended.code, ended.err) == (0, "")
    read = pq.read_table(tables.folder / "decisions.parquet")
    assert read["status"].to_pylist() == ["allow", "allow", "allow", "reduce", "undetermined"]
    assert read["allowed_units"].to_pylist() == [2, 1, 1, 1, None]
    rows = [" ".join(row.split()) for row in ended.out.splitlines()]
    assert "lines 5 in: 5 decided, 0 rejected" in rows
    assert "3 allow, 1 undetermined, 1 reduce" in rows
    assert "written decisions.parquet" in rows
    assert any(row.startswith("judged by test.clinic ") for row in rows)
    again = tables("run", "a.parquet", "b.parquet", "--policy", "clinic.policy", "--out", "decisions.parquet")
    assert again.out == ended.out


def test_a_folder_a_pattern_and_no_output(tables):
    for words in (["."], ["?.parquet"], ["a.parquet", "b.parquet"]):
        ended = tables("run", *words, "--policy", "clinic.policy")
        assert "5 in: 5 decided" in ended.out and ended.code == 0
    assert sorted(p.name for p in tables.folder.glob("*.parquet")) == ["a.parquet", "b.parquet"]


def test_lines_that_cannot_be_decided(tables):
    pq.write_table(claims(("P9", None, 24, 2), *GOOD), tables.folder / "c.parquet")
    (tables.folder / "d.parquet").write_bytes(b"PAR1 and no more")
    ended = tables("run", "c.parquet", "d.parquet", "--policy", "clinic.policy", "--out", "out.parquet")
    assert ended.code == 2
    assert "4 in: 3 decided, 1 rejected" in ended.out
    assert "d.parquet: its end is missing: it was cut off" in " ".join(ended.out.split())
    rejects = pq.read_table(tables.folder / "out.rejects.parquet")
    assert rejects["row"].to_pylist() == [1, None]
    assert rejects["claim_id"].to_pylist() == ["C0", None]


def test_ids_that_are_no_text_cost_their_own_lines_and_can_be_read_in_the_rejects(tables):
    ids = pa.array([b"C0", b"Jos\xe9", b"C2"], pa.binary())
    for name, type_ in (("c", pa.string()), ("d", pa.binary())):
        pq.write_table(claims(*GOOD[:2], GOOD[2], claim_id=ids.view(type_)), tables.folder / f"{name}.parquet")
        ended = tables("run", f"{name}.parquet", "--policy", "clinic.policy", "--out", "out.parquet")
        assert "3 in: 1 decided, 2 rejected" in ended.out
        assert "`claim_id` holds bytes that are no text in UTF-8" in " ".join(ended.out.split())
    pq.write_table(claims(*GOOD[:2], GOOD[2], claim_id=ids.view(pa.string())), tables.folder / "c.parquet")
    tables("run", "c.parquet", "--policy", "clinic.policy", "--out", "out.parquet")
    assert pq.read_table(tables.folder / "out.rejects.parquet")["claim_id"].to_pylist() == ["C0", "Jos\ufffd"]


@pytest.mark.parametrize(
    ("cells", "map_"),
    [
        (pa.array([" test.clinic", "test.clinic  ", " "]), ""),
        (pa.array([b"test.clinic", b"test.clinic", b"\xff"], pa.binary()), ""),
        (pa.array([b"test.clinic", b"test.clinic", b"\xff"], pa.binary()).view(pa.string()), ""),
        (pa.array([7, 7, None]), '[policies]\n7 = "test.clinic"\n'),
        (pa.array([7.0, 7.0, None]), '[policies]\n7 = "test.clinic"\n'),
    ],
    ids=["blanks", "bytes", "bytes that are no text", "numbers", "floats"],
)
def test_policies_are_named_in_any_form(tables, cells, map_):
    pq.write_table(claims(*GOOD, x_policy=cells), tables.folder / "c.parquet")
    tables.write("map.toml", map_)
    ended = tables("run", "c.parquet", "--policies", ".", "--columns", "map.toml")
    assert "3 in: 2 decided, 1 rejected" in ended.out, ended.err
    assert ended.err == ""


def test_claims_are_no_place_for_a_page(tables):
    before = (tables.folder / "a.parquet").read_bytes()
    for files in (["a.parquet"], ["."]):
        ended = tables("audit", *files, "--policy", "clinic.policy", "--out", "a.parquet")
        assert ended.code == 2 and "`a.parquet` is one of the files that are read" in ended.err
    assert (tables.folder / "a.parquet").read_bytes() == before


def test_a_file_with_a_column_twice_is_set_aside(tables):
    twice = claims(*GOOD)
    pq.write_table(twice.append_column("x_minutes", twice["x_minutes"]), tables.folder / "c.parquet")
    ended = tables("run", "a.parquet", "c.parquet", "--policy", "clinic.policy")
    assert (ended.code, ended.err) == (2, "")
    assert "6 in: 3 decided, 3 rejected" in ended.out and "c.parquet: it has two columns `x_minutes`" in ended.out


def test_an_arrow_stream_is_told_from_an_arrow_file(tables):
    table = claims(*GOOD)
    with pa.ipc.new_stream(tables.folder / "stream.arrow", table.schema) as stream:
        stream.write_table(table)
    ended = tables("run", "stream.arrow", "--policy", "clinic.policy")
    assert ended.code == 2 and "it is an Arrow stream" in ended.err and "write an Arrow file, or Parquet" in ended.err


def test_fail_on(tables):
    assert tables("run", "a.parquet", "--policy", "clinic.policy", "--fail-on", "deny").code == 0
    assert tables("run", "b.parquet", "--policy", "clinic.policy", "--fail-on", "reduce").code == 1
    assert tables("run", "b.parquet", "--policy", "clinic.policy", "--fail-on", "deny").code == 0


def test_lines_name_their_policies(tables):
    (tables.folder / "mine").mkdir()
    (tables.folder / "clinic.policy").rename(tables.folder / "mine" / "clinic.policy")
    named = claims(*GOOD, x_policy=["test.clinic", "test.clinic", "no.such"])
    pq.write_table(named, tables.folder / "named.parquet")
    ended = tables("run", "named.parquet", "--policies", "mine", "--out", "out.parquet")
    assert ended.code == 2
    assert "there is no policy `no.such`" in ended.err
    assert "3 in: 2 decided, 1 rejected" in ended.out
    ended = tables("run", "a.parquet")
    assert (ended.code, ended.out) == (2, "")
    assert "no policy was given, and no line names one in `x_policy`" in ended.err


def test_the_policy_of_the_command_line_goes_before_those_of_the_lines(tables):
    pq.write_table(claims(*GOOD, x_policy=["no.such"] * 3), tables.folder / "named.parquet")
    ended = tables("run", "named.parquet", "--policy", "clinic.policy")
    assert ended.code == 0 and "3 in: 3 decided" in ended.out


def test_columns_of_other_names(tables):
    table = claims(*GOOD).rename_columns(["c", "n", "who", "day", "cpt", "m1", "qty", "mins"])
    pq.write_table(table, tables.folder / "other.parquet")
    tables.write(
        "map.toml",
        '[columns]\nclaim = "c"\nline = "n"\npatient = "who"\ndate = "day"\n'
        'code = "cpt"\nmodifiers = ["m1"]\nunits = "qty"\nminutes = "mins"\n',
    )
    ended = tables("run", "other.parquet", "--policy", "clinic.policy", "--columns", "map.toml", "--out", "out.parquet")
    assert (ended.code, ended.err) == (0, "")
    assert "4 billed, 4 supported, 4 allowed" in ended.out
    read = pq.read_table(tables.folder / "out.parquet")
    assert read.column_names[:2] == ["c", "n"] and read["allowed_units"].to_pylist() == [2, 1, 1]


def test_the_summary_says_in_which_column_a_missing_fact_is_given(tables):
    pq.write_table(claims(("P1", "97530", None, 2)), tables.folder / "x.parquet")
    words = ["run", "x.parquet", "--policy", "clinic.policy"]
    assert "line.minutes would settle 1 line: column `x_minutes`" in tables(*words).out
    tables.write("map.toml", '[columns]\nminutes = "x_minutes"\nfacility = "claim_id"\n')
    assert "column `x_minutes`" in tables(*words, "--columns", "map.toml").out


def test_reasons_are_counted_without_the_numbers_of_lines(tables):
    """Three visits, of which other lines are wrong in the same way."""
    rows = [(f"P{v}", "97530", -1 if k in at else 8, 1) for v, at in enumerate(((0,), (1,), (0, 2))) for k in range(3)]
    pq.write_table(claims(*rows), tables.folder / "bad.parquet")
    ended = tables("run", "bad.parquet", "--policy", "clinic.policy", "--out", "out.parquet")
    assert "rejected      9 lines: `x_minutes` cannot be negative\n" in ended.out
    reasons = pq.read_table(tables.folder / "out.rejects.parquet")["reason"].unique().to_pylist()
    assert len(reasons) == 3 and "line 2: `x_minutes` cannot be negative" in reasons


def test_nothing_written_is_said(tables):
    assert (
        "written       nothing; `--out decisions.parquet` writes"
        in tables("run", "a.parquet", "--policy", "clinic.policy").out
    )


@pytest.mark.parametrize("out", ["out.parquet", None])
def test_an_interrupted_run_says_how_to_go_on(tables, out):
    script = f"""
import sys
import policy.batches.run as run
def stop(*_): raise KeyboardInterrupt
run.evaluate_files = stop
sys.argv = ["policy", "run", "a.parquet", "--policy", "clinic.policy", {'"--out", "out.parquet"' if out else ""}]
from policy.cli.main import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tables.folder, env=tables.environment(), capture_output=True, text=True
    )
    assert done.returncode == 130 and "Traceback" not in done.stderr
    assert ("`--resume` goes on from here" if out else "interrupted; nothing was written") in done.stderr


def test_an_explanation_for_lines_that_are_not_allowed(tables):
    tables("run", "b.parquet", "--policy", "clinic.policy", "--explain", "--out", "out.parquet")
    told = pq.read_table(tables.folder / "out.parquet")["explanation"].to_pylist()
    assert "count timed_units" in told[0] and told[1] is not None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a.parquet", "--log", "x.csv"], "`--log` is not for tables"),
        (["a.parquet", "--format", "json"], "`--format` is not for tables"),
        (["a.parquet", "--jobs", "many"], "`--jobs` takes a number"),
        (["a.parquet", "--history-since", "yesterday"], "is not a date"),
        (
            ["a.parquet", "--out", "x.csv"],
            "written as Parquet or Arrow, by the end of the file's name; name it `x.parquet`",
        ),
        (["a.parquet", "--out", "-"], "name it `decisions.parquet`, or `decisions.arrow`"),
        (["a.parquet", "--rejects", "bad"], "name it `bad.parquet`"),
        (["a.parquet", "--resume"], "name it, as in `--out decisions.parquet`"),
        (["nothing.parquet"], "`nothing.parquet`: there is no such file"),
        (["a.parquet", "--out", "no/x.parquet"], "there is no folder `no`"),
        (["a.parquet", "claims.json"], "`claims.json` is no table"),
        (["claims.json", "--resume"], "`--resume` is for tables"),
        (["claims.json", "--columns", "map.toml"], "`--columns` is for tables"),
        (["empty"], "there is no table of claim lines"),
        (["none*.parquet"], "there is no table of claim lines"),
    ],
)
def test_what_cannot_be_meant_is_said(tables, words, said):
    tables.write("claims.json", "[]")
    (tables.folder / "empty").mkdir()
    ended = tables("run", *words, "--policy", "clinic.policy")
    assert ended.code == 2 and said in ended.err and "Traceback" not in ended.err


def test_a_table_without_codes(tables):
    pq.write_table(claims(*GOOD).drop_columns(["hcpcs_code"]), tables.folder / "x.parquet")
    ended = tables("run", "x.parquet", "--policy", "clinic.policy")
    assert ended.code == 2 and "Traceback" not in ended.err


def test_a_small_run_loads_no_more_than_it_needs(tables):
    """Neither pandas, which PyArrow would load, nor what starts processes, nor the slow readers of tables, nor functions of Arrow that
    take longer to load than a small table takes to judge."""
    script = """
import sys
sys.argv = ["policy", "run", "a.parquet", "--policy", "clinic.policy", "--out", "out.parquet", "--jobs", "2"]
from policy.cli.main import main
try:
    main()
except SystemExit as ended:
    heavy = {"pandas", "pyarrow.dataset", "pyarrow.pandas_compat", "pyarrow.compute", "numpy.ma", "multiprocessing"}
    heavy |= {"concurrent.futures.process", "policy.batches.spill"}
    print(ended.code, sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tables.folder, env=tables.environment(), capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr
