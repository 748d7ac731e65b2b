"""The shipped phrases against synthetic notes that a person marked: the seed notes to the letter, and how often the rest agrees."""

import datetime as dt
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import policy
from policy.claims.visit import Line, Visit
from policy.engine.shown import SHOWN
from policy.resources import policies_folder

NOTES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "notes.json").read_text("utf-8"))["notes"]
PAGE = policies_folder().parent / "docs" / "policies.md"
ELEMENTS = (
    "direct_minutes",
    "activity",
    "functional_limitation",
    "skilled_need",
    "assistance",
    "response",
    "plan_link",
)
FIVE = ELEMENTS[:5]
STRONG, WEAK = (next(one for one in NOTES if one["id"] == f"{kind}-01") for kind in ("strong", "weak"))


def shown(note: str) -> set[str]:
    visit = Visit(dt.date(2026, 3, 2), (Line(1, "97530", 23, 2),), note=note)
    steps = policy.load("base.therapy_notes").evaluate(visit).trace
    return {s.rule.removeprefix("evidence ") for s in steps if s.step == SHOWN} & set(ELEMENTS)


def test_the_seed_notes() -> None:
    assert shown(STRONG["note"]) == set(FIVE)
    assert shown(WEAK["note"]) == set()


@pytest.mark.parametrize("which", [STRONG, WEAK], ids=["strong", "weak"])
def test_the_seed_notes_through_the_command(which: dict[str, Any], tmp_path: Path) -> None:
    visit = {
        "visit": "V1",
        "date": "2026-03-02",
        "note": which["note"],
        "lines": [{"code": "97530", "minutes": 23, "units": 2}],
    }
    (tmp_path / "visit.json").write_text(json.dumps(visit), encoding="utf-8")
    (tmp_path / "mine.policy").write_text(
        'policy test.mine "Mine"\n    extends base.therapy_notes\n\nrequire documented_activities\n    applies to 97530\n'
        f'    documented {", ".join(FIVE)}\n    otherwise review\n    assume "so"\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "policy", "explain", "--policy", "mine.policy", "visit.json"],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    told = " ".join(done.stdout.split())
    for element in FIVE:
        assert (f"[evidence {element}]" in told) is True
    if which is STRONG:
        assert "note characters 1-10, by `# min/mins/minute/minutes`; in all 23 [evidence direct_minutes]" in told
        assert "does not show" not in told
    else:
        assert (
            "the note does not show direct minutes, activity, functional limitation, skilled need and assistance"
            in told
        )
    assert "toileting transfers" not in done.stdout and "tolerated well" not in done.stdout


def table() -> str:
    """How often the phrases find what a person marked: found, missed, and found where it is not."""
    rows = [
        "| notes | marked and found | marked and missed | found and not marked | neither |",
        "| --- | --- | --- | --- | --- |",
    ]
    for half in ("tuned", "held out"):
        found = missed = wrong = neither = 0
        notes = [one for one in NOTES if one["half"] == half]
        for one in notes:
            got, want = shown(one["note"]), set(one["shows"])
            found, missed, wrong = found + len(got & want), missed + len(want - got), wrong + len(got - want)
            neither += len(set(ELEMENTS) - got - want)
        rows.append(f"| {len(notes)}, {half} | {found} | {missed} | {wrong} | {neither} |")
    return "\n".join(rows)


def test_the_page_says_how_often_the_phrases_are_right(rewrite: bool) -> None:
    text = PAGE.read_text("utf-8")
    renewed = re.sub(
        r"(<!-- measured: notes -->\n).*?(<!-- end -->)",
        lambda m: f"{m[1]}\n{table()}\n\n{m[2]}",
        text,
        flags=re.DOTALL,
    )
    if rewrite:
        PAGE.write_text(renewed, "utf-8")
    assert "<!-- measured: notes -->" in renewed
    assert PAGE.read_text("utf-8") == renewed


def test_the_notes_are_enough_and_each_is_its_own() -> None:
    assert len({one["note"] for one in NOTES}) == len(NOTES) >= 30
    assert len({one["id"] for one in NOTES}) == len(NOTES)
    for one in NOTES:
        assert set(one["shows"]) <= set(ELEMENTS)
