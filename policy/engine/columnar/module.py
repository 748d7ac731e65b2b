"""Writes the function that evaluates a chunk of visits under one plan, for tables of one shape, and compiles it.

Owns: the fixed order of the steps as source text, the events that a plan can give with their bits, and the modifiers it names.
Never: reads a line; what is known of the table is its shape: which facts it has, and of which some cells are missing.
"""

import linecache
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from policy.claims.visit import DISCIPLINE_OF
from policy.codes import CodeSet
from policy.engine.columnar.bits import LACKS, PERHAPS, Bits
from policy.engine.columnar.by_code import Asking, Slots
from policy.engine.columnar.chunk import Chunk
from policy.engine.columnar.emit import Expressions, Shape
from policy.engine.columnar.limits import SPLITTING
from policy.engine.columnar.runtime import NAMES
from policy.engine.columnar.steps import write
from policy.engine.columnar.view import OfCodes
from policy.engine.outcome import NOBODY
from policy.facts import BY_PATH, Fact
from policy.plan.model import VISIT_OPS, Assistant, Count, Limit, Op, Plan, walk
from policy.plan.pay import Charge, Reduction
from policy.record import Record

EventKey = tuple[int, str, str]
"""Statement, tag, effect."""

TIE: Final = (NOBODY, "tie", "")
MAX_MARKS: Final = 64
MAX_KINDS: Final = 1 << 16
"""Codes of which the kind is kept per plan."""
MAX_CODES: Final = 16
"""Sets of codes of which what was worked out is kept per plan."""
MAX_KERNELS: Final = 64
"""Sources kept per plan; tables of one run have one or a few shapes."""


