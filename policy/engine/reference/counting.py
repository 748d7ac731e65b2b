"""Counting: from the lines of a visit to the units that their minutes support.

Owns: pools, same-code lines as one, minutes that are not known, the day's stated total, and how a code's units spread over its lines.
Never: knows a method's arithmetic (`methods`).
"""

from collections.abc import Sequence

from policy.engine.facts import line_keys
from policy.engine.outcome import NOBODY
from policy.engine.reference.methods import Allocation, CodeMinutes, allocate, bounds
from policy.engine.reference.state import State
from policy.plan.model import Count
from policy.values import Units

Interval = tuple[Units, Units | None]


def count(state: State) -> None:
    """Gives every line its supported units, or the interval in which they lie, and says where billing differs."""
    pools = _pools(state)
    counted = {i for _, lines, _ in pools for i in lines}
    timed = [(rule, lines) for rule, lines, sure in pools if rule.method != "flat"]
    total = _usable_total(state, timed)
    for rule, lines, sure in pools:
        _pool(state, rule, lines, total, sure)
    _whole_day(state, timed)
    _days(state, counted)
    for i, line in enumerate(state.visit.lines):
        known = state.lines[i]
        if i not in counted and state.plan.day_statement(line.code) is None and known.gated is not True:
            state.doubt(NOBODY, "unclassified", (i,), "deny")
        if known.gated is True:
            known.supported = known.support_low = known.support_high = 0
        _claim(state, i)


def _pools(state: State) -> list[tuple[Count, tuple[int, ...], bool]]:
    """Each count's pools of lines, in claim order; the last part is false when a line's pool is not known."""
    pools: list[tuple[Count, tuple[int, ...], bool]] = []
    for rule in state.plan.counts:
        lines = [
            i
            for i, line in enumerate(state.visit.lines)
            if line.code in rule.codes and state.lines[i].gated is not True
        ]
        columns = [line_keys(key, state.visit) for key in rule.pool]
        keys = [tuple(column[i] for column in columns) for i in range(len(state.visit.lines))]
        if any(None in keys[i] for i in lines):
            pools.append((rule, tuple(lines), False))
            continue
        groups: dict[tuple[str | None, ...], list[int]] = {}
        for i in lines:
            groups.setdefault(keys[i], []).append(i)
        pools += [(rule, tuple(group), True) for group in groups.values()]
    return pools


def _usable_total(state: State, timed: Sequence[tuple[Count, tuple[int, ...]]]) -> int | None:
    """The day's stated timed minutes, when they are about one pool and every line of it surely counts."""
    if len(timed) != 1:
        return None
    codes = timed[0][0].codes
    stopped = any(
        known.gated is not False
        for known, line in zip(state.lines, state.visit.lines, strict=True)
        if line.code in codes
    )
    return None if stopped else state.visit.timed_minutes


def _whole_day(state: State, timed: Sequence[tuple[Count, tuple[int, ...]]]) -> None:
    """A stated total that is not the sum of the lines' minutes is a finding; the lines' minutes are what was counted.

    The total may hold the minutes of a line that a gate stopped, so that then only a sum above it is surely wrong.
    """
    stated = state.visit.timed_minutes
    lines = tuple(sorted(i for _, group in timed for i in group))
    minutes = [state.visit.lines[i].minutes for i in lines]
    if stated is None or not lines or any(state.lines[i].gated is None for i in lines):
        return
    known = sum(m for m in minutes if m is not None)
    stopped = any(line.gated is not False for line in state.lines)
    if known > stated or (None not in minutes and known != stated and not stopped):
        state.say(timed[0][0].at, "total disagrees", "review", lines, None, (known, stated))


