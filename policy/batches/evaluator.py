"""`TableEvaluator`: claim lines in an Arrow table to decisions in an Arrow table, one row a line, in the same order.

Owns: the columns of the answer and their types, which depend on the incoming columns and the policies, never on data.
Never: reads files, and never judges; the programs do.
"""

import datetime as dt
import functools
import importlib
from collections.abc import Mapping
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from policy.batches.answer import TEXT, Columns, columns, decimal, dictionary, whole
from policy.batches.asking import asked
from policy.columns.asked import Asked
from policy.columns.frame import Frame
from policy.columns.layout import FIELDS, Layout
from policy.engine.columnar.run import Answers, Run
from policy.program import Program

CARRIED: Final = ("claim", "line", "visit")
"""Fields that stand in the answer as they came, under the name of their column."""
VISITS: Final = "visits"
"""In an answer's metadata: how many visits were decided."""
MONEY: Final = pa.decimal128(16, 4)
FRACTIONS: Final = pa.decimal128(12, 4)
SCALE: Final = 10_000


@attrs.frozen(slots=False)
class TableEvaluator:
    """Policies for tables. Immutable, picklable: worker processes get it as it is."""

    programs: Mapping[str, Program]
    """By policy id."""
    default: str | None = None
    """The policy of rows that name none."""
    columns: Mapping[str, Any] = attrs.field(factory=dict)
    """Field → column, for those that are not in the standard layout."""
    history_since: dt.date | None = None
    """The day from which on the table holds every line of its patients; `None`: it is taken to hold all of them."""
    explain: bool = False
    policies: Mapping[str, str] = attrs.field(factory=dict)
    """What a line names as its policy → the policy's id, where the two differ."""

    def evaluate(self, table: pa.Table) -> pa.Table:
        """One row of answer per row, in order. Shape: as `schema(table.schema)` says. Raises `Unreadable` for a table of which no line
        can be read, because a column is missing or of a type that its field cannot have."""
        return self._answered(table, share=False)

    def told(self, table: pa.Table) -> pa.Table:
        """The same, for those who count or write the answers: the columns of texts share their numbers, and so a dictionary may hold a
        word more than once."""
        return self._answered(table, share=True)

    def _answered(self, table: pa.Table, *, share: bool) -> pa.Table:
        # Who asks again is better off with Arrow's functions, who asks once without loading them.
        if "_runs" in self.__dict__:
            importlib.import_module("pyarrow.compute")
        frame = self.frame(table)
        run, told = self._run(self._fractions(table.schema))
        answers = run.evaluate(frame)
        made = columns(frame, answers, told, table.num_rows, [self.default or ""], share=share)
        valid = made.pop("valid")
        units = self.schema(table.schema).field("supported_units").type
        for name in ("supported_units", "allowed_units"):
            made[name] = whole(made[name], valid) if units == pa.int32() else decimal(made[name], valid, units)
        if self.explain:
            made["explanation"] = self._explained(frame, answers, run, table.num_rows)
        made |= {name: table.column(name) for name in self.carried(table.schema)}
        schema = self.schema(table.schema).with_metadata({VISITS: str(frame.visits)})
        return pa.table([made[field.name] for field in schema], schema=schema)

    def frame(self, table: pa.Table) -> Frame:
        """The table's visits, as far as they can be read."""
        return Frame.of(table, Layout.of(table.schema, self.columns, self.policies), self.asked)

    @functools.cached_property
    def asked(self) -> Asked:
        """The fields and facts that the policies read."""
        plans = [plan for program in self.programs.values() for plan in program.plans]
        return asked(plans, policies=frozenset(self.programs), default=self.default, history_since=self.history_since)

    def _run(self, fractions: bool) -> tuple[Run, Columns]:
        """What was learned of the policies so far."""
        kept = self.__dict__.setdefault("_runs", {})
        if fractions not in kept:
            pays = any(program.pays for program in self.programs.values())
            run = Run(self.programs, self.default, SCALE if fractions else 1, pays)
            kept[fractions] = run, Columns(run)
        found: tuple[Run, Columns] = kept[fractions]
        return found

    def __getstate__(self) -> dict[str, Any]:
        """Without what was learned."""
        return {field.name: getattr(self, field.name) for field in attrs.fields(TableEvaluator)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    @staticmethod
    def taken(data: Any) -> pa.Table:
        """A table from anything that offers Arrow data. Raises `ValueError` for what does not."""
        if isinstance(data, pa.Table):
            return data
        if isinstance(data, pa.RecordBatch):
            return pa.Table.from_batches([data])
        if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
            return pa.table(data)
        raise ValueError(
            "the table must offer Arrow data: a PyArrow table, a Polars or pandas frame, a DuckDB relation"
        )

    def carried(self, incoming: pa.Schema) -> tuple[str, ...]:
        """The incoming columns that stand in the answer as they came."""
        names = [name for field in CARRIED for name in self._names(field)[:1] if name in incoming.names]
        return tuple(dict.fromkeys(names))

    def needed(self, incoming: pa.Schema) -> tuple[str, ...]:
        """The incoming columns that are read, and those that stand in the answer. Raises `Unreadable` where one is missing."""
        read = Layout.of(incoming, self.columns, self.policies).needed(self.asked)
        return tuple(dict.fromkeys((*read, *self.carried(incoming))))

    def keys(self, incoming: pa.Schema) -> tuple[str, ...]:
        """The columns that tell apart what must be evaluated together, most significant first: the patient where a policy looks at
        earlier lines, else what tells visits apart. A day that may be written in several ways tells nothing apart."""
        held = {
            field: [n for n in self._names(field) if n in incoming.names]
            for field in ("visit", "patient", "date", "provider")
        }
        if held["visit"] and not (self.asked.history and held["patient"]):
            return tuple(held["visit"][:1])
        if self.asked.history or len(held["date"]) > 1:
            return tuple(held["patient"][:1])
        held["date"] = [name for name in held["date"] if pa.types.is_date(incoming.field(name).type)]
        return tuple(name for field in ("patient", "date", "provider") for name in held[field][:1])

    def schema(self, incoming: pa.Schema) -> pa.Schema:
        """The columns of the answer."""
        units = FRACTIONS if self._fractions(incoming) else pa.int32()
        fields = [incoming.field(name) for name in self.carried(incoming)]
        fields += [pa.field("policy", TEXT), pa.field("supported_units", units), pa.field("allowed_units", units)]
        if any(program.pays for program in self.programs.values()):
            fields.append(pa.field("allowed_amount", MONEY))
        fields += [
            pa.field(name, TEXT) for name in ("status", "visit_status", "findings", "statements", "reasons", "missing")
        ]
        fields.append(pa.field("tie", pa.bool_()))
        if self.explain:
            fields.append(pa.field("explanation", TEXT))
        return pa.schema([*fields, pa.field("rejected", TEXT)])

    def _names(self, field: str) -> tuple[str, ...]:
        given = self.columns.get(field, FIELDS[field])
        return (given,) if isinstance(given, str) else tuple(given)

    def _fractions(self, incoming: pa.Schema) -> bool:
        names = [name for name in self._names("units") if name in incoming.names]
        whole_ = all(pa.types.is_integer(incoming.field(name).type) for name in names)
        return not whole_ or any(program.counts_fractions for program in self.programs.values())

    def _explained(self, frame: Frame, answers: Answers, run: Run, rows: int) -> pa.Array:
        """The whole reasoning for each line that is not allowed, a visit's lines all with the same text."""
        words: dict[str, int] = {}
        ids = np.full(rows, -1, np.int32)
        allow = np.array([told.status == "allow" for told in run.told], np.bool_)
        lines = ~allow[answers.cell]
        at = np.repeat(np.arange(frame.visits), np.diff(frame.offsets))
        for v in np.unique(at[lines]).tolist():
            visit = frame.as_visit(v, self.default)
            text = self.programs[str(visit.policy)].evaluate(visit).explain()
            mine = slice(int(frame.offsets[v]), int(frame.offsets[v + 1]))
            ids[frame.rows[mine][lines[mine]]] = words.setdefault(text, len(words))
        return dictionary(ids, list(words), ids >= 0)
