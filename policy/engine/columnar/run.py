"""A frame through its policies: which visits are judged by which plan, chunk by chunk, and what comes of each line.

Owns: policies and dates of one table, chunks that fit the cache, and the cells that are told of lines.
Never: reads a table or makes one.
"""

import bisect
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

import attrs
import numpy as np

from policy.claims.visit import Visit
from policy.columns.frame import Frame
from policy.engine.columnar.bits import LACKS, PERHAPS
from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.masks import EPOCH
from policy.engine.columnar.module import TIE, EventKey, Written
from policy.engine.columnar.others import Others
from policy.engine.columnar.patterns import Patterns
from policy.engine.columnar.view import Array, View, only
from policy.engine.outcome import NOBODY, WEIGHT, Event, line_statuses
from policy.engine.said import reasons, rule
from policy.engine.told import Said, Told, cells, rank
from policy.plan.model import Plan

if TYPE_CHECKING:
    from policy.engine.decision import Decision

VISITS: Final = 50_000
"""Visits of one chunk: their columns fit the cache. Half as many where more is said of each line than one word holds."""


__all__ = ["Answers", "Judge", "Run"]


_STRENGTHS: Final = tuple(sorted(weight for weight in WEIGHT.values() if weight > WEIGHT["allow"]))


class Judge(Protocol):
    """A program, as tables need it."""

    def evaluate(self, visit: Visit) -> "Decision": ...

    def plan(self, date: dt.date) -> Plan: ...

    @property
    def starts(self) -> tuple[dt.date, ...]: ...


@attrs.define
class Answers:
    """What comes of a frame's lines, in its order: units at the scale of the answer and money times 10,000 (-1: none), and cells."""

    supported: Array
    allowed: Array
    amount: Array | None
    cell: Array
    status: Array
    """The weight of each visit's status, int8."""
    aside: Array
    """Of each visit: whether it was set aside for the compiled evaluator."""
    decided: int = 0
    """Visits that the compiled evaluator decided; the other ones aside had the content of one of them."""


