"""Says what is wrong with a clause where the parser stopped, in the author's words.

Owns: the order in which likely mistakes are tried, the nearest word of the language, the help that shows how a
clause is written.
Never: changes how text is read.
"""

import functools
from collections.abc import Iterable
from typing import Any, Final

from lark.exceptions import UnexpectedInput

from policy.diagnostics import Diagnostic, nearest
from policy.source import SourceFile, Span
from policy.syntax import ast
from policy.syntax.build import Mistake
from policy.syntax.clauses import CLAUSES
from policy.syntax.grammar import keywords, parser
from policy.syntax.mistakes import names, numbers, signs, words
from policy.syntax.shape import SHAPES
from policy.syntax.mistakes.stop import Stop, stop_of

SYNONYMS: Final = {
    "max": "at most", "maximum": "at most", "up": "at most", "limit": "at most", "cap": "at most",
    "if": "when", "where": "when", "for": "applies to", "to": "applies to", "codes": "applies to", "source": "cite", "sources": "cite",
    "see": "cite", "effective": "in force", "starting": "in force", "since": "in force", "valid": "in force",
    "because": "assume", "assuming": "assume", "else": "otherwise", "every": "per", "within": "per", "method": "by",
    "excess": "on excess", "above": "on excess", "over": "on excess", "needs": "that", "must": "that",
    "requires": "that", "carc": "reason", "reasons": "reason", "excluding": "except", "unit": "a unit at",
    "threshold": "a unit at", "tie": "ties", "remainder": "leftover", "rest": "leftover", "url": "link",
    "group": "pool", "test": "expect", "expects": "expect", "dos": "visit",
}  # fmt: skip
"""What an author may write first instead of the clause's own word."""


def explain_clause(kind: str, error: UnexpectedInput, file: SourceFile, text: str, at: Span) -> Diagnostic:
    """The one diagnostic for a clause of a `kind` that could not be read."""
    stop = stop_of(error, file, text, at)
    first = stop.words[0]
    if stop.begins_line and not stop.begins and stop.word in starters():
        return _runs_into(stop)
    if first not in starters() and not first[:1].isdigit():
        begun = _misspelt_start(stop, first, kind)
        if begun is not None:
            return begun
    for look in LOOKS:
        found = look(stop)
        if found is not None:
            return found
    return _generic(stop, kind)


def suspect(kind: str, clause: ast.Clause) -> None:
    """Raises `Mistake` for a clause that can be read, as a list of one code set, but is a clause word misspelt."""
    if kind == "codes" or not isinstance(clause, ast.Members):
        return
    item = clause.codes.items[0]
    close = nearest(item.name.text, starters()) if isinstance(item, ast.CodeSet) else None
    if close is not None and isinstance(item, ast.CodeSet) and len(clause.codes.items) == 1:
        raise Mistake("syntax", f"`{item.name}` is not a clause", clause.span, f"did you mean `{phrase(close)}`?")


@functools.cache
def starters() -> frozenset[str]:
    """The words with which a clause may begin, taken from the grammar."""
    begin: Any = parser().parse_interactive("", start="clause")
    return frozenset(word for name in begin.accepts() if (word := keywords().get(name)))


def phrase(word: str) -> str:
    """The clause that a word begins, as it is named: `applies` is `applies to`."""
    known = (clause.word for clause in CLAUSES.values())
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
    inside = next((word for word in stop.words if word in starters() and word not in {"a", "no", "is", "when"}), None)
    if inside is not None:
        return stop.found(f"`{first}` does not begin a clause", f"begin the line with `{phrase(inside)}`", at=at)
    if stop.begins or kind not in {"codes", "pair"}:
        held = [slot.word for slot in SHAPES.get(kind, ()) if not slot.word.startswith("a list")]
        help_ = f"a {kind} holds " + _listed([f"`{word}`" for word in held]) if held else None
        return stop.found(f"`{first[:40]}` does not begin a clause", help_, at=at)
    return None


def _close(word: str, known: Iterable[str]) -> str | None:
    return (
        nearest(word, (one for one in known if abs(len(one) - len(word)) <= 3 and len(one) > 2))
        if len(word) > 2
        else None
    )


def _generic(stop: Stop, kind: str) -> Diagnostic:
    words = {word for name in stop.expected if (word := keywords().get(name))}
    close = nearest(stop.word, words - {stop.word}) if 1 < len(stop.word) <= 40 else None
    if close is not None and not stop.at_end:
        return stop.found(f"`{stop.word}` is not understood here", f"did you mean `{close}`?")
    help_ = expected(stop.expected)
    line = _pattern(stop.words[0], kind)
    if line is not None:
        help_ = f"{help_}, as in `{line}`"
    if stop.at_end:
        return stop.found(f"the line stops after `{stop.word[:40]}`", help_)
    return stop.found(f"`{stop.word[:40]}` is not understood here", help_)


def _pattern(first: str, kind: str) -> str | None:
    """The line to copy of the clause that begins with a word, taken from the clauses of the kind if it has one."""
    held = [CLAUSES[slot.clause].line for slot in SHAPES.get(kind, ())]
    return next((line for line in [*held, *(one.line for one in CLAUSES.values())] if line.split()[0] == first), None)


def expected(names: frozenset[str]) -> str:
    """What may stand at a place, in words."""
    phrases = sorted(PHRASES[name] for name in names if name in PHRASES)
    words = sorted(f"`{word}`" for name in names if (word := keywords().get(name)))
    options = phrases + words
    if not options:
        return "end the line here"
    return "expected " + _listed(options[:6], "or" if len(options) <= 6 else "")


def _listed(options: list[str], joint: str = "and") -> str:
    if not joint:
        return ", ".join(options) + ", …"
    return f" {joint} ".join([", ".join(options[:-1]), options[-1]] if len(options) > 1 else options)


PHRASES: Final = {
    "NAME": "a name", "DOTTED": "a fact such as `line.minutes`", "CODE": "a code such as `97530`",
    "CODE_RANGE": "a range such as `97161-97168`", "STRING": "a text in quotes", "DATE": "a date such as `2026-03-02`",
    "TIME": "a time such as `09:24`", "INT": "a whole number", "DECIMAL": "a number with a decimal point",
    "MONEY": "an amount such as `$2,480.00`", "PERCENT": "a percentage", "MODIFIER": "a modifier such as `59`",
    "REASON": "a reason code such as `CO-236`", "UPPER": "a word such as `PT`", "COMPARE": "`<`, `<=`, `>` or `>=`",
    "YES_NO": "`yes/no`", "PROVIDERS": "`provider's`", "COMMA": "a comma", "LPAR": "`(`", "RPAR": "`)`", "COLON": "`:`",
    "PLUS": "`+`", "MINUS": "`-`", "__ANON_0": "`+`",
}  # fmt: skip

LOOKS: Final = (
    signs.invisible,
    signs.unclosed,
    signs.operator,
    numbers.date,
    numbers.amount,
    names.code,
    names.modifier,
    numbers.counted,
    words.other_word,
    words.separator,
    names.fact,
    names.name,
    signs.bracket,
    signs.punctuation,
)
"""The likely mistakes, what is known for certain first."""
