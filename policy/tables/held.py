"""A table with its rows, wherever they are: in memory, or in a Parquet file that is read when first asked.

Owns: finding the rows of a key without looking at the others.
Never: knows dates; `lookup` does.
"""

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import attrs

from policy.tables.layout import COLUMNS, KEYS, ROWS
from policy.tables.model import Kind, PairRow, Row, Table
from policy.tables.problem import bad

CODES = ("column_one", "column_two", "code", "locality")
"""The columns that a user looks a row up by."""


class Rows(Protocol):
    """The rows of one table, grouped by the first column of their key."""

    def keys(self) -> Iterable[str]:
        """Every value of that column, in order."""

    def group(self, key: str) -> tuple[Row, ...]:
        """The rows of one value; none for one that is not there."""

    def within(self, key: str, second: str) -> tuple[Row, ...]:
        """The rows of a group whose second key column is `second`."""

    def about(self, code: str) -> tuple[Row, ...]:
        """The rows that hold a code (or locality) anywhere in their key."""


class Listed:
    """Rows in memory."""

    def __init__(self, kind: Kind, rows: Iterable[Row]) -> None:
        self._names = [name for name in KEYS[kind] if name in CODES]
        ordered = sorted(rows, key=lambda row: tuple(str(getattr(row, name) or "") for name in KEYS[kind]))
        self._groups = _grouped(ordered, KEYS[kind][0])
        second = KEYS[kind][1] if len(KEYS[kind]) > 1 else KEYS[kind][0]
        self._within = {key: _grouped(group, second) for key, group in self._groups.items()}

    def keys(self) -> Iterable[str]:
        return self._groups

    def group(self, key: str) -> tuple[Row, ...]:
        return self._groups.get(key, ())

    def within(self, key: str, second: str) -> tuple[Row, ...]:
        return self._within.get(key, {}).get(second, ())

    def about(self, code: str) -> tuple[Row, ...]:
        rows = itertools.chain.from_iterable(self._groups.values())
        return tuple(row for row in rows if any(getattr(row, name) == code for name in self._names))


class Stored:
    """Rows of a Parquet file sorted by their key. One pass over its first column finds the groups; a group is made when asked for."""

    def __init__(self, kind: Kind, path: Path) -> None:
        self._kind = kind
        self._path = path
        self._made: dict[str, tuple[Row, ...]] = {}
        self._within: dict[str, dict[str, tuple[int, int]]] = {}
        self._found: dict[tuple[str, str], tuple[Row, ...]] = {}
        self._read: tuple[Any, dict[str, tuple[int, int]]] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Stored, (self._kind, self._path)

    def keys(self) -> Iterable[str]:
        return self._index[1]

    def group(self, key: str) -> tuple[Row, ...]:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._rows(self.slice(key))
        return made

    def within(self, key: str, second: str) -> tuple[Row, ...]:
        found = self._found.get((key, second))
        if found is None:
            table, groups = self._index
            first, stop = groups.get(key, (0, 0))
            places = self._within.get(key)
            if places is None:
                places = {}
                for at, value in enumerate(table[KEYS[self._kind][1]].slice(first, stop - first).to_pylist(), first):
                    places[value] = (places.get(value, (at,))[0], at + 1)
                self._within[key] = places  # when it is whole: other threads ask too
            start, stop = places.get(second, (0, 0))
            if not stop:
                return ()
            found = self._found[key, second] = self._rows(table.slice(start, stop - start))
        return found

    def slice(self, key: str) -> Any:
        """A group as columns, for who compares many."""
        table, places = self._index
        start, stop = places.get(key, (0, 0))
        return table.slice(start, stop - start)

    def about(self, code: str) -> tuple[Row, ...]:
        import pyarrow.compute as pc

        table, _ = self._index
        found: Any = None
        for name in KEYS[self._kind]:
            if name in CODES:
                mask = pc.equal(table[name], code)
                found = mask if found is None else pc.or_(found, mask)
        return self._rows(table.filter(found))

    def all(self) -> Iterator[Row]:
        """Every row in order."""
        for key in self.keys():
            yield from self._rows(self.slice(key))

    def without(self, other: "Stored") -> tuple[Row, ...]:
        """The rows that the other table does not have, found on columns: two quarters share nearly all of millions of rows."""
        import pyarrow as pa

        mine, theirs = (_comparable(one._index[0]) for one in (self, other))
        names = mine.column_names
        numbered = mine.append_column("at", pa.array(range(len(mine)), pa.int32()))
        only = numbered.join(theirs, keys=names, join_type="left anti")
        return self._rows(self._index[0].take(only["at"].combine_chunks().sort()))

    def _rows(self, table: Any) -> tuple[Row, ...]:
        make = ROWS[self._kind]
        columns = [table[name].to_pylist() for name in COLUMNS[self._kind]]
        return tuple(make(*cells) for cells in zip(*columns, strict=True))

    @property
    def _index(self) -> tuple[Any, dict[str, tuple[int, int]]]:
        if self._read is None:
            table = read_parquet(self._path)
            if not {*COLUMNS[self._kind]}.issubset(table.column_names):
                raise bad(self._path.name, "the stored table lacks columns", "import it again")
            self._read = table, _places(table[KEYS[self._kind][0]])
        return self._read


