"""Code pairs: column one over column two, and the modifiers that release them.

Owns: when a pair fires, and on which line. All pairs are judged on the lines as billed, so their order never matters.
Never: touches the side that the pair does not deny.
"""

from collections.abc import Sequence

from policy.claims.visit import Line
from policy.engine.expressions import absent, truth
from policy.engine.facts import line_keys
from policy.engine.reference.state import State
from policy.plan.model import Pair, Release
from policy.values import Truth, both, either, negate


def pair(state: State, rule: Pair) -> None:
    """Denies each line of the pair's denied side for which a line of the other side is there and nothing releases it.

    A line billed with no units is not on the claim. Where both codes stand in both columns, the later line is the denied one.
    """
    lines = state.visit.lines
    same = [line_keys(key, state.visit) for key in rule.same]
    for i, line in enumerate(lines):
        denied, other = (rule.first, rule.second) if rule.denied == "first" else (rule.second, rule.first)
        if line.code not in denied or state.lines[i].gated is True or line.units == 0:
            continue
        partners = [
            j for j, partner in enumerate(lines)
            if partner.code in other and partner.code != line.code and state.lines[j].gated is not True and partner.units != 0
            and not (line.code in other and partner.code in denied and j > i)
        ]  # fmt: skip
        if not partners:
            continue
        if absent(rule.given, state.visit, line):
            continue
        fired = [(_fires(state, rule, same, i, j), j) for j in partners]
        certain = [j for fires, j in fired if fires is True]
        perhaps = [j for fires, j in fired if fires is None]
        if certain:
            units = line.units if line.units is not None else state.lines[i].supported
            state.say(rule.at, "pair", "deny", (i,), units, (certain[0],))
            state.lines[i].deny()
        elif perhaps:
            state.doubt(rule.at, "pair", (i,), "deny", (perhaps[0],))
            state.lines[i].doubt()


def _fires(state: State, rule: Pair, same: Sequence[Sequence[str | None]], denied: int, partner: int) -> Truth:
    first, second = (denied, partner) if rule.denied == "first" else (partner, denied)
    lines = state.visit.lines
    fires = truth(rule.condition, state.visit, lines[denied])
    if state.lines[denied].gated is None or state.lines[partner].gated is None:
        fires = both(fires, None)
    for keys in same:
        fires = both(fires, None if keys[denied] is None or keys[partner] is None else keys[denied] == keys[partner])
    if rule.overlap:
        fires = both(fires, overlap(lines[first], lines[second]))
    released: Truth = False
    for release in rule.releases:
        released = either(released, released_by(release, lines[first], lines[second]))
    return both(fires, negate(released))


def overlap(one: Line, other: Line) -> Truth:
    """Whether two lines share a minute; undetermined unless both have a start and an end."""
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return None
    return one.start < other.end and other.start < one.end


def released_by(release: Release, first: Line, second: Line) -> Truth:
    """Whether the modifiers stand where they must."""
    on_first, on_second = (_carries(release, line) for line in (first, second))
    match release.on:
        case "first":
            return on_first
        case "second":
            return on_second
        case "both":
            return both(on_first, on_second)
        case _:
            return either(on_first, on_second)


def _carries(release: Release, line: Line) -> Truth:
    return None if line.modifiers is None else not release.modifiers.isdisjoint(line.modifiers)
