"""The parts of the page about clinicians: days that cannot be, long days, and short units.

Owns: the thresholds of what is listed, and the words that keep a pattern from being read as a finding.
Never: accuses. It lists what the claims state, and says what was left out.
"""

from typing import Final

import numpy as np

from policy.auditing.audited import Audited
from policy.auditing.days import Doubled, top
from policy.auditing.model import Cell, Day, Section, Table, clock, count, date, hours, number, percent
from policy.auditing.reasons import id_of

LOOK: Final = (480, 600, 720)
"""Minutes of one-on-one work in a day above which a day is worth a look."""
ENOUGH: Final = 20
"""One-unit lines of a provider without which a share says nothing."""
SHOWN: Final = 25
"""Days and providers that are listed."""
DRAWN: Final = 60
"""Intervals of a day that are drawn."""


_COUNTED: Final = (
    "Timed one-on-one services take the clinician's whole attention. Counted are lines of codes that the policy bills by time and "
    "that name a rendering provider. Left out are group and concurrent work, and what assistants, aides and students gave (stated, "
    "or by modifier CQ or CO)."
)
_SHORT: Final = (
    "Lines that bill one unit of a timed code, and of these the ones whose minutes reach at least half of the unit and not the whole: "
    "8 to 14 minutes of 15. Each may be right. A share far above the others' is a pattern that reviewers look at, not a finding."
)


def days(audited: Audited) -> Section:
    """Days on which one clinician is stated to be with two patients at once, or for longer than a day."""
    figures, found = audited.figures, audited.overlaps
    tables, outro = [], []
    if not found.days:
        outro.append(_absent(audited))
    else:
        of = (
            f"on {found.doubled:,} of them {count(found.minutes, 'minute')} are stated for two patients or more at once"
        )
        outro.append(f"{count(found.days, 'day')} of a provider with start and end times; {of}.")
        if found.doubled:
            tables.append(_doubled(audited))
    if figures.backward:
        outro.append(f"{count(figures.backward, 'line')} whose end is not after its start, left out of overlaps.")
    if len(figures.provider_days):
        tables.append(_long(audited))
        tables += _listed(audited)
    else:
        outro.append("No one-on-one line has minutes and a rendering provider, so that no day can be added up.")
    drawn = [_day(k, one) for k, one in enumerate(found.worst, 1)]
    return Section("days", "Days that cannot be", (_COUNTED,), tables, days=drawn, outro=outro)


def _absent(audited: Audited) -> str:
    if audited.columns is None:
        return (
            "No one-on-one line has a rendering provider with a start and an end time, so that overlaps cannot be seen."
        )
    wanted = {"line.provider": "`rendering_npi`", "start": "`x_start_time`", "end": "`x_end_time`"}
    gone = [name for field, name in wanted.items() if field not in audited.columns]
    told = f"give {', '.join(gone)}" if gone else "they are empty on one-on-one lines"
    return f"Overlaps need a rendering provider and start and end times: {told}."


