"""The report of an audit: head, tiles, what to look at first, and the parts of the page in order; the receipt last.

Owns: this order, and the sentences of the head.
Never: renders.
"""

from pathlib import Path

from policy.auditing import clinicians, missing, reasons, tables
from policy.auditing.attribution import TAKEN, UNBILLED, WAITING
from policy.auditing.audited import Audited
from policy.auditing.model import Cell, Report, Section, Table, Tile, count, money, number, paid, percent, units
from policy.render.words import listed
from policy.version import LANGUAGE, VERSION

TITLE = "Audit of claim lines"


def report(audited: Audited) -> Report:
    """The whole page as data."""
    taken, waiting, unbilled, statements = reasons.sections(audited)
    collect = missing.facts(audited)
    if collect is not None:
        waiting = Section(waiting.id, waiting.title, waiting.intro, [*waiting.tables, collect])
    days, habits = clinicians.days(audited), clinicians.habits(audited)
    sections = [
        tables.overview(audited), taken, waiting, unbilled, reasons.patterns(audited), tables.providers(audited),
        tables.codes(audited), tables.months(audited), days, habits, statements, missing.left_out(audited), receipt(audited),
    ]  # fmt: skip
    if not audited.figures.decided:
        sections = [sections[-2], sections[-1]]
    return Report(TITLE, _subtitle(audited), _facts(audited), _tiles(audited), _first(audited), sections)


def _subtitle(audited: Audited) -> str:
    names = [Path(one.name).name for one in audited.inputs]
    shown = listed(names) if len(names) <= 3 else f"{names[0]}, {names[1]} and {len(names) - 2} more files"
    return f"{shown}, by {listed(audited.programs) if len(audited.programs) <= 3 else count(len(audited.programs), 'policy', 'policies')}"


def _facts(audited: Audited) -> list[tuple[str, str]]:
    figures = audited.figures
    out = [("Policies", listed(f"{program.title} ({id})" for id, program in audited.programs.items()))]
    if audited.first is not None and audited.last is not None:
        out.append(("Dates of service", f"{audited.first} to {audited.last}"))
    unread = sum(audited.unread.values())
    lines = f"{count(figures.rows, 'line')} in: {figures.decided:,} decided, {audited.rejected:,} not decided"
    out.append(("Lines", lines if audited.columns is not None else f"{figures.decided:,} decided"))
    visits = f"{count(figures.visits + unread, 'visit')} in: {figures.visits:,} decided, {unread:,} not decided"
    out.append(("Visits", visits if audited.columns is None else f"{figures.visits:,} decided"))
    if audited.made_on is not None:
        out.append(("Made on", audited.made_on.isoformat()))
    return out


def _tiles(audited: Audited) -> list[Tile]:
    t = audited.totals
    if not audited.figures.decided:
        return [Tile("Lines", f"{audited.figures.rows:,}", ("none was decided",))]

    def tile(name: str, key: str, kind: str = "") -> Tile:
        notes = [count(t[f"{key}_lines"], "line")] if f"{key}_lines" in t else []
        if not audited.has_money:
            share = () if key == "billed" else (f"{percent(t[key], t['billed'])} of the units billed",)
            return Tile(name, f"{units(t[key])} units", (*share, *notes), kind)
        cents = t["charge_cents"] if key == "billed" else t[f"{key}_cents"]
        share = () if key == "billed" else (f"{percent(cents, t['charge_cents'])} of {_priced(audited)}",)
        return Tile(name, money(cents), (f"{units(t[key])} units", *share, *notes), kind)

    out = [tile("Billed", "billed"), tile("Taken away", "taken", TAKEN), tile("Waiting for an answer", "waiting", WAITING),
           tile("Supported but not billed", "unbilled", UNBILLED)]  # fmt: skip
    if audited.pays:
        out.append(Tile("Paid by the policy", paid(t["paid"]), (count(t["paid_known"], "line"),)))
    allowed = sum(s["lines"] for (_, status), s in audited.figures.policies.rows() if status == "allow")
    out.append(
        Tile(
            "Lines allowed as billed",
            percent(allowed, audited.figures.decided),
            (f"{allowed:,} of {audited.figures.decided:,}",),
        )
    )
    return out


