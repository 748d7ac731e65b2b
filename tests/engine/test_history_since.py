"""A history that is whole only from a date on: known lines count, and a window that begins earlier may hold more."""

import datetime as dt

import attrs
import pytest

import policy
from policy.claims.from_mapping import visit_from_mapping
from policy.claims.visit import Line, PastLine, Visit

TEXT = """policy tests.since "Since"
source manual "A payer's manual"
codes timed
    97530
    one unit each 15 minutes
count timed_units
    applies to  timed
    by          each code
    pool        patient, day
    a unit      at 8 minutes of 15
    cite        manual
limit most "units in a span of time"
    applies to  97530
    at most     4 units
    per         patient and {window}
    counting    billed units
    on excess   review
    cite        manual
"""
DATE = dt.date(2026, 3, 4)  # a Wednesday; its week begins on March 1
PAST = PastLine(dt.date(2026, 3, 3), "97530", 2)
VISIT = Visit(DATE, (Line(1, "97530", 15, 1, ()),), history=(PAST,))


def status(window: str, since: dt.date | None, units: int = 1, engine: str = "compiled") -> tuple[str, tuple[str, ...]]:
    """The status of a visit under a limit over a window, and what is missing."""
    program = policy.load(TEXT.format(window=window), engine=engine)
    line = attrs.evolve(VISIT.lines[0], units=units, minutes=15 * units)
    decision = program.evaluate(attrs.evolve(VISIT, lines=(line,), history_since=since))
    missing = {fact for finding in decision.findings for fact in finding.missing if finding.rule == "limit most"}
    return decision.status, tuple(sorted(missing))


@pytest.mark.parametrize("engine", ["compiled", "reference"])
@pytest.mark.parametrize(
    ("window", "since", "expected"),
    [
        ("week", None, ("allow", ())),
        ("week", dt.date(2026, 3, 1), ("allow", ())),
        ("week", dt.date(2026, 3, 2), ("undetermined", ("history",))),
        ("calendar year", dt.date(2026, 1, 1), ("allow", ())),
        ("calendar year", dt.date(2026, 1, 2), ("undetermined", ("history",))),
        ("lifetime", dt.date(1990, 1, 1), ("undetermined", ("history",))),
        ("day", dt.date(2030, 1, 1), ("allow", ())),
    ],
)
def test_a_window_that_begins_before_the_history_is_whole_may_hold_more(
    engine: str, window: str, since: dt.date | None, expected: tuple[str, tuple[str, ...]]
) -> None:
    assert status(window, since, engine=engine) == expected


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_what_is_known_counts_for_certain(engine: str) -> None:
    assert status("calendar year", dt.date(2026, 3, 2), units=3, engine=engine) == ("review", ())


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_an_authorization_begins_on_its_first_day(engine: str) -> None:
    program = policy.load(TEXT.format(window="authorization"), engine=engine)
    for start, expected in (("2026-03-02", "allow"), ("2026-02-20", "undetermined")):
        visit = attrs.evolve(VISIT, facts={"authorization.from": start}, history_since=dt.date(2026, 3, 1))
        assert program.evaluate(visit).status == expected


def test_the_date_is_read_from_json() -> None:
    visit, problems = visit_from_mapping(
        {"date": "2026-03-04", "lines": [{"code": "97530"}], "history": [], "history_since": "2026-01-01"}
    )
    assert problems == [] and visit is not None and visit.history_since == dt.date(2026, 1, 1)
