"""A pair in plain English: which code gives way to which, and what releases it.

Owns: the sentences of `pair`.
Never: works a pair out.
"""

from typing import Final

from policy.catalogue.telling import Telling
from policy.catalogue.words import Words, listed, say
from policy.resolve.model import Statement
from policy.syntax import ast

_SIDES: Final = {
    "either": "on either line",
    "both": "on both lines",
    "first": "on the line of column one",
    "second": "on the line of column two",
}


def pair(t: Telling, s: Statement) -> list[Words]:
    """What is denied beside what."""
    d = s.declaration
    columns, deny = d.first(ast.Columns), d.first(ast.DenySide)
    if columns is None:
        return []
    first, second = t.codes(columns.first, "or"), t.codes(columns.second, "or")
    if deny is None:
        return [say(first, " (column one) and ", second, " (column two) are not paid together")]
    if deny.side == "first":
        return [say(first, " (column one) is denied when it is billed beside ", second, " (column two)")]
    return [say(second, " (column two) is denied when it is billed beside ", first, " (column one)")]


def unless_modifier(t: Telling, c: ast.UnlessModifier) -> Words:
    """The modifiers that release the pair."""
    return say("Modifier ", listed((word.text for word in c.modifiers), "or"), f" {_SIDES[c.on]} releases it")


def times_overlap(t: Telling, c: ast.TimesOverlap) -> Words:
    """Only lines that share a minute."""
    return ("Only lines whose times overlap are a pair",)


def same(t: Telling, c: ast.Same) -> Words:
    """What both lines agree in."""
    return (f"Only lines of the same {'body region' if c.key == 'region' else c.key} are a pair",)
