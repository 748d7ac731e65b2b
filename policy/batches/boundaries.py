"""Whether Parquet parts may be judged apart: none may hold a piece of a visit (or patient) of which another holds the rest.

First what the footers say: parts whose ranges of a key do not meet hold different visits. Of those that this does not tell apart the
keys themselves are read, and compared by whoever runs the workers.

Owns: which parts must be compared, the numbers that they are compared by, and the message when two of them share a visit.
Never: reads other columns than keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from policy.batches.clusters import listed
from policy.batches.part_files import opened
from policy.batches.places import Numbers, key_numbers
from policy.batches.together import Key, Keys

Range = tuple[Any, Any]
"""The least and the greatest cell of a key in one part."""

REMEDY: Final = "give the lines as a DataFrame, which is shuffled, or write parts that each hold all lines of theirs"
_FOOTERS: Final = 16
"""Footers that are read at a time: where files are far away, most of it is waiting."""


class SplitVisits(ValueError):
    """Two parts hold lines of one visit, or of one patient whose earlier lines matter."""

    def __init__(self, one: str, other: str, keys: Keys, remedy: str) -> None:
        super().__init__(
            f"{one} and {other} hold lines with the same {listed([k.columns[0] for k in keys])}, which must be judged together: {remedy}"
        )


def suspects(paths: Sequence[str], keys: Keys) -> list[tuple[str, ...]]:
    """The parts that may share a visit, in groups: a part need only be compared with others of its group.

    Raises `ValueError` for a part that cannot be read.
    """
    with ThreadPoolExecutor(_FOOTERS) as pool:
        footers = list(pool.map(_footer, paths))
    ranges = [[_range(footer, key) for footer in footers] for key in keys]
    return [tuple(paths[i] for i in group) for group in _groups(len(paths), ranges) if len(group) > 1]


def _groups(parts: int, ranges: Sequence[Sequence[Range | None]]) -> list[list[int]]:
    """The parts in groups that some key tells apart, as small as they become."""
    groups, before = [list(range(parts))], 0
    while len(groups) > before:
        before = len(groups)
        for known in ranges:
            groups = [apart for group in groups for apart in _apart(group, known)]
    return groups


def _footer(path: str) -> pq.FileMetaData:
    with opened(path) as file:
        return file.metadata


def _range(footer: pq.FileMetaData, key: Key) -> Range | None:
    """What a footer says of a key; `None` where it does not tell. A cell that is empty is of no visit, unless it means something."""
    at = {footer.schema.column(i).path: i for i in range(footer.num_columns)}
    found: list[Any] = []
    filled = False
    for name in key.columns:
        filled = name in at
        for number in range(footer.num_row_groups) if filled else ():
            group = footer.row_group(number)
            stated = group.column(at[name]).statistics
            empty = stated.null_count if stated is not None and stated.has_null_count else None
            filled = filled and empty == 0
            if stated is not None and stated.has_min_max:
                found += (stated.min, stated.max)
            elif empty != group.num_rows:
                return None
    if key.otherwise is not None and not filled:
        found.append(key.otherwise)
    return None if key.names else _clear(found)


def _clear(found: Sequence[Any]) -> Range | None:
    """The range of some cells, if the cells between them are as they are read: text is read without the blanks around it."""
    if not found or len({type(cell) for cell in found}) > 1:
        return None
    least, greatest = min(found), max(found)
    if isinstance(least, str) and not (least == least.strip() and least.isascii() and greatest.isascii()):
        return None
    return least, greatest


def _apart(group: Sequence[int], ranges: Sequence[Range | None]) -> Iterator[list[int]]:
    """The parts in groups whose ranges do not meet; all in one where a range is not known."""
    known = [(found, i) for i in group if (found := ranges[i]) is not None]
    if len(known) < len(group):
        yield list(group)
        return
    own: list[int] = []
    last: Any = None
    for (least, greatest), i in sorted(known):
        if own and least > last:
            yield sorted(own)
            own = []
        last = greatest if not own else max(last, greatest)
        own.append(i)
    yield sorted(own)


def part_numbers(path: str, keys: Keys) -> Numbers:
    """A number for each visit (or patient) of a part, each once, in order."""
    return key_numbers(_keys_of(path, keys), keys)


def shared(numbers: Mapping[str, Numbers]) -> Iterator[tuple[str, str]]:
    """Pairs of parts that have a number in common."""
    paths = list(numbers)
    every = np.concatenate([numbers[path] for path in paths])
    owners = np.repeat(np.arange(len(paths)), [len(numbers[path]) for path in paths])
    order = np.argsort(every, kind="stable")
    same = np.flatnonzero(every[order][1:] == every[order][:-1])
    pairs = {(int(owners[order[i]]), int(owners[order[i + 1]])) for i in same}
    yield from ((paths[one], paths[other]) for one, other in sorted(pairs))


def refuse(keys: Keys, one: str, other: str) -> None:
    """Raises `SplitVisits` when two parts with a number in common do share a visit."""
    both = [_distinct(path, keys) for path in (one, other)]
    if both[0].join(both[1], list(both[0].column_names), join_type="inner").num_rows:
        raise SplitVisits(f"`{one}`", f"`{other}`", keys, REMEDY)


def _distinct(path: str, keys: Keys) -> pa.Table:
    table = _keys_of(path, keys)
    cells = pa.table({str(k): key.cells(table) for k, key in enumerate(keys)}).drop_null()
    return cells.group_by(list(cells.column_names)).aggregate([])


def _keys_of(path: str, keys: Keys) -> pa.Table:
    names = [name for key in keys for name in key.columns]
    with opened(path) as file:
        table = file.read(columns=[name for name in names if name in file.schema_arrow.names])
    for name in names:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return table
