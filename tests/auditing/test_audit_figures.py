"""Figures against a slow recount of the same decisions; sums of parts against the whole."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
import recount
from hypothesis import given
from hypothesis import strategies as st
from strategies.looks import look
from strategies.policies import Family, policies
from strategies.visits import visits

from policy.auditing import days, from_visits
from policy.auditing.attribution import NOBODY
from policy.auditing.biggest import Biggest
from policy.auditing.figures import SHOWN, Figures
from policy.auditing.lines import lines_of
from policy.auditing.money import share
from policy.auditing.timed import GROUP, Timed, length
from policy.claims.visit import Line, Visit
from policy.engine.decision import Decision
from policy.program import Program

VISITS = st.lists(visits(), min_size=1, max_size=6)


def judged(policy: Family, found: list[Visit]) -> tuple[Program, list[recount.Judged]]:
    program = policy.program("compiled")
    return program, [(f"#{k}", visit, program.evaluate(visit)) for k, visit in enumerate(found, 1)]


def figures(program: Program, found: list[recount.Judged]) -> Figures:
    claims, decisions = from_visits.tables(found)
    return Figures.of(lines_of(claims, decisions, from_visits.COLUMNS), Timed({program.id: program}))


def scaled(sums: dict[str, int], names: tuple[str, ...]) -> dict[str, Fraction]:
    return {name: Fraction(sums[name], 1 if name.endswith(("cents", "lines")) else 10_000) for name in names}


@look(40)
@given(policies(), VISITS)
def test_sums_are_those_of_a_slow_recount(policy: Family, found: list[Visit]) -> None:
    program, decided = judged(policy, found)
    got = figures(program, decided)
    assert (got.rows, got.visits) == (sum(len(visit.lines) for visit in found), len(found))
    keys = {
        "code": lambda one: one.line.code, "rendering": lambda one: one.line.provider, "billing": lambda one: one.visit.provider,
        "month": lambda one: f"{one.visit.date:%Y-%m}",
    }  # fmt: skip
    for name, key in keys.items():
        wanted = recount.sums(decided, key)
        rows = {row: sums for (row,), sums in got.by[name].rows()}
        assert rows.keys() == wanted.keys()
        for row, sums in rows.items():
            assert scaled(sums, tuple(wanted[row])) == wanted[row], (name, row)


@look(40)
@given(policies(), VISITS)
def test_every_unit_is_counted_under_one_statement(policy: Family, found: list[Visit]) -> None:
    program, decided = judged(policy, found)
    got = figures(program, decided)
    rows: Counter[tuple[str, str, str]] = Counter()
    reasons: dict[tuple[str, str, str], list[Fraction]] = {}
    for (id, part, _, statement), sums in got.reasons.rows():
        row = reasons.setdefault((id, part, statement), [Fraction(0), Fraction(0), Fraction(0)])
        for k, name in enumerate(("lines", "units", "cents")):
            row[k] += Fraction(sums[name], 10_000 if name == "units" else 1)
        rows[part, "units", ""] += sums["units"]
        rows[part, "cents", ""] += sums["cents"]
        assert statement != NOBODY
    assert reasons == recount.reasons(decided)
    whole = got.policies.all()
    for part in ("taken", "waiting", "unbilled"):
        assert (rows[part, "units", ""], rows[part, "cents", ""]) == (whole[part], whole[f"{part}_cents"])


@look(40)
@given(policies(), VISITS)
def test_missing_facts_are_those_of_undetermined_lines(policy: Family, found: list[Visit]) -> None:
    program, decided = judged(policy, found)
    rows = {fact: sums for (fact,), sums in figures(program, decided).missing.rows()}
    got = {f: [s["lines"], s["alone"], Fraction(s["units"], 10_000), s["cents"]] for f, s in rows.items()}
    assert got == recount.missing(decided)


@look(40)
@given(policies(), st.lists(visits(), min_size=2, max_size=6), st.integers(1, 5))
def test_parts_add_up_to_the_whole(policy: Family, found: list[Visit], cut: int) -> None:
    program, decided = judged(policy, found)
    whole = figures(program, decided)
    parts = Figures.total([figures(program, part) for part in (decided[:cut], decided[cut:]) if part])
    for name in ("policies", "reasons", "missing", "provider_days"):
        assert list(getattr(whole, name).rows()) == list(getattr(parts, name).rows())
    assert all(list(whole.by[name].rows()) == list(parts.by[name].rows()) for name in whole.by)
    assert all(whole.biggest[name].by_key() == parts.biggest[name].by_key() for name in whole.biggest)
    assert (whole.rows, whole.visits, whole.first, whole.last) == (parts.rows, parts.visits, parts.first, parts.last)


@look(40)
@given(policies(), st.lists(visits(), min_size=1, max_size=8))
def test_minutes_of_two_patients_at_once_are_those_of_a_minute_by_minute_count(
    policy: Family, found: list[Visit]
) -> None:
    program, decided = judged(policy, found)

    def alone(decision: Decision, visit: Visit, line: Line) -> bool:
        marked = bool({"CQ", "CO"} & set(line.modifiers or ())) or line.furnished_by in ("assistant", "aide", "student")
        timed = length(program, visit.date, line.code) > 0 and line.code not in GROUP
        return timed and not marked and line.delivery not in ("group", "concurrent")

    minutes, doubled = recount.provider_days(decided, alone)
    got = figures(program, decided)
    added = {(who, days_(day)): sums["minutes"] for (who, day), sums in got.provider_days.rows()}
    assert added == {key: spent for key, spent in minutes.items() if spent}
    for held in (1_000_000, 0):
        spool = days.Spool(held)
        for k in range(got.times.num_rows):
            spool.add(got.times.slice(k, 1))
        overlaps = days.overlaps(spool.parts(), 100)
        assert {(one.provider, days_(one.day)): one.minutes for one in overlaps.worst} == doubled
        assert (overlaps.doubled, overlaps.minutes) == (len(doubled), doubled.total())


INTERVALS = st.lists(
    st.tuples(
        st.sampled_from(["dr-1", "dr-2"]), st.integers(20_000, 20_001), st.integers(480, 500), st.integers(1, 20), st.integers(1, 3)
    ),
    max_size=12,
)  # fmt: skip


@look(200)
@given(INTERVALS, st.integers(0, 4))
def test_doubled_minutes_are_those_that_lie_in_the_times_of_two_patients(
    found: list[tuple[str, int, int, int, int]], held: int
) -> None:
    busy: dict[tuple[str, int], dict[int, set[int]]] = {}
    spool = days.Spool(held)
    for who, day, start, length_, patient in found:
        row = {"provider": who, "day": day, "start": start, "end": start + length_, "patient": patient}
        spool.add(pa.Table.from_pylist([row], days.TIMES))
        for minute in range(start, start + length_):
            busy.setdefault((who, day), {}).setdefault(minute, set()).add(patient)
    wanted = {
        key: (sum(len(p) > 1 for p in each.values()), max(map(len, each.values())))
        for key, each in busy.items()
        if any(len(p) > 1 for p in each.values())
    }
    got = days.overlaps(spool.parts(), 100)
    assert {(one.provider, one.day): (one.minutes, one.most) for one in got.worst} == wanted
    assert (got.days, got.doubled) == (len(busy), len(wanted))
    assert got.by_provider == {
        who: (len(own), sum(own))
        for who in ("dr-1", "dr-2")
        if (own := [minutes for (name, _), (minutes, _) in wanted.items() if name == who])
    }


def days_(day: int):  # type: ignore[no-untyped-def]
    import datetime as dt

    return dt.date(1970, 1, 1) + dt.timedelta(day)


@look(200)
@given(st.integers(0, 10**15), st.integers(0, 10**10), st.integers(0, 10**10))
def test_a_share_of_a_charge_is_rounded_half_up_to_the_cent(charge: int, units: int, billed: int) -> None:
    (got,) = share(*(np.array([value], np.int64) for value in (charge, min(units, billed), billed)))
    exact = Fraction(charge, 100) * Fraction(min(units, billed), billed) if billed else Fraction(0)
    assert got == int(exact + Fraction(1, 2))


def test_the_largest_lines_of_a_key_come_first() -> None:
    lines = [("97530", 3), ("97110", 1), ("97530", 5), ("97530", 5), ("97110", 0)]
    claims, decisions = _rows(lines)
    found = lines_of(claims, decisions, from_visits.COLUMNS)
    got = Biggest.of(found.code, found, found.taken, found.taken_cents, 2).by_key()
    assert [(one.line, one.units) for one in got["97530"]] == [("3", 50_000), ("4", 50_000)]
    assert [(one.line, one.units) for one in got["97110"]] == [("2", 10_000)]


def _rows(lines: list[tuple[str, int]]):  # type: ignore[no-untyped-def]
    """Lines of one visit of which so many units are taken away, all of them."""
    import datetime as dt

    import policy

    text = 'policy my.payer "Mine"\n\nrule none\n    applies to 97530, 97110\n    deny\n    assume "so"\n'
    visit = Visit(
        dt.date(2026, 3, 2),
        tuple(Line(k, code, 30, units, (), Decimal(units)) for k, (code, units) in enumerate(lines, 1)),
        visit="V1",
    )
    return from_visits.tables([("V1", visit, policy.load(text).evaluate(visit))])


@pytest.mark.parametrize("name", SHOWN)
def test_so_many_lines_are_kept_for_each_key(name: str) -> None:
    assert 0 < SHOWN[name] <= 100