def _doubled(audited: Audited) -> Table:
    found = audited.overlaps.by_provider
    order = sorted(found.items(), key=lambda item: (-item[1][1], item[0]))
    most = order[0][1][1]
    rows = [
        [Cell(provider), number(days_), Cell(f"{minutes:,}", minutes, bar=max(3, 1000 * minutes // most), kind="taken")]
        for provider, (days_, minutes) in order[:SHOWN]
    ]
    more = f"And {len(order) - SHOWN:,} more providers." if len(order) > SHOWN else ""
    columns = ("Rendering provider", "Days with overlaps", "Minutes with two patients or more")
    return Table("overlaps", "Minutes stated for two patients at once", columns, rows, frozenset(columns[1:]), more)


def _day(k: int, one: Doubled) -> Day:
    rows = [
        (
            id_of(row["claim"], row["visit"], row["line"]),
            f"{clock(row['start'])}–{clock(row['end'])}",
            row["start"],
            row["end"],
        )
        for row in top(one.rows, DRAWN)
    ]
    title = f"{one.provider}, {date(one.day)}: {count(one.minutes, 'minute')} with up to {one.most} patients at once"
    low, high = min(row[2] for row in rows) // 60 * 60, -(-max(row[3] for row in rows) // 60) * 60
    left = one.rows.num_rows - len(rows)
    return Day(f"day-{k}", title, rows, low, high, f"And {count(left, 'more line')}." if left else "")


def _thresholds(audited: Audited) -> list[int]:
    return [*(minutes for minutes in LOOK if minutes < audited.day_minutes), audited.day_minutes]


def _long(audited: Audited) -> Table:
    """How many days of each provider lie above each threshold; the longest first."""
    table = audited.figures.provider_days.table
    minutes = table.column("minutes").to_numpy()
    coded = table.column("provider").combine_chunks().dictionary_encode()
    who, names = coded.indices.to_numpy(), coded.dictionary.to_pylist()
    above = [np.bincount(who[minutes > limit], minlength=len(names)) for limit in _thresholds(audited)]
    total, longest = np.bincount(who, minlength=len(names)), np.zeros(len(names), np.int64)
    np.maximum.at(longest, who, minutes)
    order = sorted(
        range(len(names)), key=lambda i: (*(-int(counts[i]) for counts in reversed(above)), -int(longest[i]), names[i])
    )
    rows = [
        [Cell(names[i]), *(number(int(counts[i])) for counts in (total, *above)), Cell(hours(int(longest[i])), int(longest[i]))]
        for i in order[:SHOWN]
    ]  # fmt: skip
    limits = [f"Above {short(limit)}" for limit in _thresholds(audited)]
    columns = ("Rendering provider", "Days", *limits, "Longest day")
    more = f"And {len(order) - SHOWN:,} more providers." if len(order) > SHOWN else ""
    return Table(
        "long-days", "One-on-one minutes of a provider's day, added up", columns, rows, frozenset(columns[1:]), more
    )


def short(minutes: int) -> str:
    """`8 h`, `7 h 30 min`."""
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def beyond(audited: Audited) -> int:
    """Days of a provider with more one-on-one minutes than a day may have."""
    return int((audited.figures.provider_days.table.column("minutes").to_numpy() > audited.day_minutes).sum())


def _listed(audited: Audited) -> list[Table]:
    """The days above the limit, which cannot be; and the longest of the others, which are worth a look."""
    table = audited.figures.provider_days.table
    minutes = table.column("minutes").to_numpy()
    out = []
    limit, look = audited.day_minutes, LOOK[0]
    above = "more than a day holds" if limit == 1440 else "above the working day that was stated"
    for id, caption, keep in (
        ("beyond", f"Days of more than {short(limit)}: {above}", minutes > limit),
        ("look", f"The longest days above {short(look)}: worth a look", (minutes > look) & (minutes <= limit)),
    ):
        found = table.filter(keep).sort_by([("minutes", "descending"), ("provider", "ascending"), ("day", "ascending")])
        rows = [
            [
                Cell(row["provider"]),
                Cell(date(row["day"])),
                Cell(hours(row["minutes"]), row["minutes"]),
                number(row["lines"]),
            ]
            for row in found.slice(0, SHOWN).to_pylist()
        ]
        more = f"And {count(found.num_rows - SHOWN, 'more day')}." if found.num_rows > SHOWN else ""
        columns = ("Rendering provider", "Day", "One-on-one", "Lines")
        if rows:
            out.append(Table(id, caption, columns, rows, frozenset(columns[2:]), more))
    return out


def habits(audited: Audited) -> Section:
    """How often a provider's single units stand on fewer minutes than a unit has."""
    t = audited.totals
    if not t["single"]:
        return Section("habits", "Short units", (_SHORT,), outro=("No timed line of one unit has its minutes.",))
    rows = []
    for (provider,), s in audited.figures.by["rendering"].rows():
        if provider is not None and s["single"] >= ENOUGH:
            rows.append((s["short"] * t["single"] - s["single"] * t["short"], provider, s))
    rows.sort(key=lambda row: (-row[0], row[1]))
    mark = 1000 * t["short"] // t["single"]
    cells = [
        [Cell(provider), number(s["single"]), number(s["short"]),
         Cell(percent(s["short"], s["single"]), 1_000_000 * s["short"] // s["single"], bar=1000 * s["short"] // s["single"], mark=mark)]
        for _, provider, s in rows[:SHOWN]
    ]  # fmt: skip
    average = f"In the whole file {t['short']:,} of {t['single']:,} lines of one unit are short, {percent(t['short'], t['single'])}: "
    average += f"the mark on each bar. Providers with fewer than {ENOUGH} such lines are left out."
    columns = ("Rendering provider", "Lines of one unit", "Of these short", "Share")
    caption = "Short units by rendering provider, furthest above the average first"
    table = Table("short-units", caption, columns, cells, frozenset(columns[1:]))
    return Section("habits", "Short units", (_SHORT,), [table] if cells else [], outro=(average,))
