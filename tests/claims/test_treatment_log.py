"""The treatment log: rows find their line, minutes are whole sums or not given, and nothing of the claim changes."""

import json
from typing import Any

import pytest

CLAIMS = json.dumps(
    [
        {"visit": "V1", "claim": "C1", "date": "2026-03-02",
         "lines": [{"code": "97530", "units": 2}, {"code": "97110", "units": 1},
                   {"code": "97530", "units": 1, "discipline": "OT"}]},
        {"visit": "V2", "claim": "C1", "date": "2026-03-05",
         "lines": [{"code": "97530", "minutes": 24, "discipline": "PT"}]},
    ]
)  # fmt: skip


def joined(read_file: Any, log: str) -> tuple[Any, Any, list[Any]]:
    found, problems = read_file("c.json", CLAIMS, log)
    assert [visit.visit for visit in found] == ["V1", "V2"]
    assert [(line.code, line.units) for line in found[0].lines] == [("97530", 2), ("97110", 1), ("97530", 1)]
    return found[0], found[1], problems


def test_rows_by_line_number(read_file: Any) -> None:
    log = (
        "visit,line,minutes,start,end,discipline,delivery,furnished_by,provider,documentation.activity,documentation.goals\n"
        "V1,1,24,09:00,09:30,PT,one_on_one,therapist,T1,steps,no\nV1,2,,9:30,09:53,,,,,stairs,\n"
    )
    first, _, problems = joined(read_file, log)
    assert problems == []
    one, two, three = first.lines
    assert (one.minutes, one.start, one.end, one.discipline) == (24, 540, 570, "PT")
    assert (one.delivery, one.furnished_by, one.provider) == ("one_on_one", "therapist", "T1")
    assert (two.minutes, two.discipline) == (23, None)
    assert three.minutes is None
    assert first.documentation == {"activity": "steps; stairs"}


def test_rows_by_code_claim_and_date(read_file: Any) -> None:
    first, _, problems = joined(read_file, "claim,date,code,minutes\nC1,2026-03-02,97110,15\n")
    assert problems == []
    assert first.lines[1].minutes == 15


def test_several_rows_of_one_line_are_summed(read_file: Any) -> None:
    first, _, problems = joined(read_file, "visit,line,minutes,start,end\nV1,1,10,09:00,09:10\nV1,1,12,10:00,10:12\n")
    assert problems == []
    assert (first.lines[0].minutes, first.lines[0].start, first.lines[0].end) == (22, None, None)


def test_a_code_on_two_lines_is_told_apart_by_discipline(read_file: Any) -> None:
    first, _, problems = joined(read_file, "visit,code,minutes,discipline\nV1,97530,20,OT\n")
    assert problems == []
    assert [line.minutes for line in first.lines] == [None, None, 20]


def test_a_row_of_the_whole_visit(read_file: Any) -> None:
    first, _, problems = joined(read_file, "visit,timed_minutes,total_minutes,documentation.progress\nV1,47,60,yes\n")
    assert problems == []
    assert (first.timed_minutes, first.total_minutes, first.documentation) == (47, 60, {"progress": "yes"})


UNSURE = [
    ("V1,,97530,10,,\n", "fits more than one line"),
    ("V1,7,97530,10,,\n", "fits no line"),
    ("V1,,97140,10,,\n", "fits no line"),
    ("V1,1,97110,10,,\n", "fits no line"),
    ("V1,,,10,,\n", "minutes but no line and no code"),
    ("V1,1,,,,\n", "this row of it has none"),
    ("V1,1,,ten,,\n", "must be a whole number of minutes"),
    ("V1,1,,-3,,\n", "cannot be negative"),
    ("V1,1,,1441,,\n", "cannot be more than"),
    ("V1,1,,,10:00,09:00\n", "`end` is before `start`"),
    ("V1,one,,10,,\n", "must be a whole number from 1"),
    ("V1,1,,10,,,more\n", "more cells than the header"),
]


@pytest.mark.parametrize(("row", "words"), UNSURE)
def test_a_row_that_cannot_be_placed_is_told(read_file: Any, row: str, words: str) -> None:
    _, _, problems = joined(read_file, "visit,line,code,minutes,start,end\n" + row)
    assert any(words in problem.message and problem.place.startswith("log.csv row 2") for problem in problems)


@pytest.mark.parametrize("row", [row for row, words in UNSURE if "7,97530" not in row and "97140" not in row])
def test_a_sum_is_never_made_of_some_of_the_rows(read_file: Any, row: str) -> None:
    first, _, problems = joined(read_file, "visit,line,code,minutes,start,end\nV1,1,,12,,\n" + row)
    assert first.lines[0].minutes is None
    assert problems


def test_a_mistyped_date_makes_the_minutes_unsure(read_file: Any) -> None:
    first, _, problems = joined(read_file, "visit,date,line,minutes\nV1,2026-03-02,1,12\nV1,2026-03-03,1,10\n")
    assert first.lines[0].minutes is None
    assert "visit `V1` on 2026-03-03 is not among the visits" in problems[-1].message


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",C1,1,10\n", "claim `C1` fits more than one visit"),
        (",C9,1,10\n", "claim `C9` is not among the visits"),
        ("V9,,1,10\n", "visit `V9` is not among the visits"),
        ("V1,C9,1,10\n", "visit `V1` is not among the visits"),
        (",,1,10\n", "names no visit and no claim"),
    ],
)
def test_rows_without_a_visit(read_file: Any, row: str, words: str) -> None:
    first, _, problems = joined(read_file, "visit,claim,line,minutes\n" + row)
    (problem,) = problems
    assert words in problem.message
    assert problem.place == "log.csv row 2"
    assert first.lines[0].minutes is None


def test_what_claim_and_log_tell_differently(read_file: Any) -> None:
    _, second, problems = joined(read_file, "visit,line,minutes,discipline\nV2,1,20,OT\n")
    assert second.lines[0].minutes is None
    assert second.lines[0].discipline == "PT"
    assert [problem.severity for problem in problems] == ["warning", "error"]
    _, second, problems = joined(read_file, "visit,line,minutes,discipline\nV2,1,24,PT\n")
    assert (second.lines[0].minutes, problems) == (24, [])


def test_rows_that_differ_leave_the_fact_open(read_file: Any) -> None:
    first, _, problems = joined(read_file, "visit,line,minutes,delivery\nV1,1,10,group\nV1,1,5,one_on_one\n")
    assert (first.lines[0].minutes, first.lines[0].delivery) == (15, None)
    assert "differ on `delivery`" in problems[0].message


def test_more_than_a_day(read_file: Any) -> None:
    first, _, problems = joined(read_file, "visit,line,minutes\nV1,1,1000\nV1,1,1000\n")
    assert first.lines[0].minutes is None
    assert "more than a day" in problems[0].message


def test_no_documentation_text_is_shown(read_file: Any) -> None:
    log = "visit,line,minutes,documentation.activity,nmae\nV1,1,x,SECRET,SECRET\nV9,1,1,SECRET,SECRET\n"
    _, _, problems = joined(read_file, log)
    assert len(problems) == 4
    assert not any("SECRET" in str(problem) for problem in problems)
