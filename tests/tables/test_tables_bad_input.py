"""Every kind of bad input: one clear line with file and row, and the table that was there untouched."""

import datetime as dt
import io
import re
import zipfile

import attrs
import published
import pytest
from sample_rows import FEES, GPCIS, LIMITS, PAIRS, RVUS

from policy.tables.model import Kind, Quarter
from policy.tables.problem import BadTable

F1 = "ccipra-v322r0-f1.txt"
MUE, MUE_DATA = "MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS)
RVU, RVU_DATA = "PPRRVU2026_Jul.csv", published.rvu_text(RVUS)
GPCI, GPCI_DATA = "GPCI2026.csv", published.gpci_text(GPCIS)
FEE, FEE_DATA = "PFALL26.txt", published.fee_text(FEES)


@pytest.fixture
def refused(folder):
    """Imports a table, then the bad file; gives the problems, having checked that the first table is as it was."""

    def run(kind, *files, before=None, **wishes):
        if kind is Kind.PTP:
            wishes.setdefault("parts", 1)
        if before is not None:
            folder.imported(kind, *before, **{key: value for key, value in wishes.items() if key == "parts"})
        kept = {path: path.read_bytes() for path in folder.store.root.rglob("*") if path.is_file()}
        with pytest.raises(BadTable) as error:
            folder.imported(kind, *files, **wishes)
        assert {path: path.read_bytes() for path in folder.store.root.rglob("*") if path.is_file()} == kept
        for problem in error.value.problems:
            text = str(problem)
            assert "\n" not in text and not text.endswith(".")
            assert not re.search(r"\b(None|str|int64|utf8|Arrow|\w+Error)\b", text)
        return [str(problem) for problem in error.value.problems]

    return run


@pytest.fixture
def ptp(folder, refused):
    """The problems of a PTP file made from lines of text, over a good table of the same quarter."""

    def run(change, **wishes):
        good = published.ptp_text(PAIRS)
        before = [folder.file("ccipra-v322r0-f1.before.txt", good)]
        return refused(Kind.PTP, folder.file(F1, change(good)), before=before, **wishes)

    return run


def replaced(old: str, new: str):
    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode())

    return change


@pytest.mark.parametrize(
    ("old", "new", "row", "says"),
    [
        (
            "97150\t97530",
            "591\t97530",
            8,
            "Column 1: `591` is not a code: leading zeros were lost, it was probably `00591`",
        ),
        (
            "0001A\t0591T",
            "1A\t0591T",
            7,
            "Column 1: `1A` is not a code: leading zeros were lost, it was probably `0001A`",
        ),
        ("0001A\t0591T", "0001A\t9.7E+04", 7, "Column 2: `9.7E+04` is not a code: it was turned into a power of ten"),
        ("0001A\t0591T", "0001A\t1-Mar", 7, "Column 2: `1-Mar` is not a code: it was turned into a date"),
        ("0001A\t0591T", "0001A\t97530.0", 7, "Column 2: `97530.0` is not a code: it was turned into a decimal number"),
        ("0001A\t0591T", "0001A\tABC", 7, "Column 2: `ABC` is not a code such as 97530, 0591T or G0283"),
        ("0001A\t0591T", "0001A\t", 7, "Column 2: the code is missing"),
        ("20220101", "44562", 7, "Effective Date: `44562` is not a date such as 20260701: its form was changed"),
        ("20220101", "1/1/2022", 7, "Effective Date: `1/1/2022` is not a date such as 20260701: its form was changed"),
        ("20220101", "2.02E+07", 7, "Effective Date: `2.02E+07` is not a date such as 20260701: its form was changed"),
        ("20220101", "20220231", 7, "Effective Date: there is no date `20220231`"),
        ("20220101", "", 7, "Effective Date: the date is missing"),
        ("20231231", "20211231", 7, "`0001A/0591T` ends before it begins"),
        ("\t20231231\t1\t", "\t20231231\t2\t", 7, "Modifier: `2` is not a modifier indicator: 0, 1 or 9"),
        ("\t*\t19960101", "\tx\t19960101", 8, "*=in existence prior to 1996: `x` is neither * nor empty"),
    ],
)
def test_a_cell_that_cannot_be_read(ptp, old, new, row, says):
    (problem,) = ptp(replaced(old, new))
    assert problem.startswith(f"{F1} row {row}: {says}")


