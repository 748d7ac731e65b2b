"""The rows of a run: those of its files one after the other, numbered from 0.

Owns: `Source`, how rows are shared out into units of work, and which file a row stands in.
Never: judges, and never holds more than a batch.
"""

import bisect
from collections.abc import Iterator, Sequence
from typing import Final

import attrs
import pyarrow as pa

from policy.batches.contract import Contract
from policy.batches.parts import BATCH, ArrowPart, ParquetPart, Part, UnreadablePart, opened_part, why

LARGEST: Final = 1 << 22
SMALLEST: Final = 1 << 20
"""Rows of a unit, as far as row groups allow."""
SHARES: Final = 16
"""Units that a run of middle size is shared out into, so that all processes have work to the end."""


@attrs.frozen
class Piece:
    """Row groups of one part: its position, the first of them, and the first one after."""

    part: int
    low: int
    high: int


@attrs.frozen
class Unit:
    """Row groups that are worked on together, the number of their first row, and how many rows they are."""

    number: int
    pieces: tuple[Piece, ...]
    first: int
    rows: int


@attrs.frozen
class Source:
    """The files of a run and its columns."""

    parts: tuple[Part, ...]
    contract: Contract

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(part.rows for part in self.parts)

    def batches(self, pieces: Sequence[Piece], rows: int = BATCH) -> Iterator[pa.Table]:
        """The rows of some row groups, in order. Raises `UnreadablePart`."""
        for piece in pieces:
            part = self.parts[piece.part]
            columns = self.contract.columns(part)
            try:
                if not columns:
                    yield from self._empty(part, piece)
                    continue
                for batch in self._opened(part, columns).batches(range(piece.low, piece.high), columns, rows):
                    yield self.contract.fitted(batch, part)
            except (OSError, pa.ArrowException) as error:
                raise UnreadablePart(piece.part, self._wrong(part, columns) or why(error, part.path)) from error

    def _opened(self, part: Part, columns: Sequence[str]) -> ParquetPart | ArrowPart:
        return opened_part(part.path, part.kind, [name for name in self.contract.words() if name in columns])

    def _wrong(self, part: Part, columns: Sequence[str]) -> str | None:
        """Where a part cannot be read, or which column does not fit. The first such place, whichever was met: a run that shares its work
        out must say the same as one that does not."""
        first = 1
        for group, rows in enumerate(part.groups):
            try:
                for batch in self._opened(part, columns).batches([group], columns):
                    misfit = self.contract.unfitted(batch, part)
                    if misfit is not None:
                        return f"`{misfit.name}` holds cells that do not fit the type that it has in the first file, {misfit.type}"
            except (OSError, pa.ArrowException):
                return f"rows {first:,} to {first + rows - 1:,} are damaged; visits in its other rows may have lines among them"
            first += rows
        return None

    def _empty(self, part: Part, piece: Piece) -> Iterator[pa.Table]:
        """Rows of a part that has none of the columns."""
        for rows in part.groups[piece.low : piece.high]:
            yield self.contract.fitted(pa.table({"": pa.nulls(rows)}), part)

    def units(self, size: int | None = None) -> tuple[Unit, ...]:
        """All row groups, in units of about `size` rows. Depends on the files only, never on the machine."""
        wanted = size or min(LARGEST, max(SMALLEST, self.rows // SHARES))
        out: list[Unit] = []
        pieces: list[Piece] = []
        first = rows = 0
        for position, part in enumerate(self.parts):
            for group, number in enumerate(part.groups):
                if rows and rows + number > wanted:
                    out.append(Unit(len(out), tuple(pieces), first, rows))
                    first, rows, pieces = first + rows, 0, []
                if pieces and pieces[-1].part == position:
                    pieces[-1] = attrs.evolve(pieces[-1], high=group + 1)
                else:
                    pieces.append(Piece(position, group, group + 1))
                rows += number
        if pieces:
            out.append(Unit(len(out), tuple(pieces), first, rows))
        return tuple(out)

    def places(self, rows: Sequence[int]) -> tuple[list[int], list[int]]:
        """For some rows the position of their part, and their number in it, from 1."""
        starts = [0]
        for part in self.parts:
            starts.append(starts[-1] + part.rows)
        parts = [bisect.bisect_right(starts, row) - 1 for row in rows]
        return parts, [row - starts[part] + 1 for row, part in zip(rows, parts, strict=True)]
