"""Evidence in plain English: the field or the phrases that show an element of the record.

Owns: the sentences of `evidence`.
Never: reads a note.
"""

from policy.catalogue.telling import Telling
from policy.catalogue.words import Words, listed, quote, say
from policy.resolve.model import Statement
from policy.syntax import ast


def evidence(t: Telling, s: Statement) -> list[Words]:
    """Where the element shows."""
    d = s.declaration
    field = d.first(ast.InField)
    says = [phrase for one in d.all(ast.NoteSays) for phrase in one.phrases]
    places: list[Words] = []
    if field is not None:
        places.append(say("the record states ", t.elements([field.field])))
    if says:
        places.append(say("the note says ", listed((quote(phrase.text) for phrase in says), "or")))
    return [say("It shows when ", listed(places, "or"))] if places else []


def but_not(t: Telling, c: ast.ButNot) -> Words:
    """Phrases that rule out what they cover."""
    return say("What stands inside ", listed((quote(phrase.text) for phrase in c.phrases), "or"), " does not count")