def test_a_mangled_workbook_names_its_row(folder, refused):
    rows = [attrs.evolve(PAIRS[1], column_two="00591"), *PAIRS[2:4]]
    path = folder.file("ccipra-v322r0-f1.xlsx", published.ptp_book(rows, numbers=True))
    (problem,) = refused(Kind.PTP, path)
    assert problem == (
        "ccipra-v322r0-f1.xlsx row 7: Column 2: `591` is not a code: leading zeros were lost, it was probably `00591`; "
        "import the file as it was published, not as saved from Excel"
    )


def test_the_same_mistake_in_many_rows_is_told_once_with_its_number(ptp):
    def change(data):
        return data.replace(b"97530\t97116", b"97530\t7116")

    (problem,) = ptp(change)
    assert problem.startswith(f"{F1} row 9: Column 2: `7116` is not a code") and ", and in 1 more rows" in problem


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Column 1\tColumn 2", "Column 2\tColumn 1", "there is no heading `Column 1` in its first column"),
        (
            "Effective\tDeletion",
            "Deletion\tEffective",
            "row 3: the columns have moved: `Deletion Date` is column 4, and `Effective Date` column 5",
        ),
        ("\tDeletion\t", "\tGone\t", "row 3: there is no column `Deletion Date`"),
        (
            "Column 1\tColumn 2\t",
            "Column 1\tColumn 2\tNew\t",
            "row 3: columns were added before the last published one",
        ),
        ("97150\t97530\t*", "97150\t97530", "row 8: the row has 6 columns, not 7: columns have moved"),
    ],
)
def test_columns_that_moved(ptp, old, new, says):
    assert says in ptp(replaced(old, new))[0]


def test_a_text_that_is_cut_off(ptp):
    (problem,) = ptp(lambda data: data[:-20])
    assert problem == f"{F1} row 12: the row has 2 columns, not 7: the file is cut off; download it again"
    assert "no row below the heading" in ptp(lambda data: data[: data.index(b"0001A")])[0]
    assert "the file is empty" in ptp(lambda data: b"\r\n")[0]


def test_a_text_that_is_cut_off_between_rows_has_too_few(folder, refused):
    good = folder.file(
        "ccipra-v321r0-f1.txt", published.ptp_text([row for row in PAIRS * 5 if row.effective.year < 2026][:5])
    )
    folder.imported(Kind.PTP, good, parts=1)
    cut = folder.file(F1, published.ptp_text(PAIRS[:3]))
    (problem,) = refused(Kind.PTP, cut)
    assert problem.startswith(f"{F1}: there are 3 rows, and 2026Q2 has 5: it seems cut off; download it again")
    assert "there are 3 rows, not 2,633,389" in refused(Kind.PTP, cut, rows=2_633_389)[0]
    assert folder.imported(Kind.PTP, cut, parts=1, rows=3).table.rows == 3


def _zip(data: bytes) -> bytes:
    return published.zipped(**{"ccipra-v322r0-f1__TXT": data})


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.97])
def test_a_zip_that_is_cut_off(folder, refused, keep):
    before = folder.file("ccipra-v322r0-f1.zip", _zip(published.ptp_text(PAIRS)))
    data = _zip(published.ptp_text([attrs.evolve(PAIRS[0], column_two=f"{n:05d}") for n in range(3000)]))
    cut = folder.file("ccipra-v322r0-f1.cut.zip", data[: int(len(data) * keep)])
    problems = refused(Kind.PTP, cut, before=[before])
    assert problems == ["ccipra-v322r0-f1.cut.zip: the zip file is cut off or damaged; download it again"]


