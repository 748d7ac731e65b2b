"""Tables: rows gathered into visits, delimiters and encodings, and rows that do not fit."""

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import policy
from policy.claims import from_csv
from policy.claims.from_csv import csv_template
from policy.claims.problem import Unreadable
from policy.claims.read import read

HEADER = "visit,date,code,minutes,units,modifiers\n"


def test_the_template_is_read_without_a_word(read_file: Any) -> None:
    found, problems = read_file("template.csv", csv_template())
    assert problems == []
    (visit,) = found
    assert [(line.code, line.minutes, line.units, line.modifiers) for line in visit.lines] == [
        ("97530", 24, 2, ("GP",)), ("97110", 23, 1, ("GP",)),
    ]  # fmt: skip
    assert visit.timed_minutes == 47
    assert visit.documentation is not None
    assert len(csv_template().splitlines()) == 3


def test_every_column(read_file: Any) -> None:
    columns = {
        "visit": "V1", "claim": "C1", "policy": "p", "date": "2026-03-02", "received": "2026-03-09", "patient": "P1",
        "age": "71", "provider": "1", "place": "11", "number": "4", "timed_minutes": "24", "total_minutes": "30",
        "setting": "hospital", "diagnoses": "M17.11; M54.5",
        "line": "3", "code": "97530", "minutes": "24",
        "units": "0.2", "modifier_1": "GP", "modifier_2": "59", "charge": "70.14", "discipline": "PT",
        "delivery": "group",
        "furnished_by": "aide", "start": "9:00", "end": "09:24", "revenue_code": "0420", "region": "knee",
        "line.provider": "2", "line.place": "12", "documentation.activity": "yes", "documentation.goals": "no",
        "documentation.progress": "better", "x_injury_date": "2026-01-15", "x_employer": "E1", "x_line_side": "left",
        "authorization.number": "A1", "note": "free text",
    }  # fmt: skip
    found, problems = read_file("all.csv", ",".join(columns) + "\n" + ",".join(columns.values()) + "\n")
    assert problems == []
    (visit,) = found
    (line,) = visit.lines
    assert (visit.patient, visit.age, visit.number, visit.provider, visit.place) == ("P1", 71, 4, "1", "11")
    assert (visit.timed_minutes, visit.total_minutes, visit.setting) == (24, 30, "hospital")
    assert visit.diagnoses == ("M17.11", "M54.5")
    assert visit.documentation == {"activity": "yes", "progress": "better"}
    assert visit.facts == {"injury.date": dt.date(2026, 1, 15), "employer": "E1", "authorization.number": "A1"}
    assert (line.number, line.units, line.modifiers, line.charge) == (3, Decimal("0.2"), ("GP", "59"), Decimal("70.14"))
    assert (line.start, line.end, line.provider, line.place, line.region) == (540, 564, "2", "12", "knee")
    assert line.facts == {"line_side": "left"}


def test_birth_dates_become_ages(read_file: Any) -> None:
    found, _ = read_file("birth.csv", "visit,date,birth_date,code\nV1,2026-03-02,1955-02-01,97530\n")
    assert found[0].age == 71


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(read_file: Any, mark: str, end: str) -> None:
    rows = [
        ["Visit", " DATE ", "Code", "Timed Minutes"],
        ["V1", "2026-03-02", "97530", "24"],
        ["V1", "2026-03-02", "97110", "24"],
    ]
    found, problems = read_file("a.csv", "\ufeff" + "".join(mark.join(row) + end for row in rows))
    assert problems == []
    assert [line.code for line in found[0].lines] == ["97530", "97110"]
    assert found[0].timed_minutes == 24


@pytest.mark.parametrize("cell", ["GP 59", "GP;59", '"GP,59"', "GP:59", '" GP , 59 "', "gp 59"])
def test_modifiers_of_one_cell(read_file: Any, cell: str) -> None:
    found, problems = read_file("m.csv", HEADER + f"V1,2026-03-02,97530,24,2,{cell}\n")
    assert problems == []
    assert found[0].lines[0].modifiers == ("GP", "59")


