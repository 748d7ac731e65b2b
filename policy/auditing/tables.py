"""The parts of the page by provider, code and month, and the whole by status.

Owns: which columns these tables have, how many rows they show, and the picture of months.
Never: leaves out what it does not show: the rest is counted.
"""

from collections.abc import Sequence
from typing import Final

from policy.auditing import plots
from policy.auditing.attribution import TAKEN, UNBILLED, WAITING
from policy.auditing.audited import Audited
from policy.auditing.figures import SHOWN
from policy.auditing.model import (
    UNKNOWN,
    Cell,
    Claims,
    Section,
    Table,
    count,
    money,
    number,
    paid,
    percent,
    thousandths,
    units,
)
from policy.auditing.money import SCALE
from policy.auditing.reasons import claims
from policy.catalogue.html import Html
from policy.engine.answer import STATUSES

MOST: Final = 50
"""Providers and codes that a table shows; the rest is counted."""
OPENED: Final = 25
"""Of those shown, how many have their claims listed."""

Row = tuple[str, dict[str, int]]


def overview(audited: Audited) -> Section:
    """The whole, by status and by policy."""
    by_status: dict[str, dict[str, int]] = {}
    by_policy: dict[str, dict[str, int]] = {}
    for (policy, status), sums in audited.figures.policies.rows():
        for key, found in ((status, by_status), (policy, by_policy)):
            row = found.setdefault(key, dict.fromkeys(sums, 0))
            for name, value in sums.items():
                row[name] += value
    statuses = [(status, by_status[status]) for status in reversed(STATUSES) if status in by_status]
    tables = [_table(audited, statuses, "by-status", "Decided lines by status", "Status")] if statuses else []
    if len(by_policy) > 1:
        tables.append(_table(audited, sorted(by_policy.items()), "by-policy", "Decided lines by policy", "Policy"))
    return Section("overview", "Units and money", (_how(audited),), tables, figure=_parts(audited))


def _how(audited: Audited) -> str:
    """Which money this is."""
    if not audited.has_money:
        field = "charge" if audited.money == "charge" else "allowed amount"
        return f"No line has a {field}, so that there are units and no money."
    what = "charge" if audited.money == "charge" else "allowed amount as the table has it"
    text = f"Money is the {what} of each line, times the units it is about, by the units billed; each line to the cent, half up."
    t = audited.totals
    if t["unpriced"]:
        text += f" No money is counted for {count(t['unpriced'], 'line')} with units taken away or waiting, which lack a price."
    if audited.pays:
        text += (
            f" What the policy itself pays stands beside it: {paid(t['paid'])} for {count(t['paid_known'], 'line')}."
        )
    return text


def _parts(audited: Audited) -> Html:
    t = audited.totals
    name, shown = ("_cents", money) if audited.has_money else ("", units)
    whole = t["charge_cents"] if audited.has_money else t["billed"]
    taken, waiting = t[f"taken{name}"], t[f"waiting{name}"]
    rest = max(whole - taken - waiting, 0)
    shares = [("allowed", "rest", rest), ("taken away", TAKEN, taken), ("waiting for an answer", WAITING, waiting)]
    described = "; ".join(f"{what}: {shown(amount)}, {percent(amount, whole)}" for what, _, amount in shares)
    return plots.parts(
        "whole", f"What becomes of {'the money' if audited.has_money else 'the units'} billed", f"{described}.", shares
    )


def providers(audited: Audited) -> Section:
    """By rendering and by billing provider."""
    tables, looked, outro = [], [], []
    for key, name in (("rendering", "Rendering provider"), ("billing", "Billing provider")):
        rows = _rows(audited, key)
        if [row for row in rows if row[0] != UNKNOWN]:
            table, opened = _by(audited, key, name, rows, "providers")
            tables.append(table)
            looked += opened
        else:
            outro.append(f"No line names a {name.lower()}.")
    return Section("providers", "By provider", (), tables, looked, outro=outro)


def codes(audited: Audited) -> Section:
    """By procedure code."""
    table, looked = _by(audited, "code", "Code", _rows(audited, "code"), "codes")
    return Section("codes", "By code", (), [table], looked)


