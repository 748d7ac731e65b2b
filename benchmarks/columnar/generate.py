"""Seeded synthetic claims as a Parquet file with the columns of Tuva's `medical_claim`, of any length, in bounded memory.

Owns: what the benchmarks read. Weights of codes and minutes are those of `one_visit.py`; no code stands twice in a visit. The lines
of a visit stand together and visits are in order, unless `--shuffled`. Never: a real person, provider or price.

    python benchmarks/columnar/generate.py FILE --lines 3260000 [--layout claims|detailed|lean] [--shuffled] [--seed 97530]
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from task import CODES, MINUTES, MOST_LINES, TIMED_CODES, WEIGHTS

ROW_GROUP = 262_144
BLOCK = 200_000
"""Visits that are made at a time."""
SIZES = (10, 24, 27, 20, 11, 5, 2, 1)
"""Of 100 visits, how many have 1, 2, 3 … lines."""
LINES_A_VISIT = sum(n * weight for n, weight in enumerate(SIZES, 1)) / 100
MODIFIERS = ("GP", "59", "XE", "XP", "XS", "XU", "KX", "CQ")
CENTS = np.array([3_120, 3_540, 3_010, 2_890, 3_850, 3_410, 1_460, 10_340, 1_810, 650])
"""A made-up charge for one unit of each code."""
VISITS_A_PERSON, PERSONS_A_PROVIDER = 12, 400
LEAN = (
    "visit_id", "claim_line_number", "claim_line_start_date", "hcpcs_code", "hcpcs_modifier_1", "hcpcs_modifier_2", "hcpcs_modifier_3",
    "hcpcs_modifier_4", "service_unit_quantity", "x_minutes",
)  # fmt: skip
"""What the task needs, and a date."""
CLAIMS = ("visit_id", "person_id", "billing_npi", "claim_id", *LEAN[1:], "charge_amount")
LAYOUTS = {"claims": CLAIMS, "detailed": (*CLAIMS, "rendering_npi", "place_of_service_code"), "lean": LEAN}
"""Columns by layout; the lines are the same."""
FIRST_VISIT = 10_000_000_000
FIRST_DAY = np.datetime64("2026-01-05")


def write(path: Path, lines: int, layout: str = "claims", *, shuffled: bool = False, seed: int = 97530) -> int:
    """A file of exactly so many claim lines; says of how many visits. The last visit is cut where the lines end."""
    if shuffled:
        _shuffled(path, _blocks(lines, LAYOUTS[layout], seed), max(1, lines // 2_000_000), seed)
    else:
        _in_groups(path, _blocks(lines, LAYOUTS[layout], seed))
    return visits(path)


def visits(path: Path) -> int:
    """How many visits a file has, by what it says of its ids."""
    metadata = pq.ParquetFile(path).metadata
    groups = (metadata.row_group(k).column(0) for k in range(metadata.num_row_groups))
    return max(group.statistics.max for group in groups) - FIRST_VISIT + 1


def _blocks(lines: int, columns: Sequence[str], seed: int) -> Iterator[pa.Table]:
    """Blocks of visits, in order. A block depends on the seed and its number only."""
    for number in range(1 << 30):
        table = _block(np.random.default_rng([seed, number]), number * BLOCK).select(columns)
        yield table.slice(0, lines)
        lines -= table.num_rows
        if lines <= 0:
            return


def _sizes(rng: np.random.Generator) -> np.ndarray:
    return rng.choice(np.arange(1, MOST_LINES + 1), size=BLOCK, p=np.array(SIZES) / 100)


def _block(rng: np.random.Generator, first: int) -> pa.Table:
    sizes = _sizes(rng)
    visit = np.repeat(np.arange(BLOCK), sizes)
    # Drawing without replacement by weight: whose exponential clock, as fast as its weight, rings first.
    clocks = rng.standard_exponential((BLOCK, len(CODES)), np.float32) / np.array(WEIGHTS, np.float32)
    ranked = np.argsort(clocks, axis=1)[:, :MOST_LINES].astype(np.int8)
    code = ranked[np.arange(MOST_LINES) < sizes[:, None]]
    count = code.size
    timed = code < TIMED_CODES
    minutes = np.where(timed, np.array(MINUTES)[rng.integers(0, len(MINUTES), count)], rng.integers(5, 31, count))
    roll = rng.random(count)
    units = np.where(timed, np.maximum(1, (minutes + 7) // 15), 1)
    units = np.maximum(1, units + (roll < 0.06) - (roll > 0.97))
    number = np.arange(count) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1
    person, nth = np.divmod(np.arange(BLOCK) + first, VISITS_A_PERSON)
    provider = person // PERSONS_A_PROVIDER
    days = FIRST_DAY + (
        person * 37 % 120 + nth * 7
    )  # every seven days from a day of one's own, within one calendar year
    renders = provider * 4 + rng.integers(0, 4, BLOCK) + 2_000_000_000
    columns = {
        "visit_id": visit + first + FIRST_VISIT,
        "person_id": _ids("P", person, 8).take(visit),
        "billing_npi": _ids("", provider + 1_000_000_000, 10).take(visit),
        "claim_id": _ids("C", np.arange(BLOCK) + first, 10).take(visit),
        "claim_line_number": number.astype(np.int32),
        "claim_line_start_date": pa.array(days.astype("datetime64[D]")[visit]),
        "hcpcs_code": _words(code, CODES),
        **_modifiers(rng, code),
        "service_unit_quantity": units.astype(np.int32),
        "x_minutes": minutes.astype(np.int32),
        "charge_amount": _money(units * CENTS[code]),
        "rendering_npi": _ids("", renders, 10).take(visit),
        "place_of_service_code": _words(rng.choice(3, BLOCK, p=[0.9, 0.06, 0.04])[visit], ("11", "12", "19")),
    }
    return pa.table(columns)


def _modifiers(rng: np.random.Generator, code: np.ndarray) -> dict[str, pa.Array]:
    """GP on every line; on some of them, from left to right, a release, KX, and the assistant's CQ."""
    paired = np.isin(code, [CODES.index(c) for c in ("97530", "97116", "97150")])
    release = rng.choice(np.arange(1, 6), size=code.size, p=[0.8, 0.05, 0.03, 0.07, 0.05])
    told = [
        (rng.random(code.size) < np.where(paired, 0.45, 0.04), release),
        (rng.random(code.size) < 0.12, 6),
        (rng.random(code.size) < 0.15, 7),
    ]
    places = np.full((code.size, 4), -1, np.int8)
    places[:, 0] = 0
    filled = np.ones(code.size, np.int8)
    for carries, word in told:
        rows = np.flatnonzero(carries)
        places[rows, filled[rows]] = word[rows] if isinstance(word, np.ndarray) else word
        filled[rows] += 1
    return {f"hcpcs_modifier_{k + 1}": _words(places[:, k], MODIFIERS) for k in range(4)}


