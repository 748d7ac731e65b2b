"""`policy compare`: what counts as different, why, and what every format tells."""

import csv
import io
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLINIC = ROOT / "examples" / "clinic.json"
SHARED = """\
source manual "The manual of {name}"
    link "https://www.example.com/{name}"

codes timed
    97110, 97530
    one unit each 15 minutes

count timed_units
    applies to timed
    by {method}
    pool patient, day
    a unit at 8 minutes of 15
    {rest}
    cite manual "chapter {name}"

"""
TOTAL = "leftover to the largest remainder\n    ties are the provider's choice"
CAP = """\
limit two_units "two units a day"
    applies to timed
    at most 2 units
    per patient and day
    counting allowed units
    on excess deny the excess, last line first
    reason CO-119
    cite manual
    assume "the last line gives way"
"""


def visit(name: str, *lines: tuple[str, int | None, int]) -> dict[str, object]:
    made = [{"code": c, "units": u, **({"minutes": m} if m is not None else {})} for c, m, u in lines]
    return {"visit": name, "date": "2026-03-02", "lines": made}


VISITS = [
    visit("alike", ("97530", 30, 2)),
    visit("capped", ("97530", 30, 2), ("97110", 30, 2)),
    visit("counted", ("97530", 20, 2), ("97110", 20, 1)),
    visit("unknown", ("97530", None, 2)),
]


@pytest.fixture
def payers(tmp_path: Path) -> Path:
    """Two payers: one counts by total time, the other each code, with a cap."""
    one = 'policy my.total "Total"\n\n' + SHARED.format(name="one", method="total time", rest=TOTAL)
    two = 'policy my.capped "Capped"\n\n' + SHARED.format(name="two", method="each code", rest="").replace("    \n", "")
    (tmp_path / "total.policy").write_text(one)
    (tmp_path / "capped.policy").write_text(two + CAP)
    (tmp_path / "visits.jsonl").write_text("".join(json.dumps(one) + "\n" for one in VISITS))
    return tmp_path


WORDS = ("compare", "total.policy", "capped.policy", "visits.jsonl")


def test_lines_that_differ_are_told_with_the_statement_and_its_source(command, payers: Path) -> None:
    ended = command(*WORDS)
    assert (ended.code, ended.err) == (0, "")
    assert "alike" not in ended.out.split("summary")[0] and "unknown" not in ended.out.split("summary")[0]
    assert "my.capped: deny 2 units by limit two_units" in ended.out
    assert "source The manual of two" in ended.out and "https://www.example.com/two" in ended.out
    assert "assumed the last line gives way" in ended.out
    assert "by count timed_units" in ended.out and "The manual of two, chapter two" in ended.out
    assert "4 compared: 2 alike, 2 differently" in ended.out


def test_json_tells_every_visit_and_then_the_counts(command, payers: Path) -> None:
    *rows, last = map(json.loads, command(*WORDS, "--format", "json").out.splitlines())
    assert [(row["visit"], row["same"]) for row in rows] == [
        ("alike", True), ("capped", False), ("counted", False), ("unknown", True),
    ]  # fmt: skip
    (denied,) = rows[1]["differences"]
    assert (denied["line"], denied["left"]["allowed_units"], denied["right"]["allowed_units"]) == (2, 2, 0)
    assert denied["left"]["causes"] == []
    (cause,) = denied["right"]["causes"]
    assert (cause["rule"], cause["reasons"], cause["cite"][0]["source"]) == ("limit two_units", ["CO-119"], "manual")
    summary = last["summary"]
    assert (summary["visits"], summary["same"], summary["different"], summary["rejected"]) == (4, 2, 2, 0)
    assert [one["allowed_units"] for one in summary["units"]] == [9, 6]
    assert [one["unknown_lines"] for one in summary["units"]] == [1, 1]
    assert {"policy": "my.capped", "rule": "limit two_units", "lines": 1} in summary["causes"]


