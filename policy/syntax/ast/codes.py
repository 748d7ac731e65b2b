"""Words and codes, which every other node is made of.

Owns: names as written, codes, ranges and lists of codes, and how a node holds its place.
Never: knows which codes a set has.
"""

import attrs

from policy.record import Record, record
from policy.source import NOWHERE, Span


def unplaced() -> Span:
    """A node's place in the text, which is no part of what it says: equality and `repr` leave it out."""
    return attrs.field(default=NOWHERE, eq=False, repr=False)


@record
class Word(Record):
    """A name, code, modifier or keyword as written."""

    text: str
    span: Span = unplaced()

    def __str__(self) -> str:
        return self.text


@record
class CodeRange(Record):
    """`97530`, or `97161-97168`: every code from `first` to `last` by number, letters in the same place."""

    first: Word
    last: Word
    span: Span = unplaced()


@record
class CodeSet(Record):
    """A reference to a `codes` declaration."""

    name: Word
    span: Span = unplaced()


@record
class CodeList(Record):
    items: tuple[CodeRange | CodeSet, ...]
    span: Span = unplaced()
