"""What is in force on a date: versions, rows of values, other dates than that of service, and what is stated but inert."""

import datetime as dt

import pytest
from resolve.made import family, limit, rule

from policy.claims.visit import Line, PastLine, Visit
from policy.engine.decision import Decision
from policy.program import Program
from policy.resolve.model import ResolvedPolicy

DAY = dt.timedelta(days=1)
CODES = "codes timed\n    97530\n    one unit each day\n\n"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def speaking(policy: ResolvedPolicy, date: str) -> list[str]:
    return [str(s.dates) for s in policy.on(day(date))]


def evaluated(program: Program, date: str, **facts: object) -> Decision:
    history: tuple[PastLine, ...] = ()
    return program.evaluate(Visit(day(date), (Line(1, "97530", units=1),), history=history, **facts))  # type: ignore[arg-type]


def test_versions_follow_one_another() -> None:
    policy = family(
        "policy t.dated\n    in force from 2020-01-01 until 2027-12-31\n\n"
        + rule("late", 1, "in force until 2024-12-31")
        + rule("late", 2, "in force from 2025-01-01 until 2025-06-30")
        + rule("late", 3, "in force from 2026-01-01")
    ).resolved
    assert [str(d) for d in policy.boundaries()] == [
        "2020-01-01", "2025-01-01", "2025-07-01", "2026-01-01", "2028-01-01",
    ]  # fmt: skip
    assert speaking(policy, "2024-12-31") == ["until 2024-12-31"]
    assert speaking(policy, "2025-01-01") == ["from 2025-01-01 until 2025-06-30"]
    assert speaking(policy, "2025-07-01") == []
    assert speaking(policy, "2026-01-01") == ["from 2026-01-01"]


