"""Laws of whole decisions, on generated policies and visits (`docs/invariants.md`)."""

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies.looks import look
from strategies.policies import Family, policies
from strategies.reference_tables import ANSWERS
from strategies.visits import visits

from policy.claims.visit import Line, Visit
from policy.engine.outcome import SPEAKS, WEIGHT, Outcome
from policy.engine.reference import evaluate
from policy.facts import Fact
from policy.plan.lower import lower
from policy.plan.model import Plan
from policy.values import Units


def judged(policy: Family, visit: Visit) -> tuple[Plan, Outcome]:
    plan = lower(policy.resolved, visit.date)
    return plan, evaluate(plan, visit, ANSWERS)


def at_most(one: Units | None, other: Units | None) -> bool:
    """Not more, where both are known."""
    return one is None or other is None or one <= other


# ------------------------------------------------------------------------------------------------- bounds


@look(150)
@given(policies(), visits())
def test_allowed_units_are_at_most_the_supported_and_the_billed(policy: Family, visit: Visit) -> None:
    _, outcome = judged(policy, visit)
    for line, supported, allowed in zip(visit.lines, outcome.supported, outcome.allowed, strict=True):
        assert at_most(allowed, supported)
        assert at_most(allowed, line.units)
        assert allowed is None or allowed >= 0


@look(150)
@given(policies(), visits())
def test_a_limit_never_raises_a_unit(policy: Family, visit: Visit) -> None:
    plan, _ = judged(policy, visit)
    bare = attrs.evolve(plan, limits=(), table_limits=())
    without = evaluate(bare, visit, ANSWERS)
    plans = [attrs.evolve(bare, limits=(limit,)) for limit in plan.limits]
    for one in (*plans, *(attrs.evolve(bare, table_limits=(limit,)) for limit in plan.table_limits)):
        alone = evaluate(one, visit, ANSWERS)
        assert alone.supported == without.supported
        assert all(map(at_most, alone.allowed, without.allowed))
        assert all(map(not_weaker, alone.statuses, without.statuses))


def not_weaker(one: str, other: str) -> bool:
    """Whether a line's status is at least as strong as another; nothing is said of an undetermined one."""
    return "undetermined" in (one, other) or WEIGHT[one] >= WEIGHT[other]


@look(150)
@given(policies(), visits())
def test_a_pair_touches_only_the_side_that_it_denies(policy: Family, visit: Visit) -> None:
    plan, _ = judged(policy, visit)
    bare = attrs.evolve(plan, pairs=(), limits=(), table_limits=(), open=())
    without = evaluate(bare, visit, ANSWERS)
    for pair in plan.pairs:
        denied = pair.first if pair.denied == "first" else pair.second
        alone = evaluate(attrs.evolve(bare, pairs=(pair,)), visit, ANSWERS)
        for i, line in enumerate(visit.lines):
            if line.code not in denied:
                assert (alone.supported[i], alone.allowed[i], alone.statuses[i]) == (
                    without.supported[i], without.allowed[i], without.statuses[i]
                )  # fmt: skip
            assert at_most(alone.allowed[i], without.allowed[i])


@look(100)
@given(policies(), visits(), st.randoms(use_true_random=False))
def test_the_order_of_pairs_and_checks_never_matters(policy: Family, visit: Visit, random: st.DataObject) -> None:
    plan, outcome = judged(policy, visit)
    pairs, checks, gates = list(plan.pairs), [c for c in plan.checks if c.units is None], list(plan.gates)
    plan = attrs.evolve(plan, checks=tuple(checks))
    outcome = evaluate(plan, visit, ANSWERS)
    of_tables = list(plan.table_pairs)
    for several in (pairs, of_tables, checks, gates):
        random.shuffle(several)  # type: ignore[attr-defined]
    shuffled = attrs.evolve(
        plan, pairs=tuple(pairs), table_pairs=tuple(of_tables), checks=tuple(checks), gates=tuple(gates)
    )
    other = evaluate(shuffled, visit, ANSWERS)
    assert (other.supported, other.allowed, other.statuses, other.status) == (
        outcome.supported, outcome.allowed, outcome.statuses, outcome.status
    )  # fmt: skip
    assert sorted(map(repr, other.events)) == sorted(map(repr, outcome.events))


# ----------------------------------------------------------------------------------------- what a status says


