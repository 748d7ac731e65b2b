"""What goes in comes out: published files, the store, and the CSV form, for generated rows; and the difference of two tables."""

import datetime as dt
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import published
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.tables import cells, csv_text
from policy.tables.diff import diff
from policy.tables.held import Held, Listed, all_rows
from policy.tables.imports import Wishes, import_files
from policy.tables.layout import KEYS
from policy.tables.model import FeeRow, GpciRow, Kind, LimitRow, PairRow, Quarter, RvuRow, Scope, Source, Table
from policy.tables.problem import BadTable, Problem
from policy.tables.store import Store
from policy.values import DateRange

digits = st.characters(min_codepoint=48, max_codepoint=57)
codes = st.one_of(
    st.text(digits, min_size=5, max_size=5),
    st.text(digits, min_size=4, max_size=4).map(lambda n: n + "T"),
    st.text(digits, min_size=4, max_size=4).map(lambda n: "G" + n),
)
words = st.none() | st.text(
    st.characters(codec="latin-1", exclude_categories=["C", "Z"], exclude_characters='"'), min_size=1, max_size=12
)
dates = st.dates(dt.date(1990, 1, 1), dt.date(2026, 9, 30))


def dollars(places: int, most: str = "9999"):
    return st.decimals(0, Decimal(most), places=places, allow_nan=False).map(
        lambda d: d.quantize(Decimal(1).scaleb(-places))
    )


@st.composite
def pair(draw):
    start = draw(dates)
    indicator = draw(st.sampled_from([0, 1, 9]))
    end = start if indicator == 9 else draw(st.none() | st.dates(start, dt.date(2030, 1, 1)))
    return PairRow(draw(codes), draw(codes), start, end, indicator, draw(st.booleans()), draw(words))


amount = dollars(2)
MAKE = {
    Kind.PTP: (pair(), published.ptp_text, "ccipra-v322r0-f1.txt"),
    Kind.MUE: (
        st.builds(LimitRow, codes, st.integers(0, 99999), st.sampled_from([1, 2, 3]), words),
        published.mue_text,
        "MUE_Eff_07-01-2026.csv",
    ),
    Kind.RVU: (
        st.builds(
            RvuRow, codes, st.sampled_from(["", "26", "TC", "53"]), st.sampled_from("ABCIN"), amount, amount, amount, amount,
            st.booleans(), st.booleans(), st.integers(0, 9), dollars(4, "99"),
        ),
        published.rvu_text,
        "PPRRVU2026_Jul_nonQPP.csv",
    ),
    Kind.GPCI: (
        st.builds(
            GpciRow, st.text(digits, min_size=7, max_size=7).map(lambda n: f"{n[:5]}-{n[5:]}"), st.sampled_from(["CA", "NY"]),
            st.sampled_from(["REST OF STATE", "NORTH, SOUTH"]), dollars(3, "9"), dollars(3, "9"), dollars(3, "9"),
        ),
        published.gpci_text,
        "GPCI2026.csv",
    ),
    Kind.FEE: (
        st.builds(
            FeeRow, st.just("01112-05"), codes, st.sampled_from(["", "26", "TC"]), amount, amount, st.sampled_from("AR"),
            st.sampled_from("059"), amount, amount,
        ),
        published.fee_text,
        "PFALL26.txt",
    ),
}  # fmt: skip


def key(kind, row):
    return tuple(str(getattr(row, name) or "") for name in KEYS[kind])


def rows_of(kind):
    """Rows whose keys differ; of pairs, each pair once."""
    names = KEYS[kind][:2] if kind is Kind.PTP else KEYS[kind]
    return st.lists(
        MAKE[kind][0], min_size=1, max_size=12, unique_by=lambda row: tuple(getattr(row, name) for name in names)
    )


@pytest.mark.parametrize("kind", list(Kind))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_import_then_export_is_what_was_published(kind, data):
    rows = data.draw(rows_of(kind))
    _, write, name = MAKE[kind]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(write(rows))
        store = Store(Path(folder) / "store")
        done = import_files(kind, [path], store, Wishes(parts=1))
        (held,) = store.tables()
        out = list(all_rows(held.rows))
        assert out == sorted(rows, key=lambda row: key(kind, row))
        assert done.table.rows == len(rows)
        text = "".join(csv_text.written(held.table, out))
        table, again = csv_text.read("export.csv", text)
        assert (table, again) == (held.table, out)
        path.write_bytes(write(out))
        import_files(kind, [path], store, Wishes(parts=1))
        assert list(all_rows(store.tables()[0].rows)) == out
        for row in out:
            assert row in held.rows.group(getattr(row, KEYS[kind][0]))
            assert row in held.rows.about(getattr(row, "code", getattr(row, KEYS[kind][0])))


