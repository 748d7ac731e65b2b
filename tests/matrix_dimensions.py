"""The dimensions in which payers differ, each with how the language says it and by what a policy that says it is known.

Owns: the list, in our own words, and one predicate for each. The payers whose rules were read to gather it are those of `policies/`.
Never: names a policy: who uses a dimension is found by looking into what each shipped policy states.
"""

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import attrs

from policy.resolve.model import ResolvedPolicy, Statement
from policy.resolve.walk import nodes
from policy.syntax import ast
from policy.values import Type

C = TypeVar("C")
DAY: Final = {"visit", "day"}
YEAR: Final = {"calendar year", "fiscal year", "benefit year"}
COURSE: Final = {"episode", "injury", "rolling", "lifetime", "since", "after"}
NATIONAL: Final = frozenset(
    ["59", "XE", "XP", "XS", "XU", "25", "91", "76", "77", "52", "GP", "GO", "GN", "KX", "CQ", "CO", "GA", "GX", "GY", "GZ", "95",
     "96", "97", "LT", "RT", "E1", "E2", "E3", "E4", "24", "57", "58", "78", "79", "27"]
)  # fmt: skip
"""Modifiers of CPT and of Medicare that payers share."""


@attrs.frozen
class Uses:
    """What one shipped policy states itself; what it takes over counts for its parent."""

    policy: ResolvedPolicy

    def statements(self, *kinds: str) -> Iterator[Statement]:
        for statement in self.policy.statements:
            own = statement.policy == self.policy.id and statement.kind != "example"
            if own and (not kinds or statement.kind in kinds):
                yield statement

    def clauses(self, of: type[C], *kinds: str) -> Iterator[C]:
        for statement in self.statements(*kinds):
            if not statement.inert:
                yield from statement.declaration.all(of)

    def parts(self, of: type[C], *kinds: str) -> Iterator[C]:
        """Syntax nodes of a class, anywhere in the statements."""
        for statement in self.statements(*kinds):
            if not statement.inert:
                yield from (node for node in nodes(statement.declaration) if isinstance(node, of))

    def reads(self, *paths: str) -> bool:
        """Whether a condition or a clause asks for a fact, or, with a final dot, for one of a family."""
        found = {fact.path for fact in self.parts(ast.FactRef)}
        return any(fact == path or (path.endswith(".") and fact.startswith(path)) for fact in found for path in paths)

    def limits(self, windows: set[str] | None = None) -> Iterator[Statement]:
        """Limits over one of some windows."""
        for statement in self.statements("limit"):
            words = {key.word for per in statement.declaration.all(ast.Per) for key in per.keys}
            if not statement.inert and (windows is None or words & windows):
                yield statement

    def scopes(self) -> Iterator[frozenset[str]]:
        for per in self.clauses(ast.Per, "limit"):
            yield frozenset(key.word for key in per.keys)

    def modifiers(self) -> frozenset[str]:
        """Every modifier that the policy names."""
        words = [m.text for c in self.parts(ast.NeedsModifier) for m in c.modifiers]
        words += [m.text for c in self.parts(ast.HasModifier) for m in c.modifiers]
        words += [m.modifier.text for c in self.parts(ast.Marks) for m in c.marks]
        return frozenset(words)

    def effects(self) -> frozenset[str]:
        outcomes = [c.effect for c in (*self.clauses(ast.Effect), *self.clauses(ast.Otherwise))]
        return frozenset([*outcomes, *(c.do for c in self.clauses(ast.OnExcess))])


@attrs.frozen
class Dimension:
    """One way in which payers differ. `said` is how an author writes it."""

    name: str
    meaning: str
    said: str
    used: Callable[[Uses], bool]


def _any(found: Iterator[object]) -> bool:
    return next(found, None) is not None


def _units_at(u: Uses, test: Callable[[ast.UnitAt, str], bool]) -> bool:
    for s in u.statements("count"):
        by, at = s.declaration.first(ast.By), s.declaration.first(ast.UnitAt)
        if by is not None and at is not None and test(at, by.method):
            return True
    return False


