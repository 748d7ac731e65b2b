"""No word of a note leaves an evaluation: canaries planted in notes, searched for in everything that comes out."""

import contextlib
import csv
import io
import json
import logging
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import policy
from policy.claims.from_mapping import visit_from_mapping
from policy.render.records import csv_rows

CANARY = "Zanzibarine"
NOTE = f"{CANARY} 23 minutes of gait training to improve {CANARY} safety, not limited in {CANARY}. {CANARY}@example.org"
POLICY = """policy test.canary "Everything that a note is asked"

codes timed
    97530
    one unit each 15 minutes

count each_code
    applies to  timed
    by          each code
    pool        patient, day
    a unit      at 8 minutes of 15
    assume      "so"

evidence functional_limitation "the limitation"
    in field      functional_limitation
    or note says  "to improve ...", "limited in ..."
    but not       "not limited in ..."
    assume        "so"

evidence response
    note says  "tolerated ..."
    assume     "so"

evidence stated_minutes
    note says  "# minutes", "... # minutes"
    assume     "so"

require limitation_documented
    documented  functional_limitation
    otherwise   review
    assume      "so"

require response_documented
    documented  response, activity
    otherwise   review
    assume      "so"

require minutes_agree
    that       note.stated_minutes is minutes of timed
    otherwise  review
    assume     "so"

rule short_note
    when  note.words < 100
    warn
    assume "so"

rule cloned_note
    when    note.similarity > 50%
    review  "near-identical to an earlier visit's note"
    assume  "so"
"""
VISIT: dict[str, Any] = {
    "visit": "V1", "date": "2026-03-02", "note": NOTE,
    "earlier_notes": [{"visit": "V0", "date": "2026-02-20", "note": NOTE.replace("23", "24")}],
    "documentation": {"activity": f"{CANARY} walking", "response": ""},
    "lines": [{"code": "97530", "minutes": 15, "units": 2}],
}  # fmt: skip


@pytest.fixture(params=["compiled", "reference"])
def decision(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.DEBUG)
    return policy.load(POLICY, engine=request.param).evaluate(VISIT)


READINGS: dict[str, Callable[[Any], object]] = {
    "explain": lambda d: d.explain(),
    "repr": repr,
    "dict": lambda d: d.to_dict(),
    "json": lambda d: json.dumps(d.to_dict(), default=str),
    "csv": csv_rows,
    "findings": lambda d: d.findings,
    "trace": lambda d: d.trace,
    "pickle": lambda d: pickle.dumps(d, protocol=0),
    "pickle of the pickle": lambda d: pickle.dumps(pickle.loads(pickle.dumps(d)), protocol=0),
    "inside": lambda d: [repr(getattr(d, name)) for name in type(d).__slots__],
    "note inside": lambda d: (d._visit.note, d._visit.earlier_notes, d._visit.reading),
}


@pytest.mark.parametrize("name", READINGS)
def test_a_decision_has_no_word_of_it(name: str, decision: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert CANARY.lower() not in str(READINGS[name](decision)).lower()
    assert CANARY not in caplog.text


def test_the_decision_was_made_from_it(decision: Any) -> None:
    told = {step.rule: step.text for step in decision.trace if step.step == "evidence"}
    assert told["evidence functional_limitation"] == "note characters 41-62, by `to improve ...`"
    assert told["evidence stated_minutes"].endswith("in all 23")
    assert {f.rule for f in decision.findings if f.effect == "review"} == {
        "require response_documented", "require minutes_agree", "rule cloned_note",
    }  # fmt: skip


def test_a_pickled_decision_answers_as_before(decision: Any) -> None:
    again = pickle.loads(pickle.dumps(decision))
    assert again == decision
    assert again.explain() == decision.explain()


def test_a_visit_does_not_show_it() -> None:
    visit, problems = visit_from_mapping(VISIT)
    assert problems == [] and visit is not None and visit.note == NOTE
    assert CANARY not in repr(visit)


BAD = {
    "note": 7, "note list": [CANARY], "earlier text": CANARY, "earlier item": [CANARY], "earlier date": [{"date": CANARY, "note": NOTE}],
    "earlier key": [{"date": "2026-02-20", "note": NOTE, "x": CANARY}], "earlier note": [{"date": "2026-02-20", "note": {CANARY: 1}}],
    "earlier visit": [{"date": "2026-02-20", "note": NOTE, "visit": f"{CANARY}\n"}],
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_in_it_is_told_without_it(name: str) -> None:
    key = "earlier_notes" if name.startswith("earlier") else "note"
    _, problems = visit_from_mapping(VISIT | {key: BAD[name]})
    assert problems
    assert CANARY not in "".join(map(str, problems))


def files(folder: Path) -> dict[str, Path]:
    """The visit as JSON, JSON Lines, CSV, and three files that break off inside the note."""
    whole = json.dumps(VISIT)
    at = whole.index(CANARY, 60) + 4
    table = io.StringIO()
    csv.writer(table).writerows(
        [["visit", "date", "code", "minutes", "units", "note"], ["V1", "2026-03-02", "97530", "15", "2", NOTE]]
    )
    texts = {
        "visit.json": whole, "visits.jsonl": f"{whole}\n{whole[:at]}\n", "visits.csv": table.getvalue(), "broken.json": whole[:at],
        "control.json": whole[:at] + "\x01\n" + whole[at:], "disagree.csv": table.getvalue() + table.getvalue().splitlines()[1] + "x\n",
        "open.csv": table.getvalue()[:-3] + '"x\n',
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: folder / name for name in texts}


NAMES = ("visit.json", "visits.jsonl", "visits.csv", "broken.json", "control.json", "disagree.csv", "open.csv")


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_never_print_it(name: str, tmp_path: Path) -> None:
    """Every format of `run` and `explain` in one process of its own, also with files that break off inside the note."""
    path = files(tmp_path)[name]
    (tmp_path / "canary.policy").write_text(POLICY, encoding="utf-8")
    script = (
        "import sys; from policy.cli.main import main\n"
        "for words in (['run'], ['run', '--all', '--format', 'json'], ['run', '--format', 'csv'], ['explain']):\n"
        "    sys.argv = ['policy', *words, '--policy', 'canary.policy', sys.argv[-1]]\n"
        "    try: main()\n"
        "    except SystemExit: pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.stdout or done.stderr
    assert CANARY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_library_the_error_has_no_word_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
    with pytest.raises(ImportError) as caught, contextlib.redirect_stderr(io.StringIO()):
        policy.load(POLICY).evaluate(VISIT)
    assert CANARY not in str(caught.value)