class Written:
    """A plan's source for tables, one for each shape met. Built once for a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        held = list(records(plan))
        self.facts = {fact.path: fact for fact in held if isinstance(fact, Fact)}
        names = {
            mark
            for one in held
            if isinstance(one, frozenset)
            for mark in one
            if isinstance(mark, str) and len(mark) == 2
        }
        names |= {mark for share in plan.assistants for mark in share.modifiers}
        self.marks = {mark: k for k, mark in enumerate(sorted(names | set(DISCIPLINE_OF)))}
        self.events: list[EventKey] = list(_events(plan))
        """First those that are certain, then, as a table is met that needs them, what may be, and which facts are missing."""
        self.bits = Bits(len(self.events))
        self._place = {event: k for k, event in enumerate(self.events)}
        implied = {"line.minutes", "line.units", "visit.timed_minutes"}
        for one in held:
            keys = one.pool if isinstance(one, Count) else one.keys if isinstance(one, Limit) else ()
            implied |= {f"line.{key}" for key in keys if key in SPLITTING}
            implied |= {"line.charge" for by, _, _ in one.orders if by == "charge"} if isinstance(one, Limit) else set()
            implied |= {"line.assistant_minutes", "line.furnished_by"} if isinstance(one, Assistant) else set()
            implied |= {"line.charge"} if isinstance(one, Op) and one.op == "charges_of" else set()
            implied |= {"line.charge"} if isinstance(one, Charge) else set()
            implied |= (
                {f"line.{key}" for key in one.across if key in SPLITTING} if isinstance(one, Reduction) else set()
            )
        for path in implied:
            self.facts.setdefault(path, BY_PATH[path])
        self.paths = tuple(sorted(path for path in self.facts if not path.startswith("note.")))
        self._slots = Slots(plan)
        self._asking = Asking([*(one.codes for one in plan.checks), *(one.codes for one in plan.open)])
        self._kernels: dict[object, Callable[[Chunk], None]] = {}
        self._held: dict[tuple[str, ...], OfCodes] = {}
        self._kinds: dict[str, tuple[int, int]] = {}
        self.handed = self._handed()
        """Why every visit goes to the compiled evaluator; empty: they do not."""

    def held(self, codes: tuple[str, ...]) -> OfCodes:
        """What was worked out of these codes for earlier tables. Of one run, most tables have the same."""
        found = self._held.get(codes)
        if found is None:
            while len(self._held) >= MAX_CODES:
                del self._held[next(iter(self._held))]
            found = self._held[codes] = OfCodes()
        return found

    def event(self, at: int, tag: str, effect: str) -> int:
        """The number of an event."""
        return self._place[at, tag, effect]

    def doubt(self, at: int, tag: str, would: str) -> int:
        """The number of an event that is not certain, by the effect that it would have."""
        return self._more((at, tag, PERHAPS + would))

    def lack(self, path: str) -> int:
        """The number of a missing fact."""
        return self._more((NOBODY, LACKS, path))

    def _more(self, key: EventKey) -> int:
        found = self._place.get(key)
        if found is None:
            found = self._place[key] = len(self.events)
            self.events.append(key)
        return found

    def _handed(self) -> str:
        if self.plan.asks_tables:
            return "the policy asks reference tables"
        if self.plan.payment is not None:
            from policy.engine.columnar.money.payment import not_written

            if why := not_written(self.plan):
                return why
        return f"the policy names more than {MAX_MARKS} modifiers" if len(self.marks) > MAX_MARKS else ""

    def kernel(self, shapes: Mapping[str, Shape], modifiers: bool) -> Callable[[Chunk], None]:
        """The compiled function for tables of a shape."""
        key = (tuple(sorted(shapes.items(), key=lambda item: item[0])), modifiers)
        found = self._kernels.get(key)
        if found is None:
            text, constants = self.source(shapes, modifiers)
            name = f"<policy {self.plan.policy} {self.plan.dates} in columns {len(self._kernels)}>"
            linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
            namespace: dict[str, Any] = {**NAMES, **constants}
            exec(compile(text, name, "exec"), namespace)
            found = namespace["evaluate"]
            if len(self._kernels) < MAX_KERNELS:
                self._kernels[key] = found
        return found

    def source(self, shapes: Mapping[str, Shape], modifiers: bool) -> tuple[str, dict[str, object]]:
        """The NumPy source for tables of a shape, and the constants that it names."""
        return write(self, shapes, modifiers)

    def expressions(self, shapes: Mapping[str, Shape], modifiers: bool, constants: dict[str, object]) -> Expressions:
        """What writes the expressions of the plan."""
        return Expressions(shapes, self.marks, modifiers, constants)

    def place(self, code: str) -> tuple[int, int]:
        """What kind a code is of: its count, and what the checks ask of it."""
        found = self._kinds.get(code)
        if found is None:
            if len(self._kinds) >= MAX_KINDS:
                self._kinds.clear()
            found = self._kinds[code] = self._slots(code), self._asking(code)
        return found

    def mask(self, modifiers: frozenset[str]) -> int:
        """The bits of some modifiers."""
        return sum(1 << self.marks[modifier] for modifier in modifiers)


def records(item: object) -> Iterator[object]:
    """Everything that a plan holds, its parts first to last."""
    yield item
    if isinstance(item, (Record, Fact)) or attrs.has(type(item)):
        for field in attrs.fields(type(item)):  # type: ignore[arg-type]
            if not isinstance(item, (Fact, CodeSet)):
                yield from records(getattr(item, field.name))
    elif isinstance(item, tuple):
        for part in item:
            yield from records(part)


def _events(plan: Plan) -> Iterator[EventKey]:
    """Every event that columns can give; `TIE` marks tied lines."""
    speakers = dict.fromkeys((*(count.at for count in plan.counts), *(at for at, _ in plan.days)))
    for at in speakers:
        yield from (
            (at, "overbilled", "deny"),
            (at, "overbilled", "reduce"),
            (at, "underbilled", "note"),
            (at, "no unit", "note"),
        )
    yield TIE
    for pair in plan.pairs:
        yield pair.at, "pair", "deny"
    for cap in plan.limits:
        yield cap.at, "limit", "deny"
        yield cap.at, "limit", "reduce"
        if cap.excess not in {"deny the excess", "deny every unit", "modifier", "reduce"}:
            yield cap.at, "limit", cap.excess
    for gate in plan.gates:
        yield gate.at, "gate", gate.effect
    # Those that ask something of the visit stand together, in as few words as can be.
    for check in sorted(plan.checks, key=lambda check: any(op.op in VISIT_OPS for op in walk(check.violated))):
        yield check.at, "check", check.effect
    for question in plan.open:
        yield question.at, "not modelled", "note"
