"""A missing fact never decides: what is determined with facts missing stays so, whatever they turn out to be."""

import attrs
from hypothesis import given
from hypothesis import strategies as st
from strategies.choice import Choices, strategy
from strategies.looks import look
from strategies.policies import Family, policies
from strategies.reference_tables import ANSWERS
from strategies.statements import Style
from strategies.visits import COMPLETE, HIDEABLE, hidden, visit, visits

from policy.claims.visit import Visit
from policy.engine.decision import Decision
from policy.engine.evidence import read_note
from policy.engine.facts import line_fact, visit_fact
from policy.engine.reference import evaluate
from policy.plan.lower import lower
from policy.plan.model import LINE_OPS, Limit, Plan, walk
from policy.plan.tables import TableRef
from policy.tables.model import Kind, NoTable

DOES_NOT_ASK = Style(given_tests=False)
"""Policies that do not ask what is given: `is given`, `is missing` and `only when given` are turned round by design."""

TAKEN_ALIKE = frozenset({"discipline", "provider", "region"})
"""Grouping facts: lines that name none are taken to be of the one that the other lines name. They are not hidden here."""


def plan_for(policy: Family, one: Visit) -> Plan:
    """The plan, without limits per day: for them, no history means that this visit is the day's only one."""
    plan = lower(policy.resolved, one.date)
    pay = plan.payment
    if pay is not None:
        pay = attrs.evolve(pay, steps=tuple(s for s in pay.steps if not isinstance(s, Limit) or s.window.word != "day"))
    limits = tuple(cap for cap in plan.limits if cap.window.word != "day")
    return attrs.evolve(plan, limits=limits, table_limits=(), payment=pay)


def known_and_hidden(choices: Choices) -> tuple[Visit, Visit]:
    """A visit of which everything is known, and the same visit with some facts missing."""
    known = attrs.evolve(visit(choices, COMPLETE), timed_minutes=None)
    return known, hidden(choices, known, [kind for kind in HIDEABLE if kind not in TAKEN_ALIKE])


@look(250)
@given(policies(DOES_NOT_ASK), strategy(known_and_hidden))
def test_what_is_determined_without_a_fact_stays_so_with_it(policy: Family, both: tuple[Visit, Visit]) -> None:
    known, missing = both
    plan = plan_for(policy, known)
    with_all, with_some = evaluate(plan, known, ANSWERS), evaluate(plan, missing, ANSWERS)
    for i, status in enumerate(with_some.statuses):
        assert status in ("undetermined", with_all.statuses[i])
    for i, allowed in enumerate(with_some.allowed):
        assert allowed in (None, with_all.allowed[i])
    if "undetermined" not in with_some.statuses:
        assert with_some.status == with_all.status
    if with_some.money is not None and with_all.money is not None:
        for amount, whole in zip(with_some.money.amounts, with_all.money.amounts, strict=True):
            assert amount in (None, whole)


@look(100)
@given(policies(DOES_NOT_ASK), strategy(known_and_hidden))
def test_supported_units_are_a_floor(policy: Family, both: tuple[Visit, Visit]) -> None:
    known, missing = both
    plan = plan_for(policy, known)
    for floor, units in zip(
        evaluate(plan, missing, ANSWERS).supported, evaluate(plan, known, ANSWERS).supported, strict=True
    ):
        assert floor is None or units is None or floor <= units


@look(100)
@given(policies(), visits())
def test_an_undetermined_finding_names_what_would_settle_it(policy: Family, one: Visit) -> None:
    plan = lower(policy.resolved, one.date)
    outcome = evaluate(plan, one, ANSWERS)
    unclassified = {one.lines[i].number for event in outcome.events if event[1] == "unclassified" for i in event[3]}
    for finding in Decision(plan, one, outcome).findings:
        if finding.effect != "undetermined" or finding.rule == f"policy {plan.policy}":
            assert not finding.missing
        elif unclassified.isdisjoint(finding.lines) and not _asks_of_history(plan, one, finding.rule):
            # no fact settles a code that the policy does not count, nor a condition about lines of earlier visits
            assert finding.missing
            assert finding.fix is not None


