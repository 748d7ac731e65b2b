"""Assistants: how many units of each code need the modifier, and how they are billed.

Owns: the lines of a code, who is known to have given them, and the verdict on what was billed with and without the modifier.
Never: divides minutes (`shares`), or reads a limit or a pair: units are as the minutes support them and as they were billed.
"""

from collections.abc import Sequence

import attrs

from policy.engine.expressions import truth
from policy.engine.facts import line_keys
from policy.engine.reference.shares import Shared, alike, over, shared
from policy.engine.reference.state import State
from policy.plan.model import Assistant, Count
from policy.values import Truth, Units, either

Interval = tuple[Units, Units | None]


@attrs.frozen
class _Group:
    """Lines of one code that are counted together. `of`: minutes of a unit, `None` where no minutes make it."""

    code: str
    lines: tuple[int, ...]
    of: int | None
    sure: bool
    """Whether it is known that they are counted together, and that they count."""


@attrs.frozen
class _Need:
    """How many of a code's units need the modifier."""

    plain: Interval
    """The units that may go without it, fewest and most (`None`: not known)."""
    carried: Units | None = None
    """The most units that can need it; `None`: not known."""
    whole: Truth = None
    """True: every unit needs it; false: none does; `None`: some may."""
    known: Shared | None = None
    """The arithmetic, when everything is known."""


def assistants(state: State, rule: Assistant) -> None:
    """Judges one statement, code by code in claim order."""
    groups = _groups(state, rule)
    days = _days(state, rule, groups) if rule.grain == "day" else {}
    for group in groups:
        asked: Truth = False
        for i in group.lines:
            asked = either(asked, truth(rule.condition, state.visit, state.visit.lines[i]))
        if asked is not False:
            _judge(state, rule, group, _need(state, rule, group, days), asked is True)


def _groups(state: State, rule: Assistant) -> list[_Group]:
    visit, plan = state.visit, state.plan
    about = [
        i for i, line in enumerate(visit.lines)
        if (rule.codes is None or line.code in rule.codes) and state.lines[i].gated is not True
    ]  # fmt: skip
    groups: dict[tuple[str, tuple[str | None, ...]], list[int]] = {}
    counts = {
        code: next((c for c in plan.counts if code in c.codes), None) for code in {visit.lines[i].code for i in about}
    }
    for i in about:
        count = counts[visit.lines[i].code]
        keys = tuple(line_keys(key, visit)[i] for key in (count.pool if count is not None else ("discipline",)))
        groups.setdefault((visit.lines[i].code, keys), []).append(i)
    unsure = {code for code, keys in groups if None in keys}
    out = []
    for (code, _), lines in groups.items():
        together = len(lines) == 1 or code not in unsure
        alone = sum(1 for other, _ in groups if other == code) == 1 or code not in unsure
        sure = together and alone and all(state.lines[i].gated is False for i in lines)
        out.append(_Group(code, tuple(lines), _length(counts[code]), sure))
    return out


def _length(count: Count | None) -> int | None:
    """Minutes of a whole unit of a counting method by minutes."""
    for method in (count, *count.methods) if count is not None else ():
        if method.steps is not None:
            return method.steps.of
        if method.decimal is not None:
            return method.decimal.of
    return None


def _minutes(state: State, lines: Sequence[int]) -> tuple[int, int] | None:
    """Minutes of the therapist and of the assistant over some lines; `None` when they are not known."""
    therapist = assistant = 0
    for i in lines:
        line = state.visit.lines[i]
        given = line.assistant_minutes
        if line.minutes is None or (given is None and line.furnished_by not in {"therapist", "assistant"}):
            return None
        given = (
            min(given, line.minutes) if given is not None else line.minutes if line.furnished_by == "assistant" else 0
        )
        therapist += line.minutes - given
        assistant += given
    return therapist, assistant


def _by_one(state: State, lines: Sequence[int]) -> str | None:
    """Who gave all of some lines, whatever their minutes: `therapist` or `assistant`."""
    who = set()
    for i in lines:
        line = state.visit.lines[i]
        given = line.assistant_minutes
        if given is None:
            who.add(line.furnished_by if line.furnished_by in {"therapist", "assistant"} else "")
        elif given == 0:
            who.add("therapist")
        else:
            who.add("assistant" if line.minutes is not None and given >= line.minutes else "")
    return who.pop() if len(who) == 1 else None


