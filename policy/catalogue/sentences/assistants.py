"""Assistants' shares in plain English: which units carry the modifier, and what happens without it.

Owns: the sentences of `assistant`.
Never: shares out a unit.
"""

from typing import Final

from policy.catalogue.sentences.asking import OUTCOMES
from policy.catalogue.telling import Telling
from policy.catalogue.words import Words, listed, quote, say
from policy.resolve.model import Statement
from policy.syntax import ast

_GRAINS: Final = {"unit": "a unit", "code": "a code's units", "day": "a day's units"}


def assistant(t: Telling, s: Statement) -> list[Words]:
    """The modifier, the share above which it is needed, and the outcome."""
    d = s.declaration
    marks, needs, above = d.first(ast.Marks), d.first(ast.NeedsModifier), d.first(ast.Above)
    which: Words = ("the assistant's modifier",)
    if marks is not None:
        which = say("modifier ", listed((f"{one.modifier} beside {one.beside}" for one in marks.marks), "or"))
    elif needs is not None:
        which = say("modifier ", listed((word.text for word in needs.modifiers), "or"))
    codes = t.applied(d, "or")
    share = f"more than {above.percent:f}% of {_GRAINS[above.grain]}" if above is not None else "a part of a unit"
    out = [say("What an assistant gave carries ", which, f" when it is {share}", " of " if codes else "", codes)]
    otherwise = d.first(ast.Otherwise)
    if otherwise is not None:
        message = say(": ", quote(otherwise.message)) if otherwise.message else ()
        out.append(say(f"Otherwise the line {OUTCOMES.get(otherwise.effect, otherwise.effect)}", message))
    return out


def last_unit(t: Telling, c: ast.LastUnit) -> Words:
    """When the one unit that is left goes without the modifier."""
    minutes = f"{c.minutes} minute{'' if c.minutes == 1 else 's'}"
    return (f"The one unit that is left goes without it when the therapist alone gives {minutes} of it",)


def last_two(t: Telling, c: ast.LastTwo) -> Words:
    """When one of the two units that are left goes without the modifier."""
    each = f"{c.least} to {c.most} minutes each, {c.together_least} to {c.together_most} together"
    return (f"Of two units that are left one goes without it when therapist and assistant give {each}",)