@settings(max_examples=100, deadline=None)
@given(rows_of(Kind.PTP), st.data())
def test_the_csv_form_keeps_scope_and_sources(rows, data):
    scope = data.draw(st.none() | st.builds(Scope, st.frozensets(codes, max_size=3), st.frozensets(codes, max_size=2)))
    source = Source("CMS file, part 1", "sha256:00", len(rows))
    table = Table(
        Kind.PTP, "hospital", Quarter(2026, 3), DateRange(dt.date(1996, 1, 1), None), len(rows), (source,), scope
    )
    assert csv_text.read("x.csv", "".join(csv_text.written(table, rows))) == (table, rows)


@pytest.mark.parametrize("text", ["", "# kind: ncci-ptp\n", "code,units\n", "# kind: x\n# setting: y\n"])
def test_another_csv_is_refused(text):
    with pytest.raises(BadTable, match="this is not a table written by"):
        csv_text.read("x.csv", text)


@given(rows_of(Kind.PTP), rows_of(Kind.PTP), st.data())
def test_a_difference_applied_to_the_old_table_gives_the_new_one(old, new, data):
    new = new + data.draw(st.lists(st.sampled_from(old), unique=True))
    table = Table(Kind.PTP, "practitioner", Quarter(2026, 3), DateRange(), 0, ())
    changes = list(diff(*(Held(table, Listed(Kind.PTP, rows)) for rows in (old, new))))
    result = Counter(old)
    for change in changes:
        assert change.before != change.after
        result.subtract([change.before] if change.before else [])
        result.update([change.after] if change.after else [])
    assert +result == Counter(new)
    assert min(result.values()) >= 0


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_stored_tables_differ_as_listed_ones_do(data):
    kind = data.draw(st.sampled_from(list(Kind)))
    old, new = data.draw(rows_of(kind)), data.draw(rows_of(kind))
    names = KEYS[kind][:2] if kind is Kind.PTP else KEYS[kind]
    used = {tuple(getattr(row, name) for name in names) for row in new}
    new = new + [row for row in old if tuple(getattr(row, name) for name in names) not in used]
    _, write, name = MAKE[kind]
    with tempfile.TemporaryDirectory() as folder:
        held = []
        for at, rows in enumerate((old, new)):
            path = Path(folder) / name
            path.write_bytes(write(rows))
            store = Store(Path(folder) / str(at))
            import_files(kind, [path], store, Wishes(parts=1))
            held += store.tables()
        listed = [Held(one.table, Listed(kind, all_rows(one.rows))) for one in held]
        assert list(diff(*held)) == list(diff(*listed)) == list(diff(held[0], listed[1]))


@given(st.text(max_size=12))
def test_no_cell_reader_fails_but_with_words(text):
    for reader in (cells.code, cells.date, cells.date_or_none, cells.indicator, cells.star, cells.adjudication, cells.units,
                   cells.contractor, cells.locality, cells.modifier, cells.text, lambda t: cells.amount(t, 2)):  # fmt: skip
        try:
            reader(text)
            continue
        except ValueError as error:
            said = str(error)
        assert said and said.isprintable()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_to_a_file_is_refused_or_read_never_a_crash(data):
    kind = data.draw(st.sampled_from(list(Kind)))
    rows = data.draw(rows_of(kind))
    _, write, name = MAKE[kind]
    good = write(rows)
    at, length = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, 40))
    bad = good[:at] + data.draw(st.binary(max_size=20)) + good[at + length :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(bad)
        problems: tuple[Problem, ...] = ()
        try:
            import_files(kind, [path], Store(Path(folder) / "store"), Wishes(parts=1))
        except BadTable as error:
            problems = error.problems
        assert all(str(problem).isprintable() for problem in problems)
        assert (Path(folder) / "store").exists() == (not problems)
