"""Words that know what they name, so that one sentence can become text, Markdown or a page with links.

Owns: `Ref`, joining, and the plain form. `catalogue/markdown.py` and `catalogue/html.py` have the other two.
Never: decides what is said, or where a link leads.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import attrs


@attrs.frozen
class Ref:
    """Words that name something. `kind` is one of `KINDS`; `name` is what is named, `text` how the sentence calls it."""

    kind: str
    name: str
    text: str


KINDS: Final = ("code", "codes", "statement", "value", "fact", "quote", "title", "written", "source")
"""A code, a code set, a statement (`limit four_units`), a value, a fact (its path), an author's own words with and without quotation
marks, words of the language, a source."""

Piece = str | Ref
Words = tuple[Piece, ...]
"""A phrase or a sentence. Author's texts stand in a `Ref`, never in a bare string, so that every form can escape them."""


def say(*parts: Piece | Words) -> Words:
    """One phrase of pieces and phrases."""
    out: list[Piece] = []
    for part in parts:
        for piece in part if isinstance(part, tuple) else (part,):
            if isinstance(piece, str) and out and isinstance(out[-1], str):
                out[-1] += piece
            elif piece != "":
                out.append(piece)
    return tuple(out)


def listed(phrases: Iterable[Piece | Words], last: str = "and") -> Words:
    """`a`, `a and b`, `a, b and c`."""
    items = [say(phrase) for phrase in phrases]
    return chained(items, ", ", f" {last} ")


def chained(items: Sequence[Words], between: str, last: str) -> Words:
    """Phrases with `between` between them, and `last` before the last."""
    out: Words = ()
    for i, item in enumerate(items):
        out = say(out, "" if i == 0 else last if i == len(items) - 1 else between, item)
    return out


def quote(text: str) -> Ref:
    """An author's own words, in quotation marks."""
    return Ref("quote", text, f"“{text}”")


def sentence(words: Words) -> Words:
    """A phrase as a sentence: a capital letter, and a full stop."""
    first = words[0] if words else ""
    if isinstance(first, str):
        words = (first[:1].upper() + first[1:], *words[1:])
    last = words[-1] if words else ""
    return words if isinstance(last, str) and last.endswith((".", "…")) else say(words, ".")


def plain(words: Words) -> str:
    """The words without anything but their text."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in words)
