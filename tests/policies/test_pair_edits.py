"""Every pair of 46 therapy codes against the edits of 2024-07-01: what is in the file denies, and nothing else does.

Owns: `pair_edits_2024_07_01.csv`, the live rows of the CMS file of that day among these codes: column one, column two, and
the modifier indicator on practitioner and hospital claims (0: nothing releases it; 1: a modifier does).
"""

import csv
import itertools
from pathlib import Path

import pytest

import policy

ROWS = list(csv.DictReader((Path(__file__).parent / "pair_edits_2024_07_01.csv").open(encoding="utf-8")))
CODES = sorted({row["column_one"] for row in ROWS} | {row["column_two"] for row in ROWS})


def denied(program: policy.Program, codes: tuple[str, str], setting: str, date: str, *modifiers: str) -> set[str]:
    """The codes that a pair edit denies when both are billed."""
    lines = [{"code": code, "units": 1, "modifiers": ["GP", *modifiers]} for code in codes]
    decision = program.evaluate({"date": date, "setting": setting, "lines": lines})
    return {
        decision.lines[finding.lines[0] - 1].code
        for finding in decision.findings
        if finding.effect == "deny" and finding.rule.startswith("pair ")
    }


@pytest.mark.parametrize("engine", ["reference", "compiled"])
@pytest.mark.parametrize("setting", ["practitioner", "hospital"])
@pytest.mark.parametrize("date", ["2024-07-01", "2026-03-02"])
def test_the_edits_of_the_file_and_no_others(engine: str, setting: str, date: str) -> None:
    program = policy.load("medicare.ncci_pairs", engine=engine)
    indicator = {(row["column_one"], row["column_two"]): row[setting] for row in ROWS}
    for one, two in itertools.combinations(CODES, 2):
        edits = [pair for pair in ((one, two), (two, one)) if pair in indicator]
        plain, released = denied(program, (one, two), setting, date), denied(program, (one, two), setting, date, "59")
        assert plain == {pair[1] for pair in edits}, (one, two)
        assert released == {pair[1] for pair in edits if indicator[pair] == "0"}, (one, two)


def test_the_list_is_whole() -> None:
    assert len(ROWS) == 199
    assert len(CODES) == 46