@look(150)
@given(policies(), visits())
def test_a_status_says_what_happened_to_the_units(policy: Family, visit: Visit) -> None:
    _, outcome = judged(policy, visit)
    for line, allowed, status in zip(visit.lines, outcome.allowed, outcome.statuses, strict=True):
        if status == "deny":
            assert allowed == 0
        elif status == "reduce":
            assert allowed is None or line.units is None or allowed < line.units
        elif status != "undetermined":
            assert allowed is not None
            assert line.units in (None, allowed)


@look(100)
@given(policies(), visits())
def test_the_status_of_the_visit_is_the_strongest_of_its_lines(policy: Family, visit: Visit) -> None:
    _, outcome = judged(policy, visit)
    whole = [event[2] for event in outcome.events if event[1] == "day overbilled"]
    assert outcome.status == max([*outcome.statuses, *whole], key=WEIGHT.__getitem__)


@look(100)
@given(policies(), visits())
def test_nothing_is_taken_without_an_event_that_says_so(policy: Family, visit: Visit) -> None:
    _, outcome = judged(policy, visit)
    about = {i for event in outcome.events if event[2] in SPEAKS or event[2] == "undetermined" for i in event[3]}
    for i, line in enumerate(visit.lines):
        if outcome.allowed[i] is None or (line.units is not None and outcome.allowed[i] != line.units):
            assert i in about


# ------------------------------------------------------------------------------------------ what cannot matter

UNREAD: dict[str, object] = {
    "age": 33, "number": 99, "place": "99", "setting": "hospital", "claim_type": "institutional", "total_minutes": 999, "visit": "other",
    "claim": "other", "patient": "other", "note": "nothing", "diagnoses": ("M54.5",),
}  # fmt: skip
LINE_UNREAD: dict[str, object] = {
    "delivery": "group",
    "furnished_by": "aide",
    "place": "98",
    "revenue_code": "0420",
    "charge": None,
    "start": None,
    "end": None,
}
PATHS = {"age": "patient.age", "number": "visit.number"}


@look(100)
@given(policies(), visits(), st.sampled_from([*UNREAD, *LINE_UNREAD, "facts", "line facts"]))
def test_a_fact_that_no_statement_reads_changes_nothing(policy: Family, visit: Visit, name: str) -> None:
    plan, outcome = judged(policy, visit)
    read = set(facts_read(plan)) | {f"line.{by}" for limit in plan.limits for by, _, _ in limit.orders}
    if any(pair.overlap for pair in plan.pairs):
        read |= {"line.start", "line.end"}
    if name == "facts":
        other = attrs.evolve(visit, facts={**visit.facts, "unrelated.fact": "x", "unrelated": True})
    elif name == "line facts":
        other = _lines(visit, facts={"line.unrelated": 1})
        assume(not any(path.startswith("line.") and path in {"line.side", "line.level", "line.onset"} for path in read))
    elif (
        name in UNREAD
        and PATHS.get(name, f"visit.{name}") not in read
        and not (name == "place" and "line.place" in read)
    ):
        other = attrs.evolve(visit, **{name: UNREAD[name]})
    elif name in LINE_UNREAD and f"line.{name}" not in read:
        other = _lines(visit, **{name: LINE_UNREAD[name]})
    else:
        return
    assert repr(evaluate(plan, other, ANSWERS)) == repr(outcome)


def _lines(visit: Visit, **fields: object) -> Visit:
    lines: tuple[Line, ...] = tuple(attrs.evolve(line, **fields) for line in visit.lines)
    return attrs.evolve(visit, lines=lines)


def facts_read(root: object) -> set[str]:
    """The paths of all facts that a plan names."""
    if isinstance(root, Fact):
        return {root.path}
    if isinstance(root, tuple):
        return set().union(*map(facts_read, root))
    if attrs.has(type(root)):
        return set().union(*(facts_read(getattr(root, field.name)) for field in attrs.fields(type(root))))
    return set()


@look(60)
@given(policies(), visits())
def test_a_decision_is_the_same_when_it_is_asked_again(policy: Family, visit: Visit) -> None:
    plan, outcome = judged(policy, visit)
    assert repr(evaluate(plan, visit, ANSWERS)) == repr(outcome)
    assert repr(evaluate(lower(policy.resolved, visit.date), visit, ANSWERS)) == repr(outcome)
    inside = plan.dates.start or plan.dates.end or visit.date
    assert lower(policy.resolved, inside) == plan
