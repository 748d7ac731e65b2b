"""The published layouts, as they come: text, zip, workbook; what is read is what was written."""

import datetime as dt

import attrs
import published
import pytest
from sample_rows import FEES, GPCIS, LIMITS, PAIRS, RVUS

from policy.tables.model import Kind, LimitRow, Quarter
from policy.values import DateRange

ONE = {"parts": 1}


def test_ptp_text(folder):
    done = folder.imported(Kind.PTP, folder.file("ccipra-v322r0-f1.TXT", published.ptp_text(PAIRS)), **ONE)
    assert folder.rows() == PAIRS
    assert (done.table.quarter, done.table.setting, done.table.rows) == (Quarter(2026, 3), "practitioner", len(PAIRS))
    assert done.table.dates == DateRange(dt.date(1996, 1, 1), dt.date(2026, 9, 30))
    assert [source.rows for source in done.table.sources] == [len(PAIRS)]
    assert done.notes == () and done.replaced is None


def test_ptp_in_four_zips_given_in_any_order(folder):
    rows = [attrs.evolve(PAIRS[0], column_two=f"{n:05d}") for n in range(9)]
    paths = []
    for n in (3, 1, 4, 2):
        name = f"ccioph-v301r0-f{n}"
        data = published.zipped(
            **{f"{name}__TXT": published.ptp_text(rows[9 * (n - 1) // 4 : 9 * n // 4]), "note__pdf": b"%PDF"}
        )
        paths.append(folder.file(f"medicare-ncci-2024q2-hospital-ptp-edits-{name}.zip", data))
    done = folder.imported(Kind.PTP, *paths)
    assert (done.table.quarter, done.table.setting) == (Quarter(2024, 2), "hospital")
    assert folder.rows() == rows
    assert [source.name for source in done.table.sources] == sorted(path.name for path in paths)
    assert [source.rows for source in done.table.sources] == [2, 2, 2, 3]
    assert done.notes == ("no edit begins in 2024Q2, the latest on 2022-01-01: is it the file of an earlier quarter?",)


@pytest.mark.parametrize("numbers", [False, True])
def test_ptp_workbook(folder, numbers):
    rows = [row for row in PAIRS if row.column_one.isdigit()]
    folder.imported(Kind.PTP, folder.file("ccipra-v322r0-f1.xlsx", published.ptp_book(rows, numbers=numbers)), **ONE)
    assert folder.rows() == rows


def test_a_zip_with_text_and_workbook_is_read_once_as_text(folder):
    data = published.zipped(
        **{"ccipra-v322r0-f1__xlsx": b"PK never read", "ccipra-v322r0-f1__TXT": published.ptp_text(PAIRS)}
    )
    folder.imported(Kind.PTP, folder.file("f1.zip", data), **ONE)
    assert folder.rows() == PAIRS


def test_line_ends_and_blank_lines_at_the_end_do_not_matter(folder):
    data = published.ptp_text(PAIRS, "\n").rstrip(b"\n") + b"\r\n\r\n\r\n\x1a"
    folder.imported(Kind.PTP, folder.file("ccipra-v322r0-f1.txt", data), **ONE)
    assert folder.rows() == PAIRS


@pytest.mark.parametrize(("words", "setting"), [("Practitioner", "practitioner"), ("Outpatient Hospital", "hospital")])
def test_mue_setting_is_in_its_heading(folder, words, setting):
    path = folder.file("MCR_MUE_Table_Eff_07-01-2026.csv", published.mue_text(LIMITS, words))
    done = folder.imported(Kind.MUE, path)
    assert (done.table.setting, str(done.table.quarter)) == (setting, "2026Q3")
    assert done.table.dates == DateRange(dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    assert folder.rows() == LIMITS


def test_mue_in_a_zip_named_by_quarter(folder):
    data = published.zipped(MUE__csv=published.mue_text(LIMITS))
    path = folder.file("medicare-ncci-2026-q3-practitioner-services-mue-table.zip", data)
    assert str(folder.imported(Kind.MUE, path).table.quarter) == "2026Q3"


def test_rvu_without_its_descriptions(folder):
    path = folder.file("PPRRVU2026_Jul_nonQPP.csv", published.rvu_text(RVUS))
    done = folder.imported(Kind.RVU, path)
    assert (done.table.setting, str(done.table.quarter)) == ("non-qpp", "2026Q3")
    assert folder.rows() == RVUS
    assert b"WORDS" not in done.path.read_bytes()


def test_rvu_zip_with_both_conversion_factors(folder):
    other = [attrs.evolve(row, conversion_factor=row.conversion_factor + 1) for row in RVUS]
    data = published.zipped(
        PPRRVU2026_Jul_nonQPP__csv=published.rvu_text(RVUS),
        PPRRVU2026_Jul_QPP__csv=published.rvu_text(other),
        GPCI2026__csv=published.gpci_text(GPCIS),
        RVU26C__pdf=b"%PDF",
    )
    path = folder.file("rvu26c-updated-06-30-2026.zip", data)
    with pytest.raises(Exception, match="there are 2 tables"):
        folder.imported(Kind.RVU, path)
    for setting, rows in (("non-qpp", RVUS), ("qpp", other)):
        assert folder.imported(Kind.RVU, path, setting=setting).table.setting == setting
        assert rows in [folder.rows(i) for i in range(len(folder.store.tables()))]
    assert str(folder.imported(Kind.GPCI, path).table.quarter) == "2026Q3"


def test_gpci_below_its_title_and_above_its_notes(folder):
    done = folder.imported(Kind.GPCI, folder.file("GPCI2026.csv", published.gpci_text(GPCIS)))
    assert done.table.dates == DateRange(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert folder.rows() == GPCIS


def test_fee_schedule(folder):
    done = folder.imported(Kind.FEE, folder.file("PFALL26AR.txt", published.fee_text(FEES)))
    assert str(done.table.quarter) == "2026"
    assert folder.rows() == FEES
    assert done.notes == ("localities were not checked: import pfs-gpci of the same year first",)


def test_changes_of_a_quarter_stay_until_the_year_ends(folder):
    path = folder.file("PFREV26C.txt", published.fee_text(FEES[1:]))
    done = folder.imported(Kind.FEE, path, quarter=Quarter(2026, 3))
    assert done.table.dates == DateRange(dt.date(2026, 7, 1), dt.date(2026, 12, 31))
    assert not done.table.covers("97530")


def test_a_latin_1_notice_and_one_in_utf_8_are_read(folder):
    rows = [LimitRow("97530", 6, 3, "Café")]
    for encoding in ("latin-1", "utf-8", "utf-8-sig", "utf-16"):
        data = published.mue_text(rows).decode("latin-1").encode(encoding)
        folder.imported(Kind.MUE, folder.file("MUE_Eff_07-01-2026.csv", data))
        assert folder.rows() == rows


def test_a_range_may_be_narrowed(folder):
    path = folder.file(
        "PPRRVU24_JAN.csv",
        published.rvu_text(RVUS).replace(b"2026 National", b"2024 National").replace(b"July", b"January"),
    )
    first = folder.imported(Kind.RVU, path, quarter=Quarter(2024, 1))
    path.write_bytes(path.read_bytes().replace(b"33.4009", b"33.2875"))
    second = folder.imported(Kind.RVU, path, quarter=Quarter(2024, 1), start=dt.date(2024, 3, 9))
    assert first.path != second.path and second.replaced is None
    assert len(folder.store.tables()) == 2
