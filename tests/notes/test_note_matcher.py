"""The automaton against a definition by search, and against texts that want to make it slow."""

import itertools
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.notes.matcher import Matcher
from policy.notes.phrases import Phrase, PhraseError, Place, read_phrase
from policy.notes.reading import KEPT, Reader, Sought
from policy.notes.words import Word, words

VOCABULARY = ("gait", "gaits", "to", "23", "two", "improve")
PIECES = ("gait", "gait*", "to", "#", "...", "gait/improve", "imp*/to")


def fills(place: Place, word: Word) -> bool:
    stems = any(word.key.startswith(stem) for stem in place.stems)
    return place.is_gap or word.key in place.words or stems or (place.number and word.number is not None)


def spans(phrase: Phrase, note: Sequence[Word]) -> set[tuple[int, int]]:
    """Every span of words, inside one sentence, that a phrase fills: the definition, by trying everything."""
    found = set()
    for first, last in itertools.combinations_with_replacement(range(len(note)), 2):
        if not any(word.begins for word in note[first + 1 : last + 1]) and _fits(
            phrase.places, note[first : last + 1], 0
        ):
            found.add((first, last))
    return found


def _fits(places: Sequence[Place], note: Sequence[Word], at: int) -> bool:
    if not places or not note:
        return not places and not note
    if not fills(places[0], note[0]):
        return False
    inner = places[0].is_gap and at > 0 and len(places) > 1
    return _fits(places[1:], note[1:], at + 1) or (inner and _fits(places, note[1:], at))


def leftmost(phrase: Phrase, note: Sequence[Word]) -> list[tuple[int, int]]:
    """The matches from left to right: of those that begin at or after the last one's end, that which ends first; the shortest of them."""
    out: list[tuple[int, int]] = []
    free = 0
    while True:
        left = [span for span in spans(phrase, note) if span[0] >= free]
        if not left:
            return out
        out.append(min(left, key=lambda span: (span[1], -span[0])))
        free = out[-1][1] + 1


@st.composite
def phrases(draw: st.DrawFn) -> Phrase:
    text = " ".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5)))
    try:
        return read_phrase(text)
    except PhraseError:
        return read_phrase("gait")


notes = st.lists(st.sampled_from((*VOCABULARY, "gait.", "to,")), max_size=10).map(
    lambda parts: words(" ".join(parts) + " To")
)


@given(st.lists(phrases(), min_size=1, max_size=4), notes)
def test_it_finds_what_the_definition_says(several: list[Phrase], note: list[Word]) -> None:
    found = Matcher(several).find(note)
    for k, phrase in enumerate(several):
        assert [(one.first, one.last) for one in found if one.phrase == k] == leftmost(phrase, note)


@given(phrases(), notes)
def test_its_number_stands_where_the_phrase_says(phrase: Phrase, note: list[Word]) -> None:
    for one in Matcher([phrase]).find(note):
        inside = [word.number for word in note[one.first : one.last + 1]]
        assert (one.number in inside and one.number is not None) if phrase.has_number else one.number is None


@pytest.mark.parametrize(
    ("phrase", "note", "number"),
    [
        ("# minutes", "for 23 minutes", 23), ("... # minutes", "for 5 or 23 minutes", 23), ("for # ... gait", "for 5 of 23 gait", 5),
        ("for ... # gait", "for 5 of 23 gait", 23), ("a ... # ... z", "a b 4 5 c z", 5),
    ],
)  # fmt: skip
def test_the_number_of_a_match(phrase: str, note: str, number: int) -> None:
    if phrase == "a ... # ... z":
        number = 4  # of several that would do, the first
    assert [one.number for one in Matcher([read_phrase(phrase)]).find(words(note))] == [number]


HOSTILE = {
    "letters": ("a b ", ["a " + "... b " * 90] * 20),
    "gaps": ("a ", ["... " * 120 + "b", "a ... " * 120 + "b"] * 5),
    "matches": ("a b. ", ["a b", "a ...", "... b", "a/b b*"] * 10),
    "one long sentence": ("a a a b ", ["a ... b", "b ... a"] * 10),
    "covered": ("not limited in gait. ", ["limited in ...", "not limited in ..."] * 10),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_twice_the_note_takes_twice_the_time(name: str) -> None:
    unit, texts = HOSTILE[name]
    reader = Reader([Sought("one", tuple(map(read_phrase, texts)), (read_phrase("not ... gait"),))])

    def seconds(size: int) -> float:
        note = unit * (size // len(unit))
        start = time.perf_counter()
        reader.read(words(note))
        return time.perf_counter() - start

    seconds(10_000)
    small, large = min(seconds(60_000) for _ in range(2)), min(seconds(240_000) for _ in range(2))
    assert large < 12 * small + 0.05  # four times the text; quadratic time would be sixteen times


@pytest.mark.parametrize(
    "note",
    ["." * 1_000_000 + "x", "'" * 1_000_000, "1-" * 500_000, "\n \n" * 300_000 + "x", "\n" + " " * 1_000_000 + "x", "a" * 1_000_000,
     "a\u0300\u0316" * 300_000, "\u202e" * 1_000_000 + "x", "\x00" * 1_000_000, "!!!" * 300_000 + "x", "\U0001f600" * 250_000],
    ids=["stops", "quotes", "dashes", "lines", "space", "word", "accents", "direction", "nul", "marks", "faces"],
)  # fmt: skip
def test_a_megabyte_of_anything_is_read(note: str) -> None:
    start = time.perf_counter()
    Reader([Sought("one", (read_phrase("to improve ..."),))]).read(words(note))
    assert time.perf_counter() - start < 5


def read(note: str, *says: str, but_not: Sequence[str] = ()) -> object:
    sought = Sought("one", tuple(map(read_phrase, says)), tuple(map(read_phrase, but_not)))
    return Reader([sought]).read(words(note))["one"]


def test_a_number_that_two_phrases_find_is_added_once() -> None:
    assert read("23 minutes of gait, 10 min", "# minutes", "# minutes of ...", "# min").number == 33


def test_but_not_cancels_what_it_covers_and_no_more() -> None:
    shown = read("Not limited in gait. He is limited in reach.", "limited in ...", but_not=["not limited in ..."])
    assert [(one.start, one.end) for one in shown.passages] == [(28, 43)]
    assert shown.ruled_out == 1
    assert read("not limited in gait", "limited in ...", but_not=["not limited"]).shown
    assert not read("not limited in gait", "limited in ...", but_not=["not limited in"]).shown
    assert not read("denies any limits today", "... limits ...", but_not=["any limits"]).shown
    assert not read("without any gait training", "gait training", but_not=["without ... training"]).shown


def test_a_phrase_quoted_inside_a_negation() -> None:
    note = "The phrase \u00ab to improve function \u00bb was not used; nothing is said of improving."
    assert read(note, "to improve ...").shown  # words are found, not understood
    assert not read(note, "to improve ...", but_not=["phrase to improve ..."]).shown


def test_places_are_counted_from_one_in_the_text_as_given() -> None:
    note = "\u00e9\U0001f600 To\n improve  gait"
    (passage,) = read(note, "to improve ...").passages
    assert note[passage.start - 1 : passage.end] == "To\n improve  gait"


def test_only_so_many_places_are_kept() -> None:
    shown = read("gait. " * 50, "gait")
    assert (len(shown.passages), shown.more) == (KEPT, 50 - KEPT)
