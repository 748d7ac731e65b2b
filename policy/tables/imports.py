"""Importing: files in, one checked table in the store, or nothing changed.

Owns: the order of the steps, and that files, their names and what the user says agree on quarter and setting.
Never: knows a layout.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

from policy.tables import naming
from policy.tables.files import Part, parts
from policy.tables.held import need_pyarrow
from policy.tables.model import SETTINGS, Kind, Quarter, Scope, Table
from policy.tables.naming import Evidence
from policy.tables.problem import bad
from policy.tables.reading import Read
from policy.tables.store import Store, answers
from policy.values import DateRange

PARTS: Final = 4
"""A PTP release is published in so many parts."""
_USER: Final = "the command"


@attrs.frozen
class Wishes:
    """What the user says of the files; what is left out is read from them."""

    quarter: Quarter | None = None
    setting: str | None = None
    parts: int = PARTS
    rows: int | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    lenient: bool = False


@attrs.frozen
class Imported:
    """A table that was stored, what it replaced, and what is worth knowing about it."""

    table: Table
    path: Path
    replaced: Table | None
    notes: tuple[str, ...]


def import_files(kind: Kind, paths: Sequence[Path], store: Store, wishes: Wishes = Wishes()) -> Imported:
    """Reads, checks and stores. Raises `BadTable`; then the store is as it was."""
    need_pyarrow()
    if not paths:
        raise bad("the command", "no file is named", f"name the files of {kind} as they were published")
    found = _of_setting(kind, list(parts(kind, paths)), wishes.setting)
    held = store.tables()
    read = _READERS[kind](found, wishes, store)
    quarter = _quarter(kind, found, read, wishes)
    setting = _setting(kind, found, read, wishes)
    dates = _dates(kind, quarter, read, wishes)
    table = Table(kind, setting, quarter, dates, len(read.rows), read.sources, Scope() if read.partial else None)
    from policy.tables import checks

    where = found[0].source.name
    notes = list(read.notes)
    if kind is Kind.PTP:
        notes += checks.quarter(read, quarter, where)
    same = [one.table for one in held if (one.table.kind, one.table.setting) == (kind, setting)]
    others = [one for one in same if one.quarter != quarter]
    checks.counts(read, wishes.rows, others, where)
    replaced = store.find(table)
    return Imported(table, store.save(table, read.rows), replaced, tuple(notes))


def _ptp(found: list[Part], wishes: Wishes, store: Store) -> Read:
    from policy.tables.ptp import numbered, read_ptp

    return read_ptp(numbered(found, wishes.parts), lenient=wishes.lenient)


def _mue(found: list[Part], wishes: Wishes, store: Store) -> Read:
    from policy.tables.mue import read_mue

    return read_mue(found)


def _rvu(found: list[Part], wishes: Wishes, store: Store) -> Read:
    from policy.tables.rvu import read_rvu

    return read_rvu(found)


def _gpci(found: list[Part], wishes: Wishes, store: Store) -> Read:
    from policy.tables.gpci import read_gpci

    return read_gpci(found)


def _fee(found: list[Part], wishes: Wishes, store: Store) -> Read:
    from policy.tables.fee import read_fee

    def localities(year: int) -> frozenset[str] | None:
        right = [one for one in store.tables() if one.table.kind is Kind.GPCI and one.table.quarter.year == year]
        return frozenset(right[-1].rows.keys()) if right else None

    return read_fee(found, known=localities)


_READERS: Final[Mapping[Kind, Callable[[list[Part], Wishes, Store], Read]]] = {
    Kind.PTP: _ptp, Kind.MUE: _mue, Kind.RVU: _rvu, Kind.GPCI: _gpci, Kind.FEE: _fee,
}  # fmt: skip


def _of_setting(kind: Kind, found: list[Part], wanted: str | None) -> list[Part]:
    """Of the tables in one zip, those of the setting asked for. Parts of several settings are for `_setting` to refuse."""
    if kind is not Kind.RVU or wanted is None or len(found) < 2:
        return found
    right = [part for part in found if wanted in {one.says for one in naming.settings(kind, part.name)}]
    return right or found


def _quarter(kind: Kind, found: list[Part], read: Read, wishes: Wishes) -> Quarter:
    says: list[tuple[str, Evidence]] = [(_USER, Evidence(wishes.quarter, "--quarter"))] if wishes.quarter else []
    says += [(part.shown, one) for part in found for one in naming.quarters(part.shown)]
    says += read.quarters
    agreed = naming.agreed(says, "quarter")
    if not isinstance(agreed, Quarter):
        raise bad(found[0].shown, "its name does not say of which quarter it is", "say it, such as `--quarter 2026Q3`")
    if not agreed.number and (kind in (Kind.PTP, Kind.MUE, Kind.RVU) or read.partial):
        what = "the changes of a quarter" if read.partial else f"{kind} tables are published by quarter"
        raise bad(
            found[0].shown,
            f"{what}, and the file says only {agreed}",
            f"say which, such as `--quarter {agreed.year}Q3`",
        )
    return agreed


def _setting(kind: Kind, found: list[Part], read: Read, wishes: Wishes) -> str:
    if wishes.setting is not None and wishes.setting not in SETTINGS[kind]:
        choices = " or ".join(SETTINGS[kind])
        raise bad(_USER, f"`{wishes.setting}` is not a setting of {kind}", f"write {choices}")
    says = [(_USER, Evidence(wishes.setting, "--setting"))] if wishes.setting else []
    says += read.settings
    says += [(part.shown, one) for part in found for one in naming.settings(kind, part.shown)]
    agreed = naming.agreed(says, "setting")
    if agreed is None and "all" in SETTINGS[kind]:
        return "all"
    if agreed is None:
        choices = " or ".join(f"`--setting {one}`" for one in SETTINGS[kind])
        raise bad(found[0].shown, "its name does not say for whom it is", f"say it with {choices}")
    return str(agreed)


def _dates(kind: Kind, quarter: Quarter, read: Read, wishes: Wishes) -> DateRange:
    """What the table answers for. Changes of a quarter stay until the year ends."""
    usual = answers(kind, quarter)
    end = Quarter(quarter.year).dates.end if read.partial else usual.end
    dates = DateRange(wishes.start or usual.start, wishes.end or end)
    if dates.start and dates.end and dates.start > dates.end:
        raise bad(
            _USER, f"the table would answer from {dates.start} until {dates.end}", "`--from` comes before `--until`"
        )
    if DateRange(usual.start, end).overlap(dates) != dates:
        raise bad(_USER, f"{dates} is not within {quarter}, which answers {DateRange(usual.start, end)}")
    return dates
