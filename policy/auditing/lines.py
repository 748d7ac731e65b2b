"""A batch of decided claim lines as figures see it: one row per line of the table, in any order.

Owns: which columns of claims and decisions an audit reads, and what follows from them for one line: units and money taken away,
waiting and left unbilled.
Never: judges. What the decisions do not say is not known here.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Final

import attrs
import numpy as np
import pyarrow as pa

from policy.auditing import reading
from policy.auditing.money import SCALE, Ints, Mask, share, to_cents
from policy.auditing.reading import Numbers, Words

MODIFIERS: Final = ("CQ", "CO")
"""They mark what an assistant gave."""
OTHERS: Final = ("assistant", "aide", "student")
"""Who gives a service that is not the rendering provider's own time."""
WAITING: Final = frozenset({"undetermined", "review", "authorize"})
"""Statuses of lines whose units nobody has allowed or denied for good."""


@attrs.frozen(slots=False, eq=False)
class Lines:
    """Arrays of one length; units in ten-thousandths, money in ten-thousandths of a dollar where not said to be cents."""

    decided: Mask
    rejected: Words
    policy: Words
    status: Words
    findings: Words
    statements: Words
    missing: Words
    code: Words
    date: Numbers
    billed: Numbers
    supported: Numbers
    allowed: Numbers
    paid: Numbers
    """What the policy itself pays."""
    charge: Numbers
    minutes: Numbers
    rendering: Words
    billing: Words
    ids: pa.Table
    """Columns `claim`, `line` and `visit` as the table has them; those that it lacks are not there."""
    who: pa.Table
    """Columns `patient` and `visit` as the table has them; those that it lacks are not there."""
    start: Numbers
    end: Numbers
    delivery: Words
    assisted: Mask
    """Lines that an assistant, aide or student gave, by modifier or by what the table states."""
    tied: Mask

    @property
    def rows(self) -> int:
        return len(self.decided)

    counted: int | None
    """Visits of decided lines, where whoever decided them counted them."""

    @functools.cached_property
    def visits(self) -> int:
        """Visits of decided lines: those of one policy, patient and visit id where there are ids, else of one policy, patient, date and
        biller."""
        if self.counted is not None:
            return self.counted
        rows = np.arange(self.rows)
        by_id = "visit" in self.who.column_names
        named = (self.named("patient", rows), self.named("visit", rows) if by_id else self.billing)
        ids = [self.policy.ids.astype(np.int64), *(one.ids.astype(np.int64) for one in named)]
        return _visits(ids if by_id else [*ids, self.date.values], self.decided)

    def named(self, field: str, rows: Ints) -> Words:
        """The `patient` or `visit` of some lines. Read when asked: there are as many words as visits."""
        column = self.who.column(field).take(pa.array(rows)) if field in self.who.column_names else None
        return reading.words(column, len(rows), field)

    @functools.cached_property
    def taken(self) -> Ints:
        """Billed units that are not allowed; 0 where either is not known."""
        return np.where(self.allowed.known, np.maximum(self.billed.values - self.allowed.values, 0), 0)

    @functools.cached_property
    def taken_cents(self) -> Ints:
        return share(self.charge.values, self.taken, self.billed.values)

    @functools.cached_property
    def unsupported(self) -> Ints:
        """The part of `taken` that the minutes do not support."""
        over = np.where(self.supported.known, np.maximum(self.billed.values - self.supported.values, 0), 0)
        return np.minimum(over, self.taken)

    @functools.cached_property
    def unsupported_cents(self) -> Ints:
        return share(self.charge.values, self.unsupported, self.billed.values)

    @functools.cached_property
    def waits(self) -> Mask:
        return self.decided & self.status.among(WAITING)

    @functools.cached_property
    def waiting(self) -> Ints:
        """Units that wait for an answer: what is allowed for the time being, or all that was billed."""
        units = np.where(self.allowed.known, np.minimum(self.allowed.values, self.billed.values), self.billed.values)
        return np.where(self.waits, units, 0)

    @functools.cached_property
    def waiting_cents(self) -> Ints:
        return share(self.charge.values, self.waiting, self.billed.values)

    @functools.cached_property
    def unbilled(self) -> Ints:
        """Supported units that were not billed, on lines of which a finding says so."""
        said = self.findings.of([UNDERBILLED in f"{text};" for text in self.findings.words], False).astype(np.bool_)
        return np.where(said & self.supported.known, np.maximum(self.supported.values - self.billed.values, 0), 0)

    @functools.cached_property
    def unbilled_cents(self) -> Ints:
        """At the line's charge for each unit it billed."""
        return share(self.charge.values, self.unbilled, self.billed.values)

    @functools.cached_property
    def charge_cents(self) -> Ints:
        return np.where(self.charge.known & self.decided, to_cents(self.charge.values), 0)

    @functools.cached_property
    def priced(self) -> Mask:
        """Lines whose units have a price: a charge, and units billed."""
        return self.charge.known & (self.billed.values > 0)

    @functools.cached_property
    def months(self) -> Words:
        """Months of the dates of service, such as `2026-03`."""
        days, ids = reading.distinct(self.date.values)
        months = [str(month) for month in days.astype("datetime64[D]").astype("datetime64[M]")]
        words = {month: k for k, month in enumerate(dict.fromkeys(months))}
        at = np.array([words[month] for month in months], np.int32)
        return Words(np.where(self.date.known, at[ids], -1).astype(np.int32), tuple(words))


