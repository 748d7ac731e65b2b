"""Limits that other visits of the patient may add to: who is set aside for it, and whose answers are remembered."""

from engine.columnar.judged import HEAD, judge, lines

LIMIT = """
limit most "units of therapy"
    applies to  timed
    at most     4 units
    per         patient and {window}
    counting    billed units
    on excess   review
    cite        manual
"""
EARLIER = "earlier lines may add to it"


def test_of_a_day_only_visits_of_one_patient_and_day_are_set_aside() -> None:
    rows = [
        *lines("1", ("97530", 45, 3), patient="P1"),
        *lines("2", ("97110", 30, 2), patient="P1"),
        *lines("3", ("97530", 45, 3), patient="P2"),
        *lines("4", ("97530", 45, 3), patient="P2", date="2026-03-03"),
    ]
    judged = judge(HEAD + LIMIT.format(window="day"), rows)
    assert judged.aside == [True, True, False, False]
    assert judged.asides == {f"limit most: {EARLIER}": 2}
    assert judged.column("status") == ["review", "review", "allow", "allow"]


def test_answers_of_lone_visits_are_remembered() -> None:
    rows = [
        row
        for v in range(9)
        for row in lines(str(v), ("97530", 15, 1), ("97110", None, 1), patient=f"P{v // 3}", date=f"2026-03-{v + 1:02}")
    ]
    judged = judge(HEAD + LIMIT.format(window="day"), rows)
    assert (sum(judged.aside), judged.decided) == (9, 1)
    rows += lines("9", ("97530", 15, 1), ("97110", None, 1), patient="P0", date="2026-03-01")
    judged = judge(HEAD + LIMIT.format(window="day"), rows)
    assert (sum(judged.aside), judged.decided) == (10, 3)
