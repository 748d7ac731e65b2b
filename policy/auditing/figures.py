"""The figures of a batch of decided lines, and their sum: what a page is made from.

Owns: which sums an audit keeps. They grow with providers, codes, months and statements, never with lines.
Never: knows a policy's words; `report` puts them to the figures.
"""

from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np
import pyarrow as pa

from policy.auditing import days
from policy.auditing.attribution import NOBODY, TAKEN, UNBILLED, WAITING, Said, Spoken, spoken
from policy.auditing.biggest import Biggest
from policy.auditing.lines import Lines
from policy.auditing.money import Ints
from policy.auditing.reading import Words, distinct
from policy.auditing.sums import Key, Sums, cube
from policy.auditing.timed import Timed, one_on_one
from policy.columns.refused import problems_of

REASON: Final = ("policy", "role", "tag", "statement")
SHOWN: Final = {"reason": 100, "code": 100, "rendering": 25, "billing": 25}
"""Lines that are kept to be looked at, under each key."""
DIMENSIONS: Final = ("code", "rendering", "billing", "month")


@attrs.frozen
class Figures:
    """Sums that add up. Immutable, picklable."""

    rows: int
    decided: int
    visits: int
    policies: Sums
    """By policy and status; every other figure of the whole is a sum of these."""
    by: dict[str, Sums]
    """By code, rendering provider, billing provider and month."""
    reasons: Sums
    missing: Sums
    rejected: Sums
    unread: Sums
    """Cells by column that figures could not read."""
    biggest: dict[str, Biggest]
    provider_days: Sums
    times: pa.Table
    backward: int
    """One-on-one lines whose times do not run forward."""
    first: int | None
    last: int | None
    """Dates of service, in days since 1970-01-01."""

    @staticmethod
    def of(lines: Lines, timed: Timed) -> "Figures":
        """The figures of one batch, which holds whole visits."""
        lengths = timed.lengths(lines)
        alone = one_on_one(lines, lengths)
        measures = _measures(lines, lengths)
        keys = {"code": lines.code, "rendering": lines.rendering, "billing": lines.billing, "month": lines.months}
        reasons, biggest = _reasons(lines)
        for name in ("code", "rendering", "billing"):
            biggest[name] = Biggest.of(keys[name], lines, lines.taken, lines.taken_cents, SHOWN[name])
        named = {**keys, "policy": lines.policy, "status": lines.status}
        apart, sums = cube(named, measures, lines.decided)
        days_of = lines.date.values[lines.decided & lines.date.known]
        return Figures(
            lines.rows, int(lines.decided.sum()), lines.visits,
            Sums.of({name: apart[name] for name in ("policy", "status")}, sums),
            {name: Sums.of({name: apart[name]}, sums) for name in DIMENSIONS},
            reasons, _missing(lines), _rejected(lines), _unread(lines), biggest,
            _provider_days(lines, alone), days.times(lines, alone), days.backward(lines, alone),
            int(days_of.min()) if len(days_of) else None, int(days_of.max()) if len(days_of) else None,
        )  # fmt: skip

    @staticmethod
    def total(parts: "Sequence[Figures]") -> "Figures":
        """The figures of several batches, in their order."""
        first, last = ([d for part in parts if (d := getattr(part, end)) is not None] for end in ("first", "last"))

        def total(name: str) -> Sums:
            return Sums.total([getattr(part, name) for part in parts])

        return Figures(
            rows=sum(part.rows for part in parts), decided=sum(part.decided for part in parts),
            visits=sum(part.visits for part in parts), policies=total("policies"),
            by={name: Sums.total([part.by[name] for part in parts]) for name in DIMENSIONS},
            reasons=total("reasons"), missing=total("missing"), rejected=total("rejected"), unread=total("unread"),
            biggest={name: Biggest.total([part.biggest[name] for part in parts]) for name in SHOWN},
            provider_days=total("provider_days"), times=pa.concat_tables([part.times for part in parts]),
            backward=sum(part.backward for part in parts), first=min(first, default=None), last=max(last, default=None),
        )  # fmt: skip


def _measures(lines: Lines, lengths: Ints) -> dict[str, Ints]:
    """Whole numbers of each line that are summed under every key."""
    single = (lengths > 0) & (lines.billed.values == 10_000) & lines.minutes.known
    short = single & (2 * lines.minutes.values >= lengths) & (lines.minutes.values < lengths)
    flags = {
        "lines": lines.decided, "taken_lines": lines.taken > 0, "waiting_lines": lines.waits, "unbilled_lines": lines.unbilled > 0,
        "denied_lines": lines.decided & lines.status.among(("deny",)), "tied_lines": lines.tied & lines.decided,
        "unpriced": lines.decided & ~lines.priced & ((lines.taken > 0) | lines.waits), "charged": lines.decided & lines.charge.known,
        "single": single, "short": short, "paid_known": lines.paid.known,
    }  # fmt: skip
    sums = {
        "billed": lines.billed.values, "supported": lines.supported.values, "allowed": lines.allowed.values, "taken": lines.taken,
        "unsupported": lines.unsupported, "waiting": lines.waiting, "unbilled": lines.unbilled, "charge_cents": lines.charge_cents,
        "taken_cents": lines.taken_cents, "waiting_cents": lines.waiting_cents, "unbilled_cents": lines.unbilled_cents,
        "paid": lines.paid.values,
    }  # fmt: skip
    return {name: flag.astype(np.int64) for name, flag in flags.items()} | sums


