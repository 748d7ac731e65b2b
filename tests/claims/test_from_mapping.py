"""A visit from a mapping: what each key becomes, and what each mistake is told as."""

import copy
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from policy.claims.from_mapping import visit_from_mapping
from policy.claims.problem import Problem
from policy.claims.visit import Line, Visit

FULL: dict[str, Any] = {
    "visit": "V1", "claim": "C1", "policy": "medicare.part_b", "date": "2026-03-02", "received": "2026-03-09",
    "patient": {"id": "P1", "birth_date": "1955-02-01"}, "provider": "1234567893", "place": "11", "number": 4,
    "timed_minutes": 24, "setting": "practitioner", "diagnoses": ["M17.11"], "facts": {"injury.date": "2026-01-15"},
    "lines": [{"line": 1, "code": "97530", "minutes": 24, "units": 2, "modifiers": ["GP"], "charge": "70.14",
               "discipline": "PT", "delivery": "one_on_one", "furnished_by": "therapist",
               "start": "09:00", "end": "09:24", "provider": "1234567893"}],
    "documentation": {"functional_limitation": "unsafe bathroom transfers"}, "note": "free text",
}  # fmt: skip


def read(data: Any) -> Visit:
    visit, problems = visit_from_mapping(data)
    assert problems == []
    assert visit is not None
    return visit


def refused(data: Any, place: str = "f.jsonl line 3") -> list[Problem]:
    visit, problems = visit_from_mapping(data, place=place)
    assert visit is None
    assert any(problem.severity == "error" for problem in problems)
    return problems


def test_every_key_of_the_interface_arrives() -> None:
    assert read(FULL) == Visit(
        date=dt.date(2026, 3, 2),
        lines=(
            Line(
                number=1, code="97530", minutes=24, units=2, modifiers=("GP",), charge=Decimal("70.14"),
                discipline="PT", delivery="one_on_one", furnished_by="therapist", start=540, end=564,
                provider="1234567893",
            ),
        ),
        visit="V1", claim="C1", policy="medicare.part_b", received=dt.date(2026, 3, 9), patient="P1", age=71,
        provider="1234567893", place="11", number=4, timed_minutes=24, setting="practitioner", diagnoses=("M17.11",),
        facts={"injury.date": dt.date(2026, 1, 15)},
        documentation={"functional_limitation": "unsafe bathroom transfers"}, note="free text",
    )  # fmt: skip


def test_date_and_codes_are_enough() -> None:
    visit = read({"date": "2026-03-02", "lines": [{"code": "97530"}, {"code": "G0283"}]})
    assert [line.number for line in visit.lines] == [1, 2]
    line = visit.lines[0]
    assert (line.minutes, line.units, line.modifiers, line.charge) == (None, None, None, None)
    assert (visit.documentation, visit.history, visit.diagnoses, visit.facts) == (None, None, None, {})


def test_null_is_not_given_and_an_empty_list_is_none() -> None:
    visit = read(
        {"date": "2026-03-02", "number": None, "patient": None, "history": [], "documentation": {},
         "lines": [{"code": "97530", "minutes": None, "modifiers": []}, {"code": "97110", "modifiers": None}]}
    )  # fmt: skip
    assert visit.number is None
    assert [line.modifiers for line in visit.lines] == [(), None]
    assert visit.lines[0].minutes is None
    assert visit.history == ()
    assert visit.documentation == {}


def test_zero_minutes_are_zero() -> None:
    assert read({"date": "2026-03-02", "lines": [{"code": "97530", "minutes": 0}]}).lines[0].minutes == 0


@pytest.mark.parametrize(
    ("charge", "amount"),
    [("70.14", "70.14"), (70, "70"), (Decimal("70.10"), "70.10"), (70.14, "70.14"), ("$1,200.00", "1200.00")],
)
def test_charges_are_exact(charge: object, amount: str) -> None:
    line = read({"date": "2026-03-02", "lines": [{"code": "97530", "charge": charge}]}).lines[0]
    assert line.charge == Decimal(amount)
    assert str(line.charge) == amount


@pytest.mark.parametrize(
    ("units", "read_as"), [(2, 2), (Decimal("0.2"), Decimal("0.2")), ("1.5", Decimal("1.5")), ("2.0", 2)]
)
def test_units_are_exact(units: object, read_as: object) -> None:
    assert read({"date": "2026-03-02", "lines": [{"code": "97530", "units": units}]}).lines[0].units == read_as


HUGE = 10**5000
"""More digits than the language turns into text."""