def test_a_zip_with_a_damaged_member(folder, refused):
    data = bytearray(_zip(published.ptp_text([attrs.evolve(PAIRS[0], column_two=f"{n:05d}") for n in range(3000)])))
    data[len(data) // 2] ^= 0xFF
    assert "damaged" in refused(Kind.PTP, folder.file("f.zip", bytes(data)))[0]


def test_a_zip_without_a_table(folder, refused):
    path = folder.file("f.zip", published.zipped(readme__pdf=b"%PDF-1.7"))
    assert refused(Kind.PTP, path) == ["f.zip: there is no ncci-ptp table in it; it holds `readme.pdf`"]


def test_an_encrypted_zip(folder, refused):
    buffer = io.BytesIO(_zip(published.ptp_text(PAIRS)))
    with zipfile.ZipFile(buffer) as archive:
        start = archive.infolist()[0].header_offset
    data = bytearray(buffer.getvalue())
    data[start + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "the file is encrypted" in refused(Kind.PTP, folder.file("f.zip", bytes(data)))[0]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("f1.zip", b"<!DOCTYPE html><html>", "this is not a .zip file; it is a web page, probably the licence page"),
        ("f1.txt", b"<html><body>", "this is not a table; it is a web page, probably the licence page"),
        ("f1.txt", b"%PDF-1.7", "this is not a table; it is a PDF"),
        ("f1.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 99, "this is not a table; it is a workbook of the old .xls form"),
        ("f1.bin", b"a\0b\0c", "this is not a table; it is not text"),
        ("f1.txt", b"hello\n", "there is no heading `Column 1` in its first column"),
    ],
)
def test_a_file_that_is_something_else(folder, refused, name, data, says):
    assert refused(Kind.PTP, folder.file(name, data))[0].startswith(f"{name}: {says}")


def test_a_file_that_is_not_there(folder, refused):
    assert refused(Kind.PTP, folder.path / "none.zip") == ["none.zip: no such file or directory"]


def test_a_damaged_workbook(folder, refused):
    whole = published.ptp_book([PAIRS[0]] * 2000)
    assert "cut off or damaged" in refused(Kind.PTP, folder.file("f1.xlsx", whole[: len(whole) // 2]))[0]
    empty = published.zipped(**{"[Content_Types].xml": b"<Types/>"})
    assert "no sheet that can be read" in refused(Kind.PTP, folder.file("f1.xlsx", empty))[0]


def test_the_wrong_quarter(folder, refused):
    path = folder.file(F1, published.ptp_text(PAIRS))
    assert refused(Kind.PTP, path, quarter=Quarter(2026, 2)) == [
        f"{F1}: `v322r0` is 2026Q3, not 2026Q2 (`--quarter` in the command); import one quarter at a time"
    ]
    renamed = folder.file("practitioner.txt", published.ptp_text(PAIRS))
    assert "its name does not say of which quarter it is" in refused(Kind.PTP, renamed)[0]
    late = refused(Kind.PTP, renamed, quarter=Quarter(2026, 2))
    assert late[0].startswith("practitioner.txt: edits begin on 2026-07-01, after 2026Q2: 97530/97750 does")
    done = folder.imported(Kind.PTP, renamed, parts=1, quarter=Quarter(2026, 4))
    assert done.notes == ("no edit begins in 2026Q4, the latest on 2026-07-01: is it the file of an earlier quarter?",)


def test_parts_of_two_quarters(folder, refused):
    paths = folder.release(PAIRS)
    other = folder.file("ccipra-v321r0-f2.txt", paths[1].read_bytes())
    problem = refused(Kind.PTP, paths[0], other, *paths[2:], parts=4)[0]
    assert problem.startswith("ccipra-v321r0-f2.txt: `v321r0` is 2026Q2, not 2026Q3 (`v322r0` in ccipra-v322r0-f1.txt)")


def test_mixed_settings(folder, refused):
    paths = folder.release(PAIRS)
    other = folder.file("ccioph-v322r0-f2.txt", paths[1].read_bytes())
    problem = refused(Kind.PTP, paths[0], other, *paths[2:], parts=4)[0]
    assert problem.startswith(
        "ccioph-v322r0-f2.txt: `ccioph` is hospital, not practitioner (`ccipra` in ccipra-v322r0-f1.txt)"
    )
    hospital = folder.file(
        "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", published.mue_text(LIMITS, "Outpatient Hospital")
    )
    assert "is practitioner, not hospital" in refused(Kind.MUE, hospital)[0]
    supplier = folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS, "DME Supplier"))
    assert "this is the table for suppliers" in refused(Kind.MUE, supplier)[0]
    unnamed = folder.file("v322r0.txt", published.ptp_text(PAIRS))
    assert "its name does not say for whom it is" in refused(Kind.PTP, unnamed)[0]
    assert (
        "`dentist` is not a setting of ncci-ptp; write practitioner or hospital"
        in refused(Kind.PTP, unnamed, setting="dentist")[0]
    )


def test_a_release_that_is_not_whole(folder, refused):
    paths = folder.release(PAIRS)
    assert refused(Kind.PTP, *paths[:3], parts=4) == [
        "ccipra-v322r0-f3.txt: a release is imported as a whole: 3 parts of 4, f4 missing; name all parts, or say how many with `--parts`"
    ]
    twice = folder.file("copy-f1.txt", paths[3].read_bytes())
    assert "part f1 is there twice" in refused(Kind.PTP, *paths[:3], twice, parts=4)[0]
    again = folder.file("again.txt", paths[0].read_bytes())
    assert refused(Kind.PTP, *paths[:3], again, parts=4)[0].startswith(
        "again.txt: this is the same file as `ccipra-v322r0-f1.txt`"
    )


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (PAIRS[2], "`97530/97116` is there twice: also in {0} row 9"),
        (
            attrs.evolve(PAIRS[2], effective=dt.date(2018, 1, 1), deletion=None),
            "`97530/97116` has two periods that overlap: also in {0} row 9",
        ),
        (
            attrs.evolve(PAIRS[1], indicator=0, deletion=dt.date(2000, 1, 1)),
            "`97150/97530` has two periods that overlap",
        ),
    ],
)
def test_rows_that_are_twice_or_overlap(folder, refused, row, says):
    path = folder.file(F1, published.ptp_text([*PAIRS, row]))
    problems = refused(Kind.PTP, path)
    assert len(problems) == 1 and says.format(F1) in problems[0]
    done = folder.imported(Kind.PTP, path, parts=1, lenient=True)
    assert done.table.rows == len(PAIRS) + 1
    assert len(done.notes) == 1 and done.notes[0].startswith("1 rows: the pair ")


