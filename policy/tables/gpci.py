"""The geographic practice cost indices, as published: CSV, a title, a heading, one row for each locality, notes below.

Owns: the layout.
"""

from typing import Final

import attrs

from policy.tables import cells, naming
from policy.tables.files import Part
from policy.tables.model import GpciRow, Kind
from policy.tables.problem import Problems, bad
from policy.tables.reading import Numbered, Read, cell, sorted_once
from policy.tables.sheet import Heading, opened

COLUMNS: Final = (
    Heading("Medicare Administrative Contractor (MAC)", r"medicare administrative contractor.*"),
    Heading("State", r"state"),
    Heading("Locality Number", r"locality number"),
    Heading("Locality Name", r"locality name"),
    Heading("PW GPCI (with 1.0 Floor)", r".*pw gpci(?!.*without).*"),
    Heading("PE GPCI", r".*pe gpci.*"),
    Heading("MP GPCI", r".*mp gpci.*"),
)


def read_gpci(parts: list[Part]) -> Read:
    """The one file of a year. Raises `BadTable`."""
    part, *more = parts
    if more:
        raise bad(more[0].shown, "the indices of a year are one file", "import one file at a time")
    sheet = opened(part, COLUMNS)
    problems = Problems()
    rows = []
    for number, record in sheet.records:
        if sum(bool(text.strip()) for text in record) < 2:
            continue
        if len(record) <= max(sheet.columns):
            problems.add(
                part.shown, number, f"the row has {len(record)} columns, not {len(sheet.headings)}: the file is cut off"
            )
            continue
        mac, state, place, name, work, pe, malpractice = (record[i] for i in sheet.columns)
        contractor = cell(problems, part.shown, number, "Medicare Administrative Contractor", cells.contractor, mac)
        locality = cell(problems, part.shown, number, "Locality Number", cells.locality, place)
        row = GpciRow(
            f"{contractor}-{locality}",
            state.strip(),
            " ".join(name.rstrip("* ").split()),
            cell(problems, part.shown, number, "PW GPCI", cells.amount, work, 3),
            cell(problems, part.shown, number, "PE GPCI", cells.amount, pe, 3),
            cell(problems, part.shown, number, "MP GPCI", cells.amount, malpractice, 3),
        )
        rows.append(Numbered(part.shown, number, row))
    problems.end()
    if not rows:
        raise bad(part.shown, "there is no locality in it", "the file is cut off; download it again")
    table = sorted_once(Kind.GPCI, rows, problems)
    says = tuple((part.shown, one) for one in naming.quarters(sheet.title))
    return Read(table, (attrs.evolve(part.source, rows=len(rows)),), quarters=says)
