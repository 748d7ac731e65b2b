"""Files as CMS publishes them, made up: the layouts are the published ones, the rows are synthetic.

Owns: one writer for each kind, from rows to the bytes of a published file, and releases of full size.
"""

import io
import itertools
import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from policy.tables.model import FeeRow, GpciRow, LimitRow, PairRow, RvuRow

PTP_HEADING = (
    "CPT only copyright 2025 American Medical Association.  All rights reserved.\t\t\t\t\t\t",
    "Column1/Column2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "\t\t\t\t\t9=not applicable\t",
)
MUE_NOTICE = (
    '"Current Procedural Terminology (CPT) codes, descriptions and other data only are copyright 2025. \n\n'
    'CPT® is a registered trademark.\n\nFee schedules, relative value units and ""related"" components.",,,\n'
)
RVU_HEADING = (
    ",,2026 National Physician Fee Schedule Relative Value File July Release" + "," * 29,
    ",,CPT codes and descriptions only are copyright 2026. Applicable FARS/DFARS Apply." + "," * 29,
    ",,Dental codes (D codes) are copyright 2026. All Rights Reserved." + "," * 29,
    "," * 31,
    ",,RELEASED 06/30/2026" + "," * 29,
    "," * 29 + "NON-FACILITY,FACILITY,",
    ",,,,NOT USED" + "," * 22 + "PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED",
    ",,,,FOR,,,NON-FAC,,FACILITY" + "," * 17 + "SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS",
    (
        ",,,STATUS,MEDICARE,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,"
        "TEAM,PRIC,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT"
    ),
    (
        "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,"
        "SURG,SURG,IND,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT"
    ),
)
GPCI_HEADING = (
    "ADDENDUM E. FINAL CY 2026 GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND MEDICARE LOCALITY,,,,,,",
    ",,,,,,",
    (
        "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2026 PW GPCI (with 1.0 Floor)***,"
        "2026 PE GPCI,2026 MP GPCI"
    ),
)
GPCI_NOTES = (
    '"MAC Assignments as of November 22, 2023",,,,,,',
    ",,,,,,",
    "*Work GPCI reflects a 1.5 floor.,,,,,,",
    '"***Note: The work GPCI floor of 1.0, extended through January 1, 2027.",,,,,,',
)
TRAILER = '"TRLCPT codes and descriptions only are copyright 2026. All Rights Reserved."\n'
RATIONALES = (
    "Misuse of Column Two code with Column One code",
    "Mutually exclusive procedures",
    "CPT Manual coding instruction",
)


def ptp_cells(row: PairRow) -> list[str]:
    effective = f"{row.effective:%Y%m%d}" if row.effective else ""
    deletion = f"{row.deletion:%Y%m%d}" if row.deletion else "*"
    return [
        row.column_one, row.column_two, "*" if row.before_1996 else "", effective, deletion, str(row.indicator), row.rationale or "",
    ]  # fmt: skip


def ptp_text(rows: Iterable[PairRow], end: str = "\r\n") -> bytes:
    lines = itertools.chain(PTP_HEADING, ("\t".join(ptp_cells(row)) for row in rows))
    return "".join(line + end for line in lines).encode("latin-1")


def ptp_book(rows: Iterable[PairRow], *, numbers: bool = False) -> bytes:
    return workbook([*(line.split("\t") for line in PTP_HEADING), *map(ptp_cells, rows)], numbers=numbers)


def mue_text(rows: Iterable[LimitRow], setting: str = "Practitioner") -> bytes:
    words = {1: "1 Line Edit", 2: "2 Date of Service Edit: Policy", 3: "3 Date of Service Edit: Clinical"}
    heading = f'"HCPCS/\nCPT Code",{setting} Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n'
    body = "".join(f'{row.code},{row.units},{words[row.mai or 3]},"{row.rationale or ""}"\n' for row in rows)
    return (MUE_NOTICE + heading + body).encode("latin-1")


def rvu_line(row: RvuRow) -> str:
    total, facility = row.work + row.pe_nonfacility + row.malpractice, row.work + row.pe_facility + row.malpractice
    na, na_facility = ("NA" if one else "" for one in (row.na_nonfacility, row.na_facility))
    return (
        f'{row.code},{row.modifier},"WORDS, MORE",{row.status},,{row.work},{row.pe_nonfacility},{na},{row.pe_facility},{na_facility},'
        f"{row.malpractice},{total},{facility},0,XXX,0.00,0.00,0.00,{row.multiple},0,0,0,0,9,,{row.conversion_factor},09,0,99,"
        "0.00,0.00,0.00"
    )


