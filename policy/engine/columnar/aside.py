"""Visits that are set aside: each is decided by the compiled evaluator, once for all visits of the same content.

Owns: what of a visit can change its answer (`contents`), and the answers by it.
Never: decides. Ids of patients, claims and visits are no content; a provider is one only where a policy can tell providers apart.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import attrs
import numpy as np

from policy.claims.visit import Visit
from policy.columns.column import Column
from policy.columns.frame import Frame
from policy.engine.columnar.module import records
from policy.engine.columnar.view import Array, of_line_or_visit
from policy.engine.decision import Decision
from policy.engine.told import Told, amounts, told
from policy.facts import Fact
from policy.plan.model import Limit, Maximum, Plan
from policy.values import Units

MAX_REMEMBERED: Final = 200_000
"""Contents whose answers are kept for one plan and table."""
NO_CONTENT: Final = frozenset({"visit", "claim", "line", "patient", "policy", "date", "amount"})
_MISSING: Final = np.iinfo(np.int64).min
MONEY: Final = 10_000
"""By what amounts of money are multiplied."""

Rows = tuple[str, list[tuple[int, int, int, int]]]
"""The visit's status, and of each line: supported and allowed units at the scale of the answer, the amount allowed times `MONEY` (-1:
none), and its cell."""


def scaled(value: Units | None, scale: int) -> int:
    """Units or money as a whole number; -1 where there are none. Beyond the last place of the answer it is rounded half to even."""
    if value is None:
        return -1
    if isinstance(value, int):
        return value * scale
    return int((value * scale).to_integral_value())


def reads_dates(plan: Plan) -> bool:
    """Whether the date of service can change an answer while the plan is in force."""
    if plan.asks_tables:
        return True
    for one in records(plan):
        if isinstance(one, Fact) and one.path == "visit.date":
            return True
        if isinstance(one, Maximum) and one.since is not None:
            return True
    return False


def looks_back(plan: Plan) -> str:
    """Which earlier lines can change an answer: `no`, those of the same `day`, or those of any day `before`."""
    windows = {one.window.word for one in records(plan) if isinstance(one, Limit) and "line" not in one.keys} - {
        "visit"
    }
    return "no" if not windows else "day" if windows == {"day"} else "before"


def contents(frame: Frame, plan: Plan) -> tuple[Array, Array]:
    """What can change an answer: one row of whole numbers a line, and one a visit."""
    facts = {one.path for one in records(plan) if isinstance(one, Fact)}
    lines: list[Array] = []
    visits: list[Array] = []
    at = np.repeat(np.arange(frame.visits), np.diff(frame.offsets))
    for name in frame.decoded.line:
        if name in NO_CONTENT:
            continue
        column = frame.line("line.code" if name == "code" else name if name.startswith("line.") else f"line.{name}")
        if column is not None:
            alike = name == "line.provider" and not facts & {"line.provider", "visit.provider"}
            lines.append(_apart(frame, at) if alike else _ids(column))
    if "line.number" in facts:
        lines.append(frame.numbers.astype(np.int64))
    lines += [_ids(column) for column in frame.modifiers or ()]
    for name in frame.visit_names:
        if name not in NO_CONTENT and not (name == "provider" and not facts & {"line.provider", "visit.provider"}):
            told = frame.of_visits(name)
            if told is not None:
                visits.append(_ids(told))
    if "patient.history" in facts:
        known = frame.patients.known if frame.patients is not None else None
        visits.append(np.ones(frame.visits, np.int64) if known is None else known.astype(np.int64))
    if reads_dates(plan):
        visits.append(frame.dates.astype(np.int64))
    for path, (fact, cells) in frame.decoded.facts.items():
        if fact.of_line:
            lines.append(_ids(cells.column.take(frame.rows)))
        else:
            visits.append(_ids(frame.found.facts[path]))
    for column in (frame.elements() or {}).values():
        visits.append(_ids(column))
    if frame.recorded is not None:
        visits.append(frame.recorded.astype(np.int64))
    return (
        np.stack(lines, axis=1) if lines else np.zeros((frame.lines, 0), np.int64),
        np.stack(visits, axis=1) if visits else np.zeros((frame.visits, 0), np.int64),
    )


def _ids(column: Column) -> Array:
    """The values, those that are missing or spoilt told from every value that there is: dates before 1970 are below zero."""
    values = column.values.astype(np.int64)
    out = values if column.known is None else np.where(column.known, values, _MISSING)
    return out if column.spoilt is None else np.where(column.spoilt, _MISSING + 1, out)


def _apart(frame: Frame, at: Array) -> Array:
    """The providers of the lines, as far as they tell lines of a visit apart: visits whose lines all have one, or none, look alike."""
    found = of_line_or_visit(frame, "line.provider", "visit.provider")
    assert found is not None
    values = _ids(found[0])
    differ = np.zeros(frame.visits, np.bool_)
    differ[at[1:][(values[1:] != values[:-1]) & (at[1:] == at[:-1])]] = True
    return np.where(differ[at], values, 0)


@attrs.define
class Aside:
    """The compiled evaluator for visits of one plan in one frame."""

    frame: Frame
    plan: Plan
    policy: str
    decide: Callable[[Visit], Decision]
    cell: Callable[[Told], int]
    """The number of what is told of a line."""
    scale: int
    _contents: tuple[Array, Array] | None = None
    _answers: dict[tuple[int, bytes, bytes], Rows] = attrs.field(factory=dict)
    decided: int = 0
    """Visits that were decided one by one; the others had the content of one of them."""

    def rows(self, v: int, alone: bool) -> Rows:
        """The answer for a visit, a row a line. `alone`: no earlier lines can add to it."""
        if not alone:
            return self._decide(v)
        if self._contents is None:
            self._contents = contents(self.frame, self.plan)
        begin, end = int(self.frame.offsets[v]), int(self.frame.offsets[v + 1])
        key = (end - begin, self._contents[0][begin:end].tobytes(), self._contents[1][v].tobytes())
        found = self._answers.get(key)
        if found is None:
            found = self._decide(v)
            if len(self._answers) < MAX_REMEMBERED:
                self._answers[key] = found
        return found

    def _decide(self, v: int) -> Rows:
        self.decided += 1
        decision = self.decide(self.frame.as_visit(v, self.policy))
        money = decision.outcome.money
        paid: tuple[Decimal | None, ...] = (
            money.amounts if money is not None else (None,) * len(decision.outcome.statuses)
        )
        return decision.status, [
            (scaled(supported, self.scale), scaled(allowed, self.scale), scaled(amount, MONEY), self.cell(line))
            for (supported, allowed), line, amount in zip(amounts(decision), told(decision), paid, strict=True)
        ]
