"""Look-ups by date of service, against a naive scan, and what lies outside of every table."""

import datetime as dt

import attrs
import published
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_rows import FEES, GPCIS, LIMITS, PAIRS, RVUS

from policy.tables.held import Held, Listed, all_rows
from policy.tables.lookup import Pairs, Tables
from policy.tables.model import Kind, NoTable, PairRow, Quarter, Scope, Table
from policy.tables.store import answers, shipped

D = dt.date
P = "practitioner"


@pytest.fixture
def tables(folder):
    folder.imported(Kind.PTP, *folder.release(PAIRS))
    folder.imported(Kind.MUE, folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS)))
    folder.imported(Kind.RVU, folder.file("PPRRVU2026_Jul_nonQPP.csv", published.rvu_text(RVUS)))
    folder.imported(Kind.GPCI, folder.file("GPCI2026.csv", published.gpci_text(GPCIS)))
    folder.imported(Kind.FEE, folder.file("PFALL26.txt", published.fee_text(FEES)))
    return Tables(folder.store.tables())


@pytest.mark.parametrize(
    ("date", "found"),
    [
        (D(1999, 6, 30), None),
        (D(1999, 7, 1), PAIRS[2]),
        (D(2019, 12, 31), PAIRS[2]),
        (D(2020, 1, 1), None),
        (D(2020, 10, 1), None),
        (D(2026, 9, 30), None),
    ],
)
def test_a_pair_is_in_force_from_its_first_to_its_last_day(tables, date, found):
    pairs = tables.pairs_on(date, P)
    assert pairs.between("97530", "97116") == found
    assert pairs.between("97116", "97530") == found


def test_history_gives_all_periods(tables):
    assert tables.pairs_on(D(2026, 1, 1), P).history("97116", "97530") == (PAIRS[2], PAIRS[3])


@pytest.mark.parametrize("date", [D(1995, 12, 31), D(2026, 10, 1)])
def test_outside_of_the_table_is_no_table_and_not_no_pair(tables, date):
    answer = tables.pairs_on(date, P)
    assert isinstance(answer, NoTable)
    assert str(answer) == (
        f"no ncci-ptp table for {date}, practitioner: no table for this date (2026Q3 answers from 1996-01-01 until 2026-09-30)"
    )
    assert isinstance(tables.pairs_on(D(2026, 8, 1), "hospital"), NoTable)
    assert "none was imported" in str(tables.pairs_on(D(2026, 8, 1), "hospital"))


def test_a_setting_that_does_not_exist_is_a_mistake_of_the_program(tables):
    with pytest.raises(ValueError, match="`clinic` is not a setting of ncci-ptp: practitioner or hospital"):
        tables.pairs_on(D(2026, 8, 1), "clinic")


def test_limits(tables):
    assert tables.limit_on("97530", D(2026, 7, 1), P) == LIMITS[1]
    assert tables.limit_on("97110", D(2026, 7, 1), P) is None
    assert isinstance(tables.limit_on("97530", D(2026, 6, 30), P), NoTable)
    assert isinstance(tables.limit_on("97530", D(2026, 10, 1), P), NoTable)


def test_money(tables):
    assert tables.rvu_on("97530", D(2026, 8, 1)) == RVUS[0]
    assert tables.rvu_on("99999", D(2026, 8, 1), modifier="TC") == RVUS[2]
    assert tables.rvu_on("99999", D(2026, 8, 1)) is None
    assert isinstance(tables.rvu_on("97530", D(2026, 8, 1), "qpp"), NoTable)
    assert tables.gpci_on("10112-00", D(2026, 2, 1)) == GPCIS[1]
    assert tables.gpci_on("10112-05", D(2026, 2, 1)) is None
    assert isinstance(tables.gpci_on("10112-00", D(2025, 2, 1)), NoTable)
    assert tables.fee_on("97530", "01112-05", D(2026, 2, 1)) == FEES[1]
    assert tables.fee_on("97530", "01112-06", D(2026, 2, 1)) is None


def test_changes_of_a_quarter_come_before_the_year(folder):
    changed = [attrs.evolve(FEES[1], nonfacility=FEES[1].nonfacility + 1)]
    folder.imported(Kind.FEE, folder.file("PFALL26.txt", published.fee_text(FEES)))
    folder.imported(Kind.FEE, folder.file("PFREV26C.txt", published.fee_text(changed)), quarter=Quarter(2026, 3))
    tables = Tables(folder.store.tables())
    assert tables.fee_on("97530", "01112-05", D(2026, 6, 30)) == FEES[1]
    assert tables.fee_on("97530", "01112-05", D(2026, 7, 1)) == changed[0]
    assert tables.fee_on("97110", "01112-05", D(2026, 11, 1)) == FEES[0]


def test_a_narrowed_range_comes_before_the_rest_of_the_quarter(folder):
    path = folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS))
    folder.imported(Kind.MUE, path)
    path.write_bytes(published.mue_text([attrs.evolve(LIMITS[1], units=4)]))
    folder.imported(Kind.MUE, path, start=D(2026, 8, 1))
    tables = Tables(folder.store.tables())
    assert [tables.limit_on("97530", D(2026, month, 31), P).units for month in (7, 8)] == [6, 4]