def _verdict(state: State, rule: Assistant, lines: Sequence[int]) -> Truth:
    """Whether the assistant's share of some lines is above the stated one."""
    one = _by_one(state, lines)
    if one:
        return one == "assistant"
    known = _minutes(state, lines)
    return None if known is None else over(rule, known[1], known[0])


def _days(state: State, rule: Assistant, groups: Sequence[_Group]) -> dict[int, Truth]:
    """For each line, whether the assistant's share of its discipline's day is above the stated one."""
    lines = sorted(i for group in groups for i in group.lines)
    keys = line_keys("discipline", state.visit)
    if any(keys[i] is None or state.lines[i].gated is None for i in lines):
        one = _by_one(state, lines)
        return dict.fromkeys(lines, one == "assistant" if one else None)
    return {i: _verdict(state, rule, [j for j in lines if keys[j] == keys[i]]) for i in lines}


def _need(state: State, rule: Assistant, group: _Group, days: dict[int, Truth]) -> _Need:
    low, high = _units(state, group.lines)
    one = _by_one(state, group.lines)
    minutes = _minutes(state, group.lines) if group.sure else None
    if one or rule.grain != "unit" or group.of is None:
        if rule.grain == "day":
            more = days[group.lines[0]]
        else:
            more = one == "assistant" if one else _verdict(state, rule, group.lines) if group.sure else None
        return _alike(rule, more, low if low == high else None, minutes)
    if minutes is None or high is None or high - low > 1:
        return _Need((0, high))
    ends = [shared(rule, units, *minutes, group.of) for units in sorted({low, high})]
    plain = [end.units - end.carried for end in ends]
    return _Need((min(plain), max(plain)), max(end.carried for end in ends), None, ends[0] if len(ends) == 1 else None)


def _alike(rule: Assistant, more: Truth, units: Units | None, minutes: tuple[int, int] | None) -> _Need:
    """All units alike: every one needs the modifier, or none does."""
    if more is None:
        return _Need((0, None))
    known = None
    if units is not None and minutes is not None and minutes[1]:
        known = alike(rule, units, more, alone=not minutes[0] and rule.grain != "day")
    return _Need((0, 0 if more else None), None if more else 0, more, known)


def _support(state: State, i: int) -> Interval:
    known = state.lines[i]
    return (known.support_low, known.support_high) if known.supported is None else (known.supported, known.supported)


def _units(state: State, lines: Sequence[int]) -> Interval:
    """The units that the minutes of some lines support."""
    bounds = [_support(state, i) for i in lines]
    highs = [high for _, high in bounds if high is not None]
    return sum(low for low, _ in bounds), sum(highs) if len(highs) == len(bounds) else None


def _claim(state: State, i: int, whole: bool) -> Interval:
    """The units of a line as billed, of those that are supported; with `whole`, as billed where any can be supported."""
    known, billed = state.lines[i], state.visit.lines[i].units
    low, high = _support(state, i)
    if billed is None:
        return low, high
    if whole and known.supported is None and high != 0:
        return billed, billed
    return min(billed, low), billed if high is None else min(billed, high)


def _marked(state: State, rule: Assistant, i: int) -> Truth:
    carried = state.visit.lines[i].modifiers
    return None if carried is None else not rule.wanted(carried).isdisjoint(carried)


