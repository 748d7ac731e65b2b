"""What the rows of a table say together: sorted, once each, periods apart, none missing.

Owns: the checks over all rows of the large tables, done on columns.
Never: reads a file; a problem names the file and row that `Origins` remembers.
"""

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from policy.tables.columns import Origins, rank
from policy.tables.layout import KEYS
from policy.tables.model import VOID, Kind, Quarter, Table
from policy.tables.problem import Problems, bad
from policy.tables.reading import Read

_FOREVER: Final = 2**31 - 1
_TOLD: Final = 25
_LEAST: Final = 0.9
"""A release that has fewer than this part of the rows of another one of its kind is taken for cut off."""


def pairs(table: Any, origins: Origins, problems: Problems, *, lenient: bool) -> tuple[Any, list[str]]:
    """The edits sorted, each pair's periods apart. With `lenient`, rows that are there twice or overlap become notes."""
    (one, two), size = rank([table["column_one"], table["column_two"]])
    work = pa.table(
        {
            "key": pc.add(pc.multiply(one, size), two),
            "back": pc.add(pc.multiply(two, size), one),
            "from": table["effective"].cast(pa.int32()),
            "to": pc.fill_null(table["deletion"].cast(pa.int32()), _FOREVER),
            "indicator": table["indicator"],
            "at": pa.array(range(len(table)), pa.int32()),
        }
    )
    by = [(name, "ascending") for name in ("key", "from", "to", "indicator", "at")]
    work = work.take(pc.sort_indices(work, sort_keys=by)).combine_chunks()
    notes: list[str] = []
    for index in _told(pc.less(work["to"], work["from"])):
        problems.add(*_place(origins, work, index), f"{_pair(table, work, index)} ends before it begins")
    same = [_same(work, name) for name in ("key", "from", "to", "indicator")]
    _report(
        pc.and_(pc.and_(same[0], same[1]), pc.and_(same[2], same[3])), table, work, origins, problems, notes, lenient,
        "is there twice",
    )  # fmt: skip
    live = work.filter(pc.not_equal(work["indicator"], VOID)).combine_chunks()
    apart = pc.greater(live["from"].slice(1), live["to"].slice(0, max(len(live) - 1, 0)))
    double = pc.and_(_same(live, "from"), _same(live, "to"))
    overlap = pc.and_(_same(live, "key"), pc.and_not(pc.invert(apart), pc.and_(double, _same(live, "indicator"))))
    _report(overlap, table, live, origins, problems, notes, lenient, "has two periods that overlap")
    notes += _mirrored(table, live)
    problems.end()
    return table.take(work["at"]), notes


def _mirrored(table: Any, live: Any) -> list[str]:
    """A note when both orders of a pair are in force at once; the look-up then takes the stricter."""
    both = live.filter(pc.and_(pc.is_in(live["back"], value_set=live["key"]), pc.less(live["key"], live["back"])))
    if not len(both):
        return []
    mirrors: dict[int, list[tuple[int, int]]] = {}
    for back in live.filter(pc.is_in(live["key"], value_set=both["back"])).to_pylist():
        mirrors.setdefault(back["key"], []).append((back["from"], back["to"]))
    found = [
        row for row in both.to_pylist() if any(a <= row["to"] and row["from"] <= b for a, b in mirrors[row["back"]])
    ]
    if not found:
        return []
    first = table.slice(found[0]["at"], 1).to_pylist()[0]
    count = f"{len(found):,} pair{'s' * (len(found) != 1)}"
    return [f"{count} in force in both orders, such as {first['column_one']}/{first['column_two']}"]


def once(kind: Kind, table: Any, origins: Origins, problems: Problems) -> Any:
    """A large table sorted by its key; a key that comes twice is a problem."""
    keys = list(KEYS[kind])
    joined, size = rank([table[name] for name in keys])
    key = joined[0]
    for more in joined[1:]:
        key = pc.add(pc.multiply(key, size), more)
    work = pa.table({"key": key, "at": pa.array(range(len(table)), pa.int32())})
    work = work.take(pc.sort_indices(work, sort_keys=[("key", "ascending"), ("at", "ascending")])).combine_chunks()
    for index in _told(_same(work, "key")):
        row = table.slice(work["at"][index + 1].as_py(), 1).to_pylist()[0]
        words = " ".join(row[name] for name in keys if row[name])
        file, number = _place(origins, work, index)
        problems.add(*_place(origins, work, index + 1), f"`{words}` is there twice: also in {file} row {number}")
    return table.take(work["at"])


def quarter(read: Read, quarter: Quarter, where: str) -> list[str]:
    """Notes on whether the edits can be those of the quarter. Raises `BadTable` when one begins after it."""
    latest = pc.max(read.rows["effective"]).as_py()
    first, last = quarter.dates.start, quarter.dates.end
    if last is not None and latest > last:
        row = read.rows.filter(pc.equal(read.rows["effective"], latest)).slice(0, 1).to_pylist()[0]
        pair = f"{row['column_one']}/{row['column_two']}"
        raise bad(
            where,
            f"edits begin on {latest}, after {quarter}: {pair} does",
            "is it a later quarter? give it with `--quarter`",
        )
    if first is not None and latest < first:
        return [f"no edit begins in {quarter}, the latest on {latest}: is it the file of an earlier quarter?"]
    return []


def counts(read: Read, expected: int | None, others: list[Table], where: str) -> None:
    """Compares the number of rows with what the publisher says, or else with other quarters. Raises `BadTable`."""
    found = len(read.rows)
    if expected is not None:
        if found != expected:
            raise bad(
                where, f"there are {found:,} rows, not {expected:,}", "a file is cut off or missing; download it again"
            )
        return
    whole = [table for table in others if table.scope is None]
    if whole and not read.partial:
        nearest = max(whole, key=lambda table: table.quarter)
        if found < nearest.rows * _LEAST:
            raise bad(
                where,
                f"there are {found:,} rows, and {nearest.quarter} has {nearest.rows:,}: it seems cut off",
                "download it again, or confirm the number with `--rows`",
            )


def _report(
    mask: Any, table: Any, work: Any, origins: Origins, problems: Problems, notes: list[str], lenient: bool, what: str
) -> None:
    """For each row that `mask` sets against the one before it: a problem, or one note for all."""
    if lenient:
        if times := pc.sum(mask).as_py():
            first = next(_told(mask))
            notes.append(f"{times:,} rows: the pair {what}, such as {_pair(table, work, first)}")
        return
    for index in _told(mask):
        file, number = _place(origins, work, index)
        problems.add(
            *_place(origins, work, index + 1),
            f"{_pair(table, work, index)} {what}: also in {file} row {number}",
            "`--lenient` imports it all the same",
        )


def _same(work: Any, name: str) -> Any:
    """For each row but the first, whether it has the same `name` as the one before it."""
    return pc.equal(work[name].slice(1), work[name].slice(0, max(len(work) - 1, 0)))


def _told(mask: Any) -> Iterator[int]:
    """The places where `mask` is true, no more than will be told."""
    if isinstance(mask, pa.ChunkedArray):
        mask = mask.combine_chunks()
    return iter(pc.indices_nonzero(mask).slice(0, _TOLD).to_pylist())


def _place(origins: Origins, work: Any, index: int) -> tuple[str, int]:
    return origins.place(work["at"][index].as_py())


def _pair(table: Any, work: Any, index: int) -> str:
    row = table.slice(work["at"][index].as_py(), 1).to_pylist()[0]
    return f"`{row['column_one']}/{row['column_two']}`"
