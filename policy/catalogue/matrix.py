"""Payers side by side: a row for each policy, a cell for each dimension, a few words and a link for each statement.

Owns: what stands in a cell, also when only one code is asked about, and the table of pairs.
Never: hides that there is more: a cell that leaves statements out says how many.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from policy.catalogue.dimensions import COMPARED
from policy.catalogue.model import Doc, Shown
from policy.catalogue.short import released
from policy.catalogue.telling import spaced
from policy.catalogue.words import Words, plain, say
from policy.codes import CodeSet
from policy.syntax import ast

FOCUS: Final = "97530"
"""The code that comparisons begin with."""
PARTNERS: Final = (
    "97140", "97150", "97110", "97112", "97113", "97116", "97124", "97535", "97542", "97161", "97164", "97165", "97168", "97750",
)  # fmt: skip
"""The codes billed beside it most."""
_MOST: Final = 4


@attrs.frozen
class Item:
    """A few words about one statement, or about a section of a policy's page, and where they lead."""

    words: Words
    anchor: str


@attrs.frozen
class Cell:
    """What a policy says in one dimension; `more` statements are left out."""

    items: tuple[Item, ...] = ()
    more: int = 0


@attrs.frozen
class Row:
    """One policy over all dimensions that are compared."""

    doc: Doc
    cells: tuple[tuple[str, Cell], ...]

    def cell(self, key: str) -> Cell:
        return dict(self.cells)[key]

    @property
    def is_empty(self) -> bool:
        return not any(cell.items for _, cell in self.cells)


def row(doc: Doc, code: str | None = None, *, most: int | None = _MOST) -> Row:
    """A policy's cells; with `code`, only of statements that are about it."""
    return Row(doc, tuple((key, _cell(doc, key, code, most)) for key in COMPARED))


def _cell(doc: Doc, key: str, code: str | None, most: int | None) -> Cell:
    found = [one for one in doc.dimension(key) if not _serves(doc, one)]
    if code is not None:
        found = [one for one in found if (one.about is not None and code in one.about) or _combines(doc, one, code)]
    if key == "pairs":
        return _pairs(found, code or FOCUS, only=code is not None)
    found.sort(key=lambda one: one.about is None or FOCUS not in one.about)
    shown = found if most is None else found[:most]
    return Cell(_items(shown), len(found) - len(shown))


def _items(shown: Sequence[Shown]) -> tuple[Item, ...]:
    """One entry a statement; where two would read the same, their names follow."""
    words = [one.short for one in shown]
    return tuple(
        Item(say(phrase, f" ({spaced(one.statement.name)})") if words.count(phrase) > 1 else phrase, one.anchor)
        for one, phrase in zip(shown, words, strict=True)
    )


def _serves(doc: Doc, one: Shown) -> bool:
    """Whether it only serves other statements: a count that is combined, evidence that is asked for elsewhere."""
    kind, name = one.statement.key
    return kind == "evidence" or (kind == "count" and name in _parts(doc))


def _parts(doc: Doc) -> set[str]:
    """The counts that a combination takes the larger or smaller of: they do not count by themselves."""
    return {word.text for one in doc.of("count") for by in one.statement.declaration.all(ast.By) for word in by.counts}


def _combines(doc: Doc, one: Shown, code: str) -> bool:
    """Whether a combination without codes of its own combines counts of the code."""
    names = {word.text for by in one.statement.declaration.all(ast.By) for word in by.counts}
    return one.about is None and any(
        part.about is not None and code in part.about for part in doc.of("count") if part.statement.name in names
    )


# --------------------------------------------------------------------------------------------------- pairs


def sides(one: Shown) -> tuple[CodeSet, CodeSet] | None:
    """The codes of a pair that may be denied, and those that stay; `None` for what is no written-out pair."""
    d = one.statement.declaration
    columns, deny = d.first(ast.Columns), d.first(ast.DenySide)
    if columns is None:
        return None
    first, second = one.telling.book.list(columns.first), one.telling.book.list(columns.second)
    return (first, second) if deny is not None and deny.side == "first" else (second, first)


def _pairs(found: Sequence[Shown], code: str, *, only: bool) -> Cell:
    """The partners of a code, grouped by what becomes of it and by what releases the pair."""
    groups: dict[tuple[str, Words], list[Shown]] = {}
    partners: dict[tuple[str, Words], CodeSet] = {}
    others = []
    single = CodeSet.of([(code, code)])
    for one in found:
        both = sides(one)
        if both is None or (code not in both[0] and code not in both[1]):
            others.append(one)
            continue
        gone, stays = both
        way = "later" if code in gone and code in stays else "gone" if code in gone else "stays"
        partner = (stays if code in gone else gone) - single
        group = way, released(one.telling, one.statement.declaration)
        groups.setdefault(group, []).append(one)
        partners[group] = partners.get(group, CodeSet()) | partner
    words = {
        "gone": f"{code} denied beside {{}}",
        "stays": f"{{}} denied beside {code}",
        "later": f"{code} or {{}}: the later denied",
    }
    items = [
        Item(say(words[way].format(partners[way, by]), by), ones[0].anchor if len(ones) == 1 else "dimension-pairs")
        for (way, by), ones in sorted(
            groups.items(), key=lambda group: (list(words).index(group[0][0]), plain(group[0][1]))
        )
    ]
    tables = [one for one in others if one.statement.kind == "pairs"]
    items += _items(tables)
    others = [one for one in others if one not in tables]
    if only:
        return Cell((*items, *_items(others)))
    if not items and len(others) <= _MOST:
        return Cell(_items(others))
    return Cell(tuple(items), len(others))


def between(doc: Doc, code: str, partner: str) -> Cell:
    """What a policy says of two codes on one day."""
    items = []
    for one in doc.of("pair"):
        both = sides(one)
        if both is None:
            continue
        gone, stays = both
        mine, theirs = code in gone and partner in stays, partner in gone and code in stays
        if mine or theirs:
            denied = "the later line" if mine and theirs else code if mine else partner
            by = released(one.telling, one.statement.declaration) or (", no release",)
            items.append(Item(say(f"{denied} denied", by), one.anchor))
    for one in doc.of("pairs"):
        if one.about is not None and code in one.about and partner in one.about:
            asked = one.statement.declaration.first(ast.FromTable)
            items.append(
                Item(say(f"as table {asked.table} says" if asked is not None else "as a table says"), one.anchor)
            )
    return Cell(tuple(items))


def has_pairs(docs: Iterable[Doc]) -> list[Doc]:
    """The policies that state pairs of codes."""
    return [doc for doc in docs if doc.dimension("pairs")]
