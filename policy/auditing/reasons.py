"""The parts of the page about statements: what takes units, what waits, what was not billed, in tables and in the statements' own words.

Owns: the order of reasons (money first, then units, then lines), and the patterns of denial that they add up to.
Never: counts a unit under two statements.
"""

from collections.abc import Iterable, Sequence
from html import unescape
from typing import Final

import attrs

from policy.auditing.attribution import NOBODY, TAKEN, UNBILLED, WAITING
from policy.auditing.audited import Audited
from policy.auditing.biggest import Line
from policy.auditing.book import PATTERNS, Pattern
from policy.auditing.figures import SHOWN, reason_key
from policy.auditing.model import Card, Cell, Claims, Section, Table, count, money, number, of_money, of_units, units
from policy.catalogue.html import Html

_DID: Final = {
    TAKEN: "{units} taken away{money}, on {lines}",
    WAITING: "{units} waiting{money}, on {lines}",
    UNBILLED: "{units} supported and not billed{money}, on {lines}",
}
_SUMMARIES: Final = {
    TAKEN: "Claims from which it takes units", WAITING: "Claims that wait for it", UNBILLED: "Claims with units to bill",
}  # fmt: skip


@attrs.frozen
class Reason:
    """One statement in one part: lines it spoke of, and the units and cents counted under it."""

    policy: str
    role: str
    statement: str
    pattern: Pattern
    lines: int
    units: int
    cents: int

    @property
    def weight(self) -> tuple[int, int, int, str, str]:
        """What reasons are sorted by, largest first."""
        return -self.cents, -self.units, -self.lines, self.statement, self.policy


def reasons(audited: Audited, role: str) -> list[Reason]:
    """The statements that had a part, largest first."""
    found: dict[tuple[str, str], Reason] = {}
    for (policy, part, tag, statement), sums in audited.figures.reasons.rows():
        if part == role:
            pattern = audited.book(policy).pattern(tag, statement)
            before = found.get((policy, statement)) or Reason(policy, role, statement, pattern, 0, 0, 0)
            found[policy, statement] = attrs.evolve(
                before, lines=before.lines + sums["lines"], units=before.units + sums["units"], cents=before.cents + sums["cents"]
            )  # fmt: skip
    return sorted(found.values(), key=lambda one: one.weight)


@attrs.frozen
class Places:
    """Where on the page each statement stands in full."""

    ids: dict[tuple[str, str], str]

    @staticmethod
    def of(found: Iterable[Reason]) -> "Places":
        keys = dict.fromkeys((one.policy, one.statement) for one in found)
        return Places({key: f"statement-{k}" for k, key in enumerate(keys, 1)})

    def href(self, one: Reason) -> str:
        return f"#{self.ids[one.policy, one.statement]}"


_TAKEN: Final = (
    "Each unit is counted under one statement, the first that takes it in the order in which a policy is applied. Lines count under "
    "every statement that denies or reduces them."
)
_WAITING: Final = (
    "Units of lines that nobody can allow or deny yet: something is missing, or the policy wants a person to look, or an authorization. "
    "They are counted under the statement that waits first."
)
_UNBILLED: Final = (
    "Units that the documented minutes support beyond what was billed, on lines that nothing else reduces."
)


def sections(audited: Audited) -> list[Section]:
    """Taken away, waiting, not billed; then every statement that had a part, in full."""
    found = {role: reasons(audited, role) for role in (TAKEN, WAITING, UNBILLED)}
    every = [one for role in found.values() for one in role]
    places = Places.of(every)
    priced = " Their money is the line's own price for each unit it billed." if audited.has_money else ""
    out = []
    for role, id, title, intro, caption, none in (
        (TAKEN, "by-reason", "Taken away, by reason", _TAKEN, "Billed units that are not allowed, by statement",
         "No statement denies or reduces a line."),
        (WAITING, "by-question", "Waiting for an answer", _WAITING, "Units that wait, by statement", "No line waits for an answer."),
        (UNBILLED, "by-advice", "Supported but not billed", _UNBILLED + priced, "Units supported but not billed, by statement",
         "No line bills less than its minutes support."),
    ):  # fmt: skip
        tables = [_table(audited, places, found[role], id, caption)] if found[role] else []
        out.append(Section(role, title, (intro,), tables, outro=() if tables else (none,)))
    return [*out, Section("statements", "What the statements say", cards=cards(audited, places, every))]


