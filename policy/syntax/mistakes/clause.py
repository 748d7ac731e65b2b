"""Says what is wrong with a clause where the parser stopped, in the author's words.

Owns: the order in which likely mistakes are tried, the nearest word of the language, the help that shows how a
clause is written.
Never: changes how text is read.
"""

import difflib
import functools
from collections.abc import Iterable
from typing import Any, Final

from lark.exceptions import UnexpectedInput

from policy.diagnostics import Diagnostic, nearest
from policy.source import SourceFile, Span
from policy.syntax import ast
from policy.syntax.build import Mistake, NotAName
from policy.syntax.clauses import CLAUSES
from policy.syntax.grammar import keywords, parser
from policy.syntax.mistakes import names, numbers, signs, words
from policy.syntax.mistakes.stop import Stop, stop_of
from policy.syntax.shape import SHAPES

SYNONYMS: Final = {
    "max": "at most", "maximum": "at most", "up": "at most", "limit": "at most", "cap": "at most",
    "if": "when", "where": "when", "for": "applies to", "to": "applies to", "codes": "applies to", "source": "cite", "sources": "cite",
    "see": "cite", "effective": "in force from", "starting": "in force from", "since": "in force from", "valid": "in force from",
    "because": "assume", "assuming": "assume", "else": "otherwise", "every": "per", "within": "per", "method": "by",
    "excess": "on excess", "above": "on excess", "over": "on excess", "needs": "that", "must": "that",
    "requires": "that", "carc": "reason", "reasons": "reason", "excluding": "except", "unit": "a unit at",
    "threshold": "a unit at", "tie": "ties", "remainder": "leftover", "rest": "leftover", "url": "link",
    "group": "pool", "apply": "applies to", "applied": "applies to", "applying": "applies to", "need": "modifier",
    "total": "by", "each": "by", "flat": "by", "starts": "in force from", "test": "expect", "expects": "expect", "dos": "visit",
}  # fmt: skip
"""What an author may write first instead of the clause's own word."""


def explain_clause(kind: str, error: UnexpectedInput | NotAName, file: SourceFile, text: str, at: Span) -> Diagnostic:
    """The one diagnostic for a clause of a `kind` that could not be read."""
    stop = stop_of("clause", error, file, text, at)
    first = stop.words[0]
    if stop.begins_line and not stop.begins and stop.word in starters():
        return _runs_into(stop)
    hidden = signs.invisible(stop)
    if hidden is not None:
        return hidden
    known = starters() | _KINDS if kind == "reasons" else starters()
    if first not in known and not first[:1].isdigit() and not (stop.begins and names.code(stop)):
        begun = _misspelt_start(stop, first, kind)
        if begun is not None:
            return begun
    for look in LOOKS:
        found = look(stop)
        if found is not None:
            return found
    if isinstance(error, NotAName):
        return stop.found(error.message, expected(stop.expected))
    return _generic(stop, kind)


def suspect(clause: ast.Members) -> None:
    """Raises `Mistake` for a list of one code set, outside a set of codes, that is a clause word misspelt."""
    item = clause.codes.items[0]
    close = _close(item.name.text, starters()) if isinstance(item, ast.CodeSet) else None
    if close is not None and isinstance(item, ast.CodeSet) and len(clause.codes.items) == 1:
        raise Mistake("syntax", f"`{item.name}` is not a clause", clause.span, f"did you mean `{phrase(close)}`?")


@functools.cache
def starters() -> frozenset[str]:
    """The words with which a clause may begin, taken from the grammar; a clause of `reasons` begins with a kind, which is none."""
    begin: Any = parser().parse_interactive("", start="clause")
    return frozenset(word for name in begin.accepts() if (word := keywords().get(name))) - _KINDS


def phrase(word: str) -> str:
    """The clause that a word begins, as it is named: `applies` is `applies to`."""
    known = (clause.word for of, clause in CLAUSES.items() if of is not ast.Members)
    return next((name for name in known if name.split()[0] == word), word)


def _runs_into(stop: Stop) -> Diagnostic:
    """A clause that was read as part of the one above it."""
    before = stop.text[stop.at.start : stop.start].rstrip()
    if before.endswith(","):
        comma = stop.at.start + len(before)
        message = "this comma says that the list goes on, and a new clause begins below it"
        return stop.found(message, "delete the comma", at=Span(comma - 1, comma))
    message = f"`{phrase(stop.word)}` begins a clause, but it is indented deeper than the clause above"
    return stop.found(message, "indent it like the first clause of the declaration", slug="indentation")


