"""Where a run may write: not over the claims that it reads, and not decisions and rejected lines to one file.

Owns: which of the files that were named are answers of an earlier run, to be replaced; what is said of a target that cannot be meant.
Never: writes.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from policy.batches.output import rejects_beside
from policy.batches.parts import BadPart, Part, open_part
from policy.batches.work import CannotRun
from policy.claims.table_files import File, files

_ANSWERS: Final = ({"visit_status", "statements"}, {"file", "row", "lines", "reason"})
"""Columns by which a file of decisions is known, and one of rejected lines."""


def inputs(paths: Sequence[Path], out: Path | None, rejects: Path | None) -> Iterator[Part | BadPart]:
    """The files of a run, opened; but for those that it will replace, where they are answers of an earlier run in a folder that is read.

    Raises `CannotRun` where it would replace a file of claims.
    """
    targets = {"--out": out, "--rejects": rejects or rejects_beside(out)}
    for file in files(paths):
        option = next((name for name, target in targets.items() if target is not None and _same(file, target)), None)
        part = open_part(file)
        if option is None:
            yield part
        elif not (isinstance(part, Part) and any(names <= set(part.schema.names) for names in _ANSWERS)):
            raise CannotRun(
                f"`{file.path}` is one of the files that are read, and would be replaced",
                f"name another `{option}`",
            )


def _same(file: File, target: Path) -> bool:
    try:
        return os.path.samestat(file.path.lstat(), target.lstat())
    except OSError:
        return False


def refuse_bad(out: Path | None, rejects: Path | None) -> None:
    """Raises `CannotRun` where a file cannot be written, or would be written twice."""
    for option, target in (("--out", out), ("--rejects", rejects)):
        if target is not None and target.is_dir():
            raise CannotRun(f"`{target}` is a folder", f"name a file for `{option}`")
        if target is not None and not target.parent.is_dir():
            raise CannotRun(f"there is no folder `{target.parent}`", f"make it, or name another `{option}`")
    if out is not None and rejects is not None and os.path.abspath(out) == os.path.abspath(rejects):
        raise CannotRun("decisions and rejected lines cannot go to one file", "name another `--rejects`")
