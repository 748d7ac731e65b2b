"""Sentences for the clauses that many kinds share: conditions, what is left unjudged, reasons, dates, status, sources.

Owns: one function per shared clause.
Never: knows the kind of statement that it speaks in.
"""

import datetime as dt
from typing import Final

from policy.catalogue.conditions import condition
from policy.catalogue.telling import Telling
from policy.catalogue.words import Ref, Words, listed, quote, say
from policy.syntax import ast

BASES: Final = {
    "service": "the date of service",
    "receipt": "the date on which the payer received the claim",
    "processing": "the date on which the payer processed the claim",
    "injury": "the date of injury",
}
STATUSES: Final = {
    "announced": "It is announced and not in force: it changes no decision.",
    "paused": "It is paused: it changes no decision.",
    "withdrawn": "It was withdrawn: it changes no decision.",
    "unverified": "It was not verified: it changes no decision.",
}


def when(t: Telling, c: ast.When) -> Words:
    return say("It holds only when ", condition(t, c.condition))


def unless(t: Telling, c: ast.Unless) -> Words:
    return say("It does not hold when ", condition(t, c.condition))


def only_given(t: Telling, c: ast.OnlyGiven) -> Words:
    facts = listed((t.fact(fact.path) for fact in c.facts), "or")
    return say("It is not judged without ", facts)


def reason(t: Telling, c: ast.Reason) -> Words:
    return say("A finding carries reason ", listed(word.text for word in c.codes))


def fix(t: Telling, c: ast.Fix) -> Words:
    return say("What puts it right: ", quote(c.text))


def in_force(t: Telling, c: ast.InForce) -> Words:
    match c.start, c.end:
        case None, None:
            dates = "It is in force without end"
        case start, None:
            dates = f"It is in force from {day(start)}"
        case None, end:
            dates = f"It is in force until {day(end)}"
        case start, end:
            dates = f"It is in force from {day(start)} until {day(end)}"
    by = f", by {BASES[c.basis]}" if c.basis != "service" else ""
    return say(dates + by)


def status(word: str) -> Words:
    """That a statement is inert, by its own status or its file's."""
    return (STATUSES.get(word, f"It is {word}: it changes no decision."),)


def cite(t: Telling, c: ast.Cite) -> Words:
    where = say(", ", quote(c.where)) if c.where else ()
    return say("Read in ", listed(Ref("source", word.text, word.text) for word in c.sources), where)


def assume(t: Telling, c: ast.Assume) -> Words:
    return say("Assumed by the author: ", quote(c.text))


def day(date: dt.date | None) -> str:
    """A date as it stands in policies and on claims."""
    return "" if date is None else date.isoformat()