def _misspelt_start(stop: Stop, first: str, kind: str) -> Diagnostic | None:
    at = Span(stop.at.start, stop.at.start + len(first))
    lower = first.lower()
    if first != lower and lower in starters():
        return stop.found(f"`{first}` is written in small letters", f"write `{lower}`", at=at)
    close = SYNONYMS.get(lower) or _close(lower, starters())
    if close is not None:
        return stop.found(f"`{first}` is not a clause", f"did you mean `{phrase(close)}`?", at=at)
    order = words.wrong_order(stop)
    if order is not None:
        return order
    if stop.begins or kind not in {"codes", "pair"}:
        held = [slot.word for slot in SHAPES.get(kind, ()) if not slot.word.startswith("a list")]
        article = "an" if kind == "example" else "a"
        named = f"`{kind}` declaration" if kind in {"codes", "pairs", "reasons", "not modelled"} else kind
        help_ = f"{article} {named} holds " + _listed([f"`{word}`" for word in held]) if held else None
        return stop.found(f"`{first[:40]}` does not begin a clause", help_, at=at)
    return None


def _close(word: str, known: Iterable[str]) -> str | None:
    """The nearest word, when it is very near: a name that happens to look like a word is left alone."""
    return next(iter(difflib.get_close_matches(word[:40], sorted(known), n=1, cutoff=0.74)), None)


def _generic(stop: Stop, kind: str) -> Diagnostic:
    words = {word for name in stop.expected if (word := keywords().get(name))}
    close = nearest(stop.word, words - {stop.word}) if 1 < len(stop.word) <= 40 else None
    if close is not None and not stop.at_end:
        return stop.found(f"`{stop.word}` is not understood here", f"did you mean `{close}`?")
    options = stop.expected
    if kind != "reasons" and "assume" in words:  # a clause begins here, and not with a kind
        options = frozenset(name for name in options if keywords().get(name) not in _KINDS)
    help_ = ", ".join(filter(None, (expected(options), _as_in(stop, kind))))
    if stop.at_end:
        return stop.found(f"the line stops after `{stop.shown}`", help_)
    return stop.found(f"`{stop.shown}` is not understood here", help_)


def _as_in(stop: Stop, kind: str) -> str:
    """The line to copy, unless the help already holds its example."""
    line = _pattern(stop.words[0], kind)
    return f"as in `{line}`" if line is not None and line.split(" ", 1)[-1] not in expected(stop.expected) else ""


def _pattern(first: str, kind: str) -> str | None:
    """The line to copy of the clause that begins with a word, taken from the clauses of the kind if it has one."""
    lines = [CLAUSES[slot.clause].line for slot in SHAPES.get(kind, ())]
    lines += [*(one.line for one in CLAUSES.values()), *_OTHER_LINES]
    return next((line for line in lines if line.split()[0] == first), None)


_OTHER_LINES: Final = (
    "is $2,480.00",
    "units at 8, 23, 38 minutes of 15, then every 15",
    "one of modifier CQ or CO",
    "modifier GP",
    "no modifier 59",
    "reduce to 2 units",
    *(f'{effect} "why"' for effect in ("review", "authorize", "warn", "note")),
)
"""Lines to copy of the clauses that begin with another word than their own."""


def expected(terminals: frozenset[str]) -> str:
    """What may stand at a place, in words."""
    words = {word for name in terminals if (word := keywords().get(name))}
    options = []
    for phrase_, members, known_by in _GROUPS:
        if known_by <= terminals | words:
            options.append(phrase_)
            terminals -= members
            words -= members
    options += sorted(PHRASES[name] for name in terminals if name in PHRASES)
    options += sorted(f"`{word}`" for word in words if f"{word}s" not in words)
    if not options:
        return "end the line here"
    return "expected " + _listed(options[:6], "or" if len(options) <= 6 else "")


def _listed(options: list[str], joint: str = "and") -> str:
    if not joint:
        return ", ".join(options) + ", …"
    return f" {joint} ".join([", ".join(options[:-1]), options[-1]] if len(options) > 1 else options)


