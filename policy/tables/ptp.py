"""NCCI procedure-to-procedure edits, as published: parts f1 to f4, tab separated, a heading over four lines, every period a row.

Owns: the layout. Never: judges the periods (`checks` does).
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import attrs
import pyarrow as pa
import pyarrow.csv as pa_csv

from policy.tables import cells, checks, naming, workbook
from policy.tables.columns import BULK, Origins, read
from policy.tables.files import Part
from policy.tables.model import Source
from policy.tables.problem import AS_PUBLISHED, Problems, bad
from policy.tables.reading import Read
from policy.tables.sheet import Heading, placed

COLUMNS: Final = (
    Heading("Column 1", r"column ?1"),
    Heading("Column 2", r"column ?2"),
    Heading("*=in existence prior to 1996", r"\*=in existence.*"),
    Heading("Effective Date", r"effective.*"),
    Heading("Deletion Date", r"deletion.*"),
    Heading("Modifier", r"modifier.*"),
    Heading("PTP Edit Rationale", r".*rationale.*"),
)
_PREAMBLE: Final = 40


def read_ptp(parts: Sequence[Part], *, lenient: bool = False) -> Read:
    """All parts of a release as one table. Raises `BadTable`."""
    tables: list[Any] = []
    sources: list[Source] = []
    origins, problems = Origins((), (), ()), Problems()
    for part in parts:
        table, numbers = _book(part) if part.is_workbook else _text(part, problems)
        start = sum(len(one) for one in tables)
        origins = Origins((*origins.starts, start), (*origins.files, part.shown), (*origins.numbers, numbers))
        tables.append(table)
        sources.append(attrs.evolve(part.source, rows=len(table)))
    problems.end()
    raw = pa.concat_tables(tables)
    readers = (
        (cells.code, pa.string()), (cells.code, pa.string()), (cells.star, pa.bool_()), (cells.date, pa.date32()),
        (cells.date_or_none, pa.date32()), (cells.indicator, pa.int32()), (cells.text, pa.string()),
    )  # fmt: skip
    done = [
        read(raw.column(i), reader, type_, COLUMNS[i].name, origins, problems)
        for i, (reader, type_) in enumerate(readers)
    ]
    problems.end()
    one, two, before, effective, deletion, modifier, rationale = done
    table = pa.table(
        {
            "column_one": one, "column_two": two, "effective": effective, "deletion": deletion, "indicator": modifier,
            "before_1996": before, "rationale": rationale,
        }
    )  # fmt: skip
    checked, notes = checks.pairs(table, origins, problems, lenient=lenient)
    return Read(checked, tuple(sources), notes=tuple(notes))


def numbered(parts: Sequence[Part], expected: int) -> list[Part]:
    """The parts in order, when none is missing and none is there twice. Raises `BadTable`."""
    found: dict[int, Part] = {}
    for part in parts:
        number = naming.part_number(part.name)
        if number in found:
            raise bad(part.shown, f"part f{number} is there twice: also {found[number].shown}")
        if number is not None:
            found[number] = part
    if len(parts) != expected:
        missing = [f"f{n}" for n in range(1, expected + 1) if n not in found]
        named = f", {' and '.join(missing)} missing" if found and len(parts) < expected else ""
        files = f"{len(parts)} part{'s' * (len(parts) != 1)} of {expected}{named}"
        raise bad(
            parts[-1].shown,
            f"a release is imported as a whole: {files}",
            "name all parts, or say how many with `--parts`",
        )
    return [found[n] for n in sorted(found)] if len(found) == len(parts) else list(parts)


def _text(part: Part, problems: Problems) -> tuple[Any, Any]:
    """The columns of a text part as they stand, and the number of the row below the heading."""
    data = part.data if part.data.isascii() else part.text.encode()
    data = data.rstrip(b"\r\n\x1a\0")
    lines: list[list[str]] = []
    at = 0
    while len(lines) < _PREAMBLE and at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        line = data[at:end].decode().rstrip("\r\n").split("\t")
        if _is_data(lines, line):
            break
        lines.append(line)
        at = end
    width = _heading(part, lines)
    first = len(lines) + 1
    names = [str(i) for i in range(width)]
    ragged: list[tuple[int, int]] = []

    def odd(row: Any) -> str:
        ragged.append((row.number, row.actual_columns))
        return "skip"

    if at >= len(data):
        raise bad(part.shown, "there is no row below the heading", "the file is cut off; download it again")
    table = pa_csv.read_csv(
        pa.BufferReader(pa.py_buffer(memoryview(data)[at:])),
        read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=1 << 24),
        parse_options=pa_csv.ParseOptions(
            delimiter="\t", quote_char=False, ignore_empty_lines=False, invalid_row_handler=odd
        ),
        convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, BULK)),
    )
    for number, count in ragged:
        last = number == len(table) + len(ragged)
        what, help = ("the file is cut off", "download it again") if last else ("columns have moved", AS_PUBLISHED)
        problems.add(part.shown, first + number - 1, f"the row has {count} columns, not {width}: {what}", help)
    return table.select(names[: len(COLUMNS)]), lambda index: first + index


def _book(part: Part) -> tuple[Any, Any]:
    """The same from a workbook."""
    heading: list[list[str]] = []
    columns: list[list[str]] = [[] for _ in COLUMNS]
    numbers: list[int] = []
    for number, row in workbook.records(part):
        if not numbers and not _is_data(heading, row):
            heading.append(row)
            if len(heading) > _PREAMBLE:
                break
            continue
        if not numbers:
            _heading(part, heading)
        if not any(row):
            continue
        numbers.append(number)
        for i, column in enumerate(columns):
            column.append(row[i] if i < len(row) else "")
    if not numbers:
        _heading(part, heading)
        raise bad(part.shown, "there is no row below the heading", "download it again")
    return pa.table(
        {str(i): pa.array(column).dictionary_encode() for i, column in enumerate(columns)}
    ), numbers.__getitem__


def _is_data(before: list[list[str]], line: list[str]) -> bool:
    """The first row below a heading whose first cell is filled is data; the lines of a heading below its first leave it empty."""
    return bool(line and line[0].strip()) and any(
        re.fullmatch(r"column ?1", row[0].strip().lower()) for row in before if row
    )


def _heading(part: Part, lines: list[list[str]]) -> int:
    """The number of columns. Raises `BadTable` when the heading is not the published one."""
    at = next((i for i, row in enumerate(lines) if row and re.fullmatch(r"column ?1", row[0].strip().lower())), None)
    if at is None:
        help = "the parts of a release are tab separated text, or workbooks"
        raise bad(part.shown, "there is no heading `Column 1` in its first column", help)
    block = lines[at:]
    width = max(map(len, block))
    titles = [" ".join(" ".join(row[i] for row in block if i < len(row)).lower().split()) for i in range(width)]
    places = placed(part.shown, at + 1, titles, COLUMNS)
    if places != tuple(range(len(COLUMNS))):
        raise bad(part.shown, "columns were added before the last published one", AS_PUBLISHED, at + 1)
    return width