def test_a_later_release_answers_for_earlier_days_as_it_holds_what_was_taken_back(folder):
    old = [attrs.evolve(PAIRS[2], deletion=None)]
    folder.imported(Kind.PTP, folder.file("ccipra-v260r0-f1.txt", published.ptp_text(old)), parts=1)
    before = Tables(folder.store.tables()).pairs_on(D(2020, 2, 1), P)
    assert before.between("97530", "97116") == old[0]
    folder.imported(Kind.PTP, *folder.release(PAIRS))
    after = Tables(folder.store.tables()).pairs_on(D(2020, 2, 1), P)
    assert after.between("97530", "97116") is None


def test_imported_tables_come_before_shipped_ones_and_shipped_ones_fill_in(folder):
    folder.imported(
        Kind.MUE, folder.file("MUE_Eff_07-01-2026.csv", published.mue_text([attrs.evolve(LIMITS[1], units=5)]))
    )
    tables = Tables.open(folder.store.root)
    assert tables.limit_on("97530", D(2026, 8, 1), P).units == 5
    assert tables.limit_on("97140", D(2026, 8, 1), P) is None
    assert tables.limit_on("97530", D(2026, 11, 1), P).units == 6


def test_the_shipped_pairs():
    tables = Tables(shipped())
    day = D(2024, 8, 1)
    practitioner, hospital = (tables.pairs_on(day, setting) for setting in (P, "hospital"))
    for a, b, indicators in [
        ("97530", "97150", (1, 1)),
        ("97530", "97116", (None, None)),
        ("97140", "97530", (None, None)),
        ("97161", "97530", (None, None)),
        ("97161", "97750", (0, 1)),
        ("97140", "97124", (0, 0)),
        ("97530", "62323", (1, 1)),
        ("97530", "99999", (None, None)),
    ]:
        found = [pairs.between(a, b) for pairs in (practitioner, hospital)]
        assert tuple(row and row.indicator for row in found) == indicators, (a, b)
    assert isinstance(practitioner.between("97110", "62323"), NoTable), "the shipped part does not hold this code"
    assert tables.pairs_on(D(2019, 6, 1), P).between("97530", "97116").indicator == 1
    assert tables.pairs_on(D(2026, 11, 1), P).between("97530", "97116") is None
    unknown = tables.pairs_on(D(2026, 11, 1), P).between("97530", "97150")
    assert isinstance(unknown, NoTable) and "does not hold `97530` with `97150`" in str(unknown)


CODES = ["97110", "97116", "97150", "97530", "0591T", "G0283"]
DATES = st.dates(D(1996, 1, 1), D(2026, 9, 30))


@st.composite
def histories(draw):
    """Rows of a table whose periods do not overlap."""
    rows = []
    for one in CODES:
        for two in CODES:
            if one == two or draw(st.booleans()):
                continue
            days = sorted(draw(st.lists(DATES, min_size=1, max_size=5, unique=True)))
            for start, end in zip(days[::2], [*days[1::2], None], strict=False):
                rows.append(PairRow(one, two, start, end, draw(st.sampled_from([0, 1, 1, 9]))))
    return rows


@given(histories(), DATES, st.sampled_from(CODES), st.sampled_from(CODES))
def test_between_is_what_a_scan_finds(rows, date, a, b):
    table = Table(Kind.PTP, P, Quarter(2026, 3), answers(Kind.PTP, Quarter(2026, 3)), len(rows), ())
    pairs = Tables([Held(table, Listed(Kind.PTP, rows))]).pairs_on(date, P)
    live = [
        row
        for row in rows
        if (row.column_one, row.column_two) in ((a, b), (b, a))
        and row.indicator != 9
        and row.effective <= date
        and (row.deletion is None or date <= row.deletion)
    ]
    found = pairs.between(a, b)
    assert (found in live) if live else (found is None)
    assert found is None or found.indicator == min(row.indicator for row in live)


@given(
    st.sets(st.sampled_from(CODES)),
    st.sets(st.sampled_from(CODES), max_size=1),
    st.sampled_from(CODES),
    st.sampled_from(CODES),
)
def test_a_part_of_a_table_never_says_no_pair_about_what_it_does_not_hold(codes, with_any, a, b):
    scope = Scope(frozenset(codes), frozenset(with_any))
    table = Table(Kind.PTP, P, Quarter(2026, 3), answers(Kind.PTP, Quarter(2026, 3)), 0, (), scope)
    found = Tables([Held(table, Listed(Kind.PTP, []))]).pairs_on(D(2026, 8, 1), P).between(a, b)
    assert (found is None) == ({a, b} <= codes or bool({a, b} & with_any))
    assert found is None or isinstance(found, NoTable)


def test_a_large_table_against_a_scan(folder):
    paths = []
    for name, data in published.full_release(size=40_000):
        paths.append(folder.file(name, data))
    folder.imported(Kind.PTP, *paths)
    (held,) = folder.store.tables()
    rows = list(all_rows(held.rows))
    assert len(rows) == 40_000
    assert [(row.column_one, row.column_two) for row in rows] == sorted(
        (row.column_one, row.column_two) for row in rows
    )
    for date in (D(1998, 1, 1), D(2015, 5, 5), D(2026, 9, 30)):
        live = {frozenset((row.column_one, row.column_two)): row for row in rows if row.in_force(date)}
        pairs = Tables([held]).pairs_on(date, P)
        assert isinstance(pairs, Pairs)
        for row in rows[::17]:
            found = pairs.between(row.column_two, row.column_one)
            assert (found is None) == (frozenset((row.column_one, row.column_two)) not in live)
            assert pairs.between(row.column_one, "99997") is None