def _words(ids: np.ndarray, words: tuple[str, ...]) -> pa.DictionaryArray:
    """Words by their ids; -1 is null."""
    return pa.DictionaryArray.from_arrays(pa.array(ids.astype(np.int8), mask=ids < 0), pa.array(words))


def _ids(prefix: str, numbers: np.ndarray, width: int) -> pa.Array:
    """`C0000000012`: numbers of one width behind a prefix."""
    digits = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "") if prefix else digits


def _money(cents: np.ndarray) -> pa.Array:
    """Cents as decimals with two places: 16 bytes each, of which small amounts fill the lower eight."""
    wide = np.zeros((cents.size, 2), np.int64)
    wide[:, 0] = cents
    return pa.Array.from_buffers(pa.decimal128(12, 2), cents.size, [None, pa.py_buffer(wide)])


def _in_groups(path: Path, tables: Iterator[pa.Table]) -> None:
    """Written in row groups of one size, so that visits are cut where groups end, as in files that people have."""
    left: pa.Table | None = None
    writer: pq.ParquetWriter | None = None
    for table in tables:
        writer = writer or pq.ParquetWriter(path, table.schema, compression="snappy")
        left = pa.concat_tables([left, table]) if left else table
        whole = left.num_rows - left.num_rows % ROW_GROUP
        if whole:
            writer.write_table(left.slice(0, whole), row_group_size=ROW_GROUP)
        left = left.slice(whole)
    assert writer is not None and left is not None
    if left.num_rows:
        writer.write_table(left)
    writer.close()


def _shuffled(path: Path, tables: Iterator[pa.Table], parts: int, seed: int) -> None:
    """Lines in an order in which the lines of a visit can be anywhere: thrown into parts by lot, then each part shuffled."""
    rng = np.random.default_rng([seed, 1 << 31])
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        files = [Path(folder) / f"{part}.parquet" for part in range(parts)]
        writers: list[pq.ParquetWriter] = []
        for table in tables:
            writers = writers or [pq.ParquetWriter(file, table.schema) for file in files]
            lot = rng.integers(0, parts, table.num_rows)
            for part, writer in enumerate(writers):
                writer.write_table(table.filter(lot == part))
        for writer in writers:
            writer.close()
        _in_groups(path, (_permuted(pq.read_table(file), rng) for file in files))


def _permuted(table: pa.Table, rng: np.random.Generator) -> pa.Table:
    return table.take(rng.permutation(table.num_rows)).combine_chunks()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--lines", type=int, default=3_260_000)
    parser.add_argument("--shuffled", action="store_true", help="the lines of a visit anywhere in the file")
    parser.add_argument("--layout", choices=LAYOUTS, default="claims", help="which columns")
    parser.add_argument("--seed", type=int, default=97530)
    given = parser.parse_args()
    visits = write(given.file, given.lines, given.layout, shuffled=given.shuffled, seed=given.seed)
    print(f"{given.file}: {given.lines:,} lines of {visits:,} visits")


if __name__ == "__main__":
    main()