def test_an_empty_cell_is_not_given(read_file: Any) -> None:
    found, _ = read_file("e.csv", HEADER + "V1,2026-03-02,97530,,,\n")
    line = found[0].lines[0]
    assert (line.minutes, line.units) == (None, None)
    assert line.modifiers == ()
    found, _ = read_file("e.csv", "visit,date,code\nV1,2026-03-02,97530\n")
    assert found[0].lines[0].modifiers is None
    assert found[0].documentation is None


def test_rows_of_a_visit_need_not_stand_together(read_file: Any) -> None:
    rows = "V1,2026-03-02,97530,24,2,GP\nV2,2026-03-03,97110,15,1,GP\nV1,2026-03-02,97140,15,1,GP\n"
    found, problems = read_file("mixed.csv", HEADER + rows)
    assert problems == []
    assert [(visit.visit, [line.number for line in visit.lines]) for visit in found] == [("V1", [1, 2]), ("V2", [1])]


def test_without_ids_claim_patient_date_and_provider_tell_visits_apart(read_file: Any) -> None:
    rows = ["C1,P1,2026-03-02,A", "C1,P1,2026-03-02,A", "C1,P1,2026-03-03,A", "C1,P1,2026-03-02,B", ",P2,2026-03-02,A"]
    content = "claim,patient,date,provider,code\n" + "".join(f"{row},97530\n" for row in rows)
    found, problems = read_file("ids.csv", content)
    assert problems == []
    assert [len(visit.lines) for visit in found] == [2, 1, 1, 1]


def test_rows_that_belong_to_no_visit(read_file: Any) -> None:
    found, problems = read_file("n.csv", "visit,date,code\n,2026-03-02,97530\nV1,2026-03-02,97530\n")
    assert [visit.visit for visit in found] == ["V1"]
    assert [(p.place, p.help) for p in problems] == [("n.csv row 2", "fill the column `visit`")]


def test_rows_of_one_visit_that_disagree(read_file: Any) -> None:
    rows = "V1,2026-03-02,97530,24,2,\nV1,2026-03-03,97110,15,1,\nV2,2026-03-03,97110,15,1,\n"
    found, problems = read_file("d.csv", HEADER + rows)
    assert [visit.visit for visit in found] == ["V2"]
    assert [(p.place, p.message) for p in problems] == [
        ("d.csv row 3, visit V1", "rows of one visit disagree on `date`")
    ]


@pytest.mark.parametrize("minutes", ["-5", "7.5", "24.0", "1e3", "NaN", "1441", "9" * 5000, "twelve", "٢"])
def test_bad_minutes_reject_their_visit_only(read_file: Any, minutes: str) -> None:
    rows = f"V1,2026-03-02,97530,24,2,\nV2,2026-03-02,97530,15,1,\nV2,2026-03-02,97110,{minutes},1,\n"
    found, problems = read_file("bad.csv", HEADER + rows)
    assert [visit.visit for visit in found] == ["V1"]
    assert [problem.place for problem in problems] == ["bad.csv rows 3-4, visit V2, line 2, minutes"]


def test_ragged_rows(read_file: Any) -> None:
    rows = "V1,2026-03-02,97530,24\nV2,2026-03-02,97530,24,2,GP,more\nV3,2026-03-02,97530,24,2,GP,,\n"
    found, problems = read_file("r.csv", HEADER + rows)
    assert [visit.visit for visit in found] == ["V1", "V3"]
    assert [(p.severity, p.place) for p in problems] == [("warning", "r.csv row 2"), ("error", "r.csv row 3, visit V2")]
    assert "4 of 6 columns" in problems[0].message


def test_empty_columns_and_rows(read_file: Any) -> None:
    found, problems = read_file(
        "e.csv", "\n,visit,,date,code,\n,V1,,2026-03-02,97530,\n,,,,,\n\nx,V1,y,2026-03-02,97110,\n"
    )
    assert problems == []
    assert len(found[0].lines) == 2