class Run:
    """Policies for frames, with what was learned of them on the way. One process, one thread."""

    def __init__(self, programs: Mapping[str, Judge], default: str | None, scale: int, pays: bool) -> None:
        self._programs = programs
        self._default = default
        self._scale = scale
        self._pays = pays
        self._written: dict[tuple[str, int], tuple[Written, Patterns, Patterns]] = {}
        self.told: list[Told] = []
        """What is told of lines, by cell."""
        self._cells: dict[Told, int] = {}
        self._weights = np.zeros(0, np.int8)
        """The weight of the status of each cell."""
        self.asides: Counter[str] = Counter()
        """Why visits were set aside, in words: how many each reason was the first to set aside."""
        self.allow = self.cell(Told("allow", "", "", "", "", False))

    def cell(self, told: Told) -> int:
        """The number of what is told of a line."""
        found = self._cells.get(told)
        if found is None:
            found = self._cells[told] = len(self.told)
            self.told.append(told)
        return found

    def evaluate(self, frame: Frame) -> Answers:
        """The answers for a frame."""
        kind = np.int32 if self._scale == 1 else np.int64
        out = Answers(
            np.zeros(frame.lines, kind), np.zeros(frame.lines, kind), np.full(frame.lines, -1, np.int64) if self._pays else None,
            np.full(frame.lines, self.allow, np.int32), np.full(frame.visits, WEIGHT["allow"], np.int8), np.zeros(frame.visits, np.bool_),
        )  # fmt: skip
        others = Others(frame) if frame.history is not None and frame.visits else None
        for policy, visits in self._by_policy(frame):
            program = self._programs[policy]
            for at, judged in _by_date(frame, program.starts, visits):
                self._judge(frame, policy, at, judged, others, out)
        return out

    def _by_policy(self, frame: Frame) -> Iterator[tuple[str, Array | None]]:
        """The visits of each policy; `None`: all of them."""
        column = frame.policies
        if column is None:
            assert self._default is not None
            yield self._default, None
            return
        for k, policy in enumerate(column.words or ()):
            visits = np.flatnonzero(column.values == k)
            if len(visits):
                yield policy, visits if len(visits) < frame.visits else None

    def _judge(
        self, frame: Frame, policy: str, at: int, visits: Array | None, others: Others | None, out: Answers
    ) -> None:
        written, *patterns = self._prepared(policy, at)
        if not written.plan.in_force:
            self._out_of_force(frame, written.plan, visits, out)
            return
        if written.handed:
            aside = np.arange(frame.visits) if visits is None else visits
            self.asides[written.handed] += len(aside)
        else:
            view = View(frame, written.facts, written.marks, written.bits, self._scale, written.place, written.held)
            view.others = others
            shapes = {path: shape for path in written.paths if (shape := view.shape(path)) is not None}
            kernel = written.kernel(shapes, bool(frame.modifiers is not None))
            handed = _recorded(frame, written, view)
            left = []
            size = VISITS if written.bits.words == 1 else VISITS // 2
            for part in _chunks(frame.visits if visits is None else visits, size):
                chunk = Chunk(view, part)
                kernel(chunk)
                if handed is not None:
                    chunk.set_visits_aside(handed[part], NOBODY, "a record, a note, or a fact that is not of its type")
                left.append(np.flatnonzero(chunk.aside) + part.start if isinstance(part, slice) else part[chunk.aside])
                self._keep(chunk, written, patterns, out)
                for (speaker, why), count in chunk.asides.items():
                    self.asides[why if speaker == NOBODY else f"{written.plan.spoken[speaker].label}: {why}"] += count
            aside = np.concatenate(left) if left else np.zeros(0, np.int64)
        if len(aside):
            self._decide(frame, policy, written.plan, aside, others, out)

    def _out_of_force(self, frame: Frame, plan: Plan, visits: Array | None, out: Answers) -> None:
        """Visits on whose date no version of the policy is in force: the same is told of every line."""
        event: Event = (NOBODY, "not in force", "undetermined", (0,), None, ("deny",))
        (status,) = line_statuses([event], 1)
        some = np.ones(frame.visits, np.bool_)
        if visits is not None:
            some[:] = False
            some[visits] = True
        lines = np.repeat(some, np.diff(frame.offsets))
        out.supported[lines] = out.allowed[lines] = -1
        out.cell[lines] = self.cell(cells(status, [_said(plan, event, ())], tie=False))
        out.status[some] = WEIGHT[status]

    def _decide(self, frame: Frame, policy: str, plan: Plan, aside: Array, others: Others | None, out: Answers) -> None:
        """Visits that are set aside, decided one by one. What that takes is imported here: most runs have none."""
        from policy.engine.columnar.aside import Aside, looks_back

        out.aside[aside] = True
        one = Aside(frame, plan, policy, self._programs[policy].evaluate, self.cell, self._scale)
        back = looks_back(plan)
        others_ = None if back == "no" or others is None else others.day if back == "day" else others.before
        for v in aside.tolist():
            status, rows = one.rows(v, others_ is None or not others_[v])
            begin = int(frame.offsets[v])
            out.status[v] = WEIGHT[status]
            for k, (supported, allowed, amount, cell) in enumerate(rows):
                out.supported[begin + k], out.allowed[begin + k], out.cell[begin + k] = supported, allowed, cell
                if out.amount is not None:
                    out.amount[begin + k] = amount
        out.decided += one.decided

    def _keep(self, chunk: Chunk, written: Written, patterns: Sequence[Patterns], out: Answers) -> None:
        """What a chunk found, into the answers of the frame; of visits aside it is written over later."""
        out.supported[chunk.where] = chunk.supported
        out.allowed[chunk.where] = (
            chunk.allowed if chunk.least is None else np.where(chunk.least == chunk.allowed, chunk.allowed, -1)
        )
        if out.amount is not None and chunk.amount is not None:
            out.amount[chunk.where] = chunk.amount
        if chunk.tie is not None:
            chunk.say(np.flatnonzero(chunk.tie), written.event(*TIE))
        if not chunk.bits:
            return
        some = None
        for bits in chunk.bits.values():
            some = bits != 0 if some is None else some | (bits != 0)
        assert some is not None
        some &= ~chunk.aside[chunk.at] if chunk.aside.any() else True
        lines = np.flatnonzero(some)
        if not len(lines):
            return
        bits = written.bits
        count = max(bits.words, *(word + 1 for word in chunk.bits))
        words = [
            chunk.bits[w].take(lines) if w in chunk.bits else np.zeros(len(lines), bits.type(w)) for w in range(count)
        ]
        numbers = patterns[count > bits.words].numbers(words)
        if isinstance(chunk.where, slice):
            out.cell[chunk.where][lines] = numbers
        else:
            out.cell[chunk.where[lines]] = numbers
        self._weigh(chunk, lines, numbers, out)

    def _weigh(self, chunk: Chunk, lines: Array, numbers: Array, out: Answers) -> None:
        """The strongest status of some lines, ascending, for each of their visits."""
        if len(self._weights) < len(self.told):
            self._weights = np.array([WEIGHT[told.status] for told in self.told], np.int8)
        weight, at = self._weights.take(numbers), chunk.at.take(lines)
        for strength in _STRENGTHS:
            visits = only(at, weight == strength)
            where = visits + chunk.visits.start if isinstance(chunk.visits, slice) else chunk.visits.take(visits)
            out.status[where] = strength

    def _prepared(self, policy: str, at: int) -> tuple[Written, Patterns, Patterns]:
        """What is written for a policy; the combinations of what is certain, and those with what may be."""
        found = self._written.get((policy, at))
        if found is None:
            program = self._programs[policy]
            written = Written(program.plan(program.starts[at]))
            tell = self._teller(written)
            found = written, Patterns(tell, written.bits.certain), Patterns(tell, None)
            self._written[policy, at] = found
        return found

    def _teller(self, written: Written) -> Callable[[int], int]:
        """Gives the cell of a combination of bits."""

        def tell(bits: int) -> int:
            keys = [written.events[k] for k in written.bits.among(bits, len(written.events))]
            missing = tuple(path for _, tag, path in keys if tag == LACKS)
            events = sorted((_event(key) for key in keys if key[1] not in {TIE[1], LACKS}), key=rank)
            (status,) = line_statuses(events, 1)
            return self.cell(cells(status, [_said(written.plan, event, missing) for event in events], TIE in keys))

        return tell


