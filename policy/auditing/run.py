"""The course of an audit: over tables in files, batch by batch and in several processes; or over visits that were judged one by one.

Owns: adding figures up in the order of the input, whatever the order in which they become ready, and which columns an audit reads.
Never: holds the lines of the input, prints, or writes a page.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa

from policy.auditing import days, from_visits
from policy.auditing.audited import Audited, Input
from policy.auditing.figures import Figures
from policy.auditing.lines import lines_of
from policy.auditing.timed import Timed
from policy.batches import TableEvaluator
from policy.batches.course import Progress
from policy.batches.parts import BadPart, open_part
from policy.batches.run import WHOLE, Options, evaluate_files
from policy.claims.table_files import files
from policy.claims.visit import Visit
from policy.columns.layout import Layout
from policy.engine.decision import Decision
from policy.program import Program

READ: Final = (
    "charge", "line.provider", "provider", "claim", "line", "visit", "patient", "start", "end", "minutes", "units", "delivery",
    "furnished_by", "modifiers", "date", "code",
)  # fmt: skip
"""Fields that figures read, besides what the policies ask."""
_DAYS: Final = 25
"""Days with overlaps that are kept with all their lines."""
_VISITS: Final = 2_000
"""Visits that are put into one table."""
_HELD: Final = 1 << 20
"""Bytes of a file that are read at once for its digest."""

Judged = tuple[str, Visit, Decision]


@attrs.frozen
class Settings:
    """What the caller may choose; `options` are told in the receipt."""

    money: str = "charge"
    day_minutes: int = 1440
    digests: bool = False
    made_on: dt.date | None = None
    options: Sequence[tuple[str, str]] = ()
    jobs: int = 1
    progress: Progress | None = None
    left_out: frozenset[str] = frozenset()
    """Columns that are not looked at."""
    unit_rows: int | None = None
    whole_rows: int = WHOLE
    share_rows: int | None = None
    """Of `batches.run.Options`, for tests."""


@attrs.frozen
class _Look:
    """The figures of a table and its answers, made where they are."""

    programs: Mapping[str, Program]
    columns: Mapping[str, Any]
    money: str

    def __call__(self, table: pa.Table, answer: pa.Table) -> Figures:
        layout = Layout.of(table.schema, self.columns)
        return Figures.of(lines_of(table, answer, layout.columns, self.money), Timed(self.programs))


@attrs.frozen
class _Evaluator:
    """An evaluator that has the columns read which figures need, besides its own."""

    inner: TableEvaluator
    money: str

    @property
    def columns(self) -> Mapping[str, Any]:
        """Field → column, for those that are not in the standard layout."""
        return self.inner.columns

    def evaluate(self, table: pa.Table) -> pa.Table:
        """One row of answer per row, in order."""
        return self.inner.evaluate(table)

    def schema(self, incoming: pa.Schema) -> pa.Schema:
        """The columns of the answer."""
        return self.inner.schema(incoming)

    def keys(self, incoming: pa.Schema) -> tuple[str, ...]:
        """The columns that tell apart what must be evaluated together."""
        return self.inner.keys(incoming)

    def needed(self, incoming: pa.Schema) -> tuple[str, ...]:
        """The incoming columns that are read."""
        layout = Layout.of(incoming, self.inner.columns)
        more = [name for field in (*READ, self.money) for name in layout.columns.get(field, ())]
        return tuple(dict.fromkeys((*self.inner.needed(incoming), *more)))


class Ledger:
    """Adds figures up, unit by unit in the order of the input. Intervals of clinicians' days go to a spool."""

    def __init__(self, look: _Look | None = None) -> None:
        self.look: Any = look
        self.anew()

    def anew(self) -> None:
        """Forgets everything."""
        self._total: list[Figures] = []
        self._waiting: dict[int, Figures] = {}
        self._next = 0
        self._spool = days.Spool()

    def seen(self, number: int, found: Sequence[Figures]) -> None:
        """Takes in a unit of work: the figures of its tables, in their order."""
        if found:
            self._waiting[number] = Figures.total(found)
        else:
            self._waiting.setdefault(number, _nothing())
        while self._next in self._waiting:
            self._add(self._waiting.pop(self._next))
            self._next += 1

    def _add(self, figures: Figures) -> None:
        self._spool.add(figures.times)
        figures = attrs.evolve(figures, times=days.TIMES.empty_table())
        self._total = [Figures.total([*self._total, figures])]

    def done(self) -> tuple[Figures, days.Overlaps]:
        """The figures of everything, and the overlaps of clinicians' days."""
        return (self._total or [_nothing()])[0], days.overlaps(self._spool.parts(), _DAYS)


