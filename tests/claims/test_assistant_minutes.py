"""An assistant's minutes on the way in: stated on the line, or told by the rows of a treatment log."""

from pathlib import Path

import pytest

from policy.claims.from_mapping import visit_from_mapping
from policy.claims.problem import Problem
from policy.claims.treatment_log import join, read_log
from policy.claims.visit import Line, Visit


def line_of(**keys: object) -> tuple[Line | None, list[Problem]]:
    visit, problems = visit_from_mapping({"date": "2026-03-02", "lines": [{"code": "97110", **keys}]})
    return visit.lines[0] if visit else None, problems


def test_minutes_of_an_assistant_are_read() -> None:
    line, problems = line_of(minutes=36, assistant_minutes=23)
    assert line is not None and line.assistant_minutes == 23
    assert not problems


@pytest.mark.parametrize("extra", [{}, {"facts": {"line.side": "left"}}], ids=["plain", "with facts"])
def test_they_are_part_of_the_lines_minutes(extra: dict[str, object]) -> None:
    line, problems = line_of(minutes=15, assistant_minutes=16, **extra)
    assert line is None
    assert [problem.message for problem in problems] == ["`assistant_minutes` is more than `minutes`"]


def logged(tmp_path: Path, rows: str, line: Line) -> tuple[Line, list[str]]:
    path = tmp_path / "log.csv"
    path.write_text("visit,line,minutes,furnished_by,assistant_minutes\n" + rows)
    read, problems = read_log(path)
    visit = visit_from_mapping({"visit": "V1", "date": "2026-03-02", "lines": [{"code": line.code}]})[0]
    assert visit is not None
    found = list(join([Visit(visit.date, (line,), visit="V1")], read))
    told = [*problems, *(item for item in found if isinstance(item, Problem))]
    return next(item for item in found if isinstance(item, Visit)).lines[0], [problem.message for problem in told]


def test_rows_of_both_people_add_up(tmp_path: Path) -> None:
    line, told = logged(tmp_path, "V1,1,13,therapist,\nV1,1,23,assistant,\n", Line(1, "97110"))
    assert (line.minutes, line.assistant_minutes, line.furnished_by) == (36, 23, None)
    assert not told


def test_a_row_may_state_them(tmp_path: Path) -> None:
    line, told = logged(tmp_path, "V1,1,30,therapist,10\n", Line(1, "97110"))
    assert (line.minutes, line.assistant_minutes, line.furnished_by) == (30, 10, "therapist")
    assert not told


def test_rows_of_one_person_say_nothing_more(tmp_path: Path) -> None:
    line, _ = logged(tmp_path, "V1,1,13,assistant,\nV1,1,23,assistant,\n", Line(1, "97110"))
    assert (line.furnished_by, line.assistant_minutes) == ("assistant", None)


def test_a_row_without_minutes_leaves_them_unknown(tmp_path: Path) -> None:
    line, told = logged(tmp_path, "V1,1,13,therapist,\nV1,1,,assistant,\n", Line(1, "97110"))
    assert (line.minutes, line.assistant_minutes, line.furnished_by) == (None, None, None)
    assert any("furnished_by" in message for message in told)


def test_neither_is_used_where_log_and_claim_differ(tmp_path: Path) -> None:
    line, told = logged(tmp_path, "V1,1,13,therapist,\nV1,1,23,assistant,\n", Line(1, "97110", assistant_minutes=20))
    assert line.assistant_minutes is None
    assert told == ["the log and the claim give different assistant minutes for line 1; neither is used"]