def _event(key: EventKey) -> Event:
    """The event of a key; one that is not certain says last what it would be."""
    at, tag, effect = key
    if effect.startswith(PERHAPS):
        return at, tag, "undetermined", (0,), None, (effect.removeprefix(PERHAPS),)
    return at, tag, effect, (0,), None, ()


def _said(plan: Plan, event: Event, missing: tuple[str, ...]) -> Said:
    _, tag, effect = event[:3]
    return effect, tag, rule(plan, event), reasons(plan, event), missing if effect == "undetermined" else ()


def _by_date(frame: Frame, starts: tuple[dt.date, ...], visits: Array | None) -> Iterator[tuple[int, Array | None]]:
    """The visits of each span of dates on which the same statements are in force."""
    dates = frame.dates if visits is None else frame.dates[visits]
    if not len(dates):
        return
    edges = [start.toordinal() - EPOCH for start in starts]
    first, last = (bisect.bisect_right(edges, int(day)) - 1 for day in (dates.min(), dates.max()))
    if first == last:
        yield first, visits
        return
    slot = np.searchsorted(np.array(edges), dates, side="right") - 1
    for at in range(first, last + 1):
        mine = np.flatnonzero(slot == at)
        if len(mine):
            yield at, mine if visits is None else visits[mine]


def _chunks(visits: int | Array, size: int) -> Iterator[slice | Array]:
    count = visits if isinstance(visits, int) else len(visits)
    for first in range(0, count, size):
        yield slice(first, min(first + size, count)) if isinstance(visits, int) else visits[first : first + size]


def _recorded(frame: Frame, written: Written, view: View) -> Array | None:
    """The visits with a record, a note, or a declared fact that is not of its type: what columns do not judge."""
    out: Array | None = frame.recorded
    note = frame.visit("note") if frame.asked.note else None
    masks = [] if note is None else [np.ones(frame.visits, np.bool_) if note.known is None else note.known]
    for fact in written.plan.declared:
        column = frame.fact(fact)
        if column is not None and column.spoilt is not None:
            spoilt = np.zeros(frame.visits, np.bool_)
            if fact.of_line:
                spoilt[np.repeat(np.arange(frame.visits), np.diff(frame.offsets))[column.spoilt]] = True
            else:
                spoilt = column.spoilt
            masks.append(spoilt)
    for mask in masks:
        out = mask if out is None else out | mask
    return out
