"""Two policies side by side, dimension by dimension, for a terminal and for programs.

Owns: the layouts of `policy compare A B` without claims.
Never: decides what stands in a cell; `catalogue/matrix.py` does.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from policy.catalogue.dimensions import BY_KEY, COMPARED
from policy.catalogue.markdown import text as escaped
from policy.catalogue.matrix import Cell, row
from policy.catalogue.model import Doc
from policy.catalogue.words import plain
from policy.render.page import BLANK, Line, line, wrapped


def text_lines(docs: Sequence[Doc], width: int) -> Iterator[Line]:
    """A heading for each dimension, and under it what each policy says."""
    for doc in docs:
        note = "" if doc.status == "in force" else f", {doc.status}"
        yield line((doc.id, "title"), f"  {doc.title}, as on {doc.date}{note}")
    rows = [row(doc, most=None) for doc in docs]
    for key in COMPARED:
        yield BLANK
        yield line((BY_KEY[key].title, "title"))
        cells = [one.cell(key) for one in rows]
        if _said(cells[0]) == _said(cells[1]):
            yield line("  both: ", "the same" if cells[0].items or cells[0].more else ("nothing stated", "faint"))
            yield from (one for text in _said(cells[0]) for one in wrapped(text, width, indent=4, hang=2))
            continue
        for one, cell in zip(rows, cells, strict=True):
            yield line("  ", one.doc.id, "" if _said(cell) else ": nothing stated")
            yield from (one for text in _said(cell) for one in wrapped(text, width, indent=4, hang=2))


def _said(cell: Cell) -> list[str]:
    more = [f"and {cell.more} more"] if cell.more else []
    return [*(plain(item.words) for item in cell.items), *more]


def data(docs: Sequence[Doc]) -> dict[str, Any]:
    """The same as plain data."""
    rows = [row(doc, most=None) for doc in docs]
    return {
        "policies": [
            {"policy": doc.id, "title": doc.title, "on": doc.date.isoformat(), "status": doc.status} for doc in docs
        ],
        "dimensions": [
            {
                "dimension": BY_KEY[key].title,
                "same": _said(rows[0].cell(key)) == _said(rows[1].cell(key)),
                "says": [
                    [{"words": plain(item.words), "statement": item.anchor} for item in one.cell(key).items]
                    for one in rows
                ],
                "more": [one.cell(key).more for one in rows],
            }
            for key in COMPARED
        ],
    }


def csv_text(docs: Sequence[Doc]) -> str:
    """A row for each dimension, policy and entry."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["dimension", "policy", "says"])
    for key in COMPARED:
        for doc in docs:
            writer.writerows([BY_KEY[key].title, doc.id, said] for said in _said(row(doc, most=None).cell(key)) or [""])
    return out.getvalue()


def markdown_text(docs: Sequence[Doc]) -> str:
    """A table: a row for each dimension, a column for each policy."""
    rows = [row(doc, most=None) for doc in docs]
    lines = [f"| | {' | '.join(escaped(doc.title) for doc in docs)} |", "| --- | --- | --- |"]
    for key in COMPARED:
        cells = ["; ".join(map(escaped, _said(one.cell(key)))) or "–" for one in rows]
        lines.append(f"| {BY_KEY[key].title} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
