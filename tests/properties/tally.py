"""What a batch of generated decisions met: the proof that the properties are tested on more than the plain case.

Owns: counting kinds of events, effects, statuses, ties, methods, limits and pairs.
Never: judges a decision.
"""

from collections import Counter
from collections.abc import Iterator

import attrs

from policy.claims.visit import Visit
from policy.engine.evidence import evidenced, read_note
from policy.engine.outcome import Event, Outcome
from policy.engine.reference import evaluate
from policy.plan.model import Count, Limit, Pair, Plan


def tally(plan: Plan, visit: Visit, outcome: Outcome) -> Counter[str]:
    """Every kind of thing that one decision met, as words to count."""
    met: Counter[str] = Counter()
    met[f"visit {outcome.status}"] += 1
    met.update(f"line {status}" for status in outcome.statuses)
    met.update(f"allowed {'known' if units is not None else 'unknown'}" for units in outcome.allowed)
    for event in outcome.events:
        met[f"event {event[1]}"] += 1
        met[f"effect {event[2]}"] += 1
        met[f"{event[1]} {event[2]}"] += 1
        met.update(_of_event(plan, visit, event))
    met.update(_pairs(plan, visit, outcome))
    met.update(_of_note(plan, visit))
    return met


def _of_note(plan: Plan, visit: Visit) -> Iterator[str]:
    """What was read of the note, and what became of the evidence that was asked."""
    read = read_note(plan, visit)
    if read.reading is not None:
        yield "note read"
        yield f"note compared {read.reading.similar is not None}"
        for showing in read.reading.shown.values():
            yield f"evidence in the note {showing.shown}"
            if showing.ruled_out:
                yield "evidence ruled out"
            if showing.number is not None:
                yield "number of a note"
    for one in plan.evidence:
        yield f"evidence {evidenced(read, one.name, one.field)}"


def _of_event(plan: Plan, visit: Visit, event: Event) -> Iterator[str]:
    at, tag, effect, lines, _, args = event
    if tag == "counted":
        rule = next(c for c in plan.counts if c.at == at)
        yield f"method {_method(rule)}"
        if args[3]:
            yield f"tie settled by {'billing' if any(visit.lines[i].units is not None for i in lines) else 'proposal'}"
    elif tag in {"limit", "limit days"}:
        rule_ = next(c for c in (*plan.limits, *plan.value_limits) if c.at == at)
        yield from _of_limit(rule_, effect)
    elif tag == "limit value":
        measure = next(c for c in plan.value_limits if c.at == at).measure.value
        yield f"limit value {measure} {effect}"
    elif tag == "shared":
        share = next(one for one in plan.assistants if one.at == at)
        yield f"assistant grain {share.grain}"
        yield from (f"assistant exception {kind}" for kind, word in _EXCEPTIONS.items() if word in str(args[5]))


_EXCEPTIONS = {"last": "or more", "two": "one unit each"}
"""The exceptions for units that are left, by the words of the step."""


def _method(count: Count) -> str:
    if count.decimal is not None:
        return "decimal"
    if count.method == "each" and count.steps is not None:
        if len(count.steps.thresholds) > 1:
            return "table"
        at = count.steps.thresholds[0]
        return "full units" if at == count.steps.of else "any started" if at == 1 else "midpoint"
    return count.method


def _of_limit(rule: Limit, effect: str) -> Iterator[str]:
    yield f"limit measure {rule.measure.value} {effect == 'undetermined'}"
    yield f"limit window {rule.window.word}"
    yield f"limit excess {rule.excess}"
    yield f"limit counting {rule.counting}"
    yield from (
        f"limit order {by} {word}" if by != "codes" else "limit order codes"
        for by, word, _ in rule.orders
        if effect in {"deny", "reduce"}
    )
    yield from (f"limit key {key}" for key in (*rule.keys, *(fact.path for fact in rule.by)))
    if rule.exempt:
        yield "limit with exempt codes"
    if len(rule.maxima) > 1:
        yield "limit with several maxima"


def _pairs(plan: Plan, visit: Visit, outcome: Outcome) -> Iterator[str]:
    """Pairs that fired or were released. Released: without its releases the pair would have fired."""
    fired = {(event[0], event[3][0]): event[2] for event in outcome.events if event[1] == "pair"}
    for rule in plan.pairs:
        bare = attrs.evolve(
            plan,
            pairs=(attrs.evolve(rule, releases=()),),
            limits=(),
            checks=(),
            open=(),
            table_pairs=(),
            table_limits=(),
        )
        for event in evaluate(bare, visit).events:
            if event[1] == "pair" and event[2] == "deny":
                verdict = fired.get((rule.at, event[3][0]), "released")
                yield from _of_pair(rule, verdict)


def _of_pair(rule: Pair, verdict: str) -> Iterator[str]:
    yield f"pair {verdict}"
    yield f"pair denies the {rule.denied}"
    yield from (f"pair release on {release.on} {verdict}" for release in rule.releases)
    yield from (f"pair same {key}" for key in rule.same)
    if rule.overlap:
        yield "pair with overlapping times"
