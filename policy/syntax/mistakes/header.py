"""Says what is wrong with the first line of a declaration, and guesses what it declares.

Owns: unknown kinds, missing and misspelt names, what stands behind the name; the guess that keeps one mistake from
being reported again at every use of the name.
Never: changes how text is read.
"""

import functools
import re
from typing import Final

from lark.exceptions import UnexpectedInput

from policy.diagnostics import Diagnostic, nearest
from policy.source import SourceFile, Span
from policy.syntax import ast
from policy.syntax.build import Header, NotAName
from policy.syntax.mistakes.clause import expected, phrase, starters
from policy.syntax.mistakes.names import named
from policy.syntax.mistakes.signs import invisible
from policy.syntax.mistakes.stop import Stop, stop_of
from policy.syntax.shape import SHAPES

SYNONYMS: Final = {
    "set": "codes", "codeset": "codes", "group": "codes", "define": "value", "let": "value", "constant": "value",
    "threshold": "value", "cap": "limit", "maximum": "limit", "max": "limit", "edit": "pair", "ncci": "pair",
    "counting": "count", "units": "count", "requirement": "require", "check": "rule", "if": "rule", "reference": "source",
    "cite": "source", "test": "example", "case": "example", "delete": "remove", "drop": "remove", "override": "replace",
    "unmodelled": "not modelled", "unmodeled": "not modelled", "not_modelled": "not modelled", "plan": "policy",
    "payer": "policy", "import": "policy", "include": "policy",
}  # fmt: skip
"""What an author may call a kind of declaration."""

_KINDS: Final = tuple(kind for kind in SHAPES if kind != "remove")
_NAMED: Final = {"policy": "medicare.part_b", "fact": "injury.date", "limit": "daily_units", "example": "manual_1"}
_WORDS = re.compile(r'"[^"]*"?|[^\s":]+|:')


def explain_header(error: UnexpectedInput | NotAName, file: SourceFile, text: str, at: Span) -> Diagnostic:
    """The one diagnostic for a header that could not be read."""
    stop = stop_of("header", error, file, text, at)
    kind, rest = _kind(text, at)
    if kind is None:
        return invisible(stop) or _unknown_kind(stop)
    if rest:
        found = _name(stop, kind, rest[0])
        if found is not None:
            return found
    elif stop.at_end or stop.words[0] == "replace":
        example = _NAMED.get(kind, f"{kind.split()[-1]}_1")
        return stop.found(f"this `{kind}` has no name", f"write a name, such as `{kind} {example}`", "name", at)
    return invisible(stop) or _behind_the_name(stop, kind, rest)


def guess(text: str, at: Span) -> Header | None:
    """What a header that could not be read was about to declare; its name is empty when even that is not known."""
    kind, rest = _kind(text, at)
    if kind is None and [word[0] for word in rest[:2]] == ["not", "modeled"]:
        kind, rest = "not modelled", rest[2:]
    elif kind is None and rest:
        kind, rest = _meant(rest[0][0]), rest[1:]
    if kind is None or kind in {"remove", "replace"} or text.startswith("remove", at.start):
        return None
    dotted = rest and kind in {"policy", "fact"} and re.fullmatch(r"[a-z0-9_.]+", rest[0][0])
    name = rest[0][0] if dotted else named(rest[0][0]) if rest and not rest[0][0].startswith('"') else ""
    word = ast.Word(name, Span(*rest[0].span()) if rest else at)
    return functools.partial(ast.Declaration, kind, word, None, text.startswith("replace", at.start))


def _kind(text: str, at: Span) -> tuple[str | None, list[re.Match[str]]]:
    """The kind that a header states (`remove` for a removal that names none) and the words behind it."""
    words = list(_WORDS.finditer(text, at.start, at.end))
    first = words[0][0] if words else ""
    rest = words[1:] if first in {"replace", "remove"} else words
    if len(rest) >= 2 and (rest[0][0], rest[1][0]) == ("not", "modelled"):
        return "not modelled", rest[2:]
    if rest and rest[0][0] in _KINDS:
        return rest[0][0], rest[1:]
    return None, rest


def _meant(word: str) -> str | None:
    lower = word.lower().rstrip(":")
    if lower in {"replace", "remove"} and lower != word:
        return lower
    return lower if lower in _KINDS else SYNONYMS.get(lower) or nearest(lower[:40], (*_KINDS, "replace", "remove"))


