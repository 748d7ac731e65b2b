"""The edits that `medicare.part_b` states by hand against those of the table, in the quarter for which both were read.

Owns: every pair of the therapy codes of which edits are shipped, with and without modifier 59, in both settings.
"""

import csv
import itertools
from pathlib import Path

import pytest

import policy
from policy.tables.lookup import Tables
from policy.tables.model import Kind

ROWS = list(csv.DictReader((Path(__file__).parent / "pair_edits_2024_07_01.csv").open(encoding="utf-8")))
STATED = {row["column_one"] for row in ROWS} | {row["column_two"] for row in ROWS}
"""The codes among which `medicare.part_b` states every edit."""
UNITS_NOT_STATED = {"95851"}
"""Codes with a row in the table of units for which `medicare.part_b` states no limit."""
BY_TABLE = {"practitioner": "medicare.part_b_by_table", "hospital": "medicare.hospital_outpatient"}


def shipped_codes(setting: str) -> list[str]:
    """The codes of the shipped part of the release of July 2024."""
    for held in Tables.open():
        if (held.table.kind, held.table.setting, str(held.table.quarter)) == (Kind.PTP, setting, "2024Q3"):
            assert held.table.scope is not None
            return sorted(held.table.scope.codes)
    raise AssertionError("the release is not shipped")


def denied(program: policy.Program, codes: tuple[str, str], setting: str, date: str, *modifiers: str) -> set[str]:
    """The codes that pairs deny; nothing may be left open."""
    lines = [{"code": code, "units": 1, "modifiers": ["GP", *modifiers]} for code in codes]
    decision = program.evaluate({"date": date, "setting": setting, "lines": lines})
    found = [f for f in decision.findings if f.rule.split()[0] in {"pair", "pairs"}]
    assert {f.effect for f in found} <= {"deny"}, codes
    return {decision.lines[f.lines[0] - 1].code for f in found}


@pytest.mark.parametrize("setting", list(BY_TABLE))
def test_the_stated_edits_are_those_of_the_table(setting: str) -> None:
    stated, by_table = policy.load("medicare.part_b"), policy.load(BY_TABLE[setting])
    codes = shipped_codes(setting)
    assert len(STATED & set(codes)) == 46
    dates = itertools.cycle(("2024-07-01", "2024-09-30", "2024-08-15"))
    wider = 0
    for pair, date in zip(itertools.combinations(codes, 2), dates, strict=False):
        for modifiers in ((), ("59",)):
            ours = denied(stated, pair, setting, date, *modifiers)
            theirs = denied(by_table, pair, setting, date, *modifiers)
            if STATED.issuperset(pair):
                assert ours == theirs, (pair, modifiers)
            else:
                assert ours == set(), (pair, modifiers)
                wider += len(theirs)
    assert wider > 20  # beyond the stated codes the table says more


@pytest.mark.parametrize("setting", list(BY_TABLE))
def test_the_stated_units_are_those_of_the_table(setting: str) -> None:
    stated, by_table = policy.load("medicare.part_b"), policy.load(BY_TABLE[setting])
    for code in sorted(STATED - UNITS_NOT_STATED):
        for units in range(1, 11):
            line = {"code": code, "units": units, "modifiers": ["GP"]}
            visit = {"date": "2024-08-01", "setting": setting, "lines": [line]}
            told = [
                {f.effect for f in one.evaluate(visit).findings if f.rule.startswith("limit ")}
                for one in (stated, by_table)
            ]
            assert told[0] == told[1], (code, units)
