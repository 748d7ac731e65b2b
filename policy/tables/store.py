"""Where imported tables are kept: one Parquet file for each kind, setting and quarter, in the user's data folder.

Owns: the folder (`POLICY_TABLES` names another), file names, what a file says of itself, and that a file is replaced whole or not at all.
Never: checks rows; what comes here has been checked.
"""

import contextlib
import functools
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from policy.tables.csv_text import read
from policy.tables.held import Held, Listed, Stored, need_pyarrow
from policy.tables.model import HISTORY, Kind, Quarter, Scope, Source, Table
from policy.tables.problem import bad
from policy.values import DateRange, parse_date

_ABOUT: Final = b"payer_policy.table"
_SUFFIX: Final = ".parquet"
_ABANDONED: Final = 3600
"""Seconds after which a half-written file is one that nobody writes any more."""
_DATA: Final = Path(__file__).parent / "data"


def folder() -> Path:
    """The user's folder of tables; it may not exist yet."""
    named = os.environ.get("POLICY_TABLES")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("payer-policy", appauthor=False) / "tables"


def answers(kind: Kind, quarter: Quarter) -> DateRange:
    """The dates of service that a release answers for: its quarter, and for dated edits every day before it."""
    dates = quarter.dates
    return DateRange(HISTORY, dates.end) if kind is Kind.PTP else dates


class Store:
    """The tables in one folder."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root if root is not None else folder()

    def tables(self) -> list[Held]:
        """Every table in it, its rows not read yet. Raises `BadTable` when one cannot be read."""
        return [_held(path) for path in self._paths()]

    def path(self, table: Table) -> Path:
        """Where a table is kept."""
        usual = answers(table.kind, table.quarter).start
        later = f"-from-{table.dates.start}" if table.dates.start != usual else ""
        return self.root / table.kind / table.setting / f"{table.quarter}{later}{_SUFFIX}"

    def find(self, table: Table) -> Table | None:
        """What is kept in the place of a table; `None` when nothing is, or nothing readable."""
        path = self.path(table)
        with contextlib.suppress(Exception):
            return _about(path) if path.is_file() else None
        return None

    def save(self, table: Table, rows: Any) -> Path:
        """Keeps a table; an older one in its place stays until the new one is whole. Raises `BadTable`."""
        import pyarrow.parquet as pq

        target = self.path(table)
        kept = rows.replace_schema_metadata({_ABOUT: json.dumps(_as_json(table))})
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _sweep(target.parent)
            handle, beside = tempfile.mkstemp(suffix=".part", prefix=f".{target.name}.", dir=target.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    pq.write_table(kept, file, compression="zstd", row_group_size=1 << 20)
                    file.flush()
                    os.fsync(file.fileno())
                os.chmod(beside, 0o666 & ~_umask())
                os.replace(beside, target)
            except BaseException:
                Path(beside).unlink(missing_ok=True)
                raise
        except OSError as error:
            reason = (error.strerror or "cannot be written").lower()
            raise bad(str(target), reason, "`POLICY_TABLES` names another folder") from None
        return target

    def _paths(self) -> list[Path]:
        kinds = [self.root / kind / setting for kind in Kind for setting in _settings(self.root / kind)]
        return [path for place in kinds for path in sorted(place.glob(f"[!.]*{_SUFFIX}"))]


@functools.cache
def shipped() -> tuple[Held, ...]:
    """The subset that travels with the package. It never changes, so it is read once."""
    found = []
    for path in sorted(_DATA.glob("*.csv")):
        table, rows = read(path.name, path.read_text(encoding="utf-8"), shipped=True)
        found.append(Held(table, Listed(table.kind, rows)))
    return tuple(found)


def _held(path: Path) -> Held:
    """A stored table, which must be what its folders say: a file that was copied to another place would answer amiss."""
    table = _about(path)
    if (table.kind.value, table.setting) != path.parts[-3:-1]:
        help = "delete the file, and import the table that belongs there"
        raise bad(str(path), f"this is {table.name}, in the place of another table", help)
    return Held(table, Stored(table.kind, path))


def _settings(place: Path) -> list[str]:
    return sorted(entry.name for entry in place.iterdir() if entry.is_dir()) if place.is_dir() else []


def _about(path: Path) -> Table:
    """What a stored file says of itself."""
    need_pyarrow()
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path, memory_map=True)
        return _from_json(json.loads(schema.metadata[_ABOUT]))
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError):
        raise bad(str(path), "the stored table cannot be read", "import it again, or delete the file") from None


def _as_json(table: Table) -> dict[str, Any]:
    return {
        "kind": table.kind.value,
        "setting": table.setting,
        "quarter": str(table.quarter),
        "from": str(table.dates.start or ""),
        "until": str(table.dates.end or ""),
        "rows": table.rows,
        "sources": [[source.name, source.digest, source.rows] for source in table.sources],
        "scope": None if table.scope is None else [sorted(table.scope.codes), sorted(table.scope.with_any)],
    }


def _from_json(about: dict[str, Any]) -> Table:
    start, end = (parse_date(about[key]) if about[key] else None for key in ("from", "until"))
    scope = None if about["scope"] is None else Scope(*(frozenset(codes) for codes in about["scope"]))
    sources = tuple(Source(*source) for source in about["sources"])
    quarter = Quarter.parse(about["quarter"])
    return Table(Kind(about["kind"]), about["setting"], quarter, DateRange(start, end), about["rows"], sources, scope)


def _sweep(place: Path) -> None:
    """Removes what imports that were killed have left behind."""
    for path in place.glob(".*.part"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _ABANDONED:
                path.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
