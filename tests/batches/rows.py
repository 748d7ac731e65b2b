"""What the tests of streams and files share: claim lines of many visits, and an evaluator that says how much of each visit it saw.

`Counting` gives every line the number of lines of its visit in the table at hand, so that a visit that was cut, lost or seen twice
shows in any of its lines. It answers in the columns of the real evaluator.
"""

import datetime as dt

import attrs
import numpy as np
import pyarrow as pa

from policy.batches.clusters import array_of, starts

DAY = dt.date(2026, 3, 2)
TEXT = pa.dictionary(pa.int32(), pa.string())
UNITS = pa.int32()


def claim_lines(visits: int, seed: int = 1, most: int = 6, visits_each: int = 2) -> pa.Table:
    """Lines of some visits, sorted by patient and date; each patient has `visits_each` of them."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, most + 1, visits)
    visit = np.repeat(np.arange(visits), sizes)
    number = np.arange(len(visit)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1
    patients = pa.array([f"P{k:07}" for k in range(visits // visits_each + 1)])
    codes = pa.array(["97530", "97110", "97112", "97140"])
    return pa.table(
        {
            "claim_id": pa.array([f"C{k:07}" for k in range(visits)]).take(pa.array(visit)),
            "claim_line_number": pa.array(number, pa.int32()),
            "person_id": patients.take(pa.array(visit // visits_each)),
            "claim_line_start_date": pa.array(20514 + visit % visits_each, pa.int32()).cast(pa.date32()),
            "billing_npi": pa.array(["1"] * len(visit)),
            "hcpcs_code": codes.take(pa.array((number - 1) % 4)),
            "hcpcs_modifier_1": pa.array(["GP"] * len(visit)),
            "service_unit_quantity": pa.array(rng.integers(1, 4, len(visit)), pa.int32()),
            "x_minutes": pa.array(rng.integers(0, 60, len(visit)), pa.int32()),
        }
    )


def with_gaps(table: pa.Table, every: int = 97) -> pa.Table:
    """The same lines, some of them without a code: they cannot be decided."""
    codes = [None if k % every == 5 else code for k, code in enumerate(table["hcpcs_code"].to_pylist())]
    return table.set_column(table.column_names.index("hcpcs_code"), "hcpcs_code", pa.array(codes, pa.string()))


@attrs.frozen
class Counting:
    """Says of every line how many lines its visit has here, in `supported_units` and `findings`; lines of no code are rejected."""

    key: tuple[str, ...] = ("person_id", "claim_line_start_date", "billing_npi")

    def keys(self, incoming: pa.Schema) -> tuple[str, ...]:
        return tuple(name for name in self.key if name in incoming.names)

    def schema(self, incoming: pa.Schema) -> pa.Schema:
        carried = [
            incoming.field(name) for name in ("claim_id", "claim_line_number", "x_visit") if name in incoming.names
        ]
        texts = ("status", "visit_status", "findings", "statements", "reasons", "missing")
        return pa.schema(
            [
                *carried,
                pa.field("policy", TEXT),
                pa.field("supported_units", UNITS),
                pa.field("allowed_units", UNITS),
                *(pa.field(name, TEXT) for name in texts),
                pa.field("tie", pa.bool_()),
                pa.field("rejected", TEXT),
            ]
        )

    def evaluate(self, table: pa.Table) -> pa.Table:
        cells = [array_of(table.column(name)) for name in self.key]
        plain = [cell.dictionary_decode() if pa.types.is_dictionary(cell.type) else cell for cell in cells]
        order = pa.table([*plain, pa.array(np.arange(table.num_rows))], [*self.key, "#"])
        order = order.sort_by([(name, "ascending") for name in order.column_names])
        back = order.column("#").to_numpy()
        at = starts([array_of(order.column(name)) for name in self.key], table.num_rows)
        sizes = np.diff(np.append(at, table.num_rows))
        lines = np.empty(table.num_rows, np.int32)
        lines[back] = np.repeat(sizes, sizes)
        code = table.column("hcpcs_code").combine_chunks()
        bad = code.is_null().to_numpy(zero_copy_only=False)
        told = {
            "policy": np.where(bad, None, "test"),
            "supported_units": lines,
            "allowed_units": lines,
            "status": np.where(bad, None, np.where(lines > 3, "reduce", "allow")),
            "visit_status": np.where(bad, None, "allow"),
            "findings": np.where(bad, None, np.where(lines > 3, "reduce overbilled", "")),
            "statements": np.where(bad, None, np.where(lines > 3, "count timed_units", "")),
            "reasons": np.where(bad, None, ""),
            "missing": np.where(bad, None, ""),
            "tie": np.zeros(len(bad), bool),
            "rejected": np.where(bad, "`code` is empty", None),
        }
        schema = self.schema(table.schema)
        return pa.table(
            [
                table.column(field.name)
                if field.name not in told
                else pa.array(told[field.name], pa.string()).dictionary_encode().cast(TEXT)
                if field.type == TEXT
                else pa.array(told[field.name], field.type, mask=bad)
                for field in schema
            ],
            schema=schema,
        )