def test_csv_has_a_row_for_each_line_that_differs(command, payers: Path) -> None:
    ended = command(*WORDS, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ended.out)))
    assert [(row["visit"], row["line"]) for row in rows] == [("capped", "2"), ("counted", "1")]
    assert (rows[0]["right_rules"], rows[0]["right_sources"]) == ("limit two_units", "The manual of two")
    assert "4 compared" in ended.err


def test_markdown_is_a_table(command, payers: Path) -> None:
    lines = command(*WORDS, "--format", "markdown").out.splitlines()
    assert len(lines) == 4 and {line.count(" | ") for line in (lines[0], *lines[2:])} == {7}
    assert "`limit two_units`" in lines[2] and "The manual of two" in lines[2]


def test_a_policy_does_not_differ_from_itself(command, payers: Path) -> None:
    ended = command("compare", "total.policy", "total.policy", "visits.jsonl", "--fail-on", "different")
    assert ended.code == 0 and "4 alike, 0 differently" in ended.out


def test_a_missing_minute_makes_no_difference_but_a_status_does(command, payers: Path) -> None:
    """Both leave the line undetermined; a payer that denies it does not."""
    (payers / "strict.policy").write_text(
        'policy my.strict "Strict"\n\n' + SHARED.format(name="one", method="total time", rest=TOTAL)
        + 'rule never\n    applies to 97530\n    deny "never"\n    cite manual\n'
    )  # fmt: skip
    *rows, _ = map(
        json.loads,
        command("compare", "total.policy", "strict.policy", "visits.jsonl", "--format", "json").out.splitlines(),
    )
    assert [row["same"] for row in rows] == [False] * 4
    (line,) = rows[3]["differences"]
    assert (line["left"]["status"], line["right"]["status"]) == ("undetermined", "deny")


def test_differences_can_fail(command, payers: Path) -> None:
    assert command(*WORDS, "--fail-on", "different").code == 1


def test_what_cannot_be_read_is_told_and_the_rest_compared(command, payers: Path) -> None:
    with (payers / "visits.jsonl").open("a") as file:
        file.write('{"visit": "odd", "date": "soon", "lines": []}\n')
    ended = command(*WORDS)
    assert ended.code == 2 and "4 compared" in ended.out and "1 could not be read" in ended.out
    assert "soon" not in ended.err and "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("compare", "total.policy", "nobody.here", "visits.jsonl"), "there is no policy `nobody.here`"),
        (("compare", "total.policy", "capped.policy", "nothing.json"), "nothing.json"),
        (("compare", "total.policy", "capped.policy"), "pass `--on"),
        (("compare", "total.policy"), "--help"),
    ],
)
def test_bad_usage_of_compare_is_told(command, payers: Path, words: tuple[str, ...], said: str) -> None:
    ended = command(*words)
    assert (ended.code, ended.out) == (2, "") and said in ended.err and "Traceback" not in ended.err


def test_two_policies_by_dimension(command, payers: Path) -> None:
    words = ("compare", "total.policy", "capped.policy", "--on", "2026-03-02")
    told = command(*words)
    assert told.code == 0
    assert "total time, 8 of 15" in told.out and "each code, 8 of 15" in told.out
    assert "2 units per day: timed" in told.out and "both: nothing stated" in told.out
    data = json.loads(command(*words, "--format", "json").out)
    same = {one["dimension"]: one["same"] for one in data["dimensions"]}
    assert same["Units"] is False and same["Modifiers"] is True
    rows = list(csv.reader(io.StringIO(command(*words, "--format", "csv").out)))
    assert ["Units", "my.total", "total time, 8 of 15"] in rows
    assert "| Units | total time, 8 of 15 | each code, 8 of 15 |" in command(*words, "--format", "markdown").out


def test_every_pair_of_shipped_policies_can_be_compared(command) -> None:
    ended = command("compare", "medicare.part_b", "commercial.cpt_midpoint", CLINIC, "--format", "json")
    assert ended.code == 0 and json.loads(ended.out.splitlines()[-1])["summary"]["visits"] == 10