def months(audited: Audited) -> Section:
    """By month of service, as a picture and a table."""
    rows = sorted(_rows(audited, "month"), key=lambda row: row[0])
    table = _table(audited, rows, "by-month", "Decided lines by month of service", "Month")
    name, shown = ("_cents", lambda cents: money(cents).removesuffix(".00")) if audited.has_money else ("", units)
    series = [
        plots.Series(title, kind, [row[1][f"{kind}{name}"] for row in rows])
        for title, kind in (
            ("taken away", TAKEN),
            ("waiting for an answer", WAITING),
            ("supported but not billed", UNBILLED),
        )
    ]
    what = "Money" if audited.has_money else "Units"
    title = f"{what} by month of service"
    described = f"{title}, from {rows[0][0]} to {rows[-1][0]}; the table below has every number." if rows else ""
    figure = plots.lines("months-plot", title, described, [row[0] for row in rows], series, shown)
    return Section("months", "By month", (), [table] if rows else [], figure=figure)


def _rows(audited: Audited, key: str) -> list[Row]:
    """The rows of a dimension, largest first."""
    rows = [(name if name is not None else UNKNOWN, sums) for (name,), sums in audited.figures.by[key].rows()]
    order = ("taken_cents", "taken", "waiting_cents", "waiting", "charge_cents", "billed", "lines")
    return sorted(rows, key=lambda row: (*(-row[1][name] for name in order), row[0]))


def _by(audited: Audited, key: str, name: str, rows: Sequence[Row], nouns: str) -> tuple[Table, list[Claims]]:
    table = _table(audited, rows[:MOST], f"by-{key}", f"Decided lines by {name.lower()}", name, key)
    rest = rows[MOST:]
    if rest:
        lines, taken = (sum(row[1][what] for row in rest) for what in ("lines", "taken"))
        more = f"And {len(rest):,} more {nouns}, {count(lines, 'line')}, {units(taken)} units taken away."
        table = Table(table.id, table.caption, table.columns, table.rows, table.numbers, more)
    largest = audited.figures.biggest[key].by_key()
    looked = []
    for k, (value, sums) in enumerate(rows[:OPENED], 1):
        title = f"{name} {value}, claims with units taken away"
        opened = claims(f"{key}-{k}", title, largest.get(value, []), sums["taken_lines"], SHOWN[key], audited.has_money)
        if opened is not None:
            looked.append(opened)
    return table, looked


def _table(audited: Audited, rows: Sequence[Row], id: str, caption: str, name: str, key: str = "") -> Table:
    """One row for each key: money with its units, or units alone; and what the policy pays where it pays."""
    measure = "{}_cents" if audited.has_money else "{}"
    largest = {kind: max((row[1][measure.format(kind)] for row in rows), default=0) for kind in (TAKEN, WAITING)}

    def amount(sums: dict[str, int], key: str, kind: str = "") -> Cell:
        scaled, cents = sums["billed" if key == "charge" else key], sums[f"{key}_cents"]
        value = cents if audited.has_money else scaled
        bar = thousandths(value, largest[kind]) if kind and value else None
        if not audited.has_money:
            return Cell(units(scaled), scaled, bar=bar, kind=kind)
        return Cell(money(cents), cents, bar=bar, kind=kind, note=_units(scaled) if scaled else "")

    out = []
    for value, s in rows:
        part, whole = s[measure.format(TAKEN)], s["charge_cents" if audited.has_money else "billed"]
        cells = [Cell(value), number(s["lines"]), amount(s, "charge"), amount(s, TAKEN, TAKEN)]
        cells.append(Cell(percent(part, whole), 1_000_000 * part // whole if whole else -1))
        cells += [amount(s, WAITING, WAITING), amount(s, UNBILLED)]
        cells += [Cell(paid(s["paid"]), s["paid"])] if audited.pays else []
        out.append(cells)
    columns = [
        "Lines",
        "Billed" if audited.money == "charge" else "Allowed before",
        "Taken away",
        "Share taken",
        "Waiting",
        "Not billed",
    ]
    columns += ["Paid by the policy"] if audited.pays else []
    return Table(id, caption, (name, *columns), out, frozenset(columns))


def _units(scaled: int) -> str:
    return f"{units(scaled)} {'unit' if scaled == SCALE else 'units'}"