@look(100)
@given(policies(), visits())
def test_what_is_named_as_missing_is_missing(policy: Family, one: Visit) -> None:
    plan = lower(policy.resolved, one.date)
    for finding in Decision(plan, one, evaluate(plan, one, ANSWERS)).findings:
        for path in finding.missing:
            assert _is_missing(policy, one, read_note(plan, one), path), path


def _asks_of_history(plan: Plan, one: Visit, rule: str) -> bool:
    """Whether a limit would have to judge a condition about a line of the visits before."""
    caps = [cap for cap in (*plan.limits, *plan.value_limits) if plan.spoken[cap.at].label == rule]
    conditions = [c for cap in caps for c in (cap.member, *(e.when for e in cap.exempt)) if c is not None]
    return bool(one.history) and any(op.op in LINE_OPS for c in conditions for op in walk(c))


def _is_missing(policy: Family, one: Visit, read: Visit, path: str) -> bool:
    if path.startswith("documentation."):
        return one.documentation is None
    if path == "note":
        return one.note is None
    if path == "history":
        return one.history is None
    if path.startswith("history."):
        name = path.removeprefix("history.")
        return any(
            (getattr(row, name) if hasattr(row, name) else row.facts.get(name)) is None for row in one.history or ()
        )
    if path.startswith(("price of ", "practice expense of ", "amount of ")):
        return path.rpartition(" ")[2] in {line.code for line in one.lines}
    if path in {"table pfs-rvu", "table pfs-gpci", "table fee-schedule"}:
        return lower(policy.resolved, one.date).prices_from_tables
    if path.startswith("value "):
        return policy.resolved.value(path.removeprefix("value "), one.date) is None
    if path.startswith("evidence "):
        name = path.removeprefix("evidence ")
        return not any(s.in_force_on(one.date) for s in policy.resolved.versions("evidence", name))
    if path.startswith("table "):
        plan = lower(policy.resolved, one.date)
        refs = [rule.table for rule in (*plan.table_pairs, *plan.table_limits) if f"table {rule.table.kind}" == path]
        return any(_unanswered(ref, one) for ref in refs)
    fact = policy.resolved.facts[path]
    if fact.of_line:
        return any(line_fact(fact, one, line) is None for line in one.lines)
    return visit_fact(fact, read) is None


def _unanswered(ref: TableRef, one: Visit) -> bool:
    """Whether some question of the visit to a table has no answer."""
    codes = [line.code for line in one.lines]
    for setting in ref.settings(one.setting):
        asked = [ANSWERS.most(ref, setting, one.date, code) for code in codes]
        if ref.kind == Kind.PTP:
            asked = [ANSWERS.edit(ref, setting, one.date, a, b) for a in codes for b in codes if a != b]
        if any(isinstance(answer.row, NoTable) for answer in asked):
            return True
    return False


@look(60)
@given(st.data(), policies())
def test_a_stated_total_gives_the_one_missing_line_its_minutes(data: st.DataObject, policy: Family) -> None:
    known = attrs.evolve(data.draw(strategy(lambda choices: visit(choices, COMPLETE))), timed_minutes=None)
    plan = attrs.evolve(lower(policy.resolved, known.date), gates=(), pairs=(), limits=(), checks=(), open=())
    if (
        len(plan.counts) != 1
        or plan.counts[0].method == "flat"
        or len({line.code for line in known.lines}) != len(known.lines)
    ):
        return
    timed = [line for line in known.lines if line.code in plan.counts[0].codes]
    if (
        not timed
        or len({line.discipline for line in known.lines}) > 1
        or len({line.provider for line in known.lines}) > 1
    ):
        return
    lone = data.draw(st.sampled_from(timed))
    lines = tuple(attrs.evolve(line, minutes=None) if line is lone else line for line in known.lines)
    stated = attrs.evolve(known, lines=lines, timed_minutes=sum(line.minutes or 0 for line in timed))
    assert evaluate(plan, stated, ANSWERS).supported == evaluate(plan, known, ANSWERS).supported