def _table(audited: Audited, places: Places, found: Sequence[Reason], id: str, caption: str) -> Table:
    several = len(audited.programs) > 1
    largest = max((one.cents for one in found), default=0)
    most = max((one.units for one in found), default=0)
    rows = []
    for one in found:
        title = plain(audited.book(one.policy).title(one.statement))
        row = [Cell(title, href=places.href(one), note=one.statement)]
        row += [Cell(one.policy)] if several else []
        row += [Cell(one.pattern.name)] if one.role != UNBILLED else []
        row += [number(one.lines), of_units(one.units)]
        if audited.has_money:
            row.append(of_money(one.cents, largest, one.role))
        elif most:
            row[-1] = attrs.evolve(row[-1], bar=max(3, 1000 * one.units // most) if one.units else 0, kind=one.role)
        rows.append(row)
    columns = [
        "Statement",
        *(["Policy"] if several else []),
        *(["Pattern"] if found[0].role != UNBILLED else []),
        "Lines",
        "Units",
    ]
    columns += ["Money"] if audited.has_money else []
    return Table(id, caption, tuple(columns), rows, frozenset({"Lines", "Units", "Money"}))


def plain(text: Html) -> str:
    return unescape(str(text))


def cards(audited: Audited, places: Places, found: Sequence[Reason]) -> list[Card]:
    """Each statement once, with its words, its sources and the claims that it is about."""
    lines = audited.figures.biggest["reason"].by_key()
    out = []
    for (policy, statement), id in places.ids.items():
        book = audited.book(policy)
        parts = [one for one in found if (one.policy, one.statement) == (policy, statement)]
        looked = [
            claims(f"{id}-{one.role}", _SUMMARIES[one.role], lines.get(reason_key(policy, one.role, statement), []), one.lines,
                   SHOWN["reason"], audited.has_money)
            for one in parts
        ]  # fmt: skip
        out.append(
            Card(
                id, book.title(statement), "" if statement == NOBODY else statement, policy, book.said(statement),
                [_did(one, audited.has_money) for one in parts], book.sources(statement), book.assumptions(statement),
                [one for one in looked if one is not None],
            )
        )  # fmt: skip
    return out


def _did(one: Reason, has_money: bool) -> str:
    amount = f", {money(one.cents)}" if has_money else ""
    shown = f"{units(one.units)} {'unit' if one.units == 10_000 else 'units'}"
    return _DID[one.role].format(units=shown, money=amount, lines=count(one.lines, "line"))


def claims(id: str, title: str, lines: Sequence[Line], all_lines: int, most: int, has_money: bool) -> Claims | None:
    """Lines to look at; `None` when none has units, or none has a name."""
    if not lines:
        return None
    shown = [_line(one, has_money) for one in lines]
    left = f"The {len(shown)} largest are shown." if len(lines) == most and all_lines > most else ""
    return Claims(id, f"{title}: {count(len(shown), 'line')}" + (f" of {all_lines:,}" if left else ""), shown, left)


def _line(one: Line, has_money: bool) -> str:
    named = id_of(one.claim, one.visit, one.line)
    amount = f", {money(one.cents)}" if has_money else ""
    return f"{named}: {units(one.units)} {'unit' if one.units == 10_000 else 'units'}{amount}"


def id_of(claim: str | None, visit: str | None, line: str | None) -> str:
    """What a reader finds a line by."""
    named = f"claim {claim}" if claim is not None else f"visit {visit}" if visit is not None else "a line without an id"
    return named + (f" line {line}" if line is not None and (claim or visit) else "")


def patterns(audited: Audited) -> Section:
    """Reasons by what kind of thing they are."""
    found: dict[Pattern, list[int]] = {}
    for role, at in ((TAKEN, 0), (WAITING, 3)):
        for one in reasons(audited, role):
            row = found.setdefault(one.pattern, [0] * 6)
            for k, value in enumerate((one.lines, one.units, one.cents)):
                row[at + k] += value
    largest = max((max(row[2], row[5]) for row in found.values()), default=0)
    rows = []
    for pattern in PATTERNS:
        if pattern in found:
            row = found[pattern]
            cells = [Cell(pattern.name, note=pattern.meaning), number(row[0]), of_units(row[1])]
            cells += [of_money(row[2], largest, TAKEN)] if audited.has_money else []
            cells += [number(row[3]), of_units(row[4])]
            cells += [of_money(row[5], largest, WAITING)] if audited.has_money else []
            rows.append(cells)
    names = ("Findings", "Units taken away", "Money taken away", "Findings that wait", "Units waiting", "Money waiting")
    shown = tuple(name for name in names if audited.has_money or not name.startswith("Money"))
    table = Table("by-pattern", "Findings by pattern of denial", ("Pattern", *shown), rows, frozenset(shown))
    return Section(
        "patterns", "Patterns of denial",
        ("What the reasons have in common. A line may stand under several patterns; its units and money stand under one.",),
        [table] if rows else [], outro=() if rows else ("Nothing is denied, reduced or open.",),
    )  # fmt: skip
