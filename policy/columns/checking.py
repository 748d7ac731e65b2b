"""From decoded rows to visits that can be read: grouping, line numbers, facts of the visit, and what is wrong.

Owns: every reason for which a row is refused.
Never: decodes a cell, and never reads a value of one into a reason.
"""

from collections.abc import Iterator, Mapping

import attrs
import numpy as np

from policy.claims.fields import MAX_LINES
from policy.columns.agreeing import agreed
from policy.columns.asked import Asked
from policy.columns.column import Bools, Cells, Column, Ints
from policy.columns.grouping import Grouping, grouped, ordered
from policy.columns.keys import Keys, keys_of, ranks
from policy.columns.lines import Lines
from policy.columns.refused import Problems, Refusals


@attrs.frozen(eq=False)
class Checked:
    """What can be read: the visits, their line numbers and facts; and what cannot."""

    grouping: Grouping
    numbers: Ints
    visit: Mapping[str, Column]
    """Fields of the visit, a value a visit."""
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
    number = lines.line.get("line")
    grouping = grouped(keys.ids, keys.rows)
    orders = [ranks(lines.line["claim"])] if "claim" in lines.line else []
    if number is not None:
        orders.append(_low(number.column))
    grouping = ordered(grouping, orders)
    numbers = _numbers(number.column if number is not None else None, grouping)

    problems = Problems()
    visit: dict[str, Column] = {}
    facts: dict[str, Column] = {}
    elements: dict[str, Column] = {}
    for table, into in (
        (lines.visit, visit),
        ({path: cells for path, (fact, cells) in lines.facts.items() if not fact.of_line}, facts),
        (lines.elements, elements),
    ):
        for name, cells in table.items():
            if name != "policy":
                into[name], differ = agreed(cells.column, grouping)
                problems.of_visits(np.flatnonzero(differ), f"lines of one visit disagree on `{cells.name}`")
    _check_lengths(grouping, problems)
    _check_cells(lines, grouping, problems)
    _check_pairs(lines, grouping, problems)
    policies = keys.policies.take(grouping.rows[grouping.offsets[:-1]]) if keys.policies is not None else None
    return _kept(keys, grouping, numbers, visit, facts, elements, policies, problems, bool(lines.elements))


def _low(column: Column) -> Ints:
    """The values for ordering, those that are not given first."""
    return column.values if column.known is None else np.where(column.known, column.values, -1)


def _numbers(column: Column | None, grouping: Grouping) -> Ints:
    """Line numbers: as given, the position where they are not, and 1, 2, 3 … in visits where a number comes twice."""
    lengths = np.diff(grouping.offsets)
    visit = np.repeat(np.arange(grouping.visits), lengths)
    position = np.arange(len(grouping.rows)) - grouping.offsets[:-1][visit] + 1
    if column is None:
        return position
    numbers: Ints = column.values[grouping.rows]
    if column.known is not None:
        numbers = np.where(column.known[grouping.rows], numbers, position)
    if ((numbers[1:] > numbers[:-1]) | (visit[1:] != visit[:-1])).all():
        return numbers
    order = np.lexsort((numbers, visit))
    same = (visit[order][1:] == visit[order][:-1]) & (numbers[order][1:] == numbers[order][:-1])
    repeated = np.zeros(grouping.visits, np.bool_)
    repeated[visit[order][1:][same]] = True
    return np.where(repeated[visit], position, numbers)


def _check_lengths(grouping: Grouping, problems: Problems) -> None:
    too_many = np.flatnonzero(np.diff(grouping.offsets) > MAX_LINES)
    problems.only_of_visits(too_many, f"a visit has 1 to {MAX_LINES} lines, and this one has more")


def _every(lines: Lines) -> Iterator[tuple[Cells, bool]]:
    """All columns, each with whether it is of the line."""
    for cells in lines.visit.values():
        yield cells, False
    for cells in lines.line.values():
        yield cells, True
    for cells in (*(lines.modifiers or ()), *lines.diagnoses):
        yield cells, True
    for fact, cells in lines.facts.values():
        yield cells, fact.of_line
    for cells in lines.elements.values():
        yield cells, False


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
            _say(at[at >= 0], of_line, f"`{cells.name}` {message}", grouping, problems)
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


def _empty(cells: Cells) -> Bools:
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
                problems.of_lines(np.flatnonzero(wrong[grouping.rows]), f"`{a.name}` {words} `{b.name}`")


def _kept(
    keys: Keys, grouping: Grouping, numbers: Ints, visit: Mapping[str, Column], facts: Mapping[str, Column], elements: Mapping[str, Column],
    policies: Column | None, problems: Problems, has_elements: bool,
) -> Checked:  # fmt: skip
    rows, reasons, words = keys.refused
    if problems:
        lengths = np.diff(grouping.offsets)
        wrong, why, more = problems.told(grouping, numbers)
        keep = np.ones(grouping.visits, np.bool_)
        keep[wrong] = False
        reason = np.zeros(grouping.visits, np.int64)
        reason[wrong] = why + len(words)
        out = np.repeat(~keep, lengths)
        rows = np.concatenate([rows, grouping.rows[out]])
        reasons = np.concatenate([reasons, np.repeat(reason, lengths)[out]])
        words = (*words, *more)
        grouping, numbers = grouping.kept(keep), numbers[~out]
        at = np.flatnonzero(keep)
        visit = {name: column.take(at) for name, column in visit.items()}
        facts = {name: column.take(at) for name, column in facts.items()}
        elements = {name: column.take(at) for name, column in elements.items()}
        policies = policies.take(at) if policies is not None else None
    order = np.argsort(rows, kind="stable")
    refused = Refusals(rows[order], reasons[order].astype(np.int32), words)
    recorded = None
    if has_elements:
        recorded = np.zeros(grouping.visits, np.bool_)
        for column in elements.values():
            recorded |= True if column.known is None else column.known
        elements = {name: _documented(column) for name, column in elements.items()}
    return Checked(
        grouping, numbers, visit, facts, elements if has_elements else None, recorded, policies, keys.policies, refused
    )


def _documented(column: Column) -> Column:
    """An element is known where it is documented; an empty word says that it is not."""
    if column.words is None or "" not in column.words:
        return column
    known = column.values != column.words.index("")
    if column.known is not None:
        known &= column.known
    return Column(np.where(known, column.values, 0), known, column.words)
