"""Limits whose maximum stands in a reference table, code by code.

Owns: the maximum of each code on the date, per line (MAI 1) or per day (MAI 2 and 3); what is so whichever setting the visit has.
Never: judges a maximum; each code is a limit of its own, judged as any other (`limits`).
"""

from collections.abc import Sequence

import attrs

from policy.engine.expressions import absent
from policy.engine.outcome import Event
from policy.engine.reference.limits import DENIALS, limit, member
from policy.engine.reference.state import State
from policy.engine.reference.table_pairs import Missing, tell_missing
from policy.engine.tables import Answers
from policy.engine.windows import earlier
from policy.plan.tables import TableLimit
from policy.tables.lookup import Answer

PER_LINE = frozenset({1, None})
"""MUE adjudication indicators by which a line is judged. Edits from before the indicators came were judged by the line."""


def table_limit(state: State, rule: TableLimit, answers: Answers) -> None:
    """Judges the codes of the visit one by one. A code without a row has no maximum; without a table nobody knows."""
    codes: dict[str, list[int]] = {}
    for i, line in enumerate(state.visit.lines):
        if (rule.codes is None or line.code in rule.codes) and member(state, rule.limit, i) is not False:
            codes.setdefault(line.code, []).append(i)
    missing: Missing = {}
    for code, about in codes.items():
        if absent(rule.given, state.visit, state.visit.lines[about[0]]) or _within(state, rule, 0, about):
            continue
        _code(state, rule, answers, code, about, missing)
    tell_missing(state, rule.at, missing, would(rule))


def would(rule: TableLimit) -> str:
    """What follows where the maximum is passed."""
    return "deny" if rule.limit.excess in DENIALS else rule.limit.excess


def _code(state: State, rule: TableLimit, answers: Answers, code: str, about: list[int], missing: Missing) -> None:
    settings = rule.table.settings(state.visit.setting)
    found = [answers.most(rule.table, setting, state.visit.date, code) for setting in settings]
    for row, table in found:
        if table is None:
            missing.setdefault((str(row.kind), row.setting, row.part, row.here), []).extend(about)
        else:
            state.asked[table.name] = table.digest
    known = [answer for answer in found if answer.table is not None]
    if not known:
        return
    alike = {None if row is None else (row.units, row.mai) for row, _ in known}
    if len(alike) == 1 and len(known) == len(found):
        _judge(state, rule, answers, code, known, about)
    elif alike != {None}:
        _either(state, rule, answers, code, known, about)


def _judge(
    state: State, rule: TableLimit, answers: Answers, code: str, said: Sequence[Answer], about: Sequence[int]
) -> None:
    """The limit that one row makes; several tables may have said the same."""
    row = said[0].row
    if row is None or _within(state, rule, row.units, about):
        return
    own = answers.limit(rule, code, row.units, per_line=row.mai in PER_LINE)
    start = len(state.events)
    limit(state, own)
    names = " and ".join(answer.table.name for answer in said if answer.table is not None)
    state.events[start:] = [_told(event, row.units, row.mai, names) for event in state.events[start:]]


def _within(state: State, rule: TableLimit, most: int, about: Sequence[int]) -> bool:
    """A proof that the code's lines together are within the maximum, for the visits that most claims are."""
    if rule.limit.counting != "billed" or earlier(rule.limit.window, state.visit):
        return False
    units = [state.visit.lines[i].units for i in about]
    return None not in units and sum(one for one in units if one is not None) <= most


def _told(event: Event, most: int, mai: int | None, names: str) -> Event:
    """The event of the limit, with what the table says of it."""
    at, _, effect, lines, units, args = event
    return at, "table limit", effect, lines, units, (args[0], most, mai, names, *args[2:])


def _either(
    state: State, rule: TableLimit, answers: Answers, code: str, known: Sequence[Answer], about: Sequence[int]
) -> None:
    """The setting is not given, and settings differ: what holds under each of them holds, all else is in doubt."""
    worlds = []
    for answer in known:
        world = State(state.plan, state.visit, [attrs.evolve(line) for line in state.lines])
        _judge(world, rule, answers, code, [answer], about)
        worlds.append(world)
    first, *others = worlds
    same = all(_plain(other.events) == _plain(first.events) and other.lines == first.lines for other in others)
    if same and len(worlds) == len(rule.table.settings(state.visit.setting)):
        state.events += first.events
        state.lines[:] = first.lines
        return
    touched = sorted({i for world in worlds for event in world.events for i in event[3]})
    if not touched:
        return
    state.doubt(rule.at, "table limit", tuple(touched), would(rule), (None, None, None, ""))
    for i, line in enumerate(state.lines):
        line.low = min(world.lines[i].low for world in worlds)


def _plain(events: Sequence[Event]) -> list[tuple[object, ...]]:
    """Events without the table's own numbers."""
    return [event[:5] for event in events]
