"""Parquet parts judged one by one, by workers who read them themselves.

Owns: what a worker must know to judge a part; a part's decisions as a table or as a file, and what is told of the file.
Never: decides which worker takes which part, or whether parts may be judged apart (`boundaries`).
"""

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import attrs
import pyarrow as pa

from policy.batches import part_files
from policy.batches.shipping import Policy, Shipment, evaluator_of
from policy.batches.together import Keys, together

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


@attrs.frozen
class Written:
    """A part and its decisions. `lines` are `decided` or `rejected`."""

    part: str
    decisions: str
    lines: int
    decided: int
    rejected: int


@attrs.frozen
class PartWork:
    """Parts to judge: what goes to every worker."""

    paths: tuple[str, ...]
    shipment: Shipment
    incoming: pa.Schema
    """The columns that are read: those of the first part that can matter."""
    answer: pa.Schema
    keys: Keys
    """What rows that must be judged together agree in."""
    out: str | None = None
    """The folder below which decisions are written."""

    @staticmethod
    def of(
        paths: Paths,
        policies: Policy | Mapping[str, Policy],
        columns: Mapping[str, Any] | None,
        history_since: dt.date | None,
        explain: bool,
    ) -> "PartWork":
        """Looks at the first part. Raises `PolicyError`, `Unreadable` and `ValueError`."""
        evaluator = evaluator_of(policies, columns=columns, history_since=history_since, explain=explain)
        found = part_files.listed(paths)
        whole = part_files.incoming(found[0])
        needed = set(evaluator.needed(_with_folders(whole, found)))
        for name in _stated(found):
            if name in needed and name not in whole.names:
                raise ValueError(
                    f"`{name}` stands in the names of folders only; give the lines as a DataFrame, or write it into the parts"
                )
        carried = evaluator.carried(whole)
        whole = part_files.typed(whole, {*needed, *carried}, found[1:])
        read = pa.schema([_as_words(f, f.name in carried) for f in whole if f.name in needed or f.name in carried])
        return PartWork(found, Shipment.of(evaluator), read, evaluator.schema(read), together(evaluator, read))

    def into(self, out: str) -> "PartWork":
        """The same work, with its decisions written below `out`. Raises `ValueError` where they would replace a part."""
        work = attrs.evolve(self, out=part_files.located(out).rstrip("/"))
        clash = next((path for path in self.paths if work.target(path) in self.paths), None)
        if clash is not None:
            raise ValueError(f"the decisions on `{clash}` would replace it: name another folder")
        return work

    def decide(self, path: str) -> pa.Table:
        """The decisions on a part, a row a line, in its order. Holds the part in memory."""
        return self.shipment.arrived().evaluate(part_files.read(path, self.incoming))

    def write(self, path: str) -> Written:
        """Writes the decisions on a part, whole or not at all."""
        target = self.target(path)
        table = self.decide(path)
        part_files.write(target, table)
        rejected = table.num_rows - table.column("rejected").null_count
        return Written(path, target, table.num_rows, table.num_rows - rejected, rejected)

    def target(self, path: str) -> str:
        """Where the decisions on a part are written: below `out` as it lies below the folder that holds all parts."""
        assert self.out is not None
        folders = [PurePosixPath(one).parent.parts for one in self.paths]
        shared = next(
            (k for k, names in enumerate(zip(*folders, strict=False)) if len(set(names)) > 1), min(map(len, folders))
        )
        return "/".join([self.out, *PurePosixPath(path).parts[shared:]])


def _as_words(field: pa.Field, carried: bool) -> pa.Field:
    """Text that does not stand in the answer is read as words and numbers. What must be filled in the first part may be empty in others."""
    if carried or not (pa.types.is_string(field.type) or pa.types.is_large_string(field.type)):
        return field.with_nullable(True)
    return pa.field(field.name, pa.dictionary(pa.int32(), pa.string()))


def _stated(paths: Sequence[str]) -> tuple[str, ...]:
    """The columns that names of folders state: `month` of `month=2026-03/part-0.parquet`."""
    return tuple(
        dict.fromkeys(piece.partition("=")[0] for path in paths for piece in path.split("/")[:-1] if "=" in piece)
    )


def _with_folders(schema: pa.Schema, paths: Sequence[str]) -> pa.Schema:
    more = [pa.field(name, pa.string()) for name in _stated(paths) if name not in schema.names]
    return pa.schema([*schema, *more])
