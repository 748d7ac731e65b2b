"""The largest lines under each key: what a reader opens to see which claims a figure is about.

Owns: `Biggest`, at most so many lines a key, largest money first, then units, then the order of the input.
Never: holds anything of a line but its ids and numbers; a table without ids of claims or visits has none.
"""

from collections.abc import Sequence
from typing import NamedTuple

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.auditing.lines import Lines
from policy.auditing.money import Ints
from policy.auditing.reading import Words
from policy.auditing.sums import ranked


class Line(NamedTuple):
    """A line to look at."""

    claim: str | None
    line: str | None
    visit: str | None
    units: int
    cents: int


NAMES = ("claim", "line", "visit")
SCHEMA = pa.schema(
    [("key", pa.string()), ("cents", pa.int64()), ("units", pa.int64()), *((name, pa.string()) for name in NAMES)]
)


@attrs.frozen
class Biggest:
    """Lines by key."""

    table: pa.Table
    most: int

    @staticmethod
    def of(key: Words, lines: Lines, units: Ints, cents: Ints, most: int) -> "Biggest":
        """The largest of the lines that have units."""
        about = np.flatnonzero((units > 0) & key.known)
        if not {"claim", "visit"} & set(lines.ids.column_names):
            about = about[:0]
        order, place = ranked(key.ids[about].astype(np.int64), cents[about], units[about])
        kept = about[order[place < most]]
        arrays = [Words(key.ids[kept], key.words).array(), pa.array(cents[kept]), pa.array(units[kept])]
        return Biggest(pa.table(arrays + named(lines, kept), schema=SCHEMA), most)

    @staticmethod
    def total(parts: "Sequence[Biggest]") -> "Biggest":
        """The largest of several, earlier parts first where lines are alike."""
        table = pa.concat_tables([part.table for part in parts])
        keys = table.column("key").combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        order, place = ranked(keys, table.column("cents").to_numpy(), table.column("units").to_numpy())
        return Biggest(table.take(pa.array(order[place < parts[0].most])), parts[0].most)

    def by_key(self) -> dict[str, list[Line]]:
        """The lines of each key, largest first."""
        found: dict[str, list[Line]] = {}
        columns = [self.table.column(name).to_pylist() for name in (*NAMES, "units", "cents")]
        for key, *line in zip(self.table.column("key").to_pylist(), *columns, strict=True):
            found.setdefault(key, []).append(Line(*line))
        return found


def named(lines: Lines, rows: Ints) -> list[pa.Array]:
    """The ids of some lines as text: claim, line, visit; null where the table has none, or an empty one."""
    wanted = pa.array(rows)
    out = []
    for name in NAMES:
        if name in lines.ids.column_names:
            texts = lines.ids.column(name).take(wanted).cast(pa.string()).combine_chunks()
            out.append(pc.if_else(pc.equal(pc.utf8_trim_whitespace(texts), ""), None, texts))
        else:
            out.append(pa.nulls(len(rows), pa.string()))
    return out
