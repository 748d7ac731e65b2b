"""One meaning, two evaluators: on generated policies and visits they must agree on everything that can be read from a decision."""

import datetime as dt
import functools
from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies.choice import Seeded
from strategies.looks import look
from strategies.policies import Family, family, policies
from strategies.reference_tables import ANSWERS
from strategies.visits import visit, visits
from tally import tally

from policy.claims.visit import Visit
from policy.engine.compiled import compile_plan
from policy.engine.decision import Decision
from policy.engine.outcome import Outcome
from policy.engine.reference import evaluate
from policy.plan.lower import lower
from policy.plan.model import Plan

FAMILIES: Final = 560
VISITS: Final = 16
"""Of the fixed batch: families of policies, and visits for each."""

ENOUGH: Final = 6
"""How often each kind of thing must occur in the fixed batch."""

MET: Final = """
visit deny; visit reduce; visit undetermined; visit review; visit authorize; visit allow
line deny; line reduce; line undetermined; line review; line authorize; line allow
allowed known; allowed unknown
event counted; event overbilled; event underbilled; event no unit; event units unknown; event day overbilled; event day underbilled
event total disagrees; event unclassified; event gate; event check; event pair; event limit; event limit days
event not modelled; event not in force; event shared; event assistant; event assistant spare
assistant deny; assistant review; assistant undetermined
assistant grain unit; assistant grain code; assistant grain day; assistant exception last; assistant exception two
event priced; event reduction; event share; event charge; event limit value; event amount unknown
limit value deny; limit value reduce; limit value review; limit value authorize
limit value money undetermined; limit value RVUs undetermined
effect deny; effect reduce; effect review; effect authorize; effect warn; effect note; effect undetermined
overbilled deny; overbilled reduce; gate deny; gate undetermined; pair deny; pair undetermined
check deny; check reduce; check review; check authorize; check warn; check note; check undetermined
limit deny; limit reduce; limit review; limit authorize; limit warn; limit note; limit undetermined
tie settled by billing; tie settled by proposal
method total; method midpoint; method full units; method any started; method table; method decimal; method flat; method more; method fewer
limit measure units False; limit measure minutes False; limit measure codes False; limit measure lines False; limit measure visits False
limit measure units True; limit measure minutes True; limit measure codes True; limit measure lines True; limit measure visits True
limit window visit; limit window day; limit window week; limit window month; limit window calendar year; limit window fiscal year
limit window benefit year; limit window rolling; limit window episode; limit window injury
limit window lifetime; limit window since; limit window after; limit window authorization
limit excess deny the excess; limit excess deny every unit; limit excess modifier; limit excess authorize; limit excess review
limit excess warn; limit excess note
limit counting billed; limit counting allowed; limit counting supported
limit order line last; limit order line first; limit order minutes fewest; limit order minutes most; limit order charge lowest
limit order charge highest; limit order codes
limit key patient; limit key discipline; limit key provider; limit key code; limit key region; limit key line; limit key claim
limit key group; limit key facility; limit key case.phase; limit key authorization.number; limit key line.side
limit measure days False; limit measure days True
limit with exempt codes; limit with several maxima
pair released; pair denies the first; pair denies the second; pair release on either deny; pair release on first deny
pair release on second deny; pair release on both deny; pair release on either released; pair release on first released
pair release on second released; pair release on both released; pair release on both undetermined
event table pair; event table limit; event no table; table pair deny; table pair undetermined; table limit deny
table limit undetermined; no table undetermined
note read; note compared True; note compared False; evidence in the note True; evidence in the note False; evidence ruled out
number of a note; evidence True; evidence False; evidence None
pair same discipline; pair same provider; pair same region; pair with overlapping times
"""


@functools.lru_cache(maxsize=64)
def both(policy: Family, date: dt.date) -> tuple[Plan, Callable[[Visit], Outcome]]:
    plan = lower(policy.resolved, date)
    return plan, compile_plan(plan, ANSWERS)


def agreed(policy: Family, one: Visit) -> tuple[Plan, Outcome]:
    """The outcome that both evaluators give, with everything that is told of it."""
    plan, compiled = both(policy, one.date)
    slow, fast = evaluate(plan, one, ANSWERS), compiled(one)
    assert slow.events == fast.events
    assert repr(slow) == repr(fast)  # also whether a number is a Decimal
    told = [Decision(plan, one, outcome).to_dict() for outcome in (slow, fast)]
    assert repr(told[0]) == repr(told[1])
    return plan, slow


@look(120)
@given(policies(), st.lists(visits(), min_size=1, max_size=4))
def test_the_evaluators_agree(policy: Family, several: list[Visit]) -> None:
    for one in several:
        agreed(policy, one)


@look(10)
@given(policies(), visits())
def test_programs_agree(policy: Family, one: Visit) -> None:
    slow, fast = (policy.program(engine).evaluate(one) for engine in ("reference", "compiled"))
    assert slow == fast
    assert slow.lines == fast.lines
    assert slow.findings == fast.findings
    assert [f.missing for f in slow.findings] == [f.missing for f in fast.findings]
    assert slow.alternatives == fast.alternatives
    assert slow.trace == fast.trace
    assert slow.explain() == fast.explain()


@pytest.fixture(scope="module")
def met() -> Counter[str]:
    """What the fixed batch met, after the evaluators agreed on all of it."""
    found: Counter[str] = Counter()
    for seed in range(FAMILIES):
        choices = Seeded(seed)
        policy = family(choices)
        for _ in range(VISITS):
            one = visit(choices)
            plan, outcome = agreed(policy, one)
            found.update(tally(plan, one, outcome))
    return found


def test_the_batch_meets_every_kind(met: Counter[str]) -> None:
    kinds = [kind.strip() for line in MET.strip().splitlines() for kind in line.split(";")]
    assert {kind: met[kind] for kind in kinds if met[kind] < ENOUGH} == {}
