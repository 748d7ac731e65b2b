"""A table as one CSV file that says what it is: the form of the shipped tables and of `policy tables show --format csv`.

Owns: that form. It opens with lines `# key: value`; below stand the columns of the kind, dates as 2026-07-01, nothing for none.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from policy.tables.layout import COLUMNS, cells, row
from policy.tables.model import Kind, Quarter, Row, Scope, Source, Table
from policy.tables.problem import bad
from policy.values import DateRange, parse_date


def written(table: Table, rows: Iterable[Row]) -> Iterator[str]:
    """The lines of the file."""
    about = {
        "kind": table.kind.value,
        "setting": table.setting,
        "quarter": str(table.quarter),
        "from": str(table.dates.start or ""),
        "until": str(table.dates.end or ""),
    }
    if table.scope is not None:
        about["codes"] = " ".join(sorted(table.scope.codes))
        about["with any"] = " ".join(sorted(table.scope.with_any))
    for key, value in about.items():
        yield f"# {key}: {value}".rstrip() + "\n"
    for source in table.sources:
        yield f"# source: {source.name} {source.digest} {source.rows}\n"
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS[table.kind])
    for one in rows:
        writer.writerow(cells(table.kind, one))
        if buffer.tell() > 1 << 16:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def read(name: str, text: str, *, shipped: bool = False) -> tuple[Table, list[Row]]:
    """A file of that form. Raises `BadTable`."""
    lines = text.splitlines()
    about: dict[str, str] = {}
    sources: list[Source] = []
    at = 0
    try:
        while at < len(lines) and lines[at].startswith("# "):
            key, _, value = lines[at][2:].partition(":")
            if key == "source":
                source, digest, count = value.strip().rsplit(" ", 2)
                sources.append(Source(source, digest, int(count)))
            else:
                about[key] = value.strip()
            at += 1
        kind = Kind(about["kind"])
        header, *body = csv.reader(lines[at:])
        if header != list(COLUMNS[kind]):
            raise ValueError("columns")
        rows = [row(kind, record) for record in body]
        start, end = (parse_date(about[key]) if about[key] else None for key in ("from", "until"))
        scope = (
            Scope(frozenset(about["codes"].split()), frozenset(about["with any"].split())) if "codes" in about else None
        )
        quarter = Quarter.parse(about["quarter"])
    except (ValueError, KeyError, ArithmeticError, csv.Error):
        raise bad(name, "this is not a table written by `policy tables show --format csv`", row=at + 1) from None
    table = Table(kind, about["setting"], quarter, DateRange(start, end), len(rows), tuple(sources), scope, shipped)
    return table, rows
