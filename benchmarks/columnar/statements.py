"""Policies with many statements: the common task and 50 or 200 more, and the whole of Medicare Part B.

Owns: made-up statements of the kinds and in about the shares in which payers have them, and what they cost. Never: a payer's rule.

    python benchmarks/columnar/statements.py 50 > fifty.policy
"""

import random
import sys
from functools import partial
from pathlib import Path

import apart
import common
import generate
import measuring
import numpy as np
import ours
import pyarrow as pa
import pyarrow.parquet as pq
from agreement import Ready
from task import CODES, POLICY

ELSEWHERE = ("97113", "97124", "97533", "97537", "97542", "97750", "97760", "97763", "97012", "97164")
"""Codes that no claim of the benchmark has, as most codes of a payer's manual are on no given claim."""
TIMED_ELSEWHERE = ELSEWHERE[:8]
QUARTERS = ("2025-07-01", "2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01")
"""The days on which statements begin and end, as payers publish by the quarter."""
COMMON = "common task"
CHECKED = 1_000
"""Lines that are also given to the engine visit by visit, which is slow."""
RELEASES = ("59, XE, XP, XS or XU", "59", "59 or XU")

MANY = {50: 1.5, 200: 2.0}
"""So many statements, and at most how many times the seconds of the common task."""
PART_B = "medicare.part_b"


def report(source: Path, folder: Path, given: Ready, rounds: int) -> None:
    """End to end, each beside the common task on the same file."""
    lines = pq.ParquetFile(source).metadata.num_rows
    cases: dict[str, apart.Maker] = {
        name: partial(common.engine, file, folder, text)
        for name, (text, file) in _policies(source, detailed(source, folder)).items()
    }
    done = apart.interleaved(cases, rounds)
    rows = [(name, f"{done.seconds(name) / lines * 1e9:,.0f}", f"{done.ratio(name, COMMON):.2f}") for name in cases]
    print(measuring.markdown(("Parquet to Parquet, one thread", "ns CPU a line", f"time × {COMMON}"), rows), "\n")
    targets = [
        measuring.Target(
            f"time with {count} statements × {COMMON}",
            done.ratio(f"{COMMON} and {count} statements", COMMON),
            most,
            True,
        )
        for count, most in MANY.items()
    ]
    print(measuring.markdown(measuring.TARGETS, [target.row() for target in targets]))


def check(source: Path, folder: Path) -> list[str]:
    """The policies of which a table's answer is that of its visits one by one, on the first of them. Raises `SystemExit`."""
    names = []
    for name, (text, file) in _policies(source, detailed(source, folder)).items():
        table = next(pq.ParquetFile(file).iter_batches(CHECKED))
        visits = table["visit_id"].to_numpy()
        whole = pa.Table.from_batches([table.slice(0, int(np.searchsorted(visits, visits[-1])))])
        if wrong := ours.as_visits(ours.evaluator(text), whole):
            raise SystemExit(f"{name}: the table's answer differs from that of its visits on {wrong:,} lines")
        names.append(name)
    return names


def _policies(source: Path, more: Path) -> dict[str, tuple[str | Path, Path]]:
    """By name: the policy, and the claims it is given."""
    many = {f"{COMMON} and {count} statements": (policy_text(count), source) for count in MANY}
    return {
        COMMON: (POLICY, source),
        **many,
        f"{COMMON}, detailed claims": (POLICY, more),
        PART_B: (PART_B, more),
    }


def detailed(source: Path, folder: Path) -> Path:
    """The same claims with rendering providers and places of service."""
    path = folder / f"{source.stem}_detailed.parquet"
    if not path.exists():
        generate.write(path, pq.ParquetFile(source).metadata.num_rows, "detailed")
    return path


def policy_text(count: int, seed: int = 97530) -> str:
    """The common task and so many more statements; of ten, three are pairs, two requirements, four rules and one is a limit."""
    rng = random.Random(seed)
    kinds = (_pair, _rule, _require, _pair, _rule, _limit, _rule, _pair, _require, _rule)
    more = [kinds[k % len(kinds)](rng, k) for k in range(count)]
    text = POLICY.read_text(encoding="utf-8").replace("97110, 97112", "97110, 97112, " + ", ".join(TIMED_ELSEWHERE), 1)
    return "\n".join([text.replace("bench.common", f"bench.with_{count}"), *more])


def _pair(rng: random.Random, k: int) -> str:
    first, second = rng.sample([*CODES, *ELSEWHERE], 2)
    return _statement(
        f"pair p{k}",
        f"{first} over {second}",
        "deny the second",
        f"unless modifier {rng.choice(RELEASES)} on {rng.choice(('either line', 'the second line'))}",
        *_dates(rng),
        "reason CO-236",
    )


def _rule(rng: random.Random, k: int) -> str:
    condition = rng.choice(
        (
            f"line.minutes > {rng.choice((45, 53, 60))} minutes",
            f"line.minutes < {rng.choice((6, 8))} minutes and line.units > 0 units",
            f"line.units > {rng.choice((3, 4, 5))} units",
            f"line.modifiers has modifier KX and line.minutes > {rng.choice((30, 38, 45))} minutes",
            f"visit has {rng.choice(CODES)} and line.units > {rng.choice((2, 3))} units",
            f"minutes of {', '.join(sorted(rng.sample(CODES[:7], 3)))} > {rng.choice((120, 150))} minutes",
        )
    )
    outcome = rng.choices(("review", "warn", "note", "deny"), (4, 3, 2, 1))[0]
    return _statement(
        f"rule r{k}", f"applies to {_codes(rng)}", f"when {condition}", f'{outcome} "for rule {k}"', *_dates(rng)
    )


def _require(rng: random.Random, k: int) -> str:
    required, threshold = rng.choice(
        (("one of modifier GP, GO or GN", 0), ("no modifier 52", 0), ("modifier KX", 60), ("modifier GP", 30))
    )
    return _statement(
        f"require q{k}",
        f"applies to {_codes(rng)}",
        *([f"when line.minutes >= {threshold} minutes"] if threshold else []),
        required,
        f"otherwise {rng.choice(('review', 'warn', 'deny'))}",
        *_dates(rng),
    )


def _limit(rng: random.Random, k: int) -> str:
    return _statement(
        f"limit m{k}",
        f"applies to {_codes(rng)}",
        f"at most {rng.choice((4, 5, 6, 8))} units",
        f"per {rng.choice(('patient and day', 'patient, provider and day', 'patient, code and day'))}",
        f"counting {rng.choice(('billed units', 'supported units', 'allowed units'))}",
        f"on excess {rng.choice(('deny the excess, last line first', 'review', 'warn'))}",
        *_dates(rng),
    )


def _codes(rng: random.Random) -> str:
    return ", ".join(sorted(rng.sample([*CODES, *ELSEWHERE], rng.randint(1, 3))))


def _dates(rng: random.Random) -> list[str]:
    """Half of all statements always hold, the others from a quarter on, or until the end of one."""
    roll = rng.random()
    if roll < 0.5:
        return []
    at = rng.randrange(len(QUARTERS))
    return [f"in force from {QUARTERS[at]}"] if roll < 0.8 else [f"in force from 2020-01-01 until {LAST_DAYS[at]}"]


LAST_DAYS = ("2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30")


def _statement(head: str, *clauses: str) -> str:
    return "\n    ".join([f"\n{head}", *clauses, 'assume "made up for a benchmark"'])


if __name__ == "__main__":
    print(policy_text(int(sys.argv[1])))
