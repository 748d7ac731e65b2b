"""Why visits are set aside: each once, by the statement and the reason that was the first to do it."""

from collections import Counter

from engine.columnar.judged import HEAD, judge, lines

LIMIT = """
limit groups "groups in a day"
    applies to  97110
    at most     1 unit when visit.setting is practitioner
    at most     2 units
    per         patient and day
    counting    billed units
    on excess   review
    cite        manual
"""


def test_what_is_certain_is_not_set_aside() -> None:
    judged = judge(HEAD + LIMIT, lines("1", ("97110", 15, 1), ("97530", 23, 2)))
    assert judged.asides == Counter()
    assert judged.aside == [False]


def test_the_statement_and_the_fact_are_named() -> None:
    rows = (
        lines("1", ("97110", 30, 2), ("97530", None, 1)) + lines("2", ("97110", 30, 2)) + lines("3", ("97110", 15, 1))
    )
    judged = judge(HEAD + LIMIT, rows)
    assert judged.asides == {"count timed_units: line.minutes missing on some lines": 1}
    assert judged.aside == [True, False, False]


def test_a_visit_is_told_once() -> None:
    rows = lines("1", ("97110", None, 2), ("99213", 10, 1), ("97110", 15, 1))
    judged = judge(HEAD + LIMIT, rows)
    assert judged.asides.total() == 1


def test_reasons_add_up_to_the_visits_aside() -> None:
    rows = (
        lines("1", ("97110", None, 1), ("97112", 15, 1))
        + lines("2", ("97530", 15, 1))
        + lines("3", ("97530", 800, 1), ("97530", 800, 1))
    )
    judged = judge(HEAD + LIMIT, rows)
    assert judged.asides == {
        "count timed_units: line.minutes missing on some lines": 1,
        "count timed_units: a code of more than 1440 minutes": 1,
    }
    assert sum(judged.aside) == 2
