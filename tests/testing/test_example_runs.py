"""Examples inside policies: the visit that is described, what is judged of it, and what the examples reach."""

import datetime as dt
from decimal import Decimal

import pytest
from strategies.policies import Family

from policy.claims.visit import PastLine
from policy.program import Program
from policy.syntax import ast
from policy.testing.example import visit_of
from policy.testing.run import coverage, run_examples

POLICY = """policy t.tested "Tested"

fact case.severity : number
fact case.opened : date
fact line.side : one of left, right

codes timed
    97110, 97530
    one unit each 15 minutes

count midpoint
    applies to timed
    by each code
    pool patient, day
    a unit at 8 minutes of 15
    assume "for the test"

count never_reached
    applies to 97750
    by each code
    pool patient, day
    a unit at 8 minutes of 15
    assume "for the test"

rule severe "a severe case"
    when case.severity > 3
    review "severe"
    only when given case.severity
    assume "for the test"

rule announced_rule
    when visit.number > 3
    deny
    status announced
    assume "for the test"

"""


def program(*examples: str, engine: str = "compiled") -> Program:
    return Family((("t.tested", POLICY + "\n".join(examples)),)).program(engine)


def example(name: str, expected: str, *facts: str, lines: str = "97530  24 minutes  billed 3") -> str:
    """An example of one visit; `lines` are its lines."""
    return "\n".join(
        [
            f"example {name}",
            "    visit 2026-03-02",
            *(f"        {fact}" for fact in facts),
            f"        {lines}",
            f"    expect {expected}",
            "",
        ]
    )


@pytest.mark.parametrize("engine", ["reference", "compiled"])
@pytest.mark.parametrize(
    ("expected", "difference"),
    [
        ("no findings", "findings: expected none, got reduce by count midpoint"),
        ("status allow", "status: expected allow, got reduce"),
        ("total 3 units", "total: expected 3 units, got 2 units"),
        ("97530 3 units", "97530: expected 3 units, got 2 units"),
        ("97530 2 units of 3 supported", "97530: expected 3 units supported, got 2 units supported"),
        ("97530 deny", "97530: expected deny, got reduce"),
        ("97530 reduce by rule severe", "97530 by: expected rule severe, got count midpoint"),
        ("rule severe", "findings: expected rule severe, got count midpoint"),
        ("missing line.minutes", "missing: expected line.minutes, got nothing"),
    ],
)
def test_what_differs_is_told_side_by_side(engine: str, expected: str, difference: str) -> None:
    (result,) = run_examples(program(example("differs", expected), engine=engine))
    assert not result.passed
    assert result.problems == (difference,)


@pytest.mark.parametrize("engine", ["reference", "compiled"])
@pytest.mark.parametrize(
    "expected",
    [
        "status reduce",
        "total 2 units",
        "97530 2 units",
        "97530 2 units of 2 supported",
        "97530 reduce by count midpoint",
        "count midpoint",
    ],
)
def test_what_is_met_passes(engine: str, expected: str) -> None:
    (result,) = run_examples(program(example("met", expected), engine=engine))
    assert result.passed
    assert result.problems == ()


def test_every_difference_of_an_example_is_told() -> None:
    (result,) = run_examples(program(example("differs", "97530 3 units, status deny\n    expect total 1 unit")))
    assert [difference.what for difference in result.differences] == ["97530", "status", "total"]


def test_undetermined_units_are_no_number() -> None:
    (result,) = run_examples(program(example("unknown", "97530 2 units", lines="97530  billed 2")))
    assert result.problems == ("97530: expected 2 units, got undetermined",)


def test_a_result_knows_where_its_example_stands() -> None:
    text = example("named", "status reduce")
    (result,) = run_examples(program(text.replace("example named", 'example named "With a title"')))
    line = (POLICY + text).splitlines().index("example named") + 1
    assert (result.name, result.title, result.policy, result.place) == (
        "named",
        "With a title",
        "t.tested",
        f"t.tested:{line}",
    )
    (untitled,) = run_examples(program(text))
    assert untitled.title == "named"


def test_coverage_names_what_no_example_reaches() -> None:
    reached = example(
        "reached", "97530 review by rule severe", "case.severity is 4", lines="97530  24 minutes  billed 2"
    )
    tested = program(reached)
    covered = {one.label: one.reached for one in coverage(tested, run_examples(tested))}
    assert covered == {"count midpoint": True, "count never_reached": False, "rule severe": True}


