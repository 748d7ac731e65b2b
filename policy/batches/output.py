"""The files of units joined to the files that a run was asked for.

Owns: the names of the output, and that each appears whole: joined beside, brought to the disk, then renamed. Rejected lines come first,
so that the decisions of a run are there only when everything else is.
Never: decodes a page of what was written, but for an Arrow file.
"""

import errno
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from policy.batches import sink
from policy.batches.arrow_file import SUFFIXES, to_arrow
from policy.batches.parts import BadPart
from policy.batches.stitch import stitch
from policy.batches.units import Done


def put(
    folder: Path,
    answer: pa.Schema,
    done: Mapping[int, Done],
    bad: Sequence[BadPart],
    out: Path | None,
    rejects: Path | None,
) -> Path | None:
    """Joins the files of units that lie in `folder`; gives where rejected lines went, `None` when there are none.

    A file of rejected lines that an earlier run left is removed when there are none. Raises `OSError`.
    """
    told = [folder / f"{number:05}.rejects.parquet" for number in sorted(done) if done[number].rejects]
    if bad:
        told.append(folder / "files.rejects.parquet")
        pq.write_table(sink.rejected_parts(list(bad), answer), told[-1])
    wanted = rejects or rejects_beside(out)
    if wanted is not None and told:
        _joined(told, folder / "rejects", wanted)
    elif wanted is not None:
        wanted.unlink(missing_ok=True)
    if out is not None:
        decisions = [folder / f"{number:05}.parquet" for number in sorted(done) if done[number].decisions]
        if not decisions:
            decisions.append(folder / "empty.parquet")
            pq.write_table(sink.decisions_schema(answer).empty_table(), decisions[0])
        _joined(decisions, folder / "decisions", out)
    return wanted if told else None


def _joined(parts: Sequence[Path], beside: Path, target: Path) -> None:
    """One file of several, under its name when it is complete and on the disk. By its name it is an Arrow file or, like them, Parquet."""
    arrow = target.suffix.lower() in SUFFIXES
    if len(parts) == 1 and not arrow:
        beside = parts[0]
    else:
        with beside.open("wb") as file:
            to_arrow(parts, file) if arrow else stitch(parts, file)
    _on_disk(beside)
    _renamed(beside, target)
    _on_disk(target.parent)


def _renamed(beside: Path, target: Path) -> None:
    """Gives a file its name, also on another disk. Raises `OSError` naming the target."""
    try:
        os.replace(beside, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise OSError(error.errno, error.strerror, str(target)) from None
        there = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            shutil.copyfile(beside, there)
            _on_disk(there)
            os.replace(there, target)
        finally:
            there.unlink(missing_ok=True)


def _on_disk(path: Path) -> None:
    folder = path.is_dir()
    if folder and os.name == "nt":  # which opens no folder, and keeps names by itself
        return
    descriptor = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rejects_beside(out: Path | None) -> Path | None:
    """`decisions.rejects.parquet` for `decisions.parquet`, `decisions.rejects.arrow` for `decisions.arrow`."""
    if out is None:
        return None
    suffix = out.suffix if out.suffix.lower() in SUFFIXES else ".parquet"
    return out.with_name(f"{out.stem}.rejects{suffix}")
