"""Requirements, rules and what is left to people, in plain English.

Owns: the sentences of `require`, `rule` and `not modelled`, and the outcome of a finding as a verb.
Never: judges.
"""

from typing import Final

from policy.catalogue.conditions import condition
from policy.catalogue.telling import Telling, spaced
from policy.catalogue.words import Ref, Words, listed, quote, say
from policy.resolve.model import Statement
from policy.resolve.walk import nodes
from policy.syntax import ast

OUTCOMES: Final = {
    "deny": "is denied",
    "review": "goes to review",
    "authorize": "needs authorization",
    "warn": "gets a warning",
    "note": "gets a note",
}
_MODIFIERS: Final = {
    "exactly one": (" must carry exactly one of modifiers ", "or"),
    "some": (" must carry at least one of modifiers ", "or"),
    "every": (" must carry modifier ", "and"),
    "none": (" must not carry modifier ", "or"),
}


def require(t: Telling, s: Statement) -> list[Words]:
    """What must be there, and what happens otherwise; or what must not be."""
    d = s.declaration
    if d.first(ast.Effect) is not None:
        return rule(t, s)
    modifier, documented, that = d.first(ast.NeedsModifier), d.first(ast.NeedsDocumented), d.first(ast.NeedsThat)
    whom = _whom(t, d, "every line")
    first: Words = ()
    if modifier is not None:
        words, last = _MODIFIERS[modifier.how]
        first = say(whom, words, listed((word.text for word in modifier.modifiers), last))
    elif documented is not None:
        first = say("For ", whom, " the record must state ", t.elements(documented.elements))
    elif that is not None:
        first = say("For ", whom, " this must be so: ", condition(t, that.condition))
    out = [first, *_when(t, d)]
    otherwise = d.first(ast.Otherwise)
    if otherwise is not None:
        message = say(": ", quote(otherwise.message)) if otherwise.message else ()
        out.append(say(f"Otherwise it {OUTCOMES.get(otherwise.effect, otherwise.effect)}", message))
    return out


def rule(t: Telling, s: Statement) -> list[Words]:
    """An outcome under a condition."""
    d = s.declaration
    effect, when, unless = d.first(ast.Effect), d.first(ast.When), d.first(ast.Unless)
    if effect is None:
        return []
    if effect.effect == "reduce":
        outcome = say(f"is reduced to {effect.units} unit{'' if effect.units == 1 else 's'}")
    else:
        outcome = say(OUTCOMES.get(effect.effect, effect.effect))
    first = say(_whom(t, d, "a line"), " ", outcome)
    first = say(first, " when ", condition(t, when.condition)) if when is not None else first
    first = say(first, ", unless ", condition(t, unless.condition)) if unless is not None else first
    out = [first]
    if effect.message:
        out.append(say("The finding says: ", quote(effect.message)))
    return out


def _when(t: Telling, d: ast.Declaration) -> list[Words]:
    when, unless = d.first(ast.When), d.first(ast.Unless)
    out: list[Words] = [] if when is None else [say("This is asked only when ", condition(t, when.condition))]
    return out if unless is None else [*out, say("It is not asked when ", condition(t, unless.condition))]


def _whom(t: Telling, d: ast.Declaration, line: str) -> Words:
    """`every line of timed`; the visit, where nothing of a line is asked."""
    codes = t.applied(d, "or")
    if codes:
        return say(f"{line} of ", codes)
    of_lines = any(
        isinstance(node, ast.NeedsModifier) or (isinstance(node, ast.FactRef) and node.path.startswith("line."))
        for node in nodes(d)
    )
    return (line,) if of_lines else ("the visit",)


def before_counting(t: Telling, c: ast.BeforeCounting) -> Words:
    """A gate."""
    return ("A line that fails is not counted at all: its minutes count for nobody",)


def not_modelled(t: Telling, s: Statement) -> list[Words]:
    """What is left to people, and where it may matter."""
    d = s.declaration
    first: Words = ("This is left to people and changes no number",)
    codes, when = t.applied(d, "or"), d.first(ast.When)
    touched = [Ref("statement", f"{one.kind} {one.name}", f"“{spaced(one.name.text)}”") for one in d.all(ast.Touches)]
    where: list[Words] = []
    if codes:
        where.append(say("for lines of ", codes))
    if when is not None:
        where.append(say("when ", condition(t, when.condition)))
    if touched:
        where.append(say("wherever ", listed(touched, "or"), " speaks"))
    if not where:
        where.append(("wherever something is taken away or needs authorization",))
    return [
        first,
        say("A decision names it ", listed(where, "and" if codes and when is not None and not touched else "or")),
    ]