def test_a_statement_that_was_not_judged_was_not_reached() -> None:
    """`only when given` that is not given leaves a step in the trace, but the statement said nothing."""
    tested = program(example("not_judged", "97530 2 units"))
    covered = {one.label: one.reached for one in coverage(tested, run_examples(tested))}
    assert covered == {"count midpoint": True, "count never_reached": False, "rule severe": False}


def test_coverage_without_examples_reaches_nothing() -> None:
    tested = program()
    assert run_examples(tested) == []
    assert {one.reached for one in coverage(tested, [])} == {False}


def test_coverage_is_of_the_policys_own_statements() -> None:
    child = "policy t.child\n    extends t.tested\n\n" + example("of_the_child", "97530 2 units")
    tested = Family((("t.tested", POLICY), ("t.child", child))).program()
    assert [one.label for one in coverage(tested, run_examples(tested))] == []


def test_the_parts_of_a_reached_combination_are_reached() -> None:
    text = """policy t.combined

count one_way
    applies to 97530
    by each code
    pool patient, day
    a unit at 8 minutes of 15
    assume "for the test"

count other_way
    applies to 97530
    by each code
    pool patient, day
    a unit at 15 minutes of 15
    assume "for the test"

count combined
    by whichever allows more of one_way and other_way

"""
    tested = Family((("t.combined", text + example("of_both", "97530 2 units")),)).program()
    assert {one.label: one.reached for one in coverage(tested, run_examples(tested))} == {
        "count one_way": True, "count other_way": True, "count combined": True,
    }  # fmt: skip


def described(text: str) -> ast.ExampleVisit:
    (statement,) = program(text).resolved.of("example")
    visit = statement.declaration.first(ast.ExampleVisit)
    assert visit is not None
    return visit


def test_the_visit_is_as_described_and_everything_else_is_missing() -> None:
    text = example(
        "described", "no findings", "visit.number is 3", "visit.place is 2", "patient.age is 70", "visit.setting is hospital",
        "visit.received is 2026-03-09", "case.severity is 4", "case.opened is 2026-01-01", "plan_of_care.signed is yes",
        "therapy.charges_to_date is $2,410.00", "documented activity, response", "history 2026-02-02 97110 2 units 30 minutes PT",
        "history 2026-02-09 97530",
        lines="97530  24 minutes  billed 1.5  modifier GP, 59  charge $70.14  PT  from 09:00 to 09:24  line.side is left  line.place is 2"
        "\n        97110\n        97110  no modifier",
    )  # fmt: skip
    visit = visit_of("described", "t.tested", described(text), program(text).resolved.facts)
    assert (visit.visit, visit.policy, visit.date) == ("described", "t.tested", dt.date(2026, 3, 2))
    assert (visit.number, visit.age, visit.setting, visit.received) == (3, 70, "hospital", dt.date(2026, 3, 9))
    assert visit.facts == {
        "case.severity": 4, "case.opened": dt.date(2026, 1, 1), "plan_of_care.signed": True, "therapy.charges_to_date": Decimal("2410.00"),
    }  # fmt: skip
    assert visit.documentation == {"activity": "documented", "response": "documented"}
    assert visit.history == (
        PastLine(dt.date(2026, 2, 2), "97110", 2, 30, "PT"),
        PastLine(dt.date(2026, 2, 9), "97530"),
    )
    one, bare, unmodified = visit.lines
    assert (one.code, one.minutes, one.units, one.modifiers, one.charge) == (
        "97530",
        24,
        Decimal("1.5"),
        ("GP", "59"),
        Decimal("70.14"),
    )
    assert (one.discipline, one.start, one.end, one.place, dict(one.facts)) == (
        "PT",
        540,
        564,
        "02",
        {"line.side": "left"},
    )
    assert (bare.minutes, bare.units, bare.modifiers, bare.start, bare.discipline) == (None, None, None, None, None)
    assert unmodified.modifiers == ()
    assert (visit.claim, visit.timed_minutes, visit.provider, visit.processed) == (None, None, None, None)


def test_a_place_of_the_visit_has_two_digits_too() -> None:
    visit = visit_of(
        "place", "t.tested", described(example("place", "no findings", "visit.place is 2")), program().resolved.facts
    )
    assert visit.place == "02"


def test_no_history_is_not_an_unknown_one() -> None:
    facts = program().resolved.facts
    assert visit_of("a", "t", described(example("unknown", "no findings")), facts).history is None
    assert visit_of("a", "t", described(example("empty", "no findings", "history none")), facts).history == ()
    assert visit_of("a", "t", described(example("unwritten", "no findings")), facts).documentation is None
    assert (
        visit_of(
            "a", "t", described(example("nothing_there", "no findings", "documented nothing")), facts
        ).documentation
        == {}
    )
