"""From decoded rows to visits that can be read: grouping, line numbers, facts of the visit, and what is wrong.

Owns: every reason for which a row is refused.
Never: decodes a cell, and never reads a value of one into a reason.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import attrs
import numpy as np

from policy.claims.fields import MAX_LINES
from policy.columns.agreeing import agreed
from policy.columns.asked import Asked
from policy.columns.column import Bools, Cells, Column, Ints
from policy.columns.grouping import Grouping, grouped, in_order, ordered, pack
from policy.columns.ids import Ids
from policy.columns.keys import key_of, keys_of
from policy.columns.lines import Lines
from policy.columns.refused import Problems, Refusals


@attrs.frozen(eq=False)
class Checked:
    """What can be read: the visits and what is said of them; and what cannot."""

    grouping: Grouping
    visit: Mapping[str, Column]
    """Fields of the visit, a value a visit, but for those in `ids`."""
    ids: Mapping[str, Ids]
    """Fields of the visit that are the same on all lines of each."""
    facts: Mapping[str, Column]
    """Facts of the visit without a field, by path."""
    elements: Mapping[str, Column] | None
    recorded: Bools | None
    policies: Column | None
    row_policies: Column | None
    """The policies of every row of the table."""
    refused: Refusals


def checked(lines: Lines, asked: Asked) -> Checked:
    """Groups the rows, takes the facts of the visit from its lines, and sorts out visits with a problem."""
    keys = keys_of(lines, asked)
    claim, number = lines.line.get("claim"), lines.line.get("line")
    low = None if number is None else _low(number.column)
    grouping = grouped(keys.keys, keys.rows, len(keys.rows) == lines.count, low)
    grouping = ordered(grouping, key_of(claim) if claim is not None else None, low)

    problems = Problems()
    visit: dict[str, Column] = {}
    ids: dict[str, Ids] = {}
    for name, cells in lines.visit.items():
        if name == "policy":
            continue
        if isinstance(cells, Ids) and (name in keys.fields or _same(cells, grouping)):
            ids[name] = cells
        elif name in keys.fields:
            visit[name] = cells.column.take(grouping.heads)
        else:
            visit[name], differ = agreed(cells.column, grouping)
            problems.of_visits(np.flatnonzero(differ), _DISAGREE.format(cells.name))
    facts: dict[str, Column] = {}
    elements: dict[str, Column] = {}
    of_visits = {path: cells for path, (fact, cells) in lines.facts.items() if not fact.of_line}
    for table, into in ((of_visits, facts), (lines.elements, elements)):
        for name, own in table.items():
            into[name], differ = agreed(own.column, grouping)
            problems.of_visits(np.flatnonzero(differ), _DISAGREE.format(own.name))
    _check_lengths(grouping, problems)
    _check_cells(lines, grouping, problems)
    _check_pairs(lines, grouping, problems)
    policies = keys.policies.take(grouping.heads) if keys.policies is not None else None
    found = Checked(
        grouping,
        visit,
        ids,
        facts,
        elements if lines.elements else None,
        None,
        policies,
        keys.policies,
        _refusals(keys.refused),
    )
    if problems:
        found = _kept(found, problems, line_numbers(lines, grouping))
    return _documented(found)


_DISAGREE: Final = "lines of one visit disagree on `{}`"


def _same(ids: Ids, grouping: Grouping) -> bool:
    """Whether ids are the same on all lines of each visit."""
    changes = ids.changes if grouping.plain else ids.changed(grouping.rows)
    return not (changes & grouping.inside()).any()


def _low(column: Column) -> Ints:
    """The values for ordering, those that are not given first."""
    return column.values if column.known is None else np.where(column.known, column.values, -1)


def line_numbers(lines: Lines, grouping: Grouping) -> Ints:
    """Line numbers: as given, the position where they are not, and 1, 2, 3 … in visits where a number comes twice."""
    cells = lines.line.get("line")
    inside = grouping.inside()
    if cells is not None and cells.column.known is None:
        numbers = grouping.take(cells.column.values)
        if ((numbers[1:] > numbers[:-1]) | ~inside).all():
            return numbers
    position: Ints = np.arange(len(grouping.rows)) - grouping.each(grouping.offsets[:-1]) + 1
    if cells is None:
        return position
    numbers = grouping.take(cells.column.values)
    if cells.column.known is not None:
        numbers = np.where(grouping.take(cells.column.known), numbers, position)
    visit = grouping.each(np.arange(grouping.visits))
    order, packed = in_order(pack([visit, numbers]))
    repeated = np.zeros(grouping.visits, np.bool_)
    repeated[visit[order[1:][packed[1:] == packed[:-1]]]] = True
    return np.where(repeated[visit], position, numbers)


def _check_lengths(grouping: Grouping, problems: Problems) -> None:
    too_many = np.flatnonzero(np.diff(grouping.offsets) > MAX_LINES)
    problems.only_of_visits(too_many, f"a visit has 1 to {MAX_LINES} lines, and this one has more")


def _every(lines: Lines) -> Iterator[tuple[Cells, bool]]:
    """All columns, each with whether it is of the line."""
    for cells in lines.visit.values():
        if not isinstance(cells, Ids):
            yield cells, False
    for cells in lines.line.values():
        if not isinstance(cells, Ids):
            yield cells, True
    yield from ((own, True) for own in (*(lines.modifiers or ()), *lines.diagnoses))
    yield from ((own, fact.of_line) for fact, own in lines.facts.values())
    yield from ((own, False) for own in lines.elements.values())


def _check_cells(lines: Lines, grouping: Grouping, problems: Problems) -> None:
    """Cells that were refused, lines without a code, and visits of which no line states a date.

    (Where visits have no id of their own, a row without a date is of no visit.)
    """
    code, date = lines.line["code"], lines.visit["date"]
    every = list(_every(lines))
    if code.column.known is None and date.column.known is None and all(cells.bad is None for cells, _ in every):
        return
    place = np.full(lines.count, -1)
    place[grouping.rows] = np.arange(len(grouping.rows))
    for cells, of_line in every:
        for k, message in enumerate(cells.bad.messages if cells.bad is not None else ()):
            assert cells.bad is not None
            at = place[cells.bad.rows[cells.bad.why == k]]
            _say(at[at >= 0], of_line, message, grouping, problems)
    empty = _empty(code)
    _say(np.flatnonzero(empty[grouping.rows]), True, f"`{code.name}` is missing", grouping, problems)
    without = (
        np.logical_and.reduceat(_empty(date)[grouping.rows], grouping.offsets[:-1]) if grouping.visits else empty[:0]
    )
    problems.of_visits(np.flatnonzero(without), f"`{date.name}` is missing")


def _say(positions: Ints, of_line: bool, text: str, grouping: Grouping, problems: Problems) -> None:
    if of_line:
        problems.of_lines(positions, text)
    else:
        problems.of_visits(np.unique(grouping.of(positions)), text)


def _empty(cells: Cells | Ids) -> Bools:
    """Cells that hold nothing; a refused one holds something."""
    known = cells.column.known
    empty = np.zeros(len(cells.column.values), np.bool_) if known is None else ~known
    if cells.bad is not None:
        empty[cells.bad.rows] = False
    return empty


def _check_pairs(lines: Lines, grouping: Grouping, problems: Problems) -> None:
    """Times that run backwards, and an assistant's minutes beyond the line's."""
    for one, words, other in (("end", "is before", "start"), ("assistant_minutes", "is more than", "minutes")):
        if one in lines.line and other in lines.line:
            a, b = lines.line[one], lines.line[other]
            wrong = np.less(a.column.values, b.column.values) if one == "end" else a.column.values > b.column.values
            for cells in (a, b):
                if cells.column.known is not None:
                    wrong &= cells.column.known
            if wrong.any():
                problems.of_lines(np.flatnonzero(grouping.take(wrong)), f"`{a.name}` {words} `{b.name}`")


def _refusals(refused: tuple[Ints, Ints, tuple[str, ...]]) -> Refusals:
    rows, reasons, words = refused
    return Refusals(rows, reasons.astype(np.int32), words)


def _kept(found: Checked, problems: Problems, numbers: Ints) -> Checked:
    """What is left without the visits that have a problem; their rows are refused."""
    grouping, refused = found.grouping, found.refused
    wrong, why, words = problems.told(grouping, numbers)
    keep = np.ones(grouping.visits, np.bool_)
    keep[wrong] = False
    reason = np.zeros(grouping.visits, np.int32)
    reason[wrong] = why + len(refused.words)
    out = grouping.each(~keep)
    rows = np.concatenate([refused.rows, grouping.rows[out]])
    reasons = np.concatenate([refused.reasons, grouping.each(reason)[out]])
    order = np.argsort(rows, kind="stable")
    at = np.flatnonzero(keep)

    def some(columns: Mapping[str, Column]) -> dict[str, Column]:
        return {name: column.take(at) for name, column in columns.items()}

    return attrs.evolve(
        found,
        grouping=grouping.kept(keep),
        visit=some(found.visit),
        facts=some(found.facts),
        elements=some(found.elements) if found.elements is not None else None,
        policies=found.policies.take(at) if found.policies is not None else None,
        refused=Refusals(rows[order], reasons[order], (*refused.words, *words)),
    )


def _documented(found: Checked) -> Checked:
    """Elements are known where they are documented (an empty word says that one is not); a filled one makes a record."""
    if found.elements is None:
        return found
    recorded = np.zeros(found.grouping.visits, np.bool_)
    elements = {}
    for name, column in found.elements.items():
        recorded |= True if column.known is None else column.known
        if column.words is not None and "" in column.words:
            known = column.values != column.words.index("")
            known &= True if column.known is None else column.known
            column = Column(np.where(known, column.values, 0), known, column.words)
        elements[name] = column
    return attrs.evolve(found, elements=elements, recorded=recorded)