def test_an_edit_taken_back_may_lie_in_another_period(folder):
    taken_back = attrs.evolve(PAIRS[1], effective=dt.date(2020, 1, 1), deletion=dt.date(2020, 1, 1), indicator=9)
    folder.imported(Kind.PTP, folder.file(F1, published.ptp_text([*PAIRS, taken_back])), parts=1)
    assert taken_back in folder.rows()


def test_both_orders_in_force_are_noted(folder):
    back = attrs.evolve(PAIRS[1], column_one="97530", column_two="97150")
    done = folder.imported(Kind.PTP, folder.file(F1, published.ptp_text([*PAIRS, back])), parts=1)
    assert done.notes == ("1 pair in force in both orders, such as 97150/97530",)


def test_many_problems_are_counted(folder, refused):
    rows = [attrs.evolve(PAIRS[0], column_two=f"{n:05d}") for n in range(60)]
    with pytest.raises(BadTable) as error:
        folder.imported(Kind.PTP, folder.file(F1, published.ptp_text(rows).replace(b"\t000", b"\t")), parts=1)
    assert (len(error.value.problems), error.value.more) == (20, 40)


@pytest.mark.parametrize(
    ("kind", "name", "data", "says"),
    [
        (
            Kind.MUE,
            MUE,
            MUE_DATA.replace(b"0001U,1", b"1U,1"),
            "row 8: HCPCS/CPT Code: `1U` is not a code: leading zeros",
        ),
        (
            Kind.MUE,
            MUE,
            MUE_DATA.replace(b"97530,6", b"97530,six"),
            "row 9: MUE Values: `six` is not a whole number of units",
        ),
        (
            Kind.MUE,
            MUE,
            MUE_DATA.replace(b"3 Date", b"4 Date"),
            "row 9: MUE Adjudication Indicator: `4 Date of Service",
        ),
        (
            Kind.MUE,
            MUE,
            published.mue_text([*LIMITS, LIMITS[0]]),
            "row 11: `0001U` is there twice: also in MUE_Eff_07-01-2026.csv row 8",
        ),
        (Kind.MUE, MUE, MUE_DATA[:-2], "a quotation mark is not closed"),
        (Kind.MUE, MUE, MUE_DATA[:60], "a quotation mark is not closed"),
        (Kind.MUE, MUE, MUE_DATA.replace(b"MUE Values", b"Values"), "there is no column `MUE Values`"),
        (
            Kind.MUE,
            "MUE_table.csv",
            MUE_DATA,
            "its name does not say of which quarter it is; say it, such as `--quarter 2026Q3`",
        ),
        (
            Kind.RVU,
            RVU,
            RVU_DATA.replace(b"97530,,", b"753,,"),
            "row 11: HCPCS: `753` is not a code: leading zeros were lost",
        ),
        (
            Kind.RVU,
            RVU,
            RVU_DATA.replace(b"97530,,", b"97530,"),
            "row 11: the row has 31 columns, not 32: columns have moved",
        ),
        (
            Kind.RVU,
            RVU,
            RVU_DATA.replace(b",0.44,0.60,", b",0.60.1,0.44,"),
            "row 11: WORK RVU: `0.60.1` is not a number",
        ),
        (Kind.RVU, RVU, RVU_DATA.replace(b"33.4009", b"33.40091"), "CONV FACTOR: `33.40091` has more than 4 decimals"),
        (
            Kind.RVU,
            "PPRRVU2026_Jan.csv",
            RVU_DATA,
            "`2026 national physician fee schedule relative value file july release` is 2026Q3, not 2026Q1",
        ),
        (
            Kind.GPCI,
            GPCI,
            GPCI_DATA.replace(b"01112,CA", b"1112,CA"),
            "row 4: Medicare Administrative Contractor: `1112` is not a contractor number",
        ),
        (
            Kind.GPCI,
            GPCI,
            GPCI_DATA.replace(b"CA,05", b"CA,5"),
            "row 4: Locality Number: `5` is not a locality such as 05: leading zeros",
        ),
        (Kind.GPCI, "GPCI2025.csv", GPCI_DATA, "`cy 2026 geographic` is 2026, not 2025"),
        (
            Kind.GPCI,
            GPCI,
            GPCI_DATA.replace(b"State,Locality Number", b"Locality Number,State"),
            "the columns have moved",
        ),
        (Kind.FEE, FEE, FEE_DATA[:-200], "trailer record is missing: the file is cut off"),
        (Kind.FEE, FEE, published.fee_text(FEES[:3]), "locality `10112-00` has 1 records, the others 2"),
        (
            Kind.FEE,
            FEE,
            published.fee_text([*FEES, FEES[0], FEES[3]]),
            "row 5: `01112-05 97110` is there twice: also in PFALL26.txt row 1",
        ),
        (
            Kind.FEE,
            FEE,
            FEE_DATA.replace(b'"01112","05"', b'"01112","5"', 1),
            "row 1: Locality: `5` is not a locality such as 05: leading zeros",
        ),
        (
            Kind.FEE,
            FEE,
            FEE_DATA.replace(b'"97530","  "', b'"97530"', 1),
            "row 2: the record has 15 fields, not 16: columns have moved",
        ),
        (Kind.FEE, "PFALL25.txt", FEE_DATA, "`year 2026` is 2026, not 2025"),
        (Kind.FEE, FEE, FEE_DATA + published.fee_text(FEES[:1]), "there are records after the trailer"),
        (Kind.FEE, "PFREV26C.txt", FEE_DATA, "the changes of a quarter, and the file says only 2026; say which"),
    ],
)
def test_the_other_tables(folder, refused, kind, name, data, says):
    assert any(says in problem for problem in refused(kind, folder.file(name, data)))


