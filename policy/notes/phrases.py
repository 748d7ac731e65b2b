"""What an author writes after `note says`: one phrase, read into the places that words of a note must fill.

Owns: the small notation (`...`, `#`, `word*`, `a/b`) and the mistakes in it.
Never: reads a note, or knows the declaration that holds the phrase.
"""

from typing import Final

from policy.notes.words import words
from policy.record import Record, record

GAP: Final = ("...", "\u2026")
NUMBER: Final = "#"
_MINUTES: Final = frozenset({"min", "mins", "minute", "minutes"})


class PhraseError(Exception):
    """A phrase that cannot be read: `str()` says what is wrong with it, `help` what to write."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


@record
class Place(Record):
    """One place of a phrase: the words that fill it, beginnings of words, or a number. With none of these, any words."""

    words: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    number: bool = False

    @property
    def is_gap(self) -> bool:
        """One or more words, whatever they are."""
        return not (self.words or self.stems or self.number)


@record
class Phrase(Record):
    """A phrase as written, and its places."""

    text: str
    places: tuple[Place, ...]

    @property
    def has_number(self) -> bool:
        return any(place.number for place in self.places)

    @property
    def counts_minutes(self) -> bool:
        """Whether its number is followed by the word for minutes, and nothing else."""
        at = next((i for i, place in enumerate(self.places) if place.number), len(self.places)) + 1
        if at >= len(self.places) or self.places[at].is_gap:
            return False
        unit = self.places[at]
        return {*unit.words, *unit.stems} <= _MINUTES


def read_phrase(text: str) -> Phrase:
    """The phrase that a text between quotes states. Raises `PhraseError`."""
    places: list[Place] = []
    for piece in text.split():
        places += _places(piece)
    if not any(place.words or place.stems for place in places):
        raise PhraseError("a phrase without a word", 'write at least one word, such as "# minutes"')
    if sum(place.number for place in places) > 1:
        raise PhraseError("a phrase with two numbers", "write a phrase for each number")
    return Phrase(text, tuple(places))


def _places(piece: str) -> list[Place]:
    if piece in GAP:
        return [Place()]
    if piece == NUMBER:
        return [Place(number=True)]
    if any(mark in piece for mark in (NUMBER, *GAP)):
        raise PhraseError(f"`{piece[:60]}` is not one word", "put a space around `...` and `#`")
    options = piece.split("/")
    if len(options) == 1:
        keys, stem = _keys(piece, piece)
        return [*(Place((key,)) for key in keys[:-1]), Place((), (keys[-1],)) if stem else Place((keys[-1],))]
    whole: list[str] = []
    stems: list[str] = []
    for option in options:
        keys, stem = _keys(option, piece)
        if len(keys) > 1:
            help_ = "write a phrase for each, or one word on each side of the `/`"
            raise PhraseError(f"`{piece[:60]}` chooses between more than single words", help_)
        (stems if stem else whole).append(keys[0])
    return [Place(tuple(whole), tuple(stems))]


def _keys(text: str, piece: str) -> tuple[list[str], bool]:
    """The words of a piece, and whether the last stands for all its endings."""
    stem = text.endswith("*")
    body = text[:-1] if stem else text
    keys = [word.key for word in words(body)]
    if "*" in body:
        raise PhraseError(f"`{piece[:60]}` has a `*` inside", "a `*` stands at the end of a word, for all its endings")
    if not keys or not all(keys):
        raise PhraseError(f"`{piece[:60]}` holds no word", "write words; punctuation is not looked at")
    return keys, stem
