"""A limit in plain English: how much, of what, for whom, over which time, and what happens above it.

Owns: the sentences of `limit`.
Never: works a limit out.
"""

from typing import Final

from policy.catalogue.conditions import condition
from policy.catalogue.sentences.tables import table
from policy.catalogue.telling import Telling, spaced
from policy.catalogue.words import Ref, Words, listed, say
from policy.resolve.model import Statement
from policy.syntax import ast
from policy.syntax.words import literal
from policy.values import Type

_SCOPES: Final = {"region": "body region"}
_WINDOWS: Final = {
    "day": "day of service",
    "week": "week, Sunday to Saturday",
    "month": "calendar month",
    "episode": "episode of care",
    "injury": "injury",
}
_FROM: Final = {"since": "time since ", "after": "time after "}
_COUNTED: Final = {
    "billed": "as billed",
    "supported": "that the minutes support",
    "allowed": "that are still allowed at this point",
}
_ORDERS: Final = {
    "line": "{} line first",
    "minutes": "the line with the {} minutes first",
    "charge": "the line with the {} charge first",
}
_EXCESS: Final = {
    "deny the excess": "the excess is denied",
    "deny every unit": "every unit is denied",
    "authorize": "authorization is needed",
    "review": "the lines go to review",
    "warn": "there is a warning",
    "note": "there is a note",
}


def limit(t: Telling, s: Statement) -> list[Words]:
    """The most, and what happens above it."""
    d = s.declaration
    per = d.first(ast.Per)
    whom = _whom(t, per.keys) if per is not None else ()
    steps = list(d.all(ast.AtMost))
    if d.first(ast.FromTable) is not None:
        codes = say(" of ", t.applied(d)) if t.applied(d) else ()
        first = say("Each code", codes, f" has the maximum that {table(d)} gives it on the date of service, ", whom)
    elif len(steps) == 1 and steps[0].when is None:
        first = say("At most ", _amount(t, steps[0], t.applied(d)), " ", whom, _since(t, steps[0]))
    else:
        first = say(whom, ": ")
        for i, step in enumerate(steps):
            amount = _amount(t, step, None if i else t.applied(d))
            first = say(first, "; otherwise at most " if i else "at most ", amount, _since(t, step))
            first = say(first, " when ", condition(t, step.when)) if step.when is not None else first
    if steps and steps[-1].when is not None:
        first = say(first, "; otherwise there is no limit")
    out = [first]
    counting = d.first(ast.Counting)
    if counting is not None:
        out.append(say(f"What uses it up: {_counted(counting)}"))
    excess = d.first(ast.OnExcess)
    if excess is not None:
        out.append(say("Above it ", above(excess)))
    return out


def _counted(c: ast.Counting) -> str:
    if c.measure in (Type.MONEY, Type.RVUS):
        return "what is paid" if c.measure is Type.MONEY else "the RVUs of what is allowed"
    return f"{c.measure.value} {_COUNTED[c.which]}"


def _amount(t: Telling, step: ast.AtMost, codes: Words | None) -> Words:
    """`4 units of 97530`; `codes` is `None` in the second and later steps, which repeat no codes."""
    amount = t.literal(step.amount)
    measure = step.amount.type if isinstance(step.amount, ast.Literal) else None
    if codes is not None and measure is Type.CODES:
        amount = say(literal(step.amount).replace(" code", " different code"))
    joint = " with " if measure is Type.VISITS else " of "
    of = () if codes is None else say(joint, codes) if codes else ()
    return say(amount, of)


def _since(t: Telling, step: ast.AtMost) -> Words:
    """The other of two windows."""
    if step.days is None or step.since is None:
        return ()
    return say(
        f", or {step.days} day{'' if step.days == 1 else 's'} after ", t.fact(step.since.path), ", whichever ends first"
    )


def _whom(t: Telling, keys: tuple[ast.PerKey, ...]) -> Words:
    """`for each patient, provider and day of service`; `for each patient, within any 30 days`."""
    rolling = [one for one in keys if one.days is not None]
    others = listed(key(t, one) for one in keys if one.days is None)
    within = say(*(f"within any {one.days} day{'' if one.days == 1 else 's'}" for one in rolling))
    return say("for each ", others, ", " if rolling else "", within) if others else within


def key(t: Telling, one: ast.PerKey) -> Words:
    """One key of a limit: whose, or which time."""
    if one.fact is not None:
        words = t.fact(one.fact.path)
        if one.word == "fact" and isinstance(words[0], Ref):  # `for each patient and authorization number`
            words = (Ref(words[0].kind, words[0].name, words[0].text.removeprefix("an ").removeprefix("the ")),)
        return say(_FROM.get(one.word, ""), words)
    if one.days is not None:
        return (f"{one.days} days",)
    if one.month is not None:
        return (f"fiscal year from {ast.MONTHS[one.month - 1]}",)
    return (_SCOPES.get(one.word) or _WINDOWS.get(one.word) or one.word,)


def above(excess: ast.OnExcess) -> Words:
    """What happens above the limit, and who gives way."""
    if excess.do == "modifier":
        what = say("a line without modifier ", listed((word.text for word in excess.modifiers), "or"), " is denied")
    else:
        what = say(_EXCESS.get(excess.do, excess.do))
    return say(what, *(say(", ", _order(order)) for order in excess.orders))


def _order(order: ast.Order) -> Words:
    if order.by == "codes":
        return say("the codes ", Ref("codes", order.word, f"“{spaced(order.word)}”"), " first")
    return say(_ORDERS[order.by].format(order.word))


def except_codes(t: Telling, c: ast.ExceptCodes) -> Words:
    """Codes that a limit leaves out, perhaps under a condition."""
    when = say(" when ", condition(t, c.when)) if c.when is not None else ()
    return say("It leaves out ", t.codes(c.codes), when)
