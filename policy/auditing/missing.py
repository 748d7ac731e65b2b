"""The parts of the page about what is not known: facts to collect next, lines that were not decided, figures that had to be left out.

Owns: the ranking of missing facts, and the column in which each is given.
Never: repeats a value of a claim.
"""

from collections.abc import Mapping
from typing import Final

from policy.auditing.attribution import WAITING
from policy.auditing.audited import Audited
from policy.auditing.model import Cell, Section, Table, count, number, of_money, of_units
from policy.columns.layout import FIELDS, column_for

_LEFT_OUT: Final[Mapping[str, str]] = {
    "claim": "the claims behind each figure are listed by visit, or not at all",
    "units": "no units, and no money, can be taken away",
    "minutes": "units cannot be counted; short units and long days are left out",
    "line.provider": "figures by rendering provider, overlapping times, long days and short units are left out",
    "provider": "figures by billing provider are left out",
    "start": "overlapping times are left out",
    "end": "overlapping times are left out",
}
"""What an audit cannot tell without a field."""


def ranked(audited: Audited) -> list[tuple[str, dict[str, int]]]:
    """The facts that undetermined lines wait for, by money, units and lines."""
    found = ((fact, sums) for (fact,), sums in audited.figures.missing.rows())
    return sorted(found, key=lambda row: (-row[1]["cents"], -row[1]["units"], -row[1]["lines"], row[0]))


def facts(audited: Audited) -> Table | None:
    """What to collect next: facts that would settle undetermined lines, by money, units and lines."""
    rows = ranked(audited)
    if not rows:
        return None
    largest = max(sums["cents"] for _, sums in rows)
    books = [audited.book(policy) for policy in audited.programs]
    cells = []
    for fact, sums in rows:
        title = next((found for book in books if (found := book.fact(fact))), "")
        row = [Cell(fact, note=title), Cell(given_as(fact, tables=audited.columns is not None)), number(sums["lines"]),
               number(sums["alone"]), of_units(sums["units"])]  # fmt: skip
        row += [of_money(sums["cents"], largest, WAITING)] if audited.has_money else []
        cells.append(row)
    columns = (
        "Fact",
        "Give it as",
        "Lines that wait for it",
        "For nothing else",
        "Units",
        *(("Money",) if audited.has_money else ()),
    )
    more = "A line that waits for several facts stands under each of them."
    return Table("collect", "What to collect next", columns, cells, frozenset(columns[2:]), more)


def given_as(path: str, *, tables: bool) -> str:
    """The column, or the key of a visit, that gives a fact."""
    if path.startswith("table "):
        return "policy tables import"
    if path.startswith("amount of "):
        return "a price, see the policy's rates"
    if path == "patient.history" or path.startswith("history."):
        return "earlier lines of the patient"
    return column_for(path) if tables else path.removeprefix("line.").removeprefix("visit.")


def left_out(audited: Audited) -> Section:
    """Lines that were not decided, and what the figures lack."""
    tables, outro = [], []
    rejected = [[Cell(why), number(sums["lines"])] for (why,), sums in audited.figures.rejected.rows()]
    rejected += [[Cell(why), number(visits)] for why, visits in audited.unread.items()]
    rejected.sort(key=lambda row: (-int(row[1].sort or 0), row[0].text))
    what = "Lines" if audited.columns is not None else "Visits"
    if rejected:
        tables.append(
            Table("rejected", f"{what} that were not decided, by reason", ("Why", what), rejected, frozenset({what}))
        )
    parts = [[Cell(one.name), Cell(one.left_out), Cell(f"{one.lines:,}" if one.lines is not None else "?", one.lines)]
             for one in audited.inputs if one.left_out is not None]  # fmt: skip
    if parts:
        tables.append(
            Table("unreadable", "Files that could not be read", ("File", "Why", "Lines"), parts, frozenset({"Lines"}))
        )
    gone = _gone(audited)
    if gone:
        columns = ("Not in the table", "Column to give", "What follows")
        tables.append(Table("lacking", "What the table does not say", columns, gone))
    for (field,), sums in audited.figures.unread.rows():
        outro.append(
            f"{count(sums['cells'], 'cell')} of `{field}` that no policy asked for could not be read, and count as not given."
        )
    tied = audited.totals["tied_lines"] if audited.figures.decided else 0
    if tied:
        outro.append(
            f"On {count(tied, 'line')} a unit may as well stand on another code with an equal remainder; the provider chooses."
        )
    if not tables and not outro:
        outro.append("Every line was decided, and nothing that an audit asks for is missing.")
    return Section("left-out", "Not decided, not known", (), tables, outro=outro)


def _gone(audited: Audited) -> list[list[Cell]]:
    if audited.columns is None:
        return []
    fields = {audited.money: "money is left out", **_LEFT_OUT}
    return [
        [Cell(field.removeprefix("line.")), Cell(FIELDS[field][0]), Cell(follows)]
        for field, follows in fields.items()
        if field not in audited.columns
    ]