BAD_LINE = [
    ("minutes", -5, "cannot be negative"),
    ("minutes", Decimal("7.5"), "must be a whole number"),
    ("minutes", 7.5, "must be a whole number"),
    ("minutes", True, "must be a whole number"),
    ("minutes", "24", "must be a whole number"),
    ("minutes", 1441, "cannot be more than the 1440 minutes"),
    ("minutes", Decimal("1e400"), "cannot be more than"),
    ("minutes", Decimal("NaN"), "must be a whole number"),
    ("minutes", Decimal("sNaN"), "must be a whole number"),
    ("minutes", float("nan"), "must be a whole number"),
    ("minutes", float("inf"), "cannot be more than"),
    ("minutes", HUGE, "cannot be more than"),
    ("units", -1, "must be a number of units"),
    ("units", True, "must be a number of units"),
    ("units", Decimal("NaN"), "must be a number of units"),
    ("units", HUGE, "must be a number of units"),
    ("units", [2], "must be a number of units"),
    ("units", "two", "must be a number of units"),
    ("units", Decimal("0.00001"), "must be a number of units"),
    ("code", "9753", "is not the shape"),
    ("code", "975300", "is not the shape"),
    ("code", "9753Ö", "is not the shape"),
    ("code", "９7530", "is not the shape"),
    ("code", 97530, "must be text"),
    ("modifiers", "GP", "must be a list"),
    ("modifiers", ["GPX"], "two characters"),
    ("modifiers", [59], "two characters"),
    ("modifiers", [["GP"]], "two characters"),
    ("charge", "-1", "is not an amount"),
    ("charge", "NaN", "is not an amount"),
    ("charge", True, "is not an amount"),
    ("charge", Decimal("1e400"), "is not an amount"),
    ("rvu", Decimal("1e99999999999"), "must be a number of RVUs"),
    ("rvu", Decimal("-1"), "must be a number of RVUs"),
    ("fee", Decimal("1e99999999999"), "is not an amount"),
    ("charge", {}, "is not an amount"),
    ("discipline", "XX", "must be PT, OT or SLP"),
    ("discipline", [], "must be PT, OT or SLP"),
    ("delivery", "alone", "must be one_on_one, group or concurrent"),
    ("furnished_by", 1, "must be therapist"),
    ("start", "25:00", "is not a time"),
    ("start", 900, "is not a time"),
    ("provider", "", "must be one line"),
    ("provider", "a\nb", "must be one line"),
    ("place", 11, "must be text"),
    ("line", 0, "must be a whole number from 1 to 999"),
    ("line", True, "must be a whole number from 1 to 999"),
    ("line", "1", "must be a whole number from 1 to 999"),
]


@pytest.mark.parametrize(("key", "value", "words"), BAD_LINE, ids=range(len(BAD_LINE)))
def test_a_bad_value_names_visit_line_and_key(key: str, value: object, words: str) -> None:
    data = {"visit": "V3", "date": "2026-03-02", "lines": [{"code": "97110"}, {"code": "97530", key: value}]}
    (problem,) = refused(data)
    assert problem.place == f"f.jsonl line 3, visit V3, line 2, {key}"
    assert problem.message.startswith(f"`{key}` ")
    assert words in problem.message
    assert problem.visit == "V3"


BAD_VISIT = [
    ("date", "2026-02-30", "is not a date of the calendar"),
    ("date", "2026-W10-1", "is not a date"),
    ("date", "20260302", "is not a date"),
    ("date", "3/2/2026", "is not a date"),
    ("date", 20260302, "is not a date"),
    ("received", "soon", "is not a date"),
    ("number", 0, "must be a whole number"),
    ("timed_minutes", -1, "cannot be negative"),
    ("setting", "home", "must be practitioner or hospital"),
    ("diagnoses", "M17.11", "must be a list"),
    ("visit", 7, "must be text"),
    ("note", 7, "must be text"),
]