def _pool(state: State, rule: Count, lines: tuple[int, ...], total: int | None, sure: bool) -> None:
    if rule.method == "flat":
        _flat(state, rule, lines, sure)
        return
    groups = _by_code(state, lines)
    codes = [_code(state, group) for group in groups.values()]
    unknown = [k for k, code in enumerate(codes) if code.minutes is None]
    if len(unknown) == 1 and total is not None:
        rest = sum(code.known for k, code in enumerate(codes) if k != unknown[0])
        if total - rest >= codes[unknown[0]].known:
            lone = codes[unknown[0]]
            codes[unknown[0]] = CodeMinutes(lone.code, total - rest, total - rest, lone.billed)
            unknown = []
    if not unknown and sure:
        allocation = allocate(rule, codes)
        _counted(state, rule, lines, codes, allocation)
        for group, units in zip(groups.values(), allocation.units, strict=True):
            _spread(state, group, units, units)
    elif (
        total is not None
        and sure
        and rule.method == "total"
        and all(state.visit.lines[i].minutes is None for i in lines)
    ):
        _by_total(state, rule, lines, total, list(groups.values()))
    else:
        for group, code in zip(groups.values(), codes, strict=True):
            # A code on several lines whose pools are not known may be counted in one or in two.
            _spread(state, group, *(bounds(rule, code) if sure or len(group) == 1 else (0, None)), _block(rule))
        if total is not None and sure and rule.method == "total":
            _too_many(state, rule, lines, total)
    for i in lines:
        _compare(state, rule.at, i)


