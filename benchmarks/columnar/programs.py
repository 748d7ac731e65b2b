"""The visit audit from Parquet to Parquet, by hand: PyArrow with NumPy, DuckDB, and Polars.

Owns: what a good programmer writes for this one task with each library, in one thread. Each reads the same columns of the same file,
takes the lines of a visit as standing together (the engine finds that out by itself), and writes `visit_id`, `allowed`, `reasons`, and
the columns that it is told to carry along, in the order of the file; DuckDB's windows leave that order, so that it always carries
`claim_line_number`. Never: explains anything.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # before it is imported; more threads cost more in all

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import task
from kernels import Answer, Lines, numpy_kernel

Program = Callable[..., None]
"""From a file, to a file, with these columns carried along: `(source, out, carried=())`."""
MODIFIERS = [f"hcpcs_modifier_{k}" for k in range(1, 5)]
COLUMNS = ["visit_id", "hcpcs_code", *MODIFIERS, "x_minutes", "service_unit_quantity"]


# ------------------------------------------------------------------------------------------------ PyArrow and NumPy
def pyarrow_numpy(
    source: Path, out: Path, carried: Sequence[str] = (), kernel: Callable[[Lines], Answer] = numpy_kernel
) -> None:
    """By row groups; a visit that a group cuts is carried to the next."""
    writer: pq.ParquetWriter | None = None
    for table in whole_visits(source, [*COLUMNS, *carried]):
        allowed, reasons = kernel(encode(table))
        ids = {name: table[name] for name in ("visit_id", *carried)}
        answer = pa.table({**ids, "allowed": allowed, "reasons": reasons})
        writer = writer or pq.ParquetWriter(out, answer.schema, compression="snappy")
        writer.write_table(answer)
    if writer:
        writer.close()


def whole_visits(source: Path, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The columns of the file, row group by row group, moved to the edges of visits."""
    file = pq.ParquetFile(source, read_dictionary=["hcpcs_code", *MODIFIERS])
    carried: pa.Table | None = None
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=columns, use_threads=False)
        table = pa.concat_tables([carried, table]).unify_dictionaries() if carried else table
        if group < file.num_row_groups - 1:
            visits = table["visit_id"].to_numpy()
            edge = int(np.searchsorted(visits, visits[-1]))
            carried = table.slice(edge)
            table = table.slice(0, edge)
        yield table


def encode(table: pa.Table) -> Lines:
    """Words become numbers through their dictionary, which is short."""
    visits = table["visit_id"].to_numpy()
    edges = np.flatnonzero(visits[1:] != visits[:-1]) + 1
    released = _looked_up(table["hcpcs_modifier_1"], task.RELEASES.__contains__, np.bool_)
    for name in MODIFIERS[1:]:
        released |= _looked_up(table[name], task.RELEASES.__contains__, np.bool_)
    return Lines(
        np.concatenate([[0], edges, [visits.size]]).astype(np.int64),
        _looked_up(table["hcpcs_code"], task.CODES.index, np.uint8),
        table["x_minutes"].to_numpy().astype(np.int16),
        table["service_unit_quantity"].to_numpy().astype(np.int16),
        released,
    )


def _looked_up(column: pa.ChunkedArray, meaning: Callable[[str], object], dtype: type) -> np.ndarray:
    parts = []
    for chunk in column.chunks:
        words = np.array([*map(meaning, chunk.dictionary.to_pylist()), 0], dtype)
        ids = chunk.indices.fill_null(len(words) - 1) if chunk.indices.null_count else chunk.indices
        parts.append(words[ids.to_numpy(zero_copy_only=False)])
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


