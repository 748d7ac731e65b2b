"""`policy tables` as a user runs it: a process of its own, with a store of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import attrs
import published
import pytest
from sample_rows import LIMITS, PAIRS

ROOT = Path(__file__).parents[2]


@attrs.frozen
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture
def tables(folder):
    """Runs `policy tables …` in the folder."""

    def run(*words: object, **more: str) -> Ended:
        kept = {
            key: value
            for key, value in os.environ.items()
            if key not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "POLICY_DEBUG")
        }
        environment = {**kept, "PYTHONPATH": str(ROOT), "POLICY_TABLES": str(folder.store.root), **more}
        done = subprocess.run(
            [sys.executable, "-m", "policy", "tables", *map(str, words)],
            cwd=folder.path, env=environment, capture_output=True, timeout=60,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def test_import_says_what_was_stored(tables, folder):
    paths = folder.release(PAIRS)
    ended = tables("import", "ncci-ptp", *paths)
    assert ended == Ended(
        0, "imported ncci-ptp practitioner 2026Q3: 6 rows, answers from 1996-01-01 until 2026-09-30\n", ""
    )
    again = tables("import", "ncci-ptp", *paths, "--quarter", "2026q4", "--rows", "6")
    assert again.code == 2 and "`v322r0` is 2026Q3, not 2026Q4" in again.err
    assert tables("import", "ncci-ptp", *paths, "--rows", "6").out.startswith(
        "replaced ncci-ptp practitioner 2026Q3: 6 rows"
    )


def test_bad_input_is_told_line_by_line_and_nothing_is_imported(tables, folder):
    data = published.ptp_text(PAIRS).replace(b"97150", b"7150")
    ended = tables("import", "ncci-ptp", folder.file("ccipra-v322r0-f1.txt", data), "--parts", "1")
    assert (ended.code, ended.out) == (2, "")
    lost = "`7150` is not a code: leading zeros were lost, it was probably `07150`; import the file as it was published"
    first, second, last = ended.err.splitlines()
    assert first.startswith(f"policy: ccipra-v322r0-f1.txt row 8: Column 1: {lost}")
    assert second.startswith(f"policy: ccipra-v322r0-f1.txt row 12: Column 2: {lost}")
    assert last == "policy: nothing was imported; the table that was there is untouched"
    assert not folder.store.root.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("import", "ncci-xyz", "f"), "`ncci-xyz` is not one of ncci-ptp, ncci-mue, pfs-rvu, pfs-gpci, fee-schedule"),
        (("import", "ncci-ptp"), "missing argument"),
        (("import", "ncci-ptp", "none.zip"), "none.zip: no such file or directory"),
        (
            ("import", "ncci-ptp", "f", "--quarter", "Q3"),
            "`Q3` is not a quarter; write year and quarter, such as 2026Q3",
        ),
        (("import", "ncci-ptp", "f", "--rows", "many"), "`--rows` takes a whole number, not `many`"),
        (("import", "ncci-ptp", "f", "--from", "tomorrow"), "`tomorrow` is not a date"),
        (("show", "pfs-rvu"), "there is no such pfs-rvu table; import one with `policy tables import pfs-rvu`"),
        (
            ("show", "ncci-ptp"),
            "there are ncci-ptp tables for hospital and practitioner; say which with `--setting hospital`",
        ),
        (("show", "ncci-mue", "--quarter", "2020Q1"), "there is no such ncci-mue table; there is hospital 2024Q3"),
        (
            ("diff", "2020Q1", "2020Q2"),
            "no table is there for both 2020Q1 and 2020Q2; there is ncci-mue hospital 2024Q3",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(tables, words, says):
    ended = tables(*words)
    assert ended.code == 2 and ended.out == ""
    assert says in ended.err
    assert ended.err.splitlines()[0].startswith("policy: ")


def test_list_has_imported_and_shipped_tables(tables, folder):
    before = json.loads(tables("list", "--format", "json").out)
    assert before and all(one["shipped"] and not one["whole"] for one in before)
    tables("import", "ncci-mue", folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS)))
    after = json.loads(tables("list", "--format", "json").out)
    (mine,) = (one for one in after if one not in before)
    assert (mine["kind"], mine["setting"], mine["quarter"], mine["rows"], mine["whole"]) == (
        "ncci-mue",
        "practitioner",
        "2026Q3",
        3,
        True,
    )
    assert mine["digest"].startswith("sha256:") and mine["sources"][0]["name"] == "MUE_Eff_07-01-2026.csv"
    text = tables("list").out
    assert "MUE_Eff_07-01-2026.csv" in text and text.endswith(f"{len(after)} tables\n")


def test_show(tables, folder):
    tables("import", "ncci-ptp", *folder.release(PAIRS))
    about = tables("show", "ncci-ptp", "--quarter", "2026Q3").out
    assert "ncci-ptp practitioner 2026Q3\nanswers from 1996-01-01 until 2026-09-30, 6 rows\n" in about
    pair = tables("show", "ncci-ptp", "97116", "97530", "--quarter", "2026Q3")
    assert pair.out.splitlines()[1].split()[:5] == ["97530", "97116", "1999-07-01", "2019-12-31", "1"]
    assert pair.out.endswith("\n2 rows\n")
    shown = json.loads(tables("show", "ncci-ptp", "97150", "--quarter", "2026Q3", "--format", "json").out)
    assert [(row["column_one"], row["column_two"]) for row in shown["rows"]] == [("97150", "97530"), ("97750", "97150")]
    exported = tables("show", "ncci-ptp", "--quarter", "2026Q3", "--format", "csv").out
    assert exported.startswith("# kind: ncci-ptp\n# setting: practitioner\n# quarter: 2026Q3\n")
    assert len([row for row in exported.splitlines() if not row.startswith("#")]) == 1 + len(PAIRS)


def test_diff(tables, folder):
    old = [row for row in PAIRS if row.effective.year < 2026]
    tables("import", "ncci-ptp", *folder.release(old, version="v321"))
    new = [attrs.evolve(PAIRS[0], indicator=0), *PAIRS[2:]]
    tables("import", "ncci-ptp", *folder.release(new))
    ended = tables("diff", "2026Q2", "2026Q3", "--table", "ncci-ptp")
    assert ended.code == 0
    assert [" ".join(row.split()) for row in ended.out.splitlines()] == [
        "ncci-ptp practitioner 2026Q2 → 2026Q3",
        "~ 0001A/0591T/2022-01-01 indicator 1 → 0",
        "- 97150/97530/1996-01-01 indicator 1, before_1996 yes, rationale Mutually exclusive procedures",
        "+ 97530/97750/2026-07-01 indicator 1, rationale Mutually exclusive procedures",
        "1 added, 1 removed, 1 changed",
        "",
    ]
    changes = [json.loads(row) for row in tables("diff", "2026Q2", "2026Q3", "--format", "json").out.splitlines()]
    assert [one["change"] for one in changes] == ["changed", "removed", "added"]
    assert "0 added, 0 removed, 1 changed" in tables("diff", "2026Q2", "2026Q3", "0591T").out


def test_without_a_command_the_help_is_shown(tables):
    ended = tables()
    assert ended.code == 0
    for command in ("import", "list", "show", "diff"):
        assert f"\n  {command} " in ended.out
        assert tables(command, "--help").code == 0


def test_without_pyarrow_the_extra_is_named(tables, folder):
    (folder.path / "without").mkdir()
    (folder.path / "without" / "pyarrow.py").write_text("raise ImportError('not here')\n")
    path = folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS))
    paths = os.pathsep.join([str(folder.path / "without"), str(ROOT)])
    ended = tables("import", "ncci-mue", path, PYTHONPATH=paths)
    assert ended.code == 2
    assert "PyArrow is needed and is not installed; install it with `pip install 'payer-policy[table]'`" in ended.err
    assert tables("list", PYTHONPATH=paths).code == 0
    tables("import", "ncci-mue", path)
    assert "PyArrow is needed" in tables("list", PYTHONPATH=paths).err