def _by_code(state: State, lines: Sequence[int]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for i in lines:
        groups.setdefault(state.visit.lines[i].code, []).append(i)
    return groups


def _code(state: State, group: Sequence[int]) -> CodeMinutes:
    lines = [state.visit.lines[i] for i in group]
    minutes = [None if state.lines[i].gated is None else state.visit.lines[i].minutes for i in group]
    known = sum(m for m in minutes if m is not None)
    billed = [line.units for line in lines if line.units is not None]
    return CodeMinutes(lines[0].code, None if None in minutes else known, known, sum(billed) if billed else None)


def _counted(
    state: State, rule: Count, lines: tuple[int, ...], codes: Sequence[CodeMinutes], allocation: Allocation
) -> None:
    each = tuple((code.code, code.minutes, units) for code, units in zip(codes, allocation.units, strict=True))
    tied = (tuple(codes[k].code for k in allocation.tied), len(allocation.placed)) if allocation.tied else ()
    total = sum(code.known for code in codes)
    state.say(rule.at, "counted", "note", lines, None, (total, allocation.total, each, tied))


def _by_total(state: State, rule: Count, lines: tuple[int, ...], total: int, groups: Sequence[Sequence[int]]) -> None:
    """No line has minutes of its own; the day's total decides the day's units, and what was billed says where they lie."""
    assert rule.steps is not None
    units = rule.steps.reached(total)
    state.say(rule.at, "counted", "note", lines, None, (total, units, (), ()))
    billed = [state.visit.lines[i].units for i in lines]
    claimed = sum(b for b in billed if b is not None)
    if units == 0 or len(groups) == 1:
        for group in groups:
            _spread(state, group, units, units)
    elif None not in billed and claimed <= units:
        for i, own in zip(lines, billed, strict=True):
            state.lines[i].support_low, state.lines[i].support_high = own or 0, own
        if claimed < units:
            state.say(rule.at, "day underbilled", "note", lines, units - claimed, (claimed, total, units))
    else:
        for i in lines:
            state.lines[i].support_high = units
        _too_many(state, rule, lines, total)


def _too_many(state: State, rule: Count, lines: tuple[int, ...], total: int) -> None:
    """More billed in all than the day's stated total supports, whichever lines it is on."""
    assert rule.steps is not None
    units = rule.steps.reached(total)
    claimed = sum(state.visit.lines[i].units or 0 for i in lines)
    if claimed > units:
        state.say(rule.at, "day overbilled", "reduce", lines, claimed - units, (claimed, total, units))


def _block(rule: Count) -> int:
    """Minutes of a whole block of a method."""
    for method in (rule, *rule.methods):
        if method.steps is not None:
            return method.steps.of
    return rule.decimal.of if rule.decimal is not None else 15


def _flat(state: State, rule: Count, lines: tuple[int, ...], sure: bool) -> None:
    """So many units for the pool, whatever its minutes: on the lines that bill, in claim order, else on the first."""
    if _whole(state, lines, rule.units, sure):
        state.say(rule.at, "counted", "note", lines, None, (None, rule.units, (), ()))
    for i in lines:
        _compare(state, rule.at, i)


def _days(state: State, counted: set[int]) -> None:
    """Untimed codes: one unit a day for each discipline, whatever the minutes."""
    disciplines = line_keys("discipline", state.visit)
    groups: dict[tuple[str, str | None], list[int]] = {}
    for i, line in enumerate(state.visit.lines):
        if i not in counted and state.lines[i].gated is not True and state.plan.day_statement(line.code) is not None:
            groups.setdefault((line.code, disciplines[i]), []).append(i)
    unknown = {code for code, discipline in groups if discipline is None}
    for (code, _), group in groups.items():
        alone = sum(1 for other, _ in groups if other == code) == 1 and len(group) == 1
        _whole(state, group, 1, alone or code not in unknown)
        at = state.plan.day_statement(code)
        for i in group:
            _compare(state, at if at is not None else NOBODY, i)


def _whole(state: State, group: Sequence[int], units: Units, sure: bool) -> bool:
    """Spreads units that no minutes decide. Where a line may not count, or its pool is not known, each may have any of them."""
    if sure and all(state.lines[i].gated is False for i in group):
        _spread(state, group, units, units)
        return True
    for i in group:
        state.lines[i].support_low, state.lines[i].support_high = 0, units
    return False


def _spread(state: State, group: Sequence[int], low: Units, high: Units | None, of: int | None = None) -> None:
    """A code's units over its lines: up to what each line billed, in claim order.

    The rest goes to the lines that billed nothing yet, by their whole blocks of `of` minutes first and then their remainders, or,
    when all lines billed, to the first.
    """
    lows = _shares(state, group, low, of)
    highs = _shares(state, group, high, of) if high is not None else None
    for k, i in enumerate(group):
        if lows is None or (high is not None and highs is None):
            state.lines[i].support_low, state.lines[i].support_high = 0, high
        else:
            state.lines[i].support_low = lows[k]
            state.lines[i].support_high = highs[k] if highs is not None else None


def _shares(state: State, group: Sequence[int], units: Units, of: int | None) -> list[Units] | None:
    """Each line's share; `None` when it depends on minutes that are not known."""
    lines = [state.visit.lines[i] for i in group]
    if len(group) == 1:
        return [units]
    shares: list[Units] = []
    left = units
    for line in lines:
        shares.append(min(line.units or 0, left))
        left -= shares[-1]
    unbilled = [k for k, line in enumerate(lines) if line.units is None] or [0]
    if left <= 0 or of is None or len(unbilled) == 1:
        shares[unbilled[0]] += left
        return shares
    minutes = [lines[k].minutes for k in unbilled]
    if None in minutes:
        return None
    known = {k: m or 0 for k, m in zip(unbilled, minutes, strict=True)}
    for k, m in known.items():
        blocks = min(m // of, left)
        shares[k] += blocks
        left -= blocks
    for k in sorted(known, key=lambda k: (-(known[k] % of), k)):
        extra = min(left, 1)
        shares[k] += extra
        left -= extra
    shares[unbilled[0]] += left
    return shares


def _compare(state: State, at: int, i: int) -> None:
    """Says how a line's billing stands to what is supported."""
    known, billed = state.lines[i], state.visit.lines[i].units
    if known.gated is None:
        known.support_low = 0
    low, high = known.support_low, known.support_high
    if high is not None and low == high:
        known.supported = high
        if billed is None:
            if high == 0:
                state.say(at, "no unit", "note", (i,), None, (state.visit.lines[i].minutes,))
        elif billed > high:
            state.say(at, "overbilled", "deny" if high == 0 else "reduce", (i,), billed - high, (high,))
        elif 0 < billed < high:
            state.say(at, "underbilled", "note", (i,), high - billed, (high,))
    elif billed is not None and billed <= low:
        known.supported = billed
    elif billed is not None and high is not None and billed > high:
        state.say(at, "overbilled", "reduce" if high else "deny", (i,), billed - high, (high,))
        state.doubt(at, "units unknown", (i,), "deny")
    else:
        state.doubt(at, "units unknown", (i,), "deny")


def _claim(state: State, i: int) -> None:
    """What can still be allowed: the supported units, and no more than was billed."""
    known, billed = state.lines[i], state.visit.lines[i].units
    if known.supported is not None:
        known.low = known.high = known.supported if billed is None else min(billed, known.supported)
        return
    known.low, known.high = known.support_low, known.support_high
    if billed is not None:
        known.cap(billed)
