"""Code pairs that stand in a reference table.

Owns: when a pair of the table fires, for the setting of the visit or for both; lines that nobody can judge because no table answers.
Never: decides what a release is (`pairs` does). Column two is denied, always: that is what the columns of the table mean.
"""

from collections.abc import Sequence

import attrs

from policy.engine.expressions import absent, truth
from policy.engine.facts import line_keys
from policy.engine.reference.pairs import released_by
from policy.engine.reference.state import State
from policy.engine.tables import Answers
from policy.plan.tables import TablePairs
from policy.tables.model import NoTable
from policy.values import Truth, both, either, negate

Missing = dict[tuple[str, str, bool, str], list[int]]
"""Lines that cannot be judged, by kind, setting, whether a part of the table is here, and what is here."""


@attrs.frozen
class _Verdict:
    """Of one line with one partner: whether it is denied, by which edits, and the tables that are not there."""

    fires: Truth
    edits: tuple[tuple[int, str], ...] = ()
    """(indicator, table) of the edits that were found."""
    gone: tuple[NoTable, ...] = ()


_SILENT = _Verdict(False)


def table_pairs(state: State, rule: TablePairs, answers: Answers) -> None:
    """Denies each line that is column two to another line's code, unless a modifier releases the edit and it may be released."""
    lines = state.visit.lines
    about = [
        i
        for i, line in enumerate(lines)
        if line.code in rule.among and state.lines[i].gated is not True and line.units != 0
    ]
    if len({lines[i].code for i in about}) < 2:
        return
    same = [line_keys(key, state.visit) for key in rule.same]
    missing: Missing = {}
    for i in about:
        line = lines[i]
        if absent(rule.given, state.visit, line):
            continue
        partners = [j for j in about if lines[j].code != line.code]
        verdicts = [(_judged(state, rule, answers, same, i, j), j) for j in partners]
        told = [(verdict, j) for verdict, j in verdicts if verdict.fires is True]
        told += [(verdict, j) for verdict, j in verdicts if verdict.fires is None and verdict.edits]
        if told:
            verdict, j = told[0]
            args = (j, *_of(verdict))
            if verdict.fires:
                units = line.units if line.units is not None else state.lines[i].supported
                state.say(rule.at, "table pair", "deny", (i,), units, args)
                state.lines[i].deny()
                continue
            state.doubt(rule.at, "table pair", (i,), "deny", args)
            state.lines[i].doubt()
        for gone in dict.fromkeys(one for verdict, _ in verdicts for one in verdict.gone):
            held = missing.setdefault((str(gone.kind), gone.setting, gone.part, gone.here), [])
            held += [i] if i not in held else []
    tell_missing(state, rule.at, missing, "deny")


def tell_missing(state: State, at: int, missing: Missing, would: str) -> None:
    """Says of which lines no table speaks; what would be taken from them is not known."""
    for key, about in missing.items():
        state.doubt(at, "no table", tuple(about), would, key)
        if would == "deny":
            for i in about:
                state.lines[i].doubt()


def _of(verdict: _Verdict) -> tuple[object, object]:
    """The indicator (`None` where settings differ) and the tables, to be told."""
    indicators = {indicator for indicator, _ in verdict.edits}
    return indicators.pop() if len(indicators) == 1 else None, " and ".join(name for _, name in verdict.edits)


def _judged(
    state: State, rule: TablePairs, answers: Answers, same: Sequence[Sequence[str | None]], denied: int, partner: int
) -> _Verdict:
    first, second = state.visit.lines[partner], state.visit.lines[denied]
    if any(first.code in one and second.code in two for one, two in rule.exceptions):
        return _SILENT
    may = _may_fire(state, rule, same, denied, partner)
    if may is False:
        return _SILENT
    released: Truth = False
    for release in rule.releases:
        released = either(released, released_by(release, first, second))
    fires: set[Truth] = set()
    edits, gone = [], []
    for setting in rule.table.settings(state.visit.setting):
        row, table = answers.edit(rule.table, setting, state.visit.date, first.code, second.code)
        if table is None:
            gone.append(row)
            continue
        state.asked[table.name] = table.digest
        if row is None or row.column_one != first.code:
            fires.add(False)
            continue
        edits.append((row.indicator, table.name))
        fires.add(may if row.indicator == 0 else both(may, negate(released)))
    certain = len(fires) == 1 and not gone
    verdict = next(iter(fires)) if certain else None
    return _Verdict(verdict, tuple(edits) if fires != {False} else (), tuple(gone))


def _may_fire(state: State, rule: TablePairs, same: Sequence[Sequence[str | None]], denied: int, partner: int) -> Truth:
    """Everything that the policy itself asks of the two lines, releases left out."""
    fires = truth(rule.condition, state.visit, state.visit.lines[denied])
    if state.lines[denied].gated is None or state.lines[partner].gated is None:
        fires = both(fires, None)
    for keys in same:
        fires = both(fires, None if keys[denied] is None or keys[partner] is None else keys[denied] == keys[partner])
    return fires