_MEASURES: Final = frozenset(
    [
        "unit",
        "units",
        "RVU",
        "RVUs",
        "money",
        "minute",
        "minutes",
        "code",
        "codes",
        "line",
        "lines",
        "visit",
        "visits",
        "day",
        "days",
    ]
)
_KINDS: Final = frozenset(
    [
        "source",
        "codes",
        "value",
        "evidence",
        "count",
        "pair",
        "pairs",
        "limit",
        "require",
        "rule",
        "pay",
        "assistant",
        "not",
        "reasons",
        "example",
    ]
)
_LITERALS: Final = frozenset(
    ["INT", "DECIMAL", "MONEY", "PERCENT", "DATE", "TIME", "STRING", "CODE", "UPPER", "YES", "NO", "yes", "no"]
)
_OPERANDS: Final = _LITERALS | frozenset(
    ["DOTTED", "NAME", "_CHARGES", "unit", "units", "minute", "minutes", "day", "days"]
)
_CONDITIONS: Final = _OPERANDS | frozenset(["LPAR", "not", "documented", "documentation", "visit"])
_OPERATORS: Final = frozenset(["COMPARE", "PLUS", "MINUS", "is", "in", "has", "not"])
_KEYS: Final = frozenset(
    ["GROUP", "FACILITY", "LIFETIME", "_SINCE", "CALENDAR", "BENEFIT", "calendar", "benefit", "fiscal", "rolling", "after", "patient",
     "provider", "discipline", "code", "region", "claim", "line", "visit", "day", "week", "month", "episode", "injury",
     "authorization", "DOTTED"]
)  # fmt: skip
_GROUPS: Final = (
    ("a key or a window such as `patient`, `provider` or `rolling 30 days`", _KEYS, frozenset({"GROUP", "week"})),
    ("a condition such as `visit.number > 12`", _CONDITIONS, frozenset({"LPAR", "not"})),
    ("a fact or a value such as `4 units` or `PT`", _OPERANDS, frozenset({"MONEY", "DOTTED"})),
    ("a value such as `4 units` or `$2,480.00`", _LITERALS, frozenset({"MONEY", "PERCENT"})),
    ("a comparison such as `is`, `<` or `>=`", _OPERATORS, frozenset({"COMPARE", "is"})),
    ("a kind of declaration and a name, such as `limit four_units`", _KINDS, _KINDS),
    ("a measure such as `units` or `minutes`", _MEASURES, frozenset({"units", "minutes", "lines"})),
)
"""Options that are told as one: the phrase, what it stands for, and by what it is known."""

PHRASES: Final = {
    "NAME": "a name", "DOTTED": "a fact such as `line.minutes`", "CODE": "a code such as `97530`",
    "CODE_RANGE": "a range such as `97161-97168`", "STRING": "a text in quotes", "DATE": "a date such as `2026-03-02`",
    "TIME": "a time such as `09:24`", "INT": "a whole number", "DECIMAL": "a number with a decimal point",
    "MONEY": "an amount such as `$2,480.00`", "PERCENT": "a percentage", "MODIFIER": "a modifier such as `59`",
    "QUARTER": "a quarter such as `2026Q3`",
    "_TABLE": "`table`", "_SETTING": "`setting`", "_QUARTER": "`quarter`",
    "REASON": "a reason code such as `CO-236`", "UPPER": "a word such as `PT`", "COMPARE": "`<`, `<=`, `>` or `>=`",
    "YES_NO": "`yes/no`", "PROVIDERS": "`provider's`", "COMMA": "a comma", "LPAR": "`(`", "RPAR": "`)`", "COLON": "`:`",
    "_SINCE": "`since`", "_CHARGES": "`charges`", "GROUP": "`group`", "FACILITY": "`facility`", "LIFETIME": "`lifetime`",
    "_THERAPIST": "`therapist`", "_ALONE": "`alone`", "_GIVES": "`gives`", "_TWO": "`two`", "_TOGETHER": "`together`",
    "PLUS": "`+`", "MINUS": "`-`",
}  # fmt: skip

LOOKS: Final = (
    signs.quotes,
    numbers.date,
    numbers.clock,
    signs.operator,
    names.code,
    names.modifier,
    names.reason,
    numbers.amount,
    numbers.counted,
    words.other_word,
    words.separator,
    names.fact,
    names.name,
    signs.bracket,
    signs.unquoted,
    words.needless_comma,
    words.wrong_order,
    words.two_clauses,
    words.missing_word,
    words.needless_word,
    signs.punctuation,
)
"""The likely mistakes, what is known for certain first."""