def _reasons(lines: Lines) -> tuple[Sums, dict[str, Biggest]]:
    """Units and money by statement, each unit under one; and the largest lines of each."""
    texts = (lines.policy, lines.findings, lines.statements, lines.status)
    combined = np.zeros(lines.rows, np.int64)
    for column in texts:
        combined = combined * (len(column.words) + 1) + column.ids + 1
    asked = np.flatnonzero(lines.decided)
    kinds, at = distinct(combined[asked])
    where = np.zeros(len(kinds), np.int64)
    where[at] = asked
    said = [_said(lines, int(i)) for i in where]
    combos = Words(np.full(lines.rows, -1, np.int32), ())
    combos.ids[asked] = at
    parts = {
        "unsupported": (lines.unsupported, lines.unsupported_cents),
        "beyond": (lines.taken - lines.unsupported, lines.taken_cents - lines.unsupported_cents),
        "waiting": (lines.waiting, lines.waiting_cents),
        "unbilled": (lines.unbilled, lines.unbilled_cents),
    }
    measures = {"lines": lines.decided.astype(np.int64), "waits": lines.waits.astype(np.int64)}
    for name, (units, cents) in parts.items():
        measures |= {name: units, f"{name}_cents": cents}
    rows: dict[Key, list[int]] = {}
    for (combo,), sums in Sums.of({"combo": combos.ids.astype(np.int64)}, measures, lines.decided).rows():
        _distribute(rows, *said[combo], sums)
    return Sums.listed(REASON, ("lines", "units", "cents"), rows), {"reason": _largest(lines, said, combos.ids, parts)}


def _said(lines: Lines, i: int) -> tuple[str, Spoken]:
    policy, findings, statements, status = (
        column.words[column.ids[i]] if column.ids[i] >= 0 else ""
        for column in (lines.policy, lines.findings, lines.statements, lines.status)
    )
    return policy, spoken(findings, statements, status)


def _distribute(rows: dict[Key, list[int]], policy: str, said: Spoken, sums: dict[str, int]) -> None:
    for role, one in said.roles():
        if role != WAITING or sums["waits"]:
            rows.setdefault((policy, role, one.tag, one.statement), [0, 0, 0])[0] += sums["lines"]
    for name, role, one in _counted(said):
        if sums[name]:
            row = rows.setdefault((policy, role, one.tag, one.statement), [0, 0, 0])
            row[1] += sums[name]
            row[2] += sums[f"{name}_cents"]


def _counted(said: Spoken) -> list[tuple[str, str, Said]]:
    nobody = Said("", "", NOBODY)
    return [
        ("unsupported", TAKEN, said.unsupported or nobody), ("beyond", TAKEN, said.beyond or nobody),
        ("waiting", WAITING, said.waiting or nobody), ("unbilled", UNBILLED, said.unbilled or nobody),
    ]  # fmt: skip


def reason_key(policy: str, role: str, statement: str) -> str:
    """How a reason is named among the largest lines."""
    return f"{policy}\t{role}\t{statement}"


def _largest(
    lines: Lines,
    said: list[tuple[str, Spoken]],
    combos: "np.ndarray[tuple[int], np.dtype[np.int32]]",
    parts: dict[str, tuple[Ints, Ints]],
) -> Biggest:
    found = []
    for k, (units, cents) in enumerate(parts.values()):
        names = [
            reason_key(policy, role, one.statement)
            for policy, spoken_ in said
            for _, role, one in [_counted(spoken_)[k]]
        ]
        words = tuple(dict.fromkeys(names))
        at = {word: i for i, word in enumerate(words)}
        ids = Words(combos, ()).of([at[name] for name in names], -1).astype(np.int32)
        found.append(Biggest.of(Words(ids, words), lines, units, cents, SHOWN["reason"]))
    return Biggest.total(found)


def _missing(lines: Lines) -> Sums:
    """Of undetermined lines: the facts that would settle them."""
    about = lines.decided & lines.status.among(("undetermined",))
    measures = {"lines": about.astype(np.int64), "units": lines.waiting, "cents": lines.waiting_cents}
    rows: dict[Key, list[int]] = {}
    for (text,), sums in Sums.of({"missing": lines.missing}, measures, about).rows():
        facts = (text or "").split(", ") if text else []
        for fact in facts:
            row = rows.setdefault((fact,), [0, 0, 0, 0])
            for i, name in enumerate(measures):
                row[i] += sums[name]
            row[3] += sums["lines"] if len(facts) == 1 else 0
    return Sums.listed(("fact",), ("lines", "units", "cents", "alone"), rows)


def _rejected(lines: Lines) -> Sums:
    """Lines by why they were not decided; numbers of lines are left out."""
    rows: dict[Key, list[int]] = {}
    for (text,), sums in Sums.of(
        {"why": lines.rejected}, {"lines": np.ones(lines.rows, np.int64)}, lines.rejected.known
    ).rows():
        rows.setdefault((problems_of(text),), [0])[0] += sums["lines"]
    return Sums.listed(("why",), ("lines",), rows)


def _unread(lines: Lines) -> Sums:
    numbers = {"charge": lines.charge, "minutes": lines.minutes, "start": lines.start, "end": lines.end}
    return Sums.listed(("field",), ("cells",), {(name,): [n.unread] for name, n in numbers.items() if n.unread})


def _provider_days(lines: Lines, alone: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Sums:
    """One-on-one minutes by rendering provider and day: the line's minutes, else those between its times."""
    forward = lines.start.known & lines.end.known & (lines.end.values > lines.start.values)
    minutes = np.where(
        lines.minutes.known, lines.minutes.values, np.where(forward, lines.end.values - lines.start.values, 0)
    )
    about = alone & lines.rendering.known & lines.date.known & (minutes > 0)
    measures = {"minutes": minutes, "lines": about.astype(np.int64)}
    return Sums.of({"provider": lines.rendering, "day": lines.date.values}, measures, about)
