"""The figures of an audit counted again, slowly, from decisions: fractions, dictionaries and loops.

Owns: the same rules in other words. It reads `Decision` objects and shares no code with `policy.auditing`.
Never: fast.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import attrs

from policy.claims.visit import Line, Visit
from policy.engine.decision import Decision
from policy.engine.told import TAGS

Judged = tuple[str, Visit, Decision]
OPEN = ("undetermined", "review", "authorize")


def cents(charge: Decimal | None, units: Any, billed: Any) -> int:
    """A share of a charge in cents, half up."""
    if charge is None or not billed:
        return 0
    exact = Fraction(charge) * Fraction(units) / Fraction(billed) * 100
    return int((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1), ROUND_HALF_UP)) if (
        exact.denominator in (1, 2, 4, 5, 8)
    ) else int(exact + Fraction(1, 2))  # fmt: skip


@attrs.frozen
class Told:
    """One line with everything that is said of it: (tag, effect, statement) in the fixed order."""

    visit: Visit
    line: Line
    policy: str
    status: str
    supported: Any
    allowed: Any
    said: Sequence[tuple[str, str, str]]
    missing: frozenset[str]

    @property
    def taken(self) -> Any:
        if self.allowed is None or self.line.units is None:
            return 0
        return max(0, self.line.units - self.allowed)

    @property
    def unsupported(self) -> Any:
        if self.supported is None or self.line.units is None:
            return 0
        return min(self.taken, max(0, self.line.units - self.supported))

    @property
    def waiting(self) -> Any:
        if self.status not in OPEN or self.line.units is None:
            return 0
        return self.line.units if self.allowed is None else self.allowed

    @property
    def unbilled(self) -> Any:
        if not any(tag == "underbilled" for tag, _, _ in self.said):
            return 0
        return max(0, self.supported - (self.line.units or 0))

    def money(self, units: Any) -> int:
        return cents(self.line.charge, units, self.line.units)


def lines(judged: Sequence[Judged]) -> Iterator[Told]:
    """Every line of every visit."""
    for _, visit, decision in judged:
        outcome = decision.outcome
        silent = {"counted", "shared", "priced", "reduction", "share", "charge"}
        events = [event for event in outcome.events if event[1] not in silent]
        pairs = list(zip(events, decision.findings, strict=True))
        for i, line in enumerate(visit.lines):
            about = [(event, finding) for event, finding in pairs if i in event[3]]
            about.sort(key=lambda one: (TAGS.index(one[0][1]), one[0][0], one[0][2]))
            yield Told(
                visit, line, decision.policy, outcome.statuses[i], outcome.supported[i], outcome.allowed[i],
                [(event[1], event[2], finding.rule) for event, finding in about],
                frozenset(fact for _, finding in about for fact in finding.missing),
            )  # fmt: skip


def sums(judged: Sequence[Judged], key: Any) -> dict[Any, Counter[str]]:
    """Units and money by a key of the line."""
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    for one in lines(judged):
        row = found[key(one)]
        row["lines"] += 1
        row["billed"] += Fraction(one.line.units or 0)
        row["charge_cents"] += cents(one.line.charge, 1, 1)
        for name in ("taken", "unsupported", "waiting", "unbilled"):
            units = getattr(one, name)
            row[name] += Fraction(units)
            if name != "unsupported":
                row[f"{name}_cents"] += one.money(units)
                row[f"{name}_lines"] += one.status in OPEN if name == "waiting" else units > 0
    return found


def reasons(judged: Sequence[Judged]) -> dict[tuple[str, str, str], list[Any]]:
    """(policy, part, statement) → lines, units, cents."""
    found: dict[tuple[str, str, str], list[Any]] = defaultdict(lambda: [0, Fraction(0), 0])
    for one in lines(judged):
        takes = [(tag, rule) for tag, effect, rule in one.said if effect in ("deny", "reduce")]
        opens = [(effect, rule) for _, effect, rule in one.said if effect in OPEN]
        advises = [rule for tag, _, rule in one.said if tag == "underbilled"]
        waits = one.status in OPEN
        for part, rules in (("taken", {r for _, r in takes}), ("waiting", {r for _, r in opens} if waits else set())):
            for rule in rules:
                found[one.policy, part, rule][0] += 1
        for rule in set(advises):
            found[one.policy, "unbilled", rule][0] += 1
        own = [rule for tag, rule in takes if tag in ("gate", "overbilled")]
        other = [rule for tag, rule in takes if tag not in ("gate", "overbilled", "day overbilled")]
        beyond = one.taken - one.unsupported
        rest = one.money(one.taken) - one.money(one.unsupported)
        for rules, part, units, money in (
            (own, "taken", one.unsupported, one.money(one.unsupported)),
            (other, "taken", beyond, rest),
            ([rule for effect, rule in opens if effect == one.status], "waiting", one.waiting, one.money(one.waiting)),
            (advises, "unbilled", one.unbilled, one.money(one.unbilled)),
        ):
            if units:
                row = found[one.policy, part, rules[0]]
                row[1] += Fraction(units)
                row[2] += money
    return found


def missing(judged: Sequence[Judged]) -> dict[str, list[Any]]:
    """Fact → lines, lines that name no other, units, cents."""
    found: dict[str, list[Any]] = defaultdict(lambda: [0, 0, Fraction(0), 0])
    for one in lines(judged):
        for fact in one.missing if one.status == "undetermined" else ():
            row = found[fact]
            row[0] += 1
            row[1] += len(one.missing) == 1
            row[2] += Fraction(one.waiting)
            row[3] += one.money(one.waiting)
    return found


def provider_days(judged: Sequence[Judged], alone: Any) -> tuple[Counter[Any], Counter[Any]]:
    """(provider, date) → one-on-one minutes; and → minutes that lie in the times of two patients or more."""
    minutes: Counter[tuple[str, dt.date]] = Counter()
    busy: dict[tuple[str, dt.date], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, visit, decision in judged:
        for line in visit.lines:
            if line.provider is None or not alone(decision, visit, line):
                continue
            key = line.provider, visit.date
            forward = line.start is not None and line.end is not None and line.end > line.start
            spent = line.minutes if line.minutes is not None else line.end - line.start if forward else 0
            minutes[key] += spent
            if forward:
                for minute in range(line.start, line.end):
                    busy[key][minute].add(visit.patient if visit.patient is not None else f"visit {name}")
    doubled = Counter({key: found for key, each in busy.items() if (found := sum(len(p) > 1 for p in each.values()))})
    return minutes, doubled
