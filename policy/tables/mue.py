"""Medically unlikely edits, as published: CSV, a notice of many lines in one quoted cell, then code, units, indicator, rationale.

Owns: the layout, and the setting that its second heading names.
"""

from typing import Final

import attrs

from policy.tables import cells, naming
from policy.tables.files import Part
from policy.tables.model import Kind, LimitRow
from policy.tables.problem import Problems, bad
from policy.tables.reading import Numbered, Read, cell, sorted_once
from policy.tables.sheet import Heading, opened

COLUMNS: Final = (
    Heading("HCPCS/CPT Code", r"hcpcs ?/ ?cpt code"),
    Heading("MUE Values", r".*mue values?"),
    Heading("MUE Adjudication Indicator", r".*adjudication indicator"),
    Heading("MUE Rationale", r".*rationale"),
)


def read_mue(parts: list[Part]) -> Read:
    """The one file of a quarter and setting. Raises `BadTable`."""
    part, *more = parts
    if more:
        raise bad(more[0].shown, "an MUE table is one file for each quarter and setting", "import one file at a time")
    sheet = opened(part, COLUMNS)
    code, value, indicator, rationale = sheet.columns
    title = sheet.headings[value]
    says = naming.settings(Kind.MUE, title)
    if "dme" in title or "supplier" in title:
        raise bad(
            part.shown,
            "this is the table for suppliers",
            "import the one for practitioners or for outpatient hospitals",
        )
    problems = Problems()
    rows = []
    for number, record in sheet.records:
        if not any(text.strip() for text in record):
            continue
        if len(record) <= max(sheet.columns):
            problems.add(
                part.shown, number, f"the row has {len(record)} columns, not {len(sheet.headings)}: the file is cut off"
            )
            continue
        row = LimitRow(
            cell(problems, part.shown, number, "HCPCS/CPT Code", cells.code, record[code]),
            cell(problems, part.shown, number, "MUE Values", cells.units, record[value]),
            cell(problems, part.shown, number, "MUE Adjudication Indicator", cells.adjudication, record[indicator]),
            cells.text(record[rationale]),
        )
        rows.append(Numbered(part.shown, number, row))
    problems.end()
    table = sorted_once(Kind.MUE, rows, problems)
    return Read(table, (attrs.evolve(part.source, rows=len(rows)),), settings=tuple((part.shown, one) for one in says))