def _measure(limit: Statement) -> set[Type]:
    amounts = [cap.amount for cap in limit.declaration.all(ast.AtMost)]
    counting = limit.declaration.first(ast.Counting)
    found = {amount.type for amount in amounts if isinstance(amount, ast.Literal)}
    return found | ({counting.measure} if counting else set())


def _versions(u: Uses) -> bool:
    labels = [s.label for s in u.statements() if s.kind != "codes"]
    return len(labels) > len(set(labels)) or any(s.status in {"announced", "paused"} for s in u.statements())


def _denied_always(u: Uses) -> bool:
    """A denial that asks for nothing but the code."""
    for statement in u.statements("rule"):
        effect = statement.declaration.first(ast.Effect)
        facts = {node.path for node in nodes(statement.declaration) if isinstance(node, ast.FactRef)}
        if effect is not None and effect.effect == "deny" and facts <= {"line.code"}:
            return True
    return False


def _shares(u: Uses, assistant: bool) -> bool:
    marks = {"CQ", "CO", "M3", "UB", "U1", "U2"}
    for s in u.statements("pay"):
        if s.declaration.first(ast.PayShare) is None:
            continue
        text = {m.text for n in nodes(s.declaration) if isinstance(n, ast.HasModifier) for m in n.modifiers}
        facts = {n.path for n in nodes(s.declaration) if isinstance(n, ast.FactRef)}
        if assistant == bool(text & marks or facts & {"line.furnished_by", "line.assistant_minutes"}):
            return True
    return False


def _selects_rate(u: Uses) -> bool:
    return any(isinstance(n, ast.HasModifier) for s in u.statements("pay") for n in nodes(s.declaration))


def _daily_value(u: Uses) -> bool:
    return any(_measure(s) & {Type.MONEY, Type.RVUS} for s in u.limits(DAY))