UNDERBILLED: Final = "note underbilled;"


def lines_of(
    claims: pa.Table,
    decisions: pa.Table,
    columns: Mapping[str, Sequence[str]],
    money: str = "charge",
) -> Lines:
    """The lines of a table of claims and the table of their decisions: the same rows in the same order, whole visits.

    `columns` has the columns of a field that the table has, best first; `money` is the field that prices a line.
    """
    rows = claims.num_rows

    def column(field: str) -> pa.ChunkedArray | None:
        return next((claims.column(name) for name in columns.get(field, ())), None)

    def told(name: str) -> pa.ChunkedArray | None:
        return decisions.column(name) if name in decisions.column_names else None

    rejected = reading.told(told("rejected"), rows)
    decided = ~rejected.known

    def words(field: str) -> Words:
        return reading.words(column(field), rows, field)

    def numbers(field: str, scale: int = 1) -> Numbers:
        return _of(decided, reading.numbers(column(field), rows, field, scale))

    return Lines(
        decided=decided, rejected=rejected,
        policy=reading.told(told("policy"), rows), status=reading.told(told("status"), rows),
        findings=reading.told(told("findings"), rows), statements=reading.told(told("statements"), rows),
        missing=reading.told(told("missing"), rows), code=words("code"),
        date=reading.dates([claims.column(name) for name in columns.get("date", ())], rows), billed=numbers("units", SCALE),
        supported=reading.numbers(told("supported_units"), rows, "units", SCALE),
        allowed=reading.numbers(told("allowed_units"), rows, "units", SCALE),
        paid=reading.numbers(told("allowed_amount"), rows, "charge", SCALE),
        charge=numbers(money, SCALE), minutes=numbers("minutes"), rendering=words("line.provider"), billing=words("provider"),
        ids=pa.table({field: found for field in ("claim", "line", "visit") if (found := column(field)) is not None}),
        who=pa.table({field: found for field in ("patient", "visit") if (found := column(field)) is not None}),
        start=numbers("start"), end=numbers("end"), delivery=words("delivery"),
        assisted=_modified(claims, columns.get("modifiers", ()), rows) | words("furnished_by").among(OTHERS),
        tied=_true(told("tie"), rows), counted=_counted(decisions),
    )  # fmt: skip


def _of(decided: Mask, numbers: Numbers) -> Numbers:
    """Numbers of decided lines only."""
    known = numbers.known & decided
    return Numbers(np.where(known, numbers.values, 0), known, numbers.unread)


def _modified(claims: pa.Table, names: Sequence[str], rows: int) -> Mask:
    out = np.zeros(rows, np.bool_)
    for name in names:
        out |= reading.modifiers(claims.column(name)).among(MODIFIERS)
    return out


def _true(column: pa.ChunkedArray | None, rows: int) -> Mask:
    if column is None:
        return np.zeros(rows, np.bool_)
    return np.asarray(column.fill_null(False).to_numpy()).astype(np.bool_)


def _counted(decisions: pa.Table) -> int | None:
    stated = (decisions.schema.metadata or {}).get(b"visits")
    return int(stated) if stated is not None else None


def _visits(lines: Sequence[Ints], decided: Mask) -> int:
    """How many visits the decided lines are of, by the columns that tell visits apart."""
    if not decided.any():
        return 0
    ids = np.stack(lines)[:, decided]
    order = np.lexsort(ids)
    return 1 + int((np.diff(ids[:, order], axis=1) != 0).any(axis=0).sum())
