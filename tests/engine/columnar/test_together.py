"""Checks that are judged together: each answer is that of the visit, whatever the checks ask and however many places that makes."""

import random

import pytest
from engine.columnar.judged import HEAD, Row, judge, lines

import policy
from policy.engine.columnar import selection, together
from policy.engine.columnar.module import Written

CODES = ("97110", "97112", "97140", "97530", "97161", "97010")
MARKS = ("GP", "GP KX", "GO 59", "GP CQ", "KX", "GP 52 59")


def rows(seed: int, visits: int = 40, gaps: bool = False) -> list[Row]:
    """Visits of one to four lines, of which some have a code twice, or with `gaps` lack minutes or units."""
    rng = random.Random(seed)
    out: list[Row] = []
    for k in range(visits):
        given = []
        for code in rng.choices(CODES, k=rng.randint(1, 4)):
            minutes = None if gaps and rng.random() < 0.2 else rng.choice((0, 7, 8, 15, 23, 38, 45, 53, 60))
            units = None if gaps and rng.random() < 0.2 else rng.choice((0, 1, 2, 3, 4, 9))
            given.append((code, minutes, units, rng.choice(MARKS)))
        out += lines(str(k), *given)
    return out


def statements(seed: int, count: int) -> str:
    """Rules and requirements, half of them about some codes."""
    rng = random.Random(seed)
    some = [rule(rng, k) for k in range(count)]
    return HEAD + "\n".join(some)


def rule(rng: random.Random, k: int) -> str:
    symbol = rng.choice(("<", "<=", ">", ">=", "is", "is not"))
    asked = (
        f"line.minutes {symbol} {rng.choice((0, 8, 15, 38, 1440))} minutes",
        f"line.units {symbol} {rng.choice((0, 1, 3, 4))} units",
        f"line.modifiers has modifier {rng.choice(('KX', '59', 'CQ or CO'))}",
        f"not line.modifiers has modifier {rng.choice(('KX', '59'))}",
        f"visit has {rng.choice(CODES)}",
        f"minutes of 97110, {rng.choice(CODES[1:])} {symbol} {rng.choice((15, 60, 90))} minutes",
        f"units of 97110, {rng.choice(CODES[1:])} {symbol} {rng.choice((1, 3))} units",
        f"(line.minutes > 30 minutes or visit has {rng.choice(CODES)})",
    )
    clauses = [
        f"when {' and '.join(rng.sample(asked, rng.randint(1, 3)))}",
        rng.choice(("deny", "review", 'note "so"')),
    ]
    if rng.random() < 0.5:
        clauses.insert(0, f"applies to {', '.join(sorted(rng.sample(CODES, 2)))}")
    return "\n    ".join([f"rule r{k}", *clauses, "cite manual"])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("gaps", [False, True], ids=["whole", "gaps"])
def test_each_check_says_of_a_line_what_it_says_alone(seed: int, gaps: bool) -> None:
    assert judge(statements(seed, 30), rows(seed, gaps=gaps)).rows


def test_more_places_than_one_table_has_are_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST_PLACES", 4)
    for seed in range(4):
        judge(statements(seed, 40), rows(seed))


def test_sums_of_many_codes_are_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "FEW", 1)
    for seed in range(4):
        judge(statements(seed, 20), rows(seed))


def test_checks_on_what_others_leave_come_after_them() -> None:
    text = (
        HEAD
        + """
rule most
    when line.minutes > 20 minutes
    reduce to 1 unit
    cite manual
rule none
    when line.modifiers has modifier KX
    deny
    cite manual
rule few
    when line.minutes < 30 minutes
    reduce to 1 unit
    cite manual
"""
    )
    told = ";".join(judge(text, rows(1)).column("statements"))
    assert all(f"rule {name}" in told for name in ("most", "none", "few"))


def test_checks_are_judged_together() -> None:
    """As far as a table states what they ask."""
    program = policy.load(statements(3, 20))
    plan = program.plan(program.starts[0])
    text, _ = Written(plan).source({}, True)
    assert "TOGETHER" in text