def rvu_text(rows: Iterable[RvuRow]) -> bytes:
    return "".join(line + "\n" for line in [*RVU_HEADING, *map(rvu_line, rows)]).encode()


def gpci_text(rows: Iterable[GpciRow]) -> bytes:
    lines = [
        f'{row.locality[:5]},{row.state},{row.locality[6:]},"{row.name}**",{row.work},{row.pe},{row.malpractice}'
        for row in rows
    ]
    return "".join(line + "\n" for line in [*GPCI_HEADING, *lines, *GPCI_NOTES]).encode()


def fee_line(row: FeeRow, year: int = 2026) -> str:
    amounts = [
        f"{amount:010.2f}" for amount in (row.nonfacility, row.facility, row.reduced_office, row.reduced_institution)
    ]
    cells = [
        str(year), row.locality[:5], row.locality[6:], row.code, row.modifier.ljust(2), amounts[0], amounts[1], " ", "0", row.status,
        row.multiple, amounts[2], amounts[3], "9", "0000000.00", "0000000.00",
    ]  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells)


def fee_text(rows: Iterable[FeeRow], year: int = 2026) -> bytes:
    return ("".join(fee_line(row, year) + "\n" for row in rows) + TRAILER * 2).encode()


def zipped(**files: bytes) -> bytes:
    """A zip of files; `__` in a name stands for a dot."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return buffer.getvalue()


def workbook(rows: Sequence[Sequence[str]], *, numbers: bool = False) -> bytes:
    """A workbook as Excel saves it: shared strings, empty cells left out. With `numbers`, what looks like a number becomes one."""
    strings: dict[str, int] = {}

    def cell(at: str, text: str) -> str:
        if numbers and text.isdigit():
            return f'<c r="{at}" s="1"><v>{int(text)}</v></c>'
        return f'<c r="{at}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'

    xml = []
    for number, row in enumerate(rows, 1):
        cells = "".join(cell(f"{chr(65 + i)}{number}", text) for i, text in enumerate(row) if text)
        xml.append(f'<row r="{number}" spans="1:{len(row)}">{cells}</row>')
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet {main}><sheetData>{"".join(xml)}</sheetData></worksheet>'
    )
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    return zipped(
        **{
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.xml": f"<workbook {main}/>".encode(),
            "xl/sharedStrings.xml": f"<sst {main}>{shared}</sst>".encode(),
            "xl/worksheets/sheet1.xml": sheet.encode(),
        }
    )


def full_release(
    setting: str = "pra", version: str = "v322", size: int = 2_633_389, seed: int = 97530
) -> Iterator[tuple[str, bytes]]:
    """The four zips of a release of the published size, one after the other: names and bytes. Pairs are synthetic and sorted."""
    rng = random.Random(seed)
    codes = sorted(
        {f"{n:05d}" for n in rng.sample(range(100, 99999), 13_000)}
        | {f"{n:04d}T" for n in range(42, 900, 3)}
        | {"97530"}
    )
    per_group = size // len(codes)
    tails = [
        f"\t\t{year}{month}01\t{'*' if n % 3 else f'{year + 2}0630'}\t{(1, 0, 1, 9)[n % 4]}\t{RATIONALES[n % 3]}\r\n"
        for n, (year, month) in enumerate(itertools.product(range(1996, 2024), ("01", "04", "07", "10")))
    ]
    made = 0
    for part in range(1, 5):
        lines = ["\r\n".join(PTP_HEADING) + "\r\n"]
        upto = size * part // 4
        for code in codes[len(codes) * (part - 1) // 4 : len(codes) * part // 4]:
            others = sorted(rng.sample(codes, min(per_group, upto - made)))
            lines += [f"{code}\t{other}{tails[n % len(tails)]}" for n, other in enumerate(others)]
            made += len(others)
        left = upto - made
        last = codes[len(codes) * part // 4 - 1]
        used = {line[6:11] for line in lines if line.startswith(last)}
        spare = [code for code in codes if code not in used][:left]
        lines += [f"{last}\t{other}{tails[0]}" for other in spare]
        made += len(spare)
        name = f"cci{setting}-{version}r0-f{part}"
        yield f"medicare-ncci-practitioner-ptp-edits-{name}.zip", zipped(**{f"{name}__TXT": "".join(lines).encode()})
