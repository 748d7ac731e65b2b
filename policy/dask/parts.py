"""Parquet parts that Dask's workers read by themselves.

Owns: a task for each part, and the comparison of their visits.
Never: reads a part in the caller's process, but for footers.
"""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from policy.batches.boundaries import part_numbers, refuse, shared, suspects
from policy.batches.part_work import PartWork, Paths, Written
from policy.batches.shipping import Policy
from policy.dask.frames import as_frame, empty

if TYPE_CHECKING:
    from dask.dataframe import DataFrame


def evaluate_parts(
    parts: Paths,
    policies: Policy | Mapping[str, Policy],
    *,
    columns: Mapping[str, Any] | None = None,
    history_since: dt.date | None = None,
    explain: bool = False,
) -> "DataFrame":
    """What policies say of every claim line of Parquet parts: a partition of answers for each part, its rows in the part's order.

        decided = policy.dask.evaluate_parts("claims/2026-03/", "medicare.part_b")
        decided.groupby("status").size().compute()

    `parts` are paths or addresses that every worker reaches, or a folder of them. None may hold a piece of a visit (or patient) of
    which another holds the rest: footers are compared, and where these do not settle it, the keys. A part is held in memory by its
    worker. The other arguments and the columns of the answer are those of `Program.evaluate_table`.

    Raises `SplitVisits` for parts that share a visit, `ValueError` for one that cannot be read, `PolicyError` and `Unreadable`.
    """
    import dask
    import dask.dataframe as dd

    work = PartWork.of(parts, policies, columns, history_since, explain)
    _compare(work)
    sent, decide = dask.delayed(work, traverse=False), dask.delayed(_decide)
    found: DataFrame = dd.from_delayed([decide(sent, path) for path in work.paths], meta=empty(work.answer))
    return found


def write_parts(
    parts: Paths,
    policies: Policy | Mapping[str, Policy],
    out: str,
    *,
    columns: Mapping[str, Any] | None = None,
    history_since: dt.date | None = None,
    explain: bool = False,
) -> list[Written]:
    """As `evaluate_parts`, and the workers write the decisions: below `out` a Parquet file for each part, whole or not at all.

    Gives what was written, in the order of the parts. No line leaves the workers.
    """
    import dask

    work = PartWork.of(parts, policies, columns, history_since, explain).into(out)
    _compare(work)
    sent, write = dask.delayed(work, traverse=False), dask.delayed(PartWork.write)
    return list(dask.compute(*(write(sent, path) for path in work.paths)))


def _decide(work: PartWork, path: str) -> Any:
    return as_frame(work.decide(path))


def _compare(work: PartWork) -> None:
    """Raises `SplitVisits` when two parts share a visit."""
    import dask

    for paths in suspects(work.paths, work.keys):
        numbers = dask.compute(*(dask.delayed(part_numbers)(path, work.keys) for path in paths))
        for one, other in shared(dict(zip(paths, numbers, strict=True))):
            refuse(work.keys, one, other)