# ----------------------------------------------------------------------------------------------------------- DuckDB
_IN = "({})".format(", ".join(f"'{modifier}'" for modifier in sorted(task.RELEASES)))
_CODED = f"""
lines as (
    select visit_id{{carried}}, claim_line_number as number, hcpcs_code as code, service_unit_quantity as billed,
        hcpcs_code in ({", ".join(f"'{c}'" for c in sorted(task.TIMED))}) as timed,
        case when timed then x_minutes else 0 end as minutes, minutes // 15 as blocks, minutes % 15 as over,
        {" or ".join(f"coalesce({name} in {_IN}, false)" for name in MODIFIERS)} as released
    from read_parquet($source)
)"""
_DECIDED = f"""
shared as (
    select *, case when timed then blocks + extra::int else 1 end as supported,
        timed and supported = 0 as none, code = '97530' and supported > {task.CAP} as above,
        column_one and code in ('97116', '97150') and not released as denied,
        case when denied then 0 when above then {task.CAP} else supported end as allowed
    from ranked
)
select visit_id{{carried}}, number as claim_line_number, allowed::tinyint as allowed,
    ((billed > allowed)::int * {task.OVERBILLED} + above::int * {task.OVER_CAP} + denied::int * {task.DENIED_BY_PAIR}
    + none::int * {task.NOT_SUPPORTED} + extra::int * {task.LEFTOVER} + (not timed)::int * {task.UNTIMED})::utinyint as reasons
from shared"""
WINDOWS = f"""
with {_CODED},
summed as (
    select *, (sum(minutes) over visit)::int as total, (sum(blocks) over visit)::int as whole,
        bool_or(code = '97530') over visit as column_one,
        row_number() over (partition by visit_id order by timed desc, over desc, minutes desc, number) as place
    from lines window visit as (partition by visit_id)
),
ranked as (
    select *, timed and place <= case when total < 8 then 0 else (total + 7) // 15 end - whole as extra from summed
),{_DECIDED}"""
"""As the task reads: sums and ranks over windows of a visit."""
LISTS = f"""
with {_CODED},
keyed as (select *, case when timed then over * 65536 + minutes * 16 - number else -1 end as key from lines),
visits as (
    select visit_id, bool_or(code = '97530') as column_one, sum(minutes)::int as total, sum(blocks)::int as whole,
        list_reverse_sort(list(key)) as keys, case when total < 8 then 0 else (total + 7) // 15 end - whole as leftover,
        case when leftover > 0 then keys[leftover] else 1048576 end as least
    from keyed group by visit_id
),
ranked as (
    select keyed.*, column_one, timed and key >= least as extra from keyed join visits using (visit_id)
),{_DECIDED}"""
"""One group for each visit, with the sorted keys of its lines, joined to the lines: less natural, sometimes faster."""


def duckdb_sql(query: str) -> Program:
    def run(source: Path, out: Path, carried: Sequence[str] = ()) -> None:
        import duckdb

        with duckdb.connect(config={"threads": 1}) as connection:
            others = "".join(f", {name}" for name in carried if name != "claim_line_number")
            text = query.replace("{carried}", others).replace("$source", f"'{source}'")
            connection.execute(f"copy ({text}) to '{out}' (format parquet, compression snappy)")

    return run


# ----------------------------------------------------------------------------------------------------------- Polars
def polars_frame(form: str, engine: str) -> Program:
    """`over`: windows of a visit, as its manual would have it. `shift`: each line beside its seven neighbours on both sides."""

    def run(source: Path, out: Path, carried: Sequence[str] = ()) -> None:
        import polars as pl

        frame = _polars_coded(pl.scan_parquet(source), carried)
        frame = _polars_over(frame) if form == "over" else _polars_shift(frame)
        _polars_decided(frame, carried).sink_parquet(out, compression="snappy", engine=engine)

    return run