DIMENSIONS: Final = (
    Dimension(
        "dates in force",
        "a rule that changes, is announced or put on hold",
        "`in force`, `status`, versions",
        _versions,
    ),
    Dimension(
        "authorization",
        "care that needs leave to go on",
        "`on excess need authorization`, `authorize`",
        lambda u: "authorize" in u.effects(),
    ),
    Dimension(
        "day cap, counted",
        "units, minutes, codes or visits a day",
        "`limit … per … day`",
        lambda u: any(_measure(s) - {Type.MONEY, Type.RVUS} for s in u.limits(DAY)),
    ),
    Dimension(
        "whose cap",
        "by discipline, provider, group or facility",
        "keys of `per`",
        lambda u: any(k & {"discipline", "provider", "group", "facility", "region"} for k in u.scopes()),
    ),
    Dimension(
        "pooled counters",
        "several disciplines use one counter",
        "`per patient` without `discipline`",
        lambda u: any("discipline" not in k and k & (YEAR | COURSE | DAY | {"month", "week"}) for k in u.scopes()),
    ),
    Dimension(
        "plan and order",
        "what a plan or an order holds, and how old it may be",
        "facts of `plan_of_care` and orders",
        lambda u: u.reads("plan_of_care.", "order.", "prescription."),
    ),
    Dimension(
        "who may give it",
        "licences, professions, assistants",
        "facts of the line in `require`",
        lambda u: u.reads(
            "line.furnished_by", "line.profession", "line.attended_by", "claim.license_stated", "provider.independent"
        ),
    ),
    Dimension(
        "code set of a cap",
        "which codes use a cap up",
        "`applies to` and `codes`",
        lambda u: any(isinstance(n, ast.CodeSet) for s in u.limits() for n in nodes(s.declaration)),
    ),
    Dimension(
        "place and kind of claim",
        "place of service, setting, revenue code",
        "`visit.place`, `visit.claim_type`, `line.revenue_code`",
        lambda u: u.reads("visit.place", "line.place", "visit.claim_type", "visit.setting", "line.revenue_code"),
    ),
    Dimension(
        "year cap", "a calendar, fiscal or benefit year", "`per … calendar year`", lambda u: _any(u.limits(YEAR))
    ),
    Dimension("age", "children and adults apart", "`patient.age`", lambda u: u.reads("patient.age")),
    Dimension(
        "what lifts a cap",
        "authorization, a documented reason, exempt codes",
        "`unless`, `except`, `at most … when`",
        lambda u: (
            _any(u.clauses(ast.ExceptCodes, "limit"))
            or _any(u.clauses(ast.Unless, "limit"))
            or any(c.when is not None for c in u.clauses(ast.AtMost))
        ),
    ),
    Dimension(
        "units by total time",
        "the day's minutes decide the day's units",
        "`by total time`",
        lambda u: any(c.method == "total time" for c in u.clauses(ast.By)),
    ),
    Dimension(
        "reduced practice expense",
        "later procedures of a day lose part of it",
        "`reduce practice expense by 50%`",
        lambda u: any(c.what == "practice expense" for c in u.clauses(ast.ReduceBy)),
    ),
    Dimension(
        "assistant's modifier",
        "units that an assistant gave are marked",
        "`assistant`, `modifier CQ with GP`",
        lambda u: _any(u.statements("assistant")) or bool(u.modifiers() & {"CQ", "CO", "M3", "UB"}),
    ),
    Dimension("code not paid", "bundled, or off the schedule", "`rule … deny`", _denied_always),
    Dimension(
        "course cap",
        "an episode, an injury, so many days",
        "`per … episode`, `injury`, `rolling 60 days`, `lifetime`",
        lambda u: _any(u.limits(COURSE)),
    ),
    Dimension(
        "purpose",
        "rehabilitative, habilitative, developmental, maintenance",
        "a declared fact or modifier",
        lambda u: (
            u.reads("therapy.purpose", "therapy.course", "care.postsurgical") or bool(u.modifiers() & {"96", "97"})
        ),
    ),
    Dimension("product and state", "variants of one payer", "`extends`, facts of the plan", lambda u: u.reads("plan.")),
    Dimension(
        "own pairs",
        "two codes that a payer does not pay together",
        "`pair … over …`",
        lambda u: _any(u.clauses(ast.Columns, "pair")),
    ),
    Dimension("assistant's share", "a part of the rate", "`pay 85%`", lambda u: _shares(u, True)),
    Dimension(
        "report interval",
        "a progress report every so many days or visits",
        "`progress_report.…`, `per … after progress_report.date`",
        lambda u: u.reads("progress_report."),
    ),
    Dimension(
        "plan-of-care modifier",
        "GP, GO or GN on the line",
        "`exactly one of modifier GP, GO or GN`",
        lambda u: bool(u.modifiers() & {"GP", "GO", "GN"}),
    ),
    Dimension(
        "other lengths of a unit",
        "30, 45 or 60 minutes, tenths of an hour",
        "`one unit each 30 minutes`",
        lambda u: any(c.minutes not in (None, 15) for c in u.clauses(ast.UnitBasis)),
    ),
    Dimension(
        "minutes in all",
        "the record states the day's total",
        "`visit.total_minutes`, `documented total_time`",
        lambda u: u.reads("visit.total_minutes", "visit.timed_minutes") or _documents(u, "total_time", "timed_total"),
    ),
    Dimension(
        "local modifiers", "modifiers of one programme", "`modifier …`", lambda u: bool(u.modifiers() - NATIONAL)
    ),
    Dimension(
        "start and end",
        "times in and out",
        "`documented start_end`, `line.start`",
        lambda u: u.reads("line.start", "line.end") or _documents(u, "start_end"),
    ),
    Dimension(
        "look-back",
        "the same or another code, so many days ago",
        "`per … rolling 180 days`",
        lambda u: (
            any(key.word == "rolling" for per in u.clauses(ast.Per) for key in per.keys) or u.reads("evaluation.last")
        ),
    ),
    Dimension("day cap by value", "dollars or relative value units", "`at most $… per … day`", _daily_value),
    Dimension(
        "what excess is called",
        "reasons, and who bears it",
        "`reason` beside a `limit`",
        lambda u: _any(u.clauses(ast.Reason, "limit")),
    ),
    Dimension(
        "midpoint of each code",
        "more than half a unit",
        "`by each code`, `a unit at 8 minutes of 15`",
        lambda u: _units_at(u, lambda at, by: by == "each code" and 1 < at.thresholds[0] < at.of),
    ),
    Dimension("month cap", "units or visits a month", "`per … month`", lambda u: _any(u.limits({"month"}))),
    Dimension(
        "cap inside a cap",
        "fewer of one class",
        "two limits of a day, `at most … when visit has`",
        lambda u: (
            sum(1 for _ in u.limits(DAY)) > 1
            or any(isinstance(n, ast.VisitHas) for s in u.limits() for n in nodes(s.declaration))
        ),
    ),
    Dimension(
        "modifier selects the rate",
        "another rate under a modifier",
        "`pay` with `when line.modifiers has modifier`",
        _selects_rate,
    ),
    Dimension(
        "reduced rate",
        "later procedures lose part of the whole rate",
        "`reduce the rate by 50%`",
        lambda u: any(c.what == "rate" for c in u.clauses(ast.ReduceBy)),
    ),
    Dimension(
        "parts of a unit", "halves, tenths, hundredths", "`decimal units`", lambda u: _any(u.clauses(ast.DecimalUnits))
    ),
    Dimension(
        "code edits by reference",
        "CMS's pairs and unit maxima",
        "`from table ncci_ptp`, `extends medicare.…`",
        lambda u: (
            _any(u.clauses(ast.FromTable))
            or any(c.parent.text.startswith("medicare.ncci") for c in u.parts(ast.Extends))
            or _extends(u, "medicare.")
        ),
    ),
    Dimension(
        "two methods of counting",
        "whichever allows more or fewer",
        "`by whichever allows …`",
        lambda u: any(c.method in {"more", "fewer"} for c in u.clauses(ast.By)),
    ),
    Dimension(
        "one rate for a visit",
        "whatever is done",
        "`by flat`, `rate … each visit`",
        lambda u: (
            any(c.method == "flat" for c in u.clauses(ast.By)) or any(c.each == "visit" for c in u.clauses(ast.Rate))
        ),
    ),
    Dimension("week cap", "units or visits a week", "`per … week`", lambda u: _any(u.limits({"week"}))),
    Dimension(
        "full units only",
        "rounded down",
        "`a unit at 15 minutes of 15`",
        lambda u: _units_at(u, lambda at, _: at.thresholds[0] == at.of > 1),
    ),
    Dimension(
        "any started unit",
        "rounded up",
        "`a unit at 1 minute of 15`",
        lambda u: _units_at(u, lambda at, _: at.thresholds[0] == 1),
    ),
    Dimension(
        "share of another schedule",
        "so much percent of it",
        "`rate 85% of …`",
        lambda u: any(c.share is not None for c in u.clauses(ast.Rate)),
    ),
    Dimension(
        "tiers",
        "free, then with leave, then reviewed",
        "one limit for each tier",
        lambda u: (
            len({c.do for s in u.limits(YEAR | COURSE) for c in s.declaration.all(ast.OnExcess)}) > 1
            or u.reads("visit.number")
        ),
    ),
    Dimension(
        "no code edits", "CMS's pairs do not hold here", "a policy that takes none over", lambda u: _free_of_edits(u)
    ),
)


def _documents(u: Uses, *elements: str) -> bool:
    asked = [w.text for n in (*u.parts(ast.NeedsDocumented), *u.parts(ast.Documented)) for w in n.elements]
    return bool(set(asked) & set(elements))


def _extends(u: Uses, prefix: str) -> bool:
    return any(s.policy.startswith(prefix) and s.policy != u.policy.id for s in u.policy.statements)


def _free_of_edits(u: Uses) -> bool:
    """A policy of payment or of units that asks no table and inherits no edits of Medicare's."""
    judges = _any(u.statements("pay", "count", "limit"))
    return (
        judges
        and not _extends(u, "medicare.")
        and not _any(u.clauses(ast.FromTable))
        and not u.policy.id.startswith("medicare.")
    )


PENDING: Final[tuple[str, ...]] = ()
"""Dimensions that no shipped policy uses yet; empty when the library is whole."""
