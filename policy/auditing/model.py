"""The page as data: tables of cells, tiles, statements, lines to look at. A template only puts them into markup.

Owns: these shapes, and how numbers, shares and money are written.
Never: works a figure out.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import attrs

from policy.auditing.money import PER_CENT, SCALE
from policy.catalogue.html import Html

UNKNOWN: Final = "not given"
"""What stands for an identifier that a line does not have."""
_EPOCH: Final = dt.date(1970, 1, 1)


@attrs.frozen
class Cell:
    """One cell. `sort` is what it is ordered by, `bar` a length in thousandths, drawn beside the text that says it."""

    text: str
    sort: int | str | None = None
    href: str | None = None
    bar: int | None = None
    kind: str = ""
    """Of the bar: `taken`, `waiting`, `unbilled` or none of these."""
    note: str = ""
    mark: int | None = None
    """A place on the bar, in thousandths: an average."""


@attrs.frozen
class Table:
    """A table with a caption; the first cell of each row is its header. Columns named in `numbers` hold numbers."""

    id: str
    caption: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    numbers: frozenset[str] = frozenset()
    more: str = ""
    """What is left out, in a sentence."""
    sortable: bool = True


@attrs.frozen
class Tile:
    """A figure at a glance."""

    name: str
    value: str
    notes: tuple[str, ...] = ()
    kind: str = ""


@attrs.frozen
class Claims:
    """Lines to look at under one heading, the largest first."""

    id: str
    title: str
    lines: Sequence[str]
    more: str = ""


@attrs.frozen
class Source:
    """A source of a statement: its title with the place inside it, a link that may be followed, how well it is known."""

    text: str
    href: str | None
    notes: str


@attrs.frozen
class Card:
    """A statement in words, with what it did."""

    id: str
    title: Html
    label: str
    policy: str
    said: Sequence[Html]
    did: Sequence[str]
    sources: Sequence[Source]
    assumptions: Sequence[str]
    claims: Sequence[Claims]


@attrs.frozen
class Section:
    """A part of the page, with a heading and a place that can be linked to."""

    id: str
    title: str
    intro: Sequence[str] = ()
    tables: Sequence[Table] = ()
    claims: Sequence[Claims] = ()
    cards: Sequence[Card] = ()
    figure: Html | None = None
    days: "Sequence[Day]" = ()
    outro: Sequence[str] = ()


@attrs.frozen
class Day:
    """A clinician's day with its intervals, one row each, with bars from `start` to `end` in minutes, between two full hours."""

    id: str
    title: str
    rows: Sequence[tuple[str, str, int, int]]
    """(line, times, start, end)."""
    low: int
    high: int
    more: str = ""


@attrs.frozen
class Report:
    """The whole page."""

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    tiles: Sequence[Tile]
    first: "Sequence[tuple[str, Section]]"
    """What to look at first: a sentence, and the part of the page that it is from."""
    sections: Sequence[Section]


def units(scaled: int) -> str:
    """`2`, `1,200`, `0.5`: units in ten-thousandths."""
    whole, part = divmod(scaled, SCALE)
    return f"{whole:,}" + (f".{part:04d}".rstrip("0") if part else "")


def money(cents: int) -> str:
    """`$1,234.50`."""
    whole, part = divmod(cents, PER_CENT)
    return f"${whole:,}.{part:02d}"


def paid(scaled: int) -> str:
    """Dollars in ten-thousandths, to the cent, half up."""
    return money((scaled + PER_CENT // 2) // PER_CENT)


def percent(part: int, whole: int) -> str:
    """`13.9%`, half up; `–` of nothing."""
    if whole == 0:
        return "–"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def thousandths(part: int, whole: int) -> int:
    """A length, for a bar; a part that is not nothing is never invisible."""
    return max(3, 1000 * part // whole) if whole and part else 0


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 line`, `1,200 lines`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def date(day: int) -> str:
    """A day since 1970-01-01 as `2026-03-02`."""
    return (_EPOCH + dt.timedelta(day)).isoformat()


def clock(minutes: int) -> str:
    """`09:24`; hours go on after 23."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def hours(minutes: int) -> str:
    """`10 h 15 min`."""
    return f"{minutes // 60} h {minutes % 60:02d} min"


def number(value: int) -> Cell:
    """A count, right of its column."""
    return Cell(f"{value:,}", value)


def of_units(scaled: int) -> Cell:
    return Cell(units(scaled), scaled)


def of_money(cents: int, largest: int = 0, kind: str = "") -> Cell:
    """An amount, with a bar in proportion to the `largest` of its column."""
    return Cell(money(cents), cents, bar=thousandths(cents, largest) if largest and cents else None, kind=kind)
