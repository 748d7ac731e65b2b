"""Importing a PTP release of the published size, and looking pairs up in it.

Targets: the import under 30 s, the file open and its first pair found under 0.3 s. The files are made up, in the published layout
(`tests/tables/published.py`). Answers are compared with a scan of all rows before anything is reported.

    python benchmarks/tables.py [rows]
"""

import random
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "tables"))

import published

from policy.tables.held import all_rows
from policy.tables.imports import import_files
from policy.tables.lookup import Pairs, Tables
from policy.tables.model import Kind, PairRow
from policy.tables.store import Store

IMPORT_SECONDS, OPEN_SECONDS = 30.0, 0.3


def main() -> int:
    """Prints the times; 1 when a target is missed."""
    size = int(next((word for word in sys.argv[1:] if word.isdigit()), "2633389"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        paths = []
        for name, data in published.full_release(size=size):
            paths.append(root / name)
            paths[-1].write_bytes(data)
        start = time.perf_counter()
        done = import_files(Kind.PTP, paths, Store(root / "store"))
        importing = time.perf_counter() - start
        print(f"import   {importing:6.2f} s   {done.table.rows:,} rows, {done.path.stat().st_size / 1e6:.1f} MB")
        day = date(2020, 5, 1)
        start = time.perf_counter()
        pairs = Tables.open(root / "store").pairs_on(day, "practitioner")
        assert isinstance(pairs, Pairs)
        pairs.between("97530", "12345")
        opening = time.perf_counter() - start
        print(f"open     {opening:6.3f} s   and the first pair")
        rows = [row for row in all_rows(Store(root / "store").tables()[0].rows) if isinstance(row, PairRow)]
        live = {(row.column_one, row.column_two) for row in rows if row.in_force(day)}
        rng = random.Random(1)
        codes = sorted({row.column_one for row in rows})
        asked = [(rng.choice(codes), rng.choice(codes)) for _ in range(20_000)]
        asked += [(row.column_two, row.column_one) for row in rng.sample(rows, min(len(rows), 20_000))]
        expected = [(a, b) in live or (b, a) in live for a, b in asked]
        for turn in ("first", "again"):
            start = time.perf_counter()
            found = [pairs.between(a, b) for a, b in asked]
            each = (time.perf_counter() - start) / len(asked)
            print(f"look-up  {each * 1e6:6.2f} µs  {turn}, {len(asked):,} pairs of {len(codes):,} codes")
        assert [one is not None for one in found] == expected
        return int(importing > IMPORT_SECONDS or opening > OPEN_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
