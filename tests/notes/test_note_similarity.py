"""How alike two notes are: whole percents by words, numbers alike, bounded, and a clear word when the library is missing."""

import datetime as dt
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policy
from policy.claims.visit import EarlierNote, Line, Visit
from policy.notes.similarity import MOST_NOTES, MOST_WORDS, NeedsExtra, most_alike, similarity
from policy.notes.words import words

DAY = dt.date(2026, 3, 2)
lists = st.lists(st.sampled_from("abcd"), min_size=1, max_size=12)
POLICY = """policy test.cloned "Cloned notes"

rule cloned_note
    when    note.similarity > 90%
    review  "near-identical to an earlier visit's note"
    assume  "so"
"""


def subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """The longest common subsequence, from its definition."""
    row = [0] * (len(other) + 1)
    for a in one:
        previous = 0
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], previous + 1 if a == b else max(row[j], row[j - 1])
    return row[-1]


@given(lists, lists)
def test_it_is_the_share_of_common_words_in_order(one: list[str], other: list[str]) -> None:
    assert similarity(one, other) == 200 * subsequence(one, other) // (len(one) + len(other))


def alike(note: str, *earlier: str) -> int | None:
    found = most_alike(words(note), [(DAY - dt.timedelta(days=i), f"V{i}", text) for i, text in enumerate(earlier, 1)])
    return found.percent if found else None


def test_a_changed_date_or_number_changes_nothing() -> None:
    note = "03/02/2026: 23 minutes of gait training, twenty feet, tolerated well"
    assert alike(note, "02/20/2026: 15 minutes of gait training, 40 feet, tolerated well") == 100


def test_other_notes_are_less_alike() -> None:
    note = "23 minutes of gait training with a rolling walker, contact guard on turns, two rests for breath"
    assert 80 < (alike(note, note.replace("two rests", "a rest")) or 0) < 100
    assert (
        alike(note, "15 minutes of bed mobility; rolled to both sides with moderate cueing for hand placement") or 0
    ) < 40
    assert (alike(note, " ".join(reversed(note.split()))) or 0) < 50


def test_the_most_similar_is_named_and_the_later_of_two_alike() -> None:
    found = most_alike(
        words("gait training"),
        [(DAY, "V1", "other"), (DAY, "V2", "Gait training"), (dt.date(2026, 1, 1), "V3", "gait training")],
    )
    assert found is not None and (found.percent, found.visit) == (100, "V2")


def test_notes_without_words_are_passed_over() -> None:
    assert alike("", "") is None
    assert alike("gait", "", "--") is None


def test_the_cost_is_bounded() -> None:
    assert alike("gait " * (MOST_WORDS * 20), *["gait " * (MOST_WORDS * 2) + "x"] * (MOST_NOTES + 50)) == 100
    late = [*["other words"] * MOST_NOTES, "gait training"]
    assert alike("gait training", *late) == 0


def visit(note: str | None, *earlier: EarlierNote) -> Visit:
    return Visit(DAY, (Line(1, "97530", 15, 1),), visit="V9", note=note, earlier_notes=earlier or None)


def test_this_visits_own_note_and_later_ones_do_not_count() -> None:
    program = policy.load(POLICY)
    same, later = EarlierNote(DAY, "gait", "V9"), EarlierNote(DAY + dt.timedelta(days=1), "gait", "V10")
    (finding, *_) = [f for f in program.evaluate(visit("gait", same, later)).findings if f.rule == "rule cloned_note"]
    assert finding.missing == ("note.similarity",)


def test_a_cloned_note_names_the_visit_and_its_date() -> None:
    found = (
        policy.load(POLICY)
        .evaluate(visit("gait training", EarlierNote(dt.date(2026, 2, 20), "Gait training", "V0")))
        .findings
    )
    (message,) = [f.message for f in found if f.effect == "review"]
    assert message == "near-identical to an earlier visit's note; 100% alike to the note of visit V0, 2026-02-20"


def test_without_the_library_the_extra_is_named_only_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
    program = policy.load(POLICY)
    earlier = EarlierNote(dt.date(2026, 2, 20), "gait")
    program.evaluate(visit("gait"))
    program.evaluate(visit(None, earlier))
    policy.load(POLICY.replace("note.similarity > 90%", "visit.number > 1")).evaluate(visit("gait", earlier))
    with pytest.raises(NeedsExtra, match=r"payer-policy\[notes\]"):
        program.evaluate(visit("gait", earlier))
