"""Judges a pair of which both sides are on the visit.

Owns: pairs that hang on modifiers, times and given fields only.
Never: knows gates, conditions or kinship of lines; such a pair is the reference's.
"""

from collections.abc import Sequence

from policy.claims.visit import Line, Visit
from policy.engine.compiled.codebook import Info
from policy.engine.compiled.handed import slow_pair
from policy.engine.outcome import Event
from policy.plan.model import Pair, Plan
from policy.values import Truth, Units


def given_fields(rule: Pair) -> tuple[str, ...] | None:
    """The fields of a line without which a pair is not judged; `None` when it asks for facts that are no fields."""
    plain = {
        f"line.{name}": name
        for name in ("start", "end", "minutes", "units", "modifiers", "delivery", "furnished_by", "charge")
    }
    names = [plain.get(fact.path) for fact in rule.given]
    return None if None in names else tuple(name for name in names if name)


def run_pair(
    plan: Plan, judged: tuple[Pair, tuple[str, ...] | None], bit: int, visit: Visit, infos: Sequence[Info], gated: list[Truth] | None,
    supported: list[Units | None], low: list[Units], high: list[Units | None], events: list[Event],
) -> None:  # fmt: skip
    """One pair of which both sides are on the visit. Pairs that hang on modifiers, times and given facts only are judged here."""
    rule, given = judged
    lines = visit.lines
    if gated is not None or rule.same or rule.condition is not None or given is None:
        slow_pair(plan, visit, rule, gated, supported, low, high, events)
        return
    for i, info in enumerate(infos):
        line = lines[i]
        if not info[2] & bit or line.units == 0:
            continue
        either_way = info[3] & bit
        partners = [
            j for j, other in enumerate(infos)
            if other[3] & bit and lines[j].code != line.code and lines[j].units != 0 and not (either_way and other[2] & bit and j > i)
        ]  # fmt: skip
        if not partners:
            continue
        if given and any(getattr(line, name) is None for name in given):
            continue
        perhaps = certain = -1
        for j in partners:
            fires = _fires(rule, line, lines[j])
            if fires:
                certain = j
                break
            if fires is None and perhaps < 0:
                perhaps = j
        if certain >= 0:
            units = line.units if line.units is not None else supported[i]
            events.append((rule.at, "pair", "deny", (i,), units, (certain,)))
            low[i] = high[i] = 0
        elif perhaps >= 0:
            events.append((rule.at, "pair", "undetermined", (i,), None, (perhaps, "deny")))
            low[i] = 0


def _fires(rule: Pair, denied: Line, other: Line) -> Truth:
    """Whether the two lines share a minute (where that is asked) and no modifier releases them."""
    shared: Truth = True
    if rule.overlap:
        if denied.start is None or denied.end is None or other.start is None or other.end is None:
            shared = None
        elif not (denied.start < other.end and other.start < denied.end):
            return False
    released = _released(rule, denied, other)
    if released:
        return False
    return None if shared is None or released is None else True


def _released(rule: Pair, denied: Line, other: Line) -> Truth:
    first, second = (denied, other) if rule.denied == "first" else (other, denied)
    unknown = False
    for release in rule.releases:
        on = release.on
        a = first.modifiers if on != "second" else second.modifiers
        one = None if a is None else not release.modifiers.isdisjoint(a)
        if on in {"first", "second"}:
            verdict = one
        else:
            b = second.modifiers
            two = None if b is None else not release.modifiers.isdisjoint(b)
            if on == "both":
                verdict = False if one is False or two is False else None if one is None or two is None else True
            else:
                verdict = True if one or two else None if one is None or two is None else False
        if verdict:
            return True
        unknown = unknown or verdict is None
    return None if unknown else False
