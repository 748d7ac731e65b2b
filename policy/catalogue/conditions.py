"""Conditions in plain English.

Owns: one phrase for every form of expression. A form that has none yet is told in the words of the language.
Never: works a condition out.
"""

from collections.abc import Callable
from typing import Any, Final

from policy.catalogue.telling import Telling
from policy.catalogue.words import Ref, Words, chained, listed, say
from policy.syntax import ast
from policy.syntax import words as written
from policy.values import Type

_ORDER: Final = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}
_IN_TIME: Final = {"<": "before", "<=": "on or before", ">": "after", ">=": "on or after"}
_PLURAL: Final = ("minutes", "units", "modifiers", "charges so far", "treatment days since the last progress report")


def condition(telling: Telling, expr: ast.Expr, *, inner: bool = False) -> Words:
    """The expression as a clause; in parentheses where `inner` and it would be misread without."""
    make = FORMS.get(type(expr))
    if make is None:
        return (Ref("written", "", written.expression(expr)),)
    words = make(telling, expr)
    return say("(", words, ")") if inner and isinstance(expr, (ast.And, ast.Or)) else words


def _be(words: Words) -> str:
    """`is`, or `are` after a plural."""
    last = words[-1] if words else ""
    text = last if isinstance(last, str) else last.text
    return "are" if text.endswith(_PLURAL) and not text.startswith(("the number", "the total")) else "is"


def _compare(t: Telling, e: ast.Compare) -> Words:
    if isinstance(e.left, ast.FactRef) and t.type_of(e.left.path) is Type.YES_NO and isinstance(e.right, ast.Literal):
        return t.truth(e.left.path, (e.right.value is True) == (e.op == "is"))
    left, right = _term(t, e.left), _term(t, e.right)
    if e.op in ("is", "is not"):
        verb = "are" if isinstance(e.left, ast.SumOf) else _be(left)
        return say(left, f" {verb} ", "not " if e.op == "is not" else "", right)
    words = _IN_TIME if Type.DATE in (_measure(t, e.left), _measure(t, e.right)) else _ORDER
    verb = "are" if isinstance(e.left, ast.SumOf) else _be(left)
    return say(left, f" {verb} {words[e.op]} ", right)


def _measure(t: Telling, e: ast.Expr) -> Type | None:
    match e:
        case ast.FactRef(path=path):
            return t.type_of(path)
        case ast.Literal(type=type_):
            return type_
        case ast.Arithmetic(left=left, right=right):
            return Type.DATE if Type.DATE in (_measure(t, left), _measure(t, right)) else None
        case _:
            return None


def _term(t: Telling, e: ast.Expr) -> Words:
    """An expression as a noun."""
    match e:
        case ast.FactRef(path=path):
            return t.fact(path)
        case ast.Literal() | ast.NameRef():
            return t.literal(e)
        case _:
            return condition(t, e, inner=True)


def _not(t: Telling, e: ast.Not) -> Words:
    match e.item:
        case ast.FactRef(path=path):
            return t.truth(path, yes=False)
        case ast.Documented(elements=elements):
            missing = "the record lacks " if len(elements) == 1 else "the record lacks one of "
            return say(missing, t.elements(elements))
        case ast.Given(fact=fact, given=given):
            return _given(t, ast.Given(fact, not given))
        case ast.InCodes(item=item, codes=codes, inside=inside):
            return _in_codes(t, ast.InCodes(item, codes, not inside))
        case ast.HasModifier(modifiers=modifiers):
            return say("the line carries no modifier ", _modifiers(modifiers, "or"))
        case ast.VisitHas():
            return _visit_has(t, e.item, "no line")
        case ast.DocumentationGiven():
            return ("no record came with the visit",)
        case _:
            return say("it is not so that ", condition(t, e.item, inner=True))


def _given(t: Telling, e: ast.Given) -> Words:
    noun = _term(t, e.fact)
    return say(noun, " ", _be(noun), " given" if e.given else " not given")


def _in_codes(t: Telling, e: ast.InCodes) -> Words:
    return say(_term(t, e.item), " is one of " if e.inside else " is none of ", t.codes(e.codes))


def _modifiers(modifiers: tuple[ast.Word, ...], last: str) -> Words:
    return listed((word.text for word in modifiers), last)


def _visit_has(t: Telling, e: ast.VisitHas, line: str = "a line") -> Words:
    carrying = say(" that carries modifier ", _modifiers(e.modifiers, "or")) if e.modifiers else ()
    return say(f"the visit has {line} with ", t.codes(e.codes, "or"), carrying)


def _arithmetic(t: Telling, e: ast.Arithmetic) -> Words:
    return say(_term(t, e.left), " plus " if e.op == "+" else " less ", _term(t, e.right))


FORMS: Final[dict[type, Callable[[Telling, Any], Words]]] = {
    ast.Literal: lambda t, e: t.literal(e),
    ast.NameRef: lambda t, e: t.literal(e),
    ast.FactRef: lambda t, e: t.truth(e.path) if t.type_of(e.path) is Type.YES_NO else t.fact(e.path),
    ast.And: lambda t, e: chained([condition(t, item, inner=True) for item in e.items], " and ", " and "),
    ast.Or: lambda t, e: chained([condition(t, item, inner=True) for item in e.items], " or ", " or "),
    ast.Not: _not,
    ast.Compare: _compare,
    ast.OneOf: lambda t, e: say(_term(t, e.item), " is ", listed((_term(t, o) for o in e.options), "or")),
    ast.Given: _given,
    ast.DocumentationGiven: lambda t, e: ("a record came with the visit",),
    ast.InCodes: _in_codes,
    ast.HasModifier: lambda t, e: say("the line carries modifier ", _modifiers(e.modifiers, "or")),
    ast.Documented: lambda t, e: say("the record states ", t.elements(e.elements)),
    ast.VisitHas: _visit_has,
    ast.Arithmetic: _arithmetic,
    ast.SumOf: lambda t, e: say(
        f"the visit's {'minutes' if e.measure == 'minutes' else 'billed units'} of ", t.codes(e.codes)
    ),
    ast.DaysBetween: lambda t, e: say("the time from ", t.fact(e.start.path), " to ", t.fact(e.end.path)),
}
