"""Which files a run reads: files, folders and patterns named by the caller, in a fixed order.

Owns: telling tables of claim lines (Parquet, Arrow IPC) from other files, by content; what is said in the names of folders
(`year=2026`).
Never: opens a table (`parts.py` does), and imports no heavy library: every `policy run` asks here.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

PARQUET: Final = "parquet"
ARROW: Final = "arrow"
STREAM: Final = b"\xff\xff\xff\xff"
"""How an Arrow stream begins, which is taken for a table so that it is told what is wrong with it."""
_MAGIC: Final = {b"PAR1": PARQUET, b"ARRO": ARROW, STREAM: ARROW}
_SUFFIXES: Final = {
    ".parquet": PARQUET,
    ".pq": PARQUET,
    ".parq": PARQUET,
    ".arrow": ARROW,
    ".feather": ARROW,
    ".ipc": ARROW,
}
_NOTHING: Final = "__HIVE_DEFAULT_PARTITION__"
_HIDDEN: Final = ("_", ".")


@attrs.frozen
class File:
    """A file of a run: where it is, of what kind, and the columns that the names of its folders state."""

    path: Path
    kind: str
    stated: tuple[tuple[str, str | None], ...] = ()


def kind_of(path: Path) -> str | None:
    """`parquet` or `arrow`, told by the first bytes, and by the name where there are none; `None` for anything else."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            head = file.read(4)
    except OSError:
        head = b""
    found = _MAGIC.get(head)
    if found is None and (len(head) < 4 or head.count(0) == 4):
        found = _SUFFIXES.get(path.suffix.lower())
    return found


def are_tables(paths: Sequence[Path]) -> bool:
    """True when what is named are tables: a folder, a file of a kind that is read here; where there is no such file, a pattern, or the
    name of a table."""
    return any(
        path.is_dir()
        or kind_of(path)
        or (not path.exists() and (_is_pattern(path) or path.suffix.lower() in _SUFFIXES))
        for path in paths
    )


def _is_pattern(path: Path) -> bool:
    return any(sign in str(path) for sign in "*?[")


def files(paths: Sequence[Path]) -> list[File]:
    """The files, in the order in which they were named, those of a folder or a pattern sorted by name; each once.

    Raises `OSError` for a folder that cannot be read.
    """
    found: dict[Path, File] = {}
    for path in paths:
        for one in _under(path):
            found.setdefault(one.absolute(), File(one, kind_of(one) or _by_name(one), _stated(one)))
    return list(found.values())


def _by_name(path: Path) -> str:
    """The kind of a file that is not what it should be: its reader will say so."""
    return _SUFFIXES.get(path.suffix.lower(), PARQUET)


def _under(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (one for one in _below(path) if one.suffix.lower() in _SUFFIXES and one.is_file())
    elif not path.exists() and _is_pattern(path):
        import glob

        for name in sorted(glob.glob(str(path), recursive=True)):
            yield from _under(Path(name))
    else:
        yield path


def _below(folder: Path) -> list[Path]:
    """The files below a folder, by name; each folder once, those that are linked from elsewhere too, hidden ones not.

    Raises `OSError` for a folder that cannot be read: what lies in it would be lost silently.
    """
    top = os.path.realpath(folder)
    seen = {top}

    def stop(error: OSError) -> None:
        raise error

    def is_new(path: str) -> bool:
        real = os.path.realpath(path)
        if real in seen or (os.path.islink(path) and Path(real).is_relative_to(top)):
            return False
        seen.add(real)
        return True

    found: list[Path] = []
    for root, folders, names in os.walk(folder, onerror=stop, followlinks=True):
        shown = sorted(name for name in folders if not name.startswith(_HIDDEN))
        folders[:] = [name for name in shown if is_new(os.path.join(root, name))]
        found += [Path(root, name) for name in names if not name.startswith(_HIDDEN)]
    return sorted(found)


def _stated(path: Path) -> tuple[tuple[str, str | None], ...]:
    """Columns in the names of folders, outermost first."""
    from urllib.parse import unquote

    pairs = (part.split("=", 1) for part in path.parent.parts if "=" in part)
    return tuple((unquote(key), None if value == _NOTHING else unquote(value)) for key, value in pairs if key)


__all__ = ["ARROW", "PARQUET", "STREAM", "File", "are_tables", "files", "kind_of"]