@pytest.mark.parametrize(("key", "value", "words"), BAD_VISIT)
def test_a_bad_value_of_the_visit(good: dict[str, Any], key: str, value: object, words: str) -> None:
    (problem,) = refused(good | {key: value})
    assert problem.place.endswith(f", {key}")
    assert words in problem.message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"date": None}, "`date` is missing"),
        ({"lines": None}, "`lines` is missing"),
        ({"lines": []}, "1 to 999 lines"),
        ({"lines": {}}, "`lines` must be a list"),
        ({"lines": ["97530"]}, "a line must be an object"),
        ({"lines": [{}]}, "`code` is missing"),
        ({"lines": [{"code": None}]}, "`code` is missing"),
        ({"lines": [{"code": "97530"}] * 1000}, "1 to 999 lines"),
        ({"lines": [{"code": "97530", "line": 2}, {"code": "97110"}]}, "line number 2 is repeated"),
        ({"lines": [{"code": "97530", "start": "10:00", "end": "09:59"}]}, "`end` is before `start`"),
        ({"lines": [{"code": "97530", "start": "10:00", "end": "09:59", "region": None}]}, "`end` is before `start`"),
        ({"patient": "P1"}, "`patient` must be an object"),
        ({"documentation": "yes"}, "`documentation` must be an object"),
        ({"documentation": {"activity": ["x"]}}, "`activity` must be text, true or false"),
        ({"history": {}}, "`history` must be a list"),
        ({"history": [7]}, "an earlier line must be an object"),
        ({"history": [{"date": "2026-01-01"}]}, "`code` is missing"),
        ({"history": [{"date": "2026-01-01", "code": "97530", "minutes": -1}]}, "cannot be negative"),
        ({"history": [{"date": "2026-01-01", "code": "97530", "facts": []}]}, "`facts` must be an object"),
        ({"history": [{"date": "2026-01-01", "code": "97530", "facts": {"line.units": 2}}]}, "`line.units` has a key of its own"),
        ({"history": [{"date": "2026-01-01", "code": "97530", "facts": {"note.words": 2}}]}, "`note.words` is read from the note"),
        ({"history": [{"date": "2026-01-01", "code": "97530", "facts": {"documentation": {"activity": "x"}}}]}, "is not a fact of"),
        ({"history": [{"date": "2026-01-01", "code": "97530", "facts": {"injury.date": "?"}}]}, "is not a date"),
        ({"facts": []}, "`facts` must be an object"),
        ({"authorization": "A1"}, "`authorization` must be an object"),
    ],
)  # fmt: skip
def test_a_visit_without_its_shape(good: dict[str, Any], change: dict[str, Any], words: str) -> None:
    assert any(words in problem.message for problem in refused(good | change))


@pytest.mark.parametrize("value", [None, 7, "x", [], [{}]])
def test_what_is_no_object_is_no_visit(value: Any) -> None:
    (problem,) = refused(value)
    assert problem.message == "a visit must be an object"


def test_all_mistakes_are_told_at_once(good: dict[str, Any]) -> None:
    good |= {"date": "x", "lines": [{"code": "1", "minutes": -1}, {"units": -1}]}
    assert [problem.place.split(", ", 2)[2] for problem in refused(good)] == [
        "date", "line 1, code", "line 1, minutes", "line 2, units", "line 2, code",
    ]  # fmt: skip


def test_an_unknown_key_is_a_warning_with_the_nearest(good: dict[str, Any]) -> None:
    good["lines"][0]["minuets"] = 3
    visit, problems = visit_from_mapping(good | {"timed_minute": 24, "colour": "red"})
    assert visit is not None
    assert [(p.severity, p.help) for p in problems] == [
        ("warning", "did you mean `minutes`"),
        ("warning", "did you mean `timed_minutes`"),
        ("warning", "write `x_…` for a fact that the policy declares"),
    ]


def test_many_unknown_keys_are_counted(good: dict[str, Any]) -> None:
    visit, problems = visit_from_mapping(good | {f"k{n}": n for n in range(500)})
    assert visit is not None
    assert len(problems) == 21
    assert "480 more" in problems[-1].message


def test_objects_are_flattened_into_typed_facts(good: dict[str, Any]) -> None:
    visit = read(
        good
        | {
            "authorization": {"number": "A1", "visits": 12, "until": "2026-04-30", "level": {"kind": "x"}},
            "plan_of_care": {"signed": True, "established": "2026-02-01"},
            "injury": {"date": "2026-01-15"},
            "therapy": {"charges_to_date": "1200.50"},
            "facts": {"employer": "E1", "weeks": 6, "ratio": 0.5, "urgent": False, "gone": None},
        }
    )
    assert visit.facts == {
        "authorization.number": "A1", "authorization.visits": 12, "authorization.until": dt.date(2026, 4, 30),
        "authorization.level.kind": "x", "plan_of_care.signed": True, "plan_of_care.established": dt.date(2026, 2, 1),
        "injury.date": dt.date(2026, 1, 15), "therapy.charges_to_date": Decimal("1200.50"),
        "employer": "E1", "weeks": 6, "ratio": Decimal("0.5"), "urgent": False,
    }  # fmt: skip


