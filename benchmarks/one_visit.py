"""One visit at a time: the common visit-audit task, and a shipped policy, against a hand-written Python function.

The task: the day's timed minutes make units (8-minute rule, leftover units to the largest remainders, ties to the most minutes), 97530 is
capped at 4, and 97116 or 97150 beside 97530 needs one of five modifiers. Every answer is checked against the hand-written function before
anything is timed. Cases run in turn (A B C A B C …); the ratio is the median of same-round ratios, which travels between machines.

    python benchmarks/one_visit.py [visits] [rounds]
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import policy
from policy.claims.visit import Line, Visit
from policy.values import parse_date

TIMED = frozenset({"97110", "97112", "97116", "97140", "97530", "97535", "97035"})
COLUMN_TWO = frozenset({"97116", "97150"})
RELEASES = frozenset({"59", "XE", "XP", "XS", "XU"})
CODES = ("97110", "97112", "97116", "97140", "97530", "97535", "97035", "97161", "97150", "97010")
WEIGHTS = (22, 12, 9, 14, 17, 6, 4, 5, 4, 7)
MINUTES = (5, 7, 8, 10, 12, 15, 18, 20, 23, 25, 30, 38, 45, 53, 60)


def generate(count: int, seed: int = 97530) -> list[dict]:
    """Seeded synthetic visits of 1 to 8 lines, no code twice."""
    rng = random.Random(seed)
    visits = []
    for number in range(count):
        size = rng.choices(range(1, 9), (10, 24, 27, 20, 11, 5, 2, 1))[0]
        codes: list[str] = []
        while len(codes) < size:
            code = rng.choices(CODES, WEIGHTS)[0]
            if code not in codes:
                codes.append(code)
        lines = []
        for code in codes:
            minutes = rng.choice(MINUTES) if code in TIMED else rng.randint(5, 30)
            units = max(1, (minutes + 7) // 15) if code in TIMED else 1
            roll = rng.random()
            units = max(1, units + (roll < 0.06) - (roll > 0.97))
            modifiers = ["GP"] + (
                ["59"] if rng.random() < (0.45 if code in {"97530", "97116", "97150"} else 0.04) else []
            )
            lines.append({"code": code, "minutes": minutes, "units": units, "modifiers": modifiers})
        visits.append({"visit": f"V{number}", "date": "2026-03-02", "lines": lines})
    return visits


def by_hand(visit: dict) -> tuple[list[int], list[int]]:
    """What a programmer would write for this one task: allowed units and reason bits, no sources, no text."""
    lines = visit["lines"]
    total = left = 0
    column_one = False
    ranks = []
    allowed = []
    reasons = []
    for i, line in enumerate(lines):
        code = line["code"]
        if code == "97530":
            column_one = True
        if code in TIMED:
            minutes = line["minutes"]
            total += minutes
            blocks, rest = divmod(minutes, 15)
            left -= blocks
            allowed.append(blocks)
            reasons.append(0)
            ranks.append((-rest, -minutes, i))
        else:
            allowed.append(1)
            reasons.append(32)
    if total >= 8:
        left += (total + 7) // 15
        if left > 0:
            ranks.sort()
            for rank in ranks[:left]:
                allowed[rank[2]] += 1
                reasons[rank[2]] |= 16
    for i, line in enumerate(lines):
        code = line["code"]
        units = allowed[i]
        if units == 0 and code in TIMED:
            reasons[i] |= 8
        if units > 4 and code == "97530":
            units = 4
            reasons[i] |= 2
        if column_one and code in COLUMN_TWO and RELEASES.isdisjoint(line["modifiers"]):
            units = 0
            reasons[i] |= 4
        if line["units"] > units:
            reasons[i] |= 1
        allowed[i] = units
    return allowed, reasons


def as_visit(data: dict) -> Visit:
    lines = tuple(
        Line(i, line["code"], line["minutes"], line["units"], tuple(line["modifiers"]))
        for i, line in enumerate(data["lines"], 1)
    )
    return Visit(parse_date(data["date"]), lines, visit=data["visit"])


def verify(program: policy.Program, visits: list[dict]) -> None:
    """Every line of every visit: what the policy allows is what the hand-written function allows, up to what was billed."""
    for data in visits:
        expected = [min(a, line["units"]) for a, line in zip(by_hand(data)[0], data["lines"], strict=True)]
        got = [line.allowed_units for line in program.evaluate(as_visit(data)).lines]
        if got != expected:
            raise SystemExit(f"{data}: expected {expected}, got {got}")


def measure(cases: dict[str, Callable[[], None]], visits: int, rounds: int) -> list[tuple[str, float, float]]:
    """(case, µs per visit, ratio to the first case), medians over interleaved rounds of CPU time."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for run in cases.values():
        run()
    for _ in range(rounds):
        for name, run in cases.items():
            start = time.process_time()
            run()
            times[name].append((time.process_time() - start) / visits * 1e6)
    base = times[next(iter(cases))]
    return [
        (name, statistics.median(spent), statistics.median(a / b for a, b in zip(spent, base, strict=True)))
        for name, spent in times.items()
    ]


def main(count: int = 5_000, rounds: int = 9) -> None:
    data = generate(count)
    common = policy.load(Path(__file__).parent / "common_task.policy")
    part_b = policy.load("medicare.part_b")
    verify(common, data)
    visits = [as_visit(d) for d in data]

    def over(items: list, call: Callable) -> Callable[[], None]:
        def run() -> None:
            for item in items:
                call(item)

        return run

    def traced(program: policy.Program) -> Callable:
        return lambda visit: program.evaluate(visit)

    rows = measure(
        {
            "hand-written function, reason bits only": over(data, by_hand),
            "common task: decision with structured trace": over(visits, traced(common)),
            "common task: from a mapping (validated)": over(data, traced(common)),
            "common task: findings told": over(visits, lambda v: common.evaluate(v).findings),
            "common task: every sentence rendered": over(visits, lambda v: _rendered(common.evaluate(v))),
            "medicare.part_b: decision with structured trace": over(visits, traced(part_b)),
        },
        count,
        rounds,
    )
    for name, spent, ratio in rows:
        print(f"{name:<52} {spent:8.2f} µs/visit   {ratio:6.2f} × hand-written")


def _rendered(decision: policy.Decision) -> object:
    return decision.lines, decision.findings, decision.trace


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:3]))