def _unknown_kind(stop: Stop) -> Diagnostic:
    """The first word is no kind of declaration, or `replace` and `remove` name none."""
    words = list(_WORDS.finditer(stop.text, stop.at.start, stop.at.end))
    first = words[0][0] if words else stop.word
    if first in {"replace", "remove"}:
        if len(words) < 2:
            return stop.found(
                f"`{first}` names nothing", f"write the kind and the name, such as `{first} limit daily_units`"
            )
        named_first = words[1][0]
        meant = _meant(named_first) if len(words) > 2 else None
        help_ = (
            f"did you mean `{meant}`?" if meant else f"write the kind as well, such as `{first} limit {named_first}`"
        )
        return stop.found(f"`{named_first[:40]}` is not a kind of declaration", help_, "kind", Span(*words[1].span()))
    at = Span(*words[0].span()) if words else stop.at
    if " ".join(word[0] for word in words[:2]) == "not modeled":
        return stop.found(
            "`not modeled` is spelt another way", "write `not modelled`", "kind", Span(at.start, words[1].end())
        )
    meant = _meant(first)
    if first in starters():
        message = f"`{phrase(first)}` is a clause, and no declaration stands above it"
        return stop.found(message, "write the declaration first, and indent its clauses", "kind", at)
    kinds = ", ".join(f"`{kind}`" for kind in _KINDS)
    help_ = f"did you mean `{meant}`?" if meant else f"a declaration begins with {kinds}, `replace` or `remove`"
    return stop.found(f"`{first[:40]}` is not a kind of declaration", help_, "kind", at)


def _name(stop: Stop, kind: str, word: re.Match[str]) -> Diagnostic | None:
    """What is wrong with the name itself, if anything is."""
    name, at = word[0], Span(*word.span())
    removed = "remove" if stop.words[0] == "remove" else kind
    if name.startswith('"'):
        help_ = f"write a name before the text, such as `{kind} {named(name) or _NAMED.get(kind, 'name_1')}`"
        return stop.found(f"this `{kind}` has no name", help_, "name", at)
    if kind == "fact" and removed != "remove":
        if re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+", name):
            return None
        word_ = ".".join(filter(None, map(named, name.split(".")))) if "." in name else f"visit.{named(name)}"
        help_ = f"the name of a fact has two parts or more: write `{word_}`"
        return stop.found(f"`{name[:40]}` is not the name of a fact", help_, "name", at)
    pattern = r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*" if kind == "policy" else r"[a-z][a-z0-9_]*"
    if re.fullmatch(pattern, name):
        return None
    word_ = ".".join(filter(None, map(named, name.split(".")))) if kind == "policy" else named(name)
    rule = "begin with a letter and are" if name[:1].isdigit() else "are"
    help_ = f"names {rule} small letters, digits and `_`" + (f": write `{word_}`" if word_ else "")
    return stop.found(f"`{name[:40]}` is not how a name is written", help_, "name", at)


def _behind_the_name(stop: Stop, kind: str, rest: list[re.Match[str]]) -> Diagnostic:
    """Something stands behind the name that is not a title."""
    behind = rest[1:]
    if stop.at_end:
        help_ = expected(stop.expected)
        if kind == "fact":
            help_ = "write its type, such as `fact injury.date : date`"
        if stop.before[-2:] == ["one", "of"] or stop.words[-2:] == ["one", "of"]:
            help_ = "write the words it may be, such as `one of sprain, fracture`"
        return stop.found(f"the line stops after `{stop.shown}`", help_)
    if stop.word.startswith('"'):
        at = Span(stop.start, stop.at.end)
        if stop.text.count('"', stop.start, stop.at.end) < 2:
            return stop.found("this text is not closed", 'end it with `"` on the same line', "unclosed-text", at)
        if stop.before and stop.before[-1].startswith('"'):
            return stop.found("a declaration has one title", "keep one of the texts", at=at)
        if kind == "fact":
            help_ = f"write its type before the title, such as `fact {rest[0][0]} : date`"
            return stop.found("a fact without a type", help_, at=at)
        return stop.found("this text does not stand in its place", expected(stop.expected), at=at)
    if kind == "value" and stop.word in {"=", "is", ":"}:
        amount = stop.text[stop.end : stop.at.end].strip()
        return stop.found("a value stands below its name", f"write `is {amount[:40]}` on a line of its own, indented")
    if kind == "fact" and not behind[0][0].startswith(":"):
        return stop.found("`:` stands before the type of a fact", f"write `: {stop.shown}`")
    if kind == "fact" and len(behind) < 3:
        types = stop.keywords
        close = nearest(stop.word[:40], types)
        help_ = f"did you mean `{close}`?" if close else expected(stop.expected)
        return stop.found(f"`{stop.shown}` is not understood here", help_)
    if re.fullmatch(r"[:;.,={}()-]+", stop.word):
        return stop.found(f"`{stop.word}` behind the name", "delete it; the clauses follow below, indented")
    words = stop.text[stop.start : stop.at.end]
    if stop.word in starters():
        message = f"`{phrase(stop.word)}` begins a clause"
        at = Span(stop.start, stop.at.end)
        return stop.found(message, "write it on a line of its own, indented below this one", at=at)
    if kind == "fact":
        return stop.found(
            "a title stands in quotes", f'write `"{words.strip()[:60]}"`', at=Span(stop.start, stop.at.end)
        )
    whole = stop.text[rest[0].start() : stop.at.end].strip().replace('"', "")[:60]
    help_ = f'a name is one word and a title stands in quotes: write `{kind} {named(whole)} "{whole}"`'
    return stop.found(f"`{words.strip()[:40]}` behind the name", help_, at=Span(stop.start, stop.at.end))
