"""The counting methods that the laws of units are tested on: one of each kind, and every count of the shipped policies.

Owns: `Method` (a plan that holds one count and nothing else), and counting a few codes under it on both evaluators at once.
Never: states a law.
"""

import datetime as dt
import functools
from collections.abc import Sequence

import attrs
import pytest
from strategies.policies import Family

import policy
from policy.claims.visit import Line, Visit
from policy.engine.compiled import compile_plan
from policy.engine.outcome import Outcome
from policy.engine.reference import evaluate
from policy.plan.lower import lower
from policy.plan.model import Count, Plan
from policy.values import Units

DATE = dt.date(2026, 3, 2)
CODES = ("97110", "97112", "97140", "97530")
UNTIMED = "97161"

_HEAD = f"""policy test.counting "One count"

codes timed_codes
    {", ".join(CODES)}
    one unit each 15 minutes

codes day_codes
    {UNTIMED}
    one unit each day

"""
_TOTAL = "by total time\n{}\nleftover to {}\nties {}"
_CHOICE = "are the provider's choice"
_EIGHT = "a unit at 8 minutes of 15"

TEXTS = {
    "total time": _TOTAL.format(_EIGHT, "the largest remainder", _CHOICE),
    "total time, most minutes": _TOTAL.format(_EIGHT, "the most minutes", "to the most minutes"),
    "total time, first line": _TOTAL.format(_EIGHT, "the first line", "to the first line"),
    "total time, last line in ties": _TOTAL.format(_EIGHT, "the largest remainder", "to the last line"),
    "total time, no leftover": _TOTAL.format(_EIGHT, "no code", _CHOICE),
    "total time, 5 of 10": _TOTAL.format("a unit at 5 minutes of 10", "the largest remainder", _CHOICE),
    "total time, table": _TOTAL.format(
        "units at 10, 16, 45 minutes of 15, then every 15", "the largest remainder", _CHOICE
    ),
    "midpoint": f"by each code\n{_EIGHT}",
    "full units": "by each code\na unit at 15 minutes of 15",
    "any started unit": "by each code\na unit at 1 minute of 15",
    "table": "by each code\nunits at 8, 23, 38 minutes of 15, then every 15",
    "table that ends": "by each code\nunits at 8, 23, 38 minutes of 15",
    "tenths": "by each code\ndecimal units of 15 minutes, in tenths, rounded half up",
    "quarters": "by each code\ndecimal units of 60 minutes, in quarters, rounded down",
    "flat": "by flat 1 unit each visit",
}
_COMBINED = {
    "more": "by whichever allows more of eight and middle",
    "fewer": "by whichever allows fewer of eight and middle",
}


@attrs.frozen
class Method:
    """One count alone in a plan, and codes that it counts."""

    name: str
    plan: Plan
    codes: tuple[str, ...]

    @property
    def count(self) -> Count:
        return self.plan.counts[0]

    @functools.cached_property
    def _compiled(self):  # type: ignore[no-untyped-def]
        return compile_plan(self.plan)

    def outcome(self, visit: Visit) -> Outcome:
        """What the count says of a visit; both evaluators must say the same."""
        slow, fast = evaluate(self.plan, visit), self._compiled(visit)
        assert repr(slow) == repr(fast)
        return slow

    def supported(self, lines: Sequence[Line]) -> dict[str, Units]:
        """Supported units per code, over its lines; all of them must be known."""
        outcome = self.outcome(Visit(DATE, tuple(lines)))
        out: dict[str, Units] = {}
        for line, units in zip(lines, outcome.supported, strict=True):
            assert units is not None
            out[line.code] = out.get(line.code, 0) + units
        return out

    def units(self, minutes: Sequence[int]) -> list[Units]:
        """Supported units of the method's codes, each on a line with so many minutes."""
        return list(self.supported(lines_of(self.codes, minutes)).values())

    @property
    def of(self) -> int | None:
        """Minutes of a whole block, where the method gives each code its whole blocks and at most one unit more."""
        return _block(self.count)


def lines_of(codes: Sequence[str], minutes: Sequence[int]) -> list[Line]:
    return [Line(n, code, m, modifiers=("GP",)) for n, (code, m) in enumerate(zip(codes, minutes, strict=False), 1)]


def _block(count: Count) -> int | None:
    if count.method in {"more", "fewer"}:
        blocks = {_block(one) for one in count.methods}
        return blocks.pop() if len(blocks) == 1 else None
    if count.decimal is not None:
        return count.decimal.of
    steps = count.steps
    if steps is None:
        return None
    inside = all(steps.of * k < at <= steps.of * (k + 1) for k, at in enumerate(steps.thresholds))
    return steps.of if inside and steps.every == steps.of else None


def _made(name: str, text: str) -> Method:
    statements = []
    for count, clauses in (("under_test", text), ("eight", TEXTS["total time"]), ("middle", TEXTS["midpoint"])):
        pool = [] if "whichever" in clauses else ["pool patient, day, discipline"]
        if count == "under_test" or "whichever" in text:
            lines = [f"count {count}", "applies to timed_codes", *clauses.split("\n"), *pool, 'assume "for the test"']
            statements.append("\n    ".join(lines) + "\n")
    family = Family((("test.counting", _HEAD + "\n".join(statements)),))
    return Method(name, lower(family.resolved, DATE), CODES)


def _shipped() -> list[Method]:
    """Every count of every shipped policy that is its own, on the policy's latest dates."""
    out = []
    for entry in policy.entries():
        try:
            program = policy.load(entry.id, engine="reference")
        except policy.PolicyError:
            continue  # `policy check policies` reports it
        own = {s.label for s in program.resolved.of("count") if s.policy == entry.id}
        date = min(program.resolved.dates.end or DATE, DATE)
        plan = lower(program.resolved, date)
        for count in plan.counts:
            if plan.spoken[count.at].label in own:
                alone = attrs.evolve(plan, counts=(count,), gates=(), pairs=(), limits=(), checks=(), open=())
                codes = tuple(sorted(count.codes, key=lambda code: code not in CODES)[:4])
                out.append(Method(f"{entry.id}: {plan.spoken[count.at].label}", alone, codes))
    return out


METHODS = [_made(name, text) for name, text in (TEXTS | _COMBINED).items()]
SHIPPED = _shipped()
EVERY = [pytest.param(method, id=method.name) for method in (*METHODS, *SHIPPED)]
BY_MINUTES = [pytest.param(m, id=m.name) for m in (*METHODS, *SHIPPED) if m.count.method != "flat"]
"""Methods that read minutes; a flat unit does not."""
WITH_BLOCKS = [pytest.param(m, id=m.name) for m in (*METHODS, *SHIPPED) if m.of is not None]
TOTAL_TIME = [pytest.param(m, id=m.name) for m in (*METHODS, *SHIPPED) if m.count.method == "total"]


def method(name: str) -> Method:
    """A method by its name."""
    return next(one for one in METHODS if one.name == name)