def _polars_coded(frame, carried):
    import polars as pl

    released = [pl.col(name).cast(pl.String).is_in(sorted(task.RELEASES)).fill_null(False) for name in MODIFIERS]
    code = (
        pl.col("hcpcs_code").cast(pl.String).replace_strict(task.CODES, range(len(task.CODES)), return_dtype=pl.UInt8)
    )
    frame = frame.select(
        "visit_id",
        *carried,
        code=code,
        released=pl.any_horizontal(released),
        minutes="x_minutes",
        billed="service_unit_quantity",
    )
    frame = frame.with_columns(timed=pl.col("code") < task.TIMED_CODES, capped=pl.col("code") == task.CAPPED)
    frame = frame.with_columns(minutes=pl.when("timed").then("minutes").otherwise(0))
    over = pl.col("minutes") % 15 * 128 + pl.col("minutes")
    return frame.with_columns(blocks=pl.col("minutes") // 15, key=pl.when("timed").then(over).otherwise(-1))


def _polars_over(frame):
    import polars as pl

    return frame.with_columns(
        total=pl.col("minutes").sum().over("visit_id"),
        whole=pl.col("blocks").sum().over("visit_id"),
        column_one=pl.col("capped").any().over("visit_id"),
        rank=pl.col("key").rank("ordinal", descending=True).over("visit_id").cast(pl.Int32) - 1,
    )


def _polars_shift(frame):
    import polars as pl

    total, whole, column_one, rank = pl.col("minutes"), pl.col("blocks"), pl.col("capped"), pl.lit(0, pl.Int32)
    for step in range(1, task.MOST_LINES):
        for by in (step, -step):
            same = (pl.col("visit_id") == pl.col("visit_id").shift(by)).fill_null(False)
            other = pl.col("key").shift(by)
            ahead = other >= pl.col("key") if by > 0 else other > pl.col("key")
            rank = rank + (same & ahead).fill_null(False).cast(pl.Int32)
            total = total + pl.when(same).then(pl.col("minutes").shift(by)).otherwise(0)
            whole = whole + pl.when(same).then(pl.col("blocks").shift(by)).otherwise(0)
            column_one = column_one | (same & pl.col("capped").shift(by)).fill_null(False)
    return frame.with_columns(total=total, whole=whole, column_one=column_one, rank=rank)


def _polars_decided(frame, carried):
    import polars as pl

    left = pl.when(pl.col("total") < 8).then(0).otherwise((pl.col("total") + 7) // 15) - pl.col("whole")
    frame = frame.with_columns(extra=pl.col("timed") & (pl.col("rank") < left))
    frame = frame.with_columns(
        supported=pl.when("timed").then(pl.col("blocks") + pl.col("extra").cast(pl.Int32)).otherwise(1)
    )
    frame = frame.with_columns(
        none=pl.col("timed") & (pl.col("supported") == 0),
        above=pl.col("capped") & (pl.col("supported") > task.CAP),
        denied=pl.col("column_one") & pl.col("code").is_in(task.SECOND) & ~pl.col("released"),
    )
    allowed = pl.when("denied").then(0).when("above").then(task.CAP).otherwise("supported")
    frame = frame.with_columns(allowed=allowed.cast(pl.Int8), untimed=~pl.col("timed"))
    frame = frame.with_columns(overbilled=pl.col("billed") > pl.col("allowed"))
    bits = {
        "overbilled": task.OVERBILLED, "above": task.OVER_CAP, "denied": task.DENIED_BY_PAIR, "none": task.NOT_SUPPORTED,
        "extra": task.LEFTOVER, "untimed": task.UNTIMED,
    }  # fmt: skip
    reasons = pl.sum_horizontal(pl.col(name).cast(pl.UInt8) * bit for name, bit in bits.items())
    return frame.select("visit_id", *carried, "allowed", reasons=reasons.cast(pl.UInt8))


PROGRAMS: dict[str, tuple[str | None, Program]] = {
    "PyArrow + NumPy": (None, pyarrow_numpy),
    "DuckDB (windows)": ("duckdb", duckdb_sql(WINDOWS)),
    "DuckDB (lists)": ("duckdb", duckdb_sql(LISTS)),
    "Polars (over)": ("polars", polars_frame("over", "streaming")),
    "Polars (over, in memory)": ("polars", polars_frame("over", "in-memory")),
    "Polars (shift)": ("polars", polars_frame("shift", "streaming")),
    "Polars (shift, in memory)": ("polars", polars_frame("shift", "in-memory")),
}
"""By name: the library that it needs besides PyArrow, and what it does."""