def test_x_keys_become_facts(good: dict[str, Any]) -> None:
    good["lines"][0] |= {"x_body_part": "knee", "x_line_side": "left", "facts": {"line.grade": 3}}
    visit = read(good | {"x_injury_date": "2026-01-15", "x_employer_code": "E1"})
    assert visit.facts == {"injury.date": dt.date(2026, 1, 15), "employer_code": "E1"}
    assert visit.lines[0].facts == {"line_body_part": "knee", "line_side": "left", "line.grade": 3}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"injury": {"date": "then"}}, "is not a date"),
        ({"authorization": {"visits": 1.5}}, "must be a whole number of visits"),
        ({"plan_of_care": {"signed": "maybe"}}, "must be yes or no"),
        ({"facts": {"visit.number": 4}}, "has a key of its own"),
        ({"facts": {"line.side": "left"}}, "is not a fact of the visit"),
        ({"facts": {"documentation.activity": "x"}}, "is not a fact of the visit"),
        ({"x_line_side": "left"}, "is not a fact of the visit"),
        ({"facts": {"odd": [1]}}, "must be text on one line"),
        ({"facts": {"odd": float("nan")}}, "must be text on one line"),
        ({"facts": {"odd": HUGE}}, "must be text on one line"),
        ({"authorization": {"visits": HUGE}}, "must be text on one line"),
        ({"facts": {"injury.date": "2026-01-15"}, "x_injury_date": "2026-01-16"}, "given twice"),
        ({"lines": [{"code": "97530", "facts": {"side": "left"}}]}, "is not a fact of a line"),
        ({"lines": [{"code": "97530", "facts": {"line.minutes": 3}}]}, "has a key of its own"),
    ],
)  # fmt: skip
def test_bad_facts(good: dict[str, Any], change: dict[str, Any], words: str) -> None:
    assert any(words in problem.message for problem in refused(good | change))


@pytest.mark.parametrize(
    ("birth", "date", "age"),
    [
        ("1955-03-02", "2026-03-02", 71),
        ("1955-03-03", "2026-03-02", 70),
        ("2024-02-29", "2026-02-28", 1),
        ("2024-02-29", "2026-03-01", 2),
    ],
)
def test_age_in_whole_years(birth: str, date: str, age: int) -> None:
    data = {"date": date, "patient": {"birth_date": birth}, "lines": [{"code": "97530"}]}
    visit = read(data)
    assert visit.age == age
    assert birth not in repr(visit).replace(date, "")


def test_the_birth_date_is_never_shown(good: dict[str, Any]) -> None:
    for birth in ("2030-01-01", "1492-01-01", "1955-02-31", "01.02.1955"):
        for problem in refused(good | {"patient": {"id": "P1", "birth_date": birth}}):
            assert birth not in str(problem)
    (problem,) = refused(good | {"patient": {"birth_date": "1955-02-01", "age": 40}})
    assert "1955" not in str(problem)


def test_no_value_is_ever_repeated(good: dict[str, Any]) -> None:
    secret = "Jane Q. Public"
    for key in FULL:
        if key == "note":
            continue
        for value in (secret, [secret], {"x": [secret]}, {"id": {"a": secret}}):
            _, problems = visit_from_mapping(good | {"visit": None, key: value})
            assert not any(secret in str(problem) for problem in problems)
    for key in FULL["lines"][0]:
        for value in (secret, [secret], {"x": [secret]}):
            _, problems = visit_from_mapping(good | {"lines": [{"code": "97530", key: value}]})
            assert not any(secret in str(problem) for problem in problems)


def test_documentation(good: dict[str, Any]) -> None:
    given = {
        "activity": True,
        "response": False,
        "goals": "",
        "progress": None,
        "direct_minutes": 24,
        "own_element": "text",
    }
    assert read(good | {"documentation": given}).documentation == {
        "activity": "yes", "direct_minutes": "24", "own_element": "text",
    }  # fmt: skip
    visit, problems = visit_from_mapping(good | {"documentation": {"functional_limitations": "x"}})
    assert visit is not None
    assert problems[0].help == "did you mean `functional_limitation`"


def test_history(good: dict[str, Any]) -> None:
    (past,) = (
        read(good | {"history": [{"date": "2026-02-01", "code": "97530", "units": 2, "visit": "V0"}]}).history or ()
    )
    assert (past.date, past.code, past.units, past.minutes, past.visit) == (dt.date(2026, 2, 1), "97530", 2, None, "V0")


def test_facts_of_history(good: dict[str, Any]) -> None:
    """Facts of an earlier visit and of its line, by path or nested; what the catalogue knows is read by its type."""
    facts = {
        "authorization": {"number": "A-1", "from": "2026-01-05"},
        "therapy.purpose": "habilitative",
        "line.side": None,
    }
    item = {"date": "2026-02-01", "code": "97530", "place": "11", "facts": facts}
    (past,) = read(good | {"history": [item]}).history or ()
    assert past.place == "11"
    assert past.facts == {
        "authorization.number": "A-1", "authorization.from": dt.date(2026, 1, 5), "therapy.purpose": "habilitative",
    }  # fmt: skip


def test_lower_case_codes_and_modifiers_are_capitals() -> None:
    line = read({"date": "2026-03-02", "lines": [{"code": "g0283", "modifiers": ["gp", "Kx"]}]}).lines[0]
    assert (line.code, line.modifiers) == ("G0283", ("GP", "KX"))


def test_the_input_is_left_as_it_was() -> None:
    before = copy.deepcopy(FULL)
    visit_from_mapping(FULL)
    assert before == FULL