def test_between_two_boundaries_one_set_of_statements_speaks() -> None:
    policy = family(
        "policy t.dated\n\n"
        + rule("alpha", 1, "in force from 2024-02-29 until 2025-12-31")
        + rule("beta", 2, "in force until 2025-06-30")
        + rule("gamma", 3, "in force from 2025-06-30")
        + limit("cap", "cap_units")
        + 'value cap_units\n    from 2025-03-01 4 units\n    from 2026-03-01 5 units\n    assume "x"\n'
    ).resolved
    starts = [dt.date(2020, 1, 1), *policy.boundaries()]
    for start, following in zip(starts, [*starts[1:], dt.date(2030, 1, 1)], strict=True):
        inside = {policy.on(date) for date in (start, start + (following - start) // 2, following - DAY)}
        assert len(inside) == 1
    plans = family(
        "policy t.other\n\n"
        + limit("cap", "cap_units")
        + 'value cap_units\n    from 2025-03-01 4 units\n    assume "x"\n'
    ).program()
    assert plans.plan(day("2025-02-28")).limits != plans.plan(day("2025-03-01")).limits


def test_rows_of_a_value_end_before_the_next_one_begins() -> None:
    policy = family(
        "policy t.dated\n\nvalue cap\n"
        '    from 2026-01-01  6 units\n    from 2024-01-01  4 units\n    from 2025-01-01 until 2025-06-30  5 units\n    assume "x"\n\n'
        'value always\n    is 12\n    assume "x"\n'
    ).resolved
    assert [(str(row.dates), row.value) for row in policy.value_rows("cap")] == [
        ("from 2024-01-01 until 2024-12-31", 4), ("from 2025-01-01 until 2025-06-30", 5), ("from 2026-01-01", 6),
    ]  # fmt: skip
    found = {
        text: policy.value("cap", day(text))
        for text in ("2023-12-31", "2024-12-31", "2025-06-30", "2025-07-01", "2026-01-01")
    }
    assert {text: row and row.value for text, row in found.items()} == {
        "2023-12-31": None, "2024-12-31": 4, "2025-06-30": 5, "2025-07-01": None, "2026-01-01": 6,
    }  # fmt: skip
    always = policy.value("always", dt.date.min)
    assert always is not None
    assert always.value == 12
    assert policy.value("nothing", dt.date.min) is None


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_a_value_without_a_row_leaves_the_limit_undetermined(engine: str) -> None:
    text = (
        "policy t.dated\n\n"
        + CODES
        + limit("cap", "cap_units")
        + 'value cap_units\n    from 2025-01-01 4 units\n    assume "x"\n'
    )
    program = family(text).program(engine)
    (finding,) = evaluated(program, "2024-12-31").findings
    assert finding.effect == "undetermined"
    assert "value cap_units" in finding.missing
    assert evaluated(program, "2025-01-01").status == "allow"


@pytest.mark.parametrize("engine", ["reference", "compiled"])
@pytest.mark.parametrize(
    ("basis", "fact"), [("receipt", "visit.received"), ("processing", "visit.processed"), ("injury", "injury.date")]
)
def test_another_date_may_judge_a_statement(engine: str, basis: str, fact: str) -> None:
    clause = f"in force from 2026-01-01 until 2026-06-30, by {basis} date"
    text = (
        "policy t.dated\n\n" + CODES + f'rule late\n    when visit.number > 1\n    deny\n    {clause}\n    assume "x"\n'
    )
    program = family(text).program(engine)

    def judged(date: str | None) -> Decision:
        facts: dict[str, object] = {"number": 5}
        if date is not None and basis == "injury":
            facts["facts"] = {"injury.date": day(date)}
        elif date is not None:
            facts[{"receipt": "received", "processing": "processed"}[basis]] = day(date)
        return evaluated(program, "2020-03-02", **facts)

    assert [judged(date).status for date in ("2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01")] == [
        "allow", "deny", "deny", "allow",
    ]  # fmt: skip
    unknown = judged(None)
    assert unknown.status == "undetermined"
    assert [finding.missing for finding in unknown.findings] == [(fact,)]


@pytest.mark.parametrize("engine", ["reference", "compiled"])
@pytest.mark.parametrize("received", ["2025-03-02", "2026-03-02"])
def test_a_clause_left_to_people_touches_every_version(engine: str, received: str) -> None:
    text = (
        "policy t.touched\n\n"
        + CODES
        + rule("late", 3, "in force until 2025-12-31, by receipt date").replace("review", "deny")
        + rule("late", 3, "in force from 2026-01-01, by receipt date").replace("review", "deny")
        + 'not modelled appeal "on appeal"\n    touches rule late\n    assume "x"\n'
    )
    decision = evaluated(family(text).program(engine), "2026-03-02", number=9, received=day(received))
    assert [finding.rule for finding in decision.findings] == ["rule late", "not modelled appeal"]


@pytest.mark.parametrize("status", ["announced", "paused", "withdrawn", "unverified"])
@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_what_is_announced_paused_withdrawn_or_unverified_is_inert(engine: str, status: str) -> None:
    text = (
        "policy t.stated\n\n"
        + CODES
        + f'rule deny_it\n    when visit.number > 1\n    deny\n    status {status}\n    assume "x"\n'
    )
    program = family(text).program(engine)
    assert [(s.name, s.status, s.inert) for s in program.resolved.of("rule")] == [("deny_it", status, True)]
    decision = evaluated(program, "2026-03-02", number=5)
    assert decision.status == "allow"
    assert decision.findings == ()


def test_an_inert_version_may_stand_beside_the_one_in_force() -> None:
    policy = family("policy t.stated\n\n" + rule("late", 1) + rule("late", 2, "status announced")).resolved
    assert [s.status for s in policy.versions("rule", "late")] == ["in force", "announced"]
    assert len(policy.on(day("2026-03-02"))) == 1


@pytest.mark.parametrize("engine", ["reference", "compiled"])
@pytest.mark.parametrize("date", ["2023-12-31", "2027-01-01", "0001-01-01", "9999-12-31"])
def test_a_visit_outside_the_policys_dates_is_undetermined_and_told_so(engine: str, date: str) -> None:
    text = "policy t.dated\n    in force from 2024-01-01 until 2026-12-31\n\n" + CODES + rule("late", 1)
    program = family(text).program(engine)
    decision = evaluated(program, date, number=5)
    assert decision.status == "undetermined"
    assert [line.allowed_units for line in decision.lines] == [None]
    assert "no version" in decision.explain()
    assert "in force" in decision.findings[0].message
    assert evaluated(program, "2024-01-01", number=1).status == "allow"


def test_the_calendars_first_and_last_days() -> None:
    policy = family(
        "policy t.calendar\n    in force from 0001-01-01 until 9999-12-31\n\n"
        + rule("early", 1, "in force until 0001-01-01")
        + rule("late", 1, "in force from 9999-12-31")
        + 'value cap\n    from 0001-01-01 until 0001-01-01  1 unit\n    from 9999-12-31  2 units\n    assume "x"\n'
    ).resolved
    assert policy.boundaries() == [dt.date.min, dt.date(1, 1, 2), dt.date.max]
    assert [s.name for s in policy.on(dt.date.min) if s.kind == "rule"] == ["early"]
    assert [s.name for s in policy.on(dt.date(1, 1, 2)) if s.kind == "rule"] == []
    assert [s.name for s in policy.on(dt.date.max) if s.kind == "rule"] == ["late"]
    first, last = policy.value("cap", dt.date.min), policy.value("cap", dt.date.max)
    assert first is not None
    assert last is not None
    assert (first.value, last.value) == (1, 2)
