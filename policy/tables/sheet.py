"""Rows of a published file with a heading, and where its columns are.

Owns: reading CSV and workbooks alike, finding the heading among the preamble lines, and refusing columns that have moved.
Never: reads a cell's meaning.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from policy.tables import workbook
from policy.tables.files import Part
from policy.tables.problem import AS_PUBLISHED, bad, quoted

Record = tuple[int, list[str]]
"""A row's number in its file, as an editor shows it, and its cells."""
_PREAMBLE: Final = 40
"""The heading stands within so many records."""


@attrs.frozen
class Heading:
    """A column that a reader needs: what it is called in messages, and the words above it (a pattern, lower case)."""

    name: str
    pattern: str


@attrs.frozen
class Sheet:
    """A file without its heading: the records that follow it, and the place of each column, in the order they were asked for."""

    title: str
    columns: tuple[int, ...]
    headings: tuple[str, ...]
    records: Iterator[Record]


def records(part: Part, delimiter: str = ",") -> Iterator[Record]:
    """All records of a file, quoted cells over several lines being one."""
    if part.is_workbook:
        yield from workbook.records(part)
        return
    reader = csv.reader(io.StringIO(part.text, newline=""), delimiter=delimiter, strict=True)
    at = 1
    try:
        for cells in reader:
            yield at, cells
            at = reader.line_num + 1
    except csv.Error:
        raise bad(part.shown, "a quotation mark is not closed: the file is cut off or damaged", row=at) from None


def opened(part: Part, wanted: Sequence[Heading], above: int = 0) -> Sheet:
    """The file from below its heading on. `above` lines over the line of the first heading belong to the heading.

    Raises `BadTable` when a heading is missing or the columns have another order.
    """
    rows = records(part)
    before: list[Record] = []
    for record in rows:
        before.append(record)
        if re.fullmatch(wanted[0].pattern, _words([record[1][:1]])):
            break
        if len(before) >= _PREAMBLE:
            break
    number, cells = before[-1] if before else (0, [])
    if not re.fullmatch(wanted[0].pattern, _words([cells[:1]])):
        raise bad(
            part.shown,
            f"there is no heading `{wanted[0].name}` in its first column",
            f"is it the right file? {AS_PUBLISHED}",
        )
    block = [record[1] for record in before[-1 - above :]]
    titles = tuple(_words([row[i : i + 1] for row in block]) for i in range(max(map(len, block))))
    return Sheet(
        " ".join(_words([row]) for _, row in before[: -1 - above or None]),
        placed(part.shown, number, titles, wanted),
        titles,
        rows,
    )


def placed(file: str, row: int, titles: Sequence[str], wanted: Sequence[Heading]) -> tuple[int, ...]:
    """Where the wanted columns are. Raises `BadTable` when one is missing or they stand in another order."""
    places: list[int] = []
    for heading in wanted:
        found = [i for i, title in enumerate(titles) if re.fullmatch(heading.pattern, title)]
        if not found:
            raise bad(
                file,
                f"there is no column {quoted(heading.name)}",
                f"columns were renamed or removed; {AS_PUBLISHED}",
                row,
            )
        after = [i for i in found if not places or i > places[-1]]
        if not after:
            raise bad(
                file,
                f"the columns have moved: {quoted(heading.name)} is column {found[0] + 1}, "
                f"and {quoted(wanted[len(places) - 1].name)} column {places[-1] + 1}",
                AS_PUBLISHED,
                row,
            )
        places.append(after[0])
    return tuple(places)


def _words(rows: Sequence[Sequence[str]]) -> str:
    """All cells as one line of lower case words."""
    return " ".join(" ".join(cell for row in rows for cell in row).lower().split())
