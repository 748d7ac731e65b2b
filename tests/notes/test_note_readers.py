"""Notes on their way in (JSON, CSV) and through an evaluation: whatever they hold, never a traceback."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies.looks import look

import policy
from policy.claims.from_mapping import visit_from_mapping
from policy.claims.read import read
from policy.claims.visit import Line, Visit

BASE = policy.load("base.therapy_notes")
DAY = dt.date(2026, 3, 2)


def visit(**keys: Any) -> tuple[Visit | None, list[str]]:
    found, problems = visit_from_mapping({"visit": "V1", "date": "2026-03-02", "lines": [{"code": "97530"}], **keys})
    return found, [f"{p.severity}: {p.place}: {p.message}" for p in problems]


def test_earlier_notes_are_read() -> None:
    found, problems = visit(
        earlier_notes=[{"visit": "V0", "date": "2026-02-20", "note": "so"}, {"date": "2026-02-27", "note": ""}]
    )
    assert problems == [] and found is not None and found.earlier_notes is not None
    assert [(one.visit, one.date, one.note) for one in found.earlier_notes] == [
        ("V0", dt.date(2026, 2, 20), "so"), (None, dt.date(2026, 2, 27), ""),
    ]  # fmt: skip
    assert visit(earlier_notes=[])[0].earlier_notes == ()  # type: ignore[union-attr]
    assert visit(earlier_notes=None)[0].earlier_notes is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"earlier_notes": {}}, "error: visit V1, earlier_notes: `earlier_notes` must be a list of earlier notes"),
        ({"earlier_notes": ["so"]}, "error: visit V1, earlier_notes 1: an earlier note must be an object"),
        ({"earlier_notes": [{"note": "so"}]}, "error: visit V1, earlier_notes 1, date: `date` is missing"),
        ({"earlier_notes": [{"date": "2026-02-20"}]}, "error: visit V1, earlier_notes 1, note: `note` is missing"),
        ({"note": 7}, "error: visit V1, note: `note` must be text"),
        ({"facts": {"note.similarity": 90}}, "error: visit V1, facts: `note.similarity` is read from the note"),
        ({"x_note_stated_minutes": 9}, "error: visit V1: `note_stated_minutes` is read from the note"),
    ],
)  # fmt: skip
def test_what_is_amiss_is_told_by_its_place(keys: dict[str, Any], message: str) -> None:
    found, problems = visit(**keys)
    assert (found, problems) == (None, [message])


def test_a_table_may_have_a_column_of_notes(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text(
        'visit,date,code,note\nV1,2026-03-02,97530,"23 minutes of\ngait training"\nV1,2026-03-02,97110,\n', "utf-8"
    )
    (found,) = read(path)
    assert isinstance(found, Visit) and found.note == "23 minutes of\ngait training"


HARD = {
    "empty": "",
    "space": " \t\r\n\x0b\x0c\u2028 ",
    "nul": "\x00".join("23 minutes of gait training"),
    "controls": "".join(map(chr, range(32))),
    "right to left": "\u202e\u05d4\u05dc\u05d9\u05db\u05d4 23 \u05d3\u05e7\u05d5\u05ea\u202c to improve gait",
    "surrogate": "\ud800 23 min \udfff",
    "private": "\ue000\uffff\U0010ffff 23 min",
    "french": "\u00ab to improve safe transfers \u00bb, 23\u202fmin",
    "faces": "\U0001f9d1\u200d\U0001f9bd 23 min",
    "megabyte": "to improve gait 23 minutes. " * 36_000,
    "one word": "a" * 1_000_000,
    "digits": "9" * 1_000_000,
    "numbers": "23 min " * 150_000,
    "accents": "t" + "\u0300\u0316\u0327" * 300_000 + "o improve gait",
    "turkish": "TO \u0130MPROVE SAFE TRANSFERS",
    "sharp": "STRA\u00dfE gait training",
}


@pytest.mark.parametrize("name", HARD)
def test_hard_notes_are_read(name: str) -> None:
    decision = BASE.evaluate(Visit(DAY, (Line(1, "97530", 23, 2),), note=HARD[name]))
    assert decision.explain()
    assert json.dumps(decision.to_dict(), default=str)


def test_narrow_spaces_and_french_quotes_are_space_and_punctuation() -> None:
    told = {s.rule: s.text for s in BASE.evaluate(Visit(DAY, (Line(1, "97530", 23, 2),), note=HARD["french"])).trace}
    assert told["evidence stated_minutes"] == "note characters 32-37, by `# min/mins/minute/minutes`; in all 23"
    assert "characters 3-" in told["evidence functional_limitation"]


@look(60)
@given(st.text(st.characters(), max_size=400), st.text(max_size=60))
def test_any_note_is_read(note: str, earlier: str) -> None:
    data = {"visit": "V1", "date": "2026-03-02", "note": note, "lines": [{"code": "97530"}]}
    BASE.evaluate(data | {"earlier_notes": [{"date": "2026-02-20", "note": earlier}]}).explain()
