"""Statements that ask a reference table, and mappings of reason codes, in plain English.

Owns: the sentences of `pairs` and `reasons`, and of what a table says.
Never: looks a table up: which rows it holds depends on the tables that are installed, and a page does not.
"""

from typing import Final

from policy.catalogue.sentences.pairs import unless_modifier
from policy.catalogue.telling import Telling, spaced
from policy.catalogue.words import Ref, Words, listed, say
from policy.resolve.model import Statement
from policy.syntax import ast

NAMES: Final = {
    "ncci_ptp": "CMS's table of code pairs (ncci_ptp)",
    "ncci_mue": "CMS's table of unit edits (ncci_mue)",
    "pfs_rvu": "the amount of CMS's physician fee schedule (pfs_rvu)",
    "fee_schedule": "the amount of the fee schedule (fee_schedule)",
}
_SETTINGS: Final = {"practitioner": "practitioners' offices", "hospital": "outpatient hospitals"}


def pairs(t: Telling, s: Statement) -> list[Words]:
    """Every pair of a table, among some codes."""
    d = s.declaration
    among = d.first(ast.Among)
    codes = say(" of which both codes are among ", t.codes(among.codes)) if among is not None else ()
    first = say(
        "Every pair of ", table(d), codes, " holds on the date of service: column two is denied beside column one"
    )
    return [first, *(say(unless_modifier(t, one), " where the table allows it") for one in d.all(ast.UnlessModifier))]


def table(d: ast.Declaration) -> str:
    """The table that a statement asks, with its setting and the release it keeps to."""
    asked = d.first(ast.FromTable)
    if asked is None:
        return "a reference table"
    name = NAMES.get(asked.table.text, f"the table {asked.table}")
    setting = f" for {_SETTINGS.get(asked.setting.text, asked.setting.text)}" if asked.setting is not None else ""
    kept = f", always the release of {asked.quarter}," if asked.quarter is not None else ""
    return f"{name}{setting}{kept}"


def except_pair(t: Telling, c: ast.ExceptPair) -> Words:
    """Pairs of the table that the payer does not apply."""
    return say("Left out: ", t.codes(c.second, "or"), " beside ", t.codes(c.first, "or"))


def reasons(t: Telling, s: Statement) -> list[Words]:
    """Which codes the findings of which statements carry."""
    return [
        say(
            "Findings of ",
            Ref("statement", f"{one.kind} {one.name}", f"“{spaced(one.name.text)}”"),
            " carry ",
            listed(word.text for word in one.codes),
        )
        for one in s.declaration.all(ast.Mapped)
    ]
