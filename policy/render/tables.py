"""What `policy tables` prints: which tables there are, their rows, and what changed between two quarters.

Owns: the layout, as text and as JSON.
Never: finds or compares tables.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from policy.render.page import BLANK, Line, Piece, line, row, table, wrapped
from policy.render.words import count
from policy.tables.layout import COLUMNS, KEYS

if TYPE_CHECKING:
    from policy.tables.diff import Change
    from policy.tables.imports import Imported
    from policy.tables.model import Kind, Row, Table

_TITLES = {"column_one": "column 1", "column_two": "column 2"}


def tables_lines(found: "Sequence[Table]", width: int) -> list[Line]:
    """One row for each table, the newest of each kind first."""
    rows: list[list[Piece | str]] = [
        [
            (one.kind, "title"),
            one.setting,
            str(one.quarter),
            str(one.dates.start),
            str(one.dates.end),
            f"{one.rows:,}",
            _from(one),
        ]
        for one in found
    ]
    head = ["table", "setting", "quarter", "answers from", "until", "rows", "source"]
    return [*table(rows, head, width), BLANK, line(count(len(found), "table"))]


def tables_json(found: "Sequence[Table]") -> bytes:
    """The same as a JSON array."""
    return _json([about(one) for one in found])


def about(one: "Table") -> dict[str, Any]:
    """A table as JSON shows it."""
    return {
        "kind": one.kind.value,
        "setting": one.setting,
        "quarter": str(one.quarter),
        "from": one.dates.start,
        "until": one.dates.end,
        "rows": one.rows,
        "whole": one.scope is None,
        "shipped": one.shipped,
        "digest": one.digest,
        "sources": [{"name": source.name, "digest": source.digest, "rows": source.rows} for source in one.sources],
    }


def imported_lines(done: "Imported", width: int) -> list[Line]:
    """What was stored, and what is worth knowing about it."""
    one = done.table
    told = f"{'replaced' if done.replaced else 'imported'} {one.name}: {count(one.rows, 'row')}, answers {one.dates}"
    notes = [text for note in done.notes for text in wrapped(note, width, hang=2, first=("note: ", "warn"))]
    return [line((told, "good")), *notes]


def table_lines(one: "Table", width: int) -> list[Line]:
    """A table without its rows: dates, sources, and what a part of a table can be asked."""
    lines = [
        line((one.name, "title")),
        line(f"answers {one.dates}, {count(one.rows, 'row')}"),
        line(f"digest {one.digest}"),
    ]
    for source in one.sources:
        lines += wrapped(f"from {source.name}, {count(source.rows, 'row')}, {source.digest}", width, hang=2)
    if one.scope is not None:
        what = f"a part: {' '.join(sorted(one.scope.codes))}" if one.scope.codes else "a part: the rows it lists"
        what += f"; and any pair with {' '.join(sorted(one.scope.with_any))}" if one.scope.with_any else ""
        lines += wrapped(what, width, hang=2)
    return lines


def rows_lines(kind: "Kind", rows: "Sequence[Row]", width: int) -> list[Line]:
    """Rows as a table, each column under its name."""
    names = list(COLUMNS[kind])
    cells: list[list[Piece | str]] = [[_cell(getattr(one, name)) for name in names] for one in rows]
    kept = [i for i in range(len(names)) if any(record[i] for record in cells)] or [0]
    body: list[list[Piece | str]] = [[record[i] for i in kept] for record in cells]
    return [*table(body, [_TITLES.get(names[i], names[i]) for i in kept], width), BLANK, line(count(len(rows), "row"))]


def rows_json(one: "Table", rows: "Sequence[Row]") -> bytes:
    """The table and its rows as one JSON object."""
    import attrs

    return _json({"table": about(one), "rows": [attrs.asdict(record) for record in rows]})


def changes_lines(kind: "Kind", changes: "Iterable[Change]") -> Iterator[Line]:
    """One line for each change, then the counts: `+` a new row, `-` one that is gone, `~` one that changed, with what it was."""
    added = removed = changed = 0
    for one in changes:
        key = next(record for record in (one.after, one.before) if record is not None)
        name = "/".join(str(getattr(key, part)) for part in KEYS[kind] if getattr(key, part) not in ("", None))
        if one.before is None:
            added += 1
            yield row([("+", "added"), name, _rest(kind, key)], [1, 24, 1])
        elif one.after is None:
            removed += 1
            yield row([("-", "removed"), name, _rest(kind, key)], [1, 24, 1])
        else:
            changed += 1
            what = ", ".join(
                f"{part} {_cell(getattr(one.before, part)) or 'none'} → {_cell(getattr(one.after, part)) or 'none'}"
                for part in COLUMNS[kind]
                if getattr(one.before, part) != getattr(one.after, part)
            )
            yield row([("~", "warn"), name, what], [1, 24, 1])
    yield line(f"{added:,} added, {removed:,} removed, {changed:,} changed")


def changes_json(kind: "Kind", changes: "Iterable[Change]") -> Iterator[bytes]:
    """JSON Lines, one for each change."""
    import attrs
    import msgspec

    for one in changes:
        what = "added" if one.before is None else "removed" if one.after is None else "changed"
        record = {
            "kind": kind.value,
            "change": what,
            "before": one.before and attrs.asdict(one.before),
            "after": one.after and attrs.asdict(one.after),
        }
        yield msgspec.json.encode(record) + b"\n"


def _rest(kind: "Kind", record: "Row") -> str:
    parts = (name for name in COLUMNS[kind] if name not in KEYS[kind])
    return ", ".join(f"{name} {_cell(getattr(record, name))}" for name in parts if _cell(getattr(record, name)))


def _cell(value: object) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case _:
            return str(value)


def _from(one: "Table") -> str:
    if one.shipped:
        return "shipped, therapy codes only"
    names = [source.name for source in one.sources]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}{', changes only' if one.scope is not None else ''}"


def _json(value: object) -> bytes:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