def test_a_quote_that_is_never_closed(read_file: Any) -> None:
    found, problems = read_file(
        "q.csv", HEADER + 'V1,2026-03-02,97530,24,2,GP\nV2,2026-03-02,"97530,24,2,GP\nV3,2026-03-02,97530,24,2,GP\n'
    )
    assert [visit.visit for visit in found] == ["V1"]
    (problem,) = problems
    assert problem.place == "q.csv row 3"
    assert "up to row 4 nothing was read" in problem.message


def test_a_quote_in_the_middle(read_file: Any) -> None:
    found, problems = read_file("q.csv", HEADER + 'V1,2026-03-02,"97530"x,24,2,GP\nV2,2026-03-02,97530,24,2,GP\n')
    assert [visit.visit for visit in found] == ["V2"]
    assert problems[0].place == "q.csv row 2"


def test_quoted_line_breaks(read_file: Any) -> None:
    found, problems = read_file("q.csv", 'visit,date,code,note\nV1,2026-03-02,97530,"one\ntwo"\nV2,2026-03-02,97530,\n')
    assert problems == []
    assert found[0].note == "one\ntwo"
    assert found[1].note is None


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("visit,code,minutes,minutes,date", "column `minutes` stands in the header twice"),
        ("V1,2026-03-02,97530", "does not name a column `date`"),
        ("visit;date;kode", "does not name a column `code`"),
        ("just some text", "does not name a column `date`"),
        ('"visit,date', "the header row cannot be read"),
    ],
)
def test_headers_that_cannot_be_used(tmp_path: Path, header: str, words: str) -> None:
    path = tmp_path / "h.csv"
    path.write_text(header + "\nV1,2026-03-02,97530,1,1\n")
    with pytest.raises(Unreadable, match=words) as caught:
        list(read(path))
    assert "97530" not in str(caught.value)


def test_unknown_columns_are_named_once(read_file: Any) -> None:
    found, problems = read_file(
        "u.csv", "visit,date,code,minuts,colour\nV1,2026-03-02,97530,1,red\nV1,2026-03-02,97110,1,red\n"
    )
    assert len(found) == 1
    assert [(p.severity, p.place) for p in problems] == [("warning", "u.csv header")] * 2
    assert problems[0].help == "did you mean `minutes`"


def test_windows_text(read_file: Any) -> None:
    found, problems = read_file("w.csv", "visit,date,code,note\nV1,2026-03-02,97530,fünf\n".encode("cp1252"))
    assert found[0].note == "fünf"
    assert [(p.severity, p.help) for p in problems] == [("warning", "save the file as UTF-8")]


def test_only_so_many_rows(read_file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(from_csv, "MAX_ROWS", 3)
    rows = "".join(f"V{n},2026-03-02,97530,1,1,\n" for n in range(5))
    found, problems = read_file("l.csv", HEADER + rows)
    assert [visit.visit for visit in found] == ["V0", "V1"]
    assert "only the first 3 rows" in problems[0].message


def test_the_template_holds_two_rows_of_one_width() -> None:
    import csv

    assert {len(row) for row in csv.reader(io.StringIO(csv_template()))} == {22}


def test_a_table_of_claim_lines_is_sent_to_parquet(tmp_path: Path) -> None:
    """What the message says to write gives a table that is read."""
    import duckdb

    lines = "person_id,claim_line_start_date,hcpcs_code,service_unit_quantity,x_minutes\n007,2026-03-02,97530,2,24\n"
    (tmp_path / "claims.csv").write_text(lines, encoding="utf-8")
    with pytest.raises(Unreadable, match="tables of claim lines are read from Parquet") as refused:
        list(read(tmp_path / "claims.csv"))
    command = str(refused.value).split("`")[-2].replace("'claims.", f"'{tmp_path}/claims.")
    duckdb.sql(command)
    answer = policy.load("medicare.part_b").evaluate_table(
        duckdb.sql(f"from '{tmp_path}/claims.parquet'").to_arrow_table()
    )
    assert answer["rejected"].to_pylist() == [None] and answer["supported_units"].to_pylist() == [2]
