"""An evaluator on its way to workers on other machines.

Owns: making one of policies by id, path or program; what is sent, and that a worker answers as the sender would: with the same
version of this package and the same reference tables.
Never: sends reference tables; they lie where `policy.load(…, tables=…)` says, on every machine.
"""

import datetime as dt
import functools
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from policy.batches.evaluator import TableEvaluator
from policy.program import Program, load
from policy.version import VERSION

Policy = str | Path | Program
"""A shipped id, a path, policy text, or a program."""


class Unlike(RuntimeError):
    """A worker would not answer as the sender does."""


def evaluator_of(
    policies: Policy | Mapping[str, Policy],
    *,
    columns: Mapping[str, Any] | None = None,
    history_since: dt.date | None = None,
    explain: bool = False,
) -> TableEvaluator:
    """The evaluator of one policy, or of several by the id that the table's policy column names.

    A single policy also judges the rows that name none. Raises `PolicyError` for a policy with mistakes.
    """
    if isinstance(policies, Mapping):
        programs = {name: _program(one) for name, one in policies.items()}
    else:
        one = _program(policies)
        programs = {one.id: one}
    default = next(iter(programs)) if len(programs) == 1 else None
    return TableEvaluator(programs, default, columns or {}, history_since, explain)


def _program(one: Policy) -> Program:
    return one if isinstance(one, Program) else load(one)


@attrs.frozen
class Shipment:
    """An evaluator as bytes, with what the worker must have for the same answers."""

    evaluator: bytes
    version: str
    tables: tuple[str, ...]
    """Digests of the reference tables that the policies may ask; none when they ask no table."""

    @staticmethod
    def of(evaluator: TableEvaluator) -> "Shipment":
        """Packs an evaluator."""
        return Shipment(pickle.dumps(evaluator, protocol=5), VERSION, _tables(evaluator))

    def arrived(self) -> TableEvaluator:
        """The evaluator, in the worker. A worker that is used again has kept it.

        Raises `Unlike` when the worker has another version of the package, or other reference tables.
        """
        if self.version != VERSION:
            raise Unlike(
                f"the worker has payer-policy {VERSION}, the sender {self.version}: install the same wheel on both"
            )
        return _unpacked(self)


@functools.lru_cache(maxsize=4)
def _unpacked(shipment: Shipment) -> TableEvaluator:
    found: TableEvaluator = pickle.loads(shipment.evaluator)
    if shipment.tables and _tables(found) != shipment.tables:
        raise Unlike(
            "the worker has other reference tables than the sender: keep the folder of tables where every machine finds it, "
            "and name it in `policy.load(…, tables=…)` or in `POLICY_TABLES`"
        )
    return found


def _tables(evaluator: TableEvaluator) -> tuple[str, ...]:
    """The digests of the reference tables that the programs may ask."""
    found = {table.digest for program in evaluator.programs.values() for table in program.tables}
    return tuple(sorted(found))
