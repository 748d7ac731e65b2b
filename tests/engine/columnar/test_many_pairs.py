"""More pairs than one word has bits, with every kind of release: each answer is that of the visit."""

import random

import pytest
from engine.columnar.judged import HEAD, Row, judge, lines, table

import policy
from policy.batches import TableEvaluator

CODES = ("97110", "97112", "97140", "97530", "97161", "97010", "97116", "97535")
HEAD_OF_ALL = HEAD.replace("97140, 97530", "97140, 97530, 97116, 97535")
RELEASES = ("59", "59, XE or XU", "KX", "XU")
MARKS = ("GP", "GP 59", "GP XU", "GP KX", "GP 59 KX", "GP XE")


def pairs(seed: int, count: int) -> str:
    """Some pairs; some have two releases, some a condition, some compare what keeps lines apart, and are not judged in columns."""
    rng = random.Random(seed)
    out = [HEAD_OF_ALL]
    for k in range(count):
        first, *second = rng.sample(CODES, rng.choice((2, 2, 3)))
        clauses = [f"{first} over {', '.join(second)}", f"deny the {rng.choice(('first', 'second'))}"]
        clauses += [
            f"unless modifier {rng.choice(RELEASES)} on {rng.choice(('either line', 'the first line', 'the second line'))}"
            for _ in range(rng.choice((0, 1, 1)))
        ]
        if rng.random() < 0.1:
            clauses.append("when visit.setting is practitioner")
        out.append("\n    ".join([f"pair p{k}", *clauses, "cite manual"]))
    return "\n".join(out)


def rows(seed: int, billed: tuple[int | None, ...]) -> list[Row]:
    rng = random.Random(seed)
    out: list[Row] = []
    for k in range(60):
        codes = rng.choices(CODES, k=rng.randint(1, 5))
        given = ((code, 30, rng.choice(billed), rng.choice(MARKS)) for code in codes)
        out += lines(str(k), *given, x_setting=rng.choice((None, "practitioner", "hospital")))
    return out


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("count", [1, 7, 12, 30, 70, 130])
def test_pairs_say_what_each_says_alone(seed: int, count: int) -> None:
    assert judge(pairs(seed, count), rows(seed, (1, 2, 3))).rows


@pytest.mark.parametrize("count", [3, 70])
def test_lines_billed_with_no_units_set_their_visits_aside(count: int) -> None:
    judged = judge(pairs(9, count), rows(9, (0, 1, None)))
    assert judged.asides["a pair with a line billed with no units"]


def test_a_pair_that_one_table_cannot_ask_is_asked_of_the_next() -> None:
    """The codes of both are the same; what was worked out of them for the first is not taken for the second."""
    text = (
        HEAD_OF_ALL
        + """
pair settings
    97530 over 97140
    deny the second
    only when given visit.setting
    cite manual
"""
    )
    program = policy.load(text)
    evaluator = TableEvaluator({program.id: program}, program.id)
    given = table(lines("1", ("97530", 30, 2), ("97140", 30, 2), x_setting="practitioner"))
    first = evaluator.evaluate(given.drop_columns(["x_setting"]))
    second = evaluator.evaluate(given)
    assert first["status"].to_pylist() == ["allow", "allow"]
    assert second["status"].to_pylist() == ["allow", "deny"]
