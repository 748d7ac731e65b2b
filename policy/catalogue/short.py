"""A statement in a few words, for a cell of a table.

Owns: one short phrase for each kind. A kind without one is told by its title or name.
Never: says everything; a cell links to the statement, which does.
"""

from collections.abc import Callable
from typing import Final

from policy.catalogue.conditions import condition
from policy.catalogue.sentences.limits import key
from policy.catalogue.telling import Telling, spaced
from policy.catalogue.words import Ref, Words, chained, listed, say
from policy.resolve.model import Statement
from policy.syntax import ast
from policy.syntax.words import literal

_METHODS: Final = {"total time": "total time", "each code": "each code"}
_PARTS: Final = {count: name for name, count in ast.PARTS.items()}
_HOW: Final = {"exactly one": "exactly one of ", "some": "", "every": "", "none": "not "}
_SUBSETS: Final = frozenset({"XE", "XP", "XS", "XU"})
"""The modifiers that CMS writes as X{EPSU}."""
_MOST: Final = 3


def short(t: Telling, s: Statement) -> Words:
    """The statement in a few words."""
    make = _KINDS.get(s.kind)
    words = make(t, s) if make is not None else ()
    return words or heading(s)


def heading(s: Statement) -> Words:
    """A statement's title, or its name as words."""
    return (Ref("title", s.title, s.title),) if s.title else (spaced(s.name),)


def _count(t: Telling, s: Statement) -> Words:
    d = s.declaration
    by = d.first(ast.By)
    if by is None:
        return ()
    if by.counts:
        return say(f"{by.method} of ", listed(spaced(word.text) for word in by.counts))
    if by.method == "flat":
        return say(f"{by.units} a visit, flat")
    return say(f"{_METHODS.get(by.method, by.method)}{_threshold(d)}")


def _threshold(d: ast.Declaration) -> str:
    at, parts = d.first(ast.UnitAt), d.first(ast.DecimalUnits)
    if at is not None:
        return f", {at.thresholds[0]} of {at.of}"
    return f", {_PARTS[parts.parts]} of {parts.of}" if parts is not None else ""


def _limit(t: Telling, s: Statement) -> Words:
    d = s.declaration
    amounts = [t.literal(step.amount) for step in d.all(ast.AtMost)]
    asked = d.first(ast.FromTable)
    amounts += [(f"units of {asked.table}",)] if asked is not None else []
    per = d.first(ast.Per)
    keys = (
        say(" per ", chained([_key(t, one) for one in per.keys if one.word != "patient"], ", ", ", "))
        if per is not None
        else ()
    )
    applies = d.first(ast.AppliesTo)
    codes = say(": ", _codes(applies.codes)) if applies is not None else ()
    return say(listed(amounts, "or"), keys, codes)


def _key(t: Telling, one: ast.PerKey) -> Words:
    return key(t, one) if one.days is not None or one.month is not None or one.fact is not None else (one.word,)


def _codes(codes: ast.CodeList) -> Words:
    """The first codes or sets of a list."""
    items = [i.name.text if isinstance(i, ast.CodeSet) else _range(i) for i in codes.items]
    shown = ", ".join(spaced(item) for item in items[:_MOST])
    return (shown + (" and others" if len(items) > _MOST else ""),)


def _range(item: ast.CodeRange) -> str:
    return item.first.text if item.first == item.last else f"{item.first}-{item.last}"


def _pair(t: Telling, s: Statement) -> Words:
    d = s.declaration
    columns, deny = d.first(ast.Columns), d.first(ast.DenySide)
    if columns is None:
        return ()
    gone, stays = (columns.first, columns.second) if deny and deny.side == "first" else (columns.second, columns.first)
    return say(_codes(gone), " denied beside ", _codes(stays), released(t, d))


def _pairs(t: Telling, s: Statement) -> Words:
    asked, among = s.declaration.first(ast.FromTable), s.declaration.first(ast.Among)
    if asked is None or among is None:
        return ()
    return say(f"pairs of {asked.table} among ", _codes(among.codes), released(t, s.declaration))


def released(t: Telling, d: ast.Declaration) -> Words:
    """What a pair hangs on, in a few words: times, agreement, conditions, and the modifiers that release it."""
    out: Words = (" when times overlap",) if d.first(ast.TimesOverlap) is not None else ()
    out = say(out, *(f", of one {'body region' if one.key == 'region' else one.key}" for one in d.all(ast.Same)))
    out = say(out, *(say(" when ", condition(t, one.condition)) for one in d.all(ast.When)))
    out = say(out, *(say(" unless ", condition(t, one.condition)) for one in d.all(ast.Unless)))
    modifiers = list(dict.fromkeys(word.text for one in d.all(ast.UnlessModifier) for word in one.modifiers))
    if set(modifiers) >= _SUBSETS:
        modifiers = [one for one in modifiers if one not in _SUBSETS] + ["X{EPSU}"]
    return say(out, f" (unless {', '.join(modifiers)})" if modifiers else "")


def _require(t: Telling, s: Statement) -> Words:
    modifier = s.declaration.first(ast.NeedsModifier)
    if modifier is None or s.title:
        return ()
    last = "and" if modifier.how == "every" else "or"
    return say(_HOW[modifier.how], listed((word.text for word in modifier.modifiers), last))


def _pay(t: Telling, s: Statement) -> Words:
    d = s.declaration
    rate, reduce_, share = d.first(ast.Rate), d.first(ast.ReduceBy), d.first(ast.PayShare)
    if rate is not None:
        basis = rate.basis
        words: Words = (
            ("listed prices",)
            if basis is None
            else (f"table {basis}",)
            if isinstance(basis, ast.Word)
            else t.literal(basis)
        )
        return say(f"{literal(rate.share)} of " if rate.share is not None else "", words, f" a {rate.each}")
    if reduce_ is not None:
        first = d.first(ast.ExceptFirst)
        return (
            f"{reduce_.what} less {literal(reduce_.percent)}" + (f" after the first {first.grain}" if first else ""),
        )
    if share is not None:
        return say(
            f"{literal(share.percent)}", *(say(" when ", condition(t, one.condition)) for one in d.all(ast.When))
        )
    return ("at most the charge",) if d.first(ast.AtCharge) is not None else ()


def _assistant(t: Telling, s: Statement) -> Words:
    d = s.declaration
    above = d.first(ast.Above)
    modifiers = [one.modifier for marks in d.all(ast.Marks) for one in marks.marks]
    modifiers += [word for needs in d.all(ast.NeedsModifier) for word in needs.modifiers]
    share = f" above {above.percent:f}% of each {above.grain}" if above is not None else ""
    return say(listed((word.text for word in modifiers), "or"), " for assistants' work", share)


def _rule(t: Telling, s: Statement) -> Words:
    effect = s.declaration.first(ast.Effect)
    message = effect.message if effect is not None else None
    return (Ref("title", message, message),) if message and not s.title else ()


_KINDS: Final[dict[str, Callable[[Telling, Statement], Words]]] = {
    "count": _count,
    "limit": _limit,
    "pair": _pair,
    "pairs": _pairs,
    "pay": _pay,
    "require": _require,
    "assistant": _assistant,
    "rule": _rule,
}