def _priced(audited: Audited) -> str:
    return "all charges" if audited.money == "charge" else "what was allowed"


def _first(audited: Audited) -> list[tuple[str, Section]]:
    """What weighs most, a sentence each."""
    out: list[tuple[str, Section]] = []

    def add(text: str, id: str, title: str) -> None:
        out.append((text, Section(id, title)))

    def amount(cents: int, scaled: int) -> str:
        return money(cents) if audited.has_money else f"{units(scaled)} units"

    for one in reasons.reasons(audited, TAKEN)[:3]:
        if one.units:
            add(
                f"{_title(audited, one)}: takes {amount(one.cents, one.units)} away, on {count(one.lines, 'line')}.",
                TAKEN,
                "By reason",
            )
    collect = missing.ranked(audited)
    if collect:
        fact, sums = collect[0]
        lines = f"{count(sums['lines'], 'line')} {'waits' if sums['lines'] == 1 else 'wait'} for {fact}"
        add(f"{lines}: {amount(sums['cents'], sums['units'])}.", WAITING, "What to collect next")
    cannot = "Days that cannot be"
    if audited.overlaps.doubled:
        add(
            f"{count(audited.overlaps.doubled, 'day')} on which a clinician's times overlap across patients.",
            "days",
            cannot,
        )
    beyond = clinicians.beyond(audited)
    if beyond:
        add(
            f"{count(beyond, 'day')} with more than {clinicians.short(audited.day_minutes)} of one-on-one work.",
            "days",
            cannot,
        )
    if audited.rejected or audited.unread:
        what = count(audited.rejected, "line") if audited.rejected else count(sum(audited.unread.values()), "visit")
        add(f"{what} could not be decided.", "left-out", "Not decided, not known")
    return out


def _title(audited: Audited, one: reasons.Reason) -> str:
    title = reasons.plain(audited.book(one.policy).title(one.statement))
    return title[:1].upper() + title[1:]


FILES = 50
"""Files that the receipt lists; the others are counted."""


def receipt(audited: Audited) -> Section:
    """What the page was made from, so that it can be made again, and what was assumed on the way."""
    policies = [
        [
            Cell(id),
            Cell(program.title),
            Cell(", ".join(f"{name} {_short(digest)}" for name, digest in program.files)),
        ]
        for id, program in audited.programs.items()
    ]
    asked = {one.name: one.digest for program in audited.programs.values() for one in program.tables}
    references = [[Cell(name), Cell(_short(digest))] for name, digest in sorted(asked.items())]
    inputs = [
        [Cell(one.name), number(one.lines) if one.lines is not None else Cell("?"), number(one.size) if one.size is not None else Cell(""),
         Cell(one.digest or "not asked for")]
        for one in audited.inputs[:FILES]
    ]  # fmt: skip
    more = f"And {count(len(audited.inputs) - FILES, 'more file')}." if len(audited.inputs) > FILES else ""
    options = [("engine", VERSION), ("language", str(LANGUAGE)), *audited.options]
    given = [[Cell(name), Cell(value)] for name, value in options]
    out = [
        Table(
            "policies", "Policies, with digests of their files", ("Policy", "Title", "Files"), policies, sortable=False
        )
    ]
    if references:
        out.append(
            Table(
                "references", "Reference tables that policies may ask", ("Table", "Digest"), references, sortable=False
            )
        )
    columns = ("File", "Lines", "Bytes", "SHA-256")
    out.append(Table("inputs", "Input", columns, inputs, frozenset({"Lines", "Bytes"}), more, sortable=False))
    out.append(Table("options", "Program and options", ("Name", "Value"), given, sortable=False))
    return Section("receipt", "Receipt", _assumed(audited), out)


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]


def _assumed(audited: Audited) -> list[str]:
    out = [audited.history] if audited.history else []
    out.append(
        "A unit is taken away when it was billed and is not allowed. It is not supported when the minutes do not make it, whatever else is "
        "wrong with it. Units of a line whose allowed units are not known are waiting, all of them."
    )
    out.append(
        "Statements rest on assumptions of their authors where their sources are silent; these stand beside each statement."
    )
    return out