@attrs.frozen
class Held:
    """A table and its rows."""

    table: Table
    rows: Rows = attrs.field(repr=False)

    def pair(self, column_one: str, column_two: str) -> list[PairRow]:
        """Every period of a pair in this order of columns."""
        return [row for row in self.rows.within(column_one, column_two) if isinstance(row, PairRow)]

    def record(self, key: str, second: str, modifier: str) -> Row | None:
        """The row in the group `key` (a code, or a locality, then with the code as `second`) with this modifier."""
        match self.table.kind:
            case Kind.FEE:
                rows = self.rows.within(key, second)
            case Kind.RVU:
                rows = self.rows.within(key, modifier)
            case _:
                rows = self.rows.group(key)
        return next((row for row in rows if getattr(row, "modifier", modifier) == modifier), None)


def all_rows(rows: Rows) -> Iterator[Row]:
    """Every row in order, none kept."""
    if isinstance(rows, Stored):
        yield from rows.all()
        return
    for key in rows.keys():  # noqa: SIM118  # not a mapping
        yield from rows.group(key)


def read_parquet(path: Path) -> Any:
    """A stored table as columns. Raises `BadTable`."""
    need_pyarrow()
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
        coded = [field.name for field in schema if pa.types.is_string(field.type)]
        return pq.read_table(path, read_dictionary=coded)
    except (OSError, pa.ArrowException):
        raise bad(path.name, "the stored table cannot be read", "import it again") from None


def need_pyarrow() -> None:
    """Raises `BadTable` when the library that reads and writes stored tables is not installed."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        help = "install it with `pip install 'payer-policy[table]'`"
        raise bad("imported tables", "PyArrow is needed and is not installed", help) from None


def _places(column: Any) -> dict[str, tuple[int, int]]:
    """First and last row of each value of a sorted column."""
    import pyarrow.compute as pc

    places: dict[str, tuple[int, int]] = {}
    base = 0
    for chunk in column.chunks:
        runs = pc.run_end_encode(chunk.indices)
        start = base
        for value, end in zip(chunk.dictionary.take(runs.values).to_pylist(), runs.run_ends.to_pylist(), strict=True):
            first, _ = places.get(value, (start, 0))
            places[value] = (first, base + end)
            start = base + end
        base += len(chunk)
    return places


def _comparable(table: Any) -> Any:
    """The columns as plain values without nulls, which a join would take for unequal."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_date32(column.type):
            column = column.cast(pa.int32())
        elif pa.types.is_dictionary(column.type) or pa.types.is_decimal(column.type):
            column = column.cast(pa.string())
        columns[name] = (
            pc.fill_null(column, "\0" if pa.types.is_string(column.type) else -(2**31)) if column.null_count else column
        )
    return pa.table(columns)


def _grouped(rows: Iterable[Row], name: str) -> dict[str, tuple[Row, ...]]:
    return {key: tuple(group) for key, group in itertools.groupby(rows, lambda row: getattr(row, name))}
