"""What a word, a number and a sentence of a note are."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.notes.words import LONGEST, words


def keys(text: str) -> list[str]:
    return [word.key for word in words(text)]


def numbers(text: str) -> list[object]:
    return [word.number for word in words(text) if word.number is not None]


def sentences(text: str) -> list[list[str]]:
    out: list[list[str]] = [[]]
    for word in words(text):
        if word.begins:
            out.append([])
        out[-1].append(word.key)
    return out


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("To IMPROVE\n safe\ttransfers", ["to", "improve", "safe", "transfers"]),
        ("sit-to-stand, min/mod A", ["sit", "to", "stand", "min", "mod", "a"]),
        ("the patient\u2019s patient's", ["the", "patient's", "patient's"]),
        ("\u00ab am\u00e9lior\u00e9 \u00bb ame\u0301liore\u0301", ["am\u00e9lior\u00e9", "am\u00e9lior\u00e9"]),
        ("\uff27\uff21\uff29\uff34 \ufb01ne", ["gait", "fine"]),
        ("im\u00adprove \u202eimprove\u202c im\u200bprove", ["improve", "improve", "improve"]),
        ("23min 0373T x3 9:15-9:38", ["23", "min", "0373", "t", "x3", "9:15-9:38"]),
        ("\x00gait\x00training\x00", ["gait", "training"]),
        ("\u05d4\u05dc\u05d9\u05db\u05d4 \u0645\u0634\u064a", ["\u05d4\u05dc\u05d9\u05db\u05d4", "\u0645\u0634\u064a"]),
        ("", []),
        ("... --- !!", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert keys(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("23 minutes, 7.5 min, 007", [23, Decimal("7.5"), 7]),
        ("twenty-three and twenty three and Sixty", [23, 23, 60]),
        ("twenty, three", [20, 3]),
        ("10-15, 9:15, 3/2/2026, 4/5, 2026-03-02, 1,000, 1.2345", []),
        ("1234567", []),
        ("\u0662\u0663", [23]),
        ("9" * 1_000_000, []),
    ],
)
def test_numbers(text: str, found: list[object]) -> None:
    assert numbers(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Did it. Did it", 2), ("Did it! did it? did it; did it", 4), ("did it,\ndid it", 1), ("did it\n\ndid it", 2),
        ("did it\n- did it\n\u2022 did it", 3), ("for 23 min. of gait", 1), ("for 23 min. Gait", 2), ("e.g. stairs", 1),
        ("23 min.\nof gait", 1), ("stairs. 5 reps", 2), ("\u201cdid it.\u201d Did it", 2), ("3.5 feet", 1), ("knee.Hip", 2), ("v.knee", 1),
        ("did it\u061f did it", 2),
    ],
)  # fmt: skip
def test_sentences(text: str, found: int) -> None:
    assert len(sentences(text)) == found


def test_a_word_longer_than_any_language_has_matches_nothing() -> None:
    assert keys("a" * (LONGEST + 1) + " gait") == ["", "gait"]


@given(st.text())
def test_places_are_places_of_the_text(text: str) -> None:
    last = 0
    for word in words(text):
        assert last <= word.start < word.end <= len(text)
        last = word.end