def _nothing() -> Figures:
    claims, decisions = from_visits.tables([])
    return Figures.of(lines_of(claims, decisions, from_visits.COLUMNS), Timed({}))


def audit_tables(paths: Sequence[Path], evaluator: TableEvaluator, settings: Settings) -> Audited:
    """Audits the claim lines of Parquet and Arrow files.

    Raises what `batches.run.evaluate_files` raises: `CannotRun`, `WorkerDied`, `Unreadable`, `OSError`.
    """
    ledger = Ledger(_Look(evaluator.programs, evaluator.columns, settings.money))
    options = Options(
        jobs=settings.jobs, progress=settings.progress, left_out=settings.left_out, watch=ledger, unit_rows=settings.unit_rows,
        whole_rows=settings.whole_rows, share_rows=settings.share_rows,
    )  # fmt: skip
    summary = evaluate_files(paths, _Evaluator(evaluator, settings.money), options)
    figures, overlaps = ledger.done()
    bad = {part.path: part for part in summary.bad}
    inputs = []
    for file in files(paths):
        part = open_part(file)
        found = bad.get(str(file.path))
        rows = found.rows if found is not None else part.rows
        size = file.path.stat().st_size if file.path.exists() else None
        read = settings.digests and found is None and not isinstance(part, BadPart)
        inputs.append(
            Input(str(file.path), rows, size, digest(file.path) if read else None, found.reason if found else None)
        )
    return Audited(
        figures, overlaps, evaluator.programs, inputs, _columns(paths, evaluator), settings.money, settings.day_minutes,
        _history(evaluator), settings.options, made_on=settings.made_on,
    )  # fmt: skip


def _columns(paths: Sequence[Path], evaluator: TableEvaluator) -> Mapping[str, Sequence[str]]:
    """The columns of each field in the first file that can be read, which is what every file is read as."""
    part = next(part for file in files(paths) if not isinstance(part := open_part(file), BadPart))
    stated = [pa.field(name, pa.string()) for name, _ in part.stated if name not in part.schema.names]
    return Layout.of(pa.schema([*part.schema, *stated]), evaluator.columns).columns


def _history(evaluator: TableEvaluator) -> str:
    if not evaluator.asked.history:
        return "No statement of these policies looks at earlier lines of a patient."
    if evaluator.history_since is not None:
        return f"The files are taken to hold every line of their patients from {evaluator.history_since} on."
    return "The files are taken to hold every earlier line of their patients."


def audit_visits(
    judged: Iterable[Judged],
    programs: Mapping[str, Program],
    inputs: Iterable[Input],
    unread: Mapping[str, int],
    settings: Settings,
) -> Audited:
    """Audits visits that were judged one by one, each with the name that a reader knows it by.

    `programs`, `inputs` and `unread` may be filled while the visits go by.
    """
    ledger = Ledger()
    for number, chunk in enumerate(_chunks(judged)):
        claims, decisions = from_visits.tables(chunk)
        lines = lines_of(claims, decisions, from_visits.COLUMNS, settings.money)
        ledger.seen(number, [Figures.of(lines, Timed(programs))])
    figures, overlaps = ledger.done()
    history = "Earlier lines of a patient are those that each visit states."
    return Audited(
        figures, overlaps, programs, list(inputs), None, settings.money, settings.day_minutes, history, settings.options, unread,
        settings.made_on,
    )  # fmt: skip


def _chunks(judged: Iterable[Judged]) -> Iterator[list[Judged]]:
    visits = iter(judged)
    while chunk := list(islice(visits, _VISITS)):
        yield chunk


def digest(path: Path) -> str:
    """The SHA-256 of a file. Raises `OSError`."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(_HELD):
            found.update(data)
    return found.hexdigest()
