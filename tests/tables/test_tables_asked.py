"""Imported tables asked by policies on the command line: the folder of `policy tables` is the one that policies ask."""

import json
import os
import subprocess
import sys
from pathlib import Path

import published
import pytest
from sample_rows import LIMITS, PAIRS

import policy
from policy.tables.lookup import Tables
from policy.tables.model import Kind
from policy.tables.problem import BadTable

ROOT = Path(__file__).parents[2]
VISIT = {
    "date": "2026-09-01",
    "lines": [{"code": "97530", "units": 7, "modifiers": ["GP"]}, {"code": "97150", "units": 1, "modifiers": ["GP"]}],
}


@pytest.fixture
def run(folder):
    """Runs `policy …` with the tables of the folder."""

    def run(*words: object) -> "subprocess.CompletedProcess[str]":
        kept = {
            key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "POLICY_DEBUG")
        }
        environment = {**kept, "PYTHONPATH": str(ROOT), "POLICY_TABLES": str(folder.store.root), "COLUMNS": "140"}
        return subprocess.run(
            [sys.executable, "-m", "policy", *map(str, words)],
            cwd=folder.path, env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return run


@pytest.fixture
def visit(folder):
    return folder.file("visit.json", json.dumps(VISIT).encode())


def test_what_was_undetermined_is_decided_once_the_table_is_there(folder, run, visit):
    before = run("explain", visit, "--policy", "medicare.part_b_by_table")
    assert "undetermined line" in before.stdout
    assert "fix        import the table of that date: `policy tables import ncci-ptp FILE`" in before.stdout
    folder.imported(Kind.PTP, *folder.release(PAIRS))
    after = run("explain", visit, "--policy", "medicare.part_b_by_table")
    assert "97530 is not paid with 97150 on the same day; a modifier releases it" in after.stdout
    assert "table ncci-ptp practitioner 2026Q3 sha256:" in " ".join(after.stdout.split())
    decided = json.loads(run("run", visit, "--policy", "medicare.part_b_by_table", "--format", "json").stdout)
    assert [f["rule"] for f in decided["findings"] if f["effect"] == "deny"] == ["pairs ncci", "limit mue"]
    [table] = [one.table for one in folder.store.tables()]
    assert decided["receipt"]["tables"]["ncci-ptp practitioner 2026Q3"] == table.digest


def test_a_damaged_table_is_one_line_and_policies_without_tables_do_not_mind(folder, run, visit):
    done = folder.imported(Kind.PTP, *folder.release(PAIRS))
    done.path.write_bytes(done.path.read_bytes()[:100])
    for command in ("run", "explain"):
        ended = run(command, visit, "--policy", "medicare.part_b_by_table")
        assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
        assert "the stored table cannot be read; import it again, or delete the file" in ended.stderr
    assert run("test", "medicare.part_b_by_table").returncode == 2
    assert run("explain", visit, "--policy", "medicare.part_b").returncode == 0


def test_a_folder_or_tables_are_handed_to_a_program(folder, tmp_path):
    folder.imported(Kind.PTP, *folder.release(PAIRS))
    root = folder.store.root
    found = [
        policy.load("medicare.part_b_by_table", tables=tables).evaluate(VISIT)
        for tables in (root, Tables.open(root), tmp_path / "none")
    ]
    assert found[0] == found[1]
    rules = [{f.rule for f in one.findings if f.effect == "deny"} for one in found]
    assert "pairs ncci" in rules[0] and "pairs ncci" not in rules[2]


def test_a_table_that_breaks_while_it_is_asked_is_no_pass(folder):
    done = folder.imported(Kind.MUE, folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS)))
    program = policy.load("medicare.part_b_by_table", tables=folder.store.root)
    done.path.write_bytes(b"PAR1")
    with pytest.raises(BadTable):
        program.evaluate(VISIT)
