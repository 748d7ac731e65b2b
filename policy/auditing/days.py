"""Clinicians' days: minutes one-on-one, and minutes that are stated for two patients at once.

Owns: intervals of one-on-one lines by rendering provider and day, kept on disk when there are many, and the arithmetic of overlaps.
Never: says that a day is false; it says what the times say. A patient is here a number that leads back to nobody.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from typing import IO, Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from policy.auditing.biggest import NAMES, named
from policy.auditing.lines import Lines
from policy.auditing.money import Ints, Mask
from policy.auditing.reading import Words, fingerprints

TIMES: Final = pa.schema(
    [
        ("provider", pa.string()), ("day", pa.int64()), ("start", pa.int64()), ("end", pa.int64()), ("patient", pa.uint64()),
        *((name, pa.string()) for name in NAMES),
    ]
)  # fmt: skip
_DAY: Final = 4096
"""Minutes between the beginnings of two groups on one line of time: more than a day has."""
_HELD: Final = 1_000_000
"""Intervals that are held in memory before they go to disk."""
_PARTS: Final = 32


def times(lines: Lines, about: Mask) -> pa.Table:
    """The intervals of one-on-one lines that name a rendering provider, a day and two times, the later one last."""
    named_ = about & lines.rendering.known & lines.date.known & lines.start.known & lines.end.known
    rows = np.flatnonzero(named_ & (lines.end.values > lines.start.values))
    patient, visit = (fingerprints(lines.named(field, rows)) for field in ("patient", "visit"))
    arrays = [
        Words(lines.rendering.ids[rows], lines.rendering.words).array(),
        *(pa.array(numbers.values[rows]) for numbers in (lines.date, lines.start, lines.end)),
        pa.array(np.where(patient > 0, patient, visit)), *named(lines, rows),
    ]  # fmt: skip
    return pa.table(arrays, schema=TIMES)


def backward(lines: Lines, about: Mask) -> int:
    """Lines whose times do not run forward."""
    return int((about & lines.start.known & lines.end.known & (lines.end.values <= lines.start.values)).sum())


@attrs.frozen
class Doubled:
    """A provider's day on which minutes are stated for more than one patient."""

    provider: str
    day: int
    minutes: int
    """Minutes of the day that are stated for two patients or more."""
    most: int
    """Patients at once, at the most."""
    rows: pa.Table = attrs.field(eq=False, repr=False)
    """The day's intervals."""


@attrs.frozen
class Overlaps:
    """What the intervals of all days come to."""

    days: int
    """Provider days with times."""
    doubled: int
    """Provider days with doubled minutes."""
    minutes: int
    """Doubled minutes in all."""
    worst: tuple[Doubled, ...]
    by_provider: dict[str, tuple[int, int]]
    """Doubled days and minutes."""


def overlaps(parts: Iterator[pa.Table], most: int) -> Overlaps:
    """The overlaps in tables of intervals; a provider's intervals are all in one of them. `most` days are kept with their lines."""
    days = 0
    worst: list[Doubled] = []
    by_provider: dict[str, tuple[int, int]] = {}
    for table in parts:
        if table.num_rows:
            part = _Part.of(table)
            days += len(part.minutes)
            by_provider |= part.by_provider()
            worst = sorted([*worst, *part.worst(most)], key=lambda one: (-one.minutes, one.provider, one.day))[:most]
    doubled, minutes = (sum(found[k] for found in by_provider.values()) for k in (0, 1))
    return Overlaps(days, doubled, minutes, tuple(worst), by_provider)