def test_columns_that_moved_in_the_data_of_the_relative_values(folder, refused):
    rows = [attrs.evolve(RVUS[1], code=f"{n:05d}") for n in range(300)]
    data = published.rvu_text(rows).replace(b",1.30,1.46,,0.33", b",1.46,1.30,,1.46")
    folder.imported(Kind.RVU, folder.file("PPRRVU2026_Jul_nonQPP.csv", data))
    moved = published.rvu_text(rows).replace(b",1.30,1.46,,0.33,,0.09,2.85", b",1.46,0.33,,0.09,,2.85,1.72")
    problem = refused(Kind.RVU, folder.file("PPRRVU2026_Jul_nonQPP.csv", moved))[0]
    assert "row 11: the parts of `00000` do not make its total, as in 299 more rows: columns have moved" in problem


def test_a_locality_that_does_not_exist(folder, refused):
    folder.imported(Kind.GPCI, folder.file("GPCI2026.csv", published.gpci_text(GPCIS[:1])))
    path = folder.file("PFALL26.txt", published.fee_text(FEES))
    (problem,) = refused(Kind.FEE, path)
    assert problem.startswith(
        "PFALL26.txt row 3: there is no locality `00` of contractor `10112` that year; is it the file"
    )
    folder.imported(Kind.GPCI, folder.file("GPCI2026.csv", published.gpci_text(GPCIS)))
    assert folder.imported(Kind.FEE, path).notes == ()


def test_a_range_outside_the_quarter(folder, refused):
    path = folder.file("MUE_Eff_07-01-2026.csv", published.mue_text(LIMITS))
    assert "is not within 2026Q3" in refused(Kind.MUE, path, start=dt.date(2026, 6, 1))[0]
    assert (
        "the table would answer from" in refused(Kind.MUE, path, start=dt.date(2026, 9, 1), end=dt.date(2026, 8, 1))[0]
    )