def _judge(state: State, rule: Assistant, group: _Group, need: _Need, asked: bool) -> None:
    """Compares what is billed without the modifier with what may be, and what is billed with it with what needs it."""
    marked = {i: _marked(state, rule, i) for i in group.lines}
    claims = {i: _claim(state, i, need.whole is True) for i in group.lines}
    minutes = _minutes(state, group.lines)
    if need.known is not None and minutes is not None and asked:
        arithmetic = (group.code, need.known.units, need.known.carried, *minutes, need.known.steps)
        state.say(rule.at, "shared", "note", group.lines, None, arithmetic)
    if need.whole is not False:
        bare = [i for i in group.lines if marked[i] is False and claims[i][1] != 0]
        perhaps = [i for i in group.lines if marked[i] is not True and claims[i][1] != 0]
        fewest, most = need.plain
        billed = sum(claims[i][0] for i in bare)
        exact = fewest == most and len(bare) == len(perhaps)
        lacking: tuple[int, ...] = ()
        if asked and most is not None and billed > most:
            lacking = _lacking(state, rule, bare, claims, need, (billed, billed - most), exact)
        rest = [i for i in perhaps if i not in lacking]
        if not (lacking and exact) and _more_than(claims, perhaps, fewest) and rest:
            _perhaps(
                state,
                rule,
                rest,
                _more_than(claims, _therapists(state, perhaps), _own_blocks(state, rule, group, fewest)),
            )
    if asked and need.carried is not None:
        _spare(
            state, rule, need.carried, {i: claims[i][0] for i in group.lines if marked[i] is True and claims[i][0] > 0}
        )


def _more_than(claims: dict[int, Interval], lines: Sequence[int], units: Units) -> bool:
    """Whether more than so many units may be billed on some lines."""
    highs = [claims[i][1] for i in lines]
    return None in highs or sum(high for high in highs if high is not None) > units


def _therapists(state: State, lines: Sequence[int]) -> list[int]:
    """Those of some lines that the therapist alone gave, as is known."""
    return [i for i in lines if _by_one(state, (i,)) == "therapist"]


def _own_blocks(state: State, rule: Assistant, group: _Group, fewest: Units) -> Units:
    """The units that go without the modifier whoever gave the other lines: the therapist's whole blocks among them."""
    if not group.sure or group.of is None or rule.grain != "unit":
        return fewest
    own = sum(state.visit.lines[i].minutes or 0 for i in _therapists(state, group.lines)) // group.of
    return max(fewest, min(own, _units(state, group.lines)[0]))


def _lacking(
    state: State, rule: Assistant, bare: list[int], claims: dict[int, Interval], need: _Need, over: tuple[Units, Units], exact: bool
) -> tuple[int, ...]:  # fmt: skip
    """More is billed without the modifier than may be. The lines with most of the assistant's minutes lack it, the last of equals.

    `over`: units billed, and those of them that lack the modifier; not `exact`: there may be more. Gives the lines.
    """
    lines, left = [], over[1]
    for i in sorted(bare, key=lambda i: (-_assistant(state, i), -i)):
        if left > 0:
            lines.append(i)
            left -= claims[i][0]
    about = tuple(sorted(lines))
    carried = need.known.carried if need.known is not None else None
    args = (carried, over[0] if exact else None, _modifiers(state, rule, about))
    state.say(rule.at, "assistant", rule.effect, about, over[1] if exact else None, args)
    if rule.effect == "deny":
        for i in about:
            state.lines[i].deny()
    return about


def _perhaps(state: State, rule: Assistant, bare: list[int], therapists: bool) -> None:
    """Lines that may lack the modifier; those of the therapist alone only where `therapists`."""
    about = tuple(i for i in bare if therapists or _by_one(state, (i,)) != "therapist") or tuple(bare)
    state.doubt(rule.at, "assistant", about, rule.effect, (None, None, _modifiers(state, rule, about)))
    if rule.effect == "deny":
        for i in about:
            state.lines[i].doubt()


def _spare(state: State, rule: Assistant, needed: Units, carried: dict[int, Units]) -> None:
    """More is billed with the modifier than needs it: nothing is denied, but the payer pays the lower share."""
    extra = sum(carried.values()) - needed
    if extra > 0:
        about = tuple(carried)
        state.say(rule.at, "assistant spare", "warn", about, None, (needed, _modifiers(state, rule, about)))


def _assistant(state: State, i: int) -> int:
    known = _minutes(state, (i,))
    return known[1] if known is not None else 0


def _modifiers(state: State, rule: Assistant, lines: Sequence[int]) -> tuple[str, ...]:
    """The modifiers that would mark these lines, as the statement lists them."""
    wanted = {modifier for i in lines for modifier in rule.wanted(state.visit.lines[i].modifiers or ())}
    return tuple(modifier for modifier, _ in rule.marks if modifier in wanted)