@attrs.frozen
class _Part:
    """Intervals with what they come to, by a provider's day; days are sorted by provider and date."""

    table: pa.Table
    names: list[str]
    """Providers, sorted."""
    group: Ints
    """Of each interval: its day."""
    provider: Ints
    day: Ints
    minutes: Ints
    most: Ints

    @staticmethod
    def of(table: pa.Table) -> "_Part":
        coded = table.column("provider").combine_chunks().dictionary_encode()
        names = sorted(coded.dictionary.to_pylist())
        rank = {name: k for k, name in enumerate(names)}
        who = np.array([rank[name] for name in coded.dictionary.to_pylist()], np.int64)[coded.indices.to_numpy()]
        day, start, end, patient = (table.column(name).to_numpy() for name in ("day", "start", "end", "patient"))
        low, span = int(day.min()), int(day.max()) - int(day.min()) + 1
        keys, group = np.unique(who * span + day - low, return_inverse=True)
        minutes, most = _doubled(*_merged(group.astype(np.int64), patient, start, end), len(keys))
        return _Part(table, names, group, keys // span, keys % span + low, minutes, most)

    def by_provider(self) -> dict[str, tuple[int, int]]:
        """Doubled days and minutes of each provider that has any."""
        days, minutes = np.zeros(len(self.names), np.int64), np.zeros(len(self.names), np.int64)
        np.add.at(days, self.provider, self.minutes > 0)
        np.add.at(minutes, self.provider, self.minutes)
        return {self.names[k]: (int(days[k]), int(minutes[k])) for k in np.flatnonzero(days).tolist()}

    def worst(self, most: int) -> Iterator[Doubled]:
        """The days with the most doubled minutes, at most so many, with their intervals."""
        order = np.argsort(-self.minutes, kind="stable")[:most]
        for k in order[self.minutes[order] > 0].tolist():
            rows = self.table.take(pa.array(np.flatnonzero(self.group == k)))
            yield Doubled(self.names[self.provider[k]], int(self.day[k]), int(self.minutes[k]), int(self.most[k]), rows)


def _merged(group: Ints, patient: npt.NDArray[np.uint64], start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Each patient's intervals of a day, joined where they touch: two services of one patient are no overlap."""
    order = np.lexsort((start, patient, group))
    group, patient, start, end = group[order], patient[order], start[order], end[order]
    block = np.cumsum(np.r_[0, (group[1:] != group[:-1]) | (patient[1:] != patient[:-1])])
    begin, stop = block * _DAY + start, block * _DAY + end
    reach = np.maximum.accumulate(stop)
    first = np.flatnonzero(np.r_[True, begin[1:] > reach[:-1]])
    stops = np.maximum.reduceat(stop, first) - block[first] * _DAY
    return start[first], stops, group[first]


def _doubled(begin: Ints, stop: Ints, group: Ints, groups: int) -> tuple[Ints, Ints]:
    """By group: minutes that lie in two intervals or more, and how many lie over one another at the most."""
    moment = np.r_[group * _DAY + begin, group * _DAY + stop]
    step = np.r_[np.ones(len(begin), np.int64), -np.ones(len(stop), np.int64)]
    order = np.lexsort((step, moment))
    moment, depth = moment[order], np.cumsum(step[order])
    length = np.where(depth[:-1] > 1, np.diff(moment), 0)
    minutes, most = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
    np.add.at(minutes, moment[:-1] // _DAY, length)
    np.maximum.at(most, moment // _DAY, depth)
    return minutes, most


class Spool:
    """Intervals of any number: in memory while they are few, else in temporary files, each provider's in one of them."""

    def __init__(self, held: int = _HELD) -> None:
        self._most = held
        self._tables: list[pa.Table] = []
        self._rows = 0
        self._files: list[IO[bytes]] = []
        self._writers: list[pa.RecordBatchStreamWriter] = []

    def add(self, table: pa.Table) -> None:
        """Takes intervals in."""
        self._tables.append(table)
        self._rows += table.num_rows
        if self._rows > self._most:
            self._spill()

    def parts(self) -> Iterator[pa.Table]:
        """All intervals, in tables that do not share a provider. The files are gone afterwards."""
        if not self._writers:
            yield pa.concat_tables([TIMES.empty_table(), *self._tables])
            return
        self._spill()
        for writer, file in zip(self._writers, self._files, strict=True):
            writer.close()
            file.seek(0)
            with file, pa.ipc.open_stream(file) as reader:
                yield reader.read_all()

    def _spill(self) -> None:
        if not self._writers:
            self._files = [tempfile.TemporaryFile() for _ in range(_PARTS)]  # noqa: SIM115 (closed by `parts`)
            self._writers = [pa.ipc.new_stream(file, TIMES) for file in self._files]
        table = pa.concat_tables([TIMES.empty_table(), *self._tables])
        part = _part_of(table.column("provider"))
        for k, writer in enumerate(self._writers):
            writer.write_table(table.take(pa.array(np.flatnonzero(part == k))))
        self._tables, self._rows = [], 0


def _part_of(providers: pa.ChunkedArray) -> Ints:
    coded = providers.combine_chunks().dictionary_encode()
    found = [
        hashlib.blake2b(str(word).encode(), digest_size=1).digest()[0] % _PARTS for word in coded.dictionary.to_pylist()
    ]
    return np.asarray(np.array([*found, 0], np.int64)[coded.indices.to_numpy()])


def top(rows: pa.Table, most: int) -> list[dict[str, Any]]:
    """The intervals of a day in the order of time, at most so many."""
    found = rows.sort_by([("start", "ascending"), ("end", "ascending")]).slice(0, most).to_pylist()
    return list(found)
