"""Words of the language: another word for one, one too many, one too few.

Owns: one small function per likely mistake; each looks at the place where the parser stopped, and knows or does not.
Never: changes how text is read.
"""

from typing import Final

from policy.diagnostics import Diagnostic
from policy.source import Span
from policy.syntax.clauses import CLAUSES
from policy.syntax.grammar import keywords
from policy.syntax.keywords import reserved
from policy.syntax.mistakes.stop import Stop, terminals

_FILLERS: Final = frozenset(
    {"the", "a", "an", "of", "in", "on", "by", "for", "to", "code", "codes", "each", "every", ",", ":", "any", "all"}
)

WORDS: Final = {
    "to": "until", "through": "until", "thru": "until", "till": "until", "equals": "is", "equal": "is", "isn't": "is not",
    "above": ">", "over": ">", "exceeds": ">", "greater": ">", "more": ">", "below": "<", "under": "<", "less": "<",
    "true": "yes", "false": "no", "null": "missing", "blank": "missing", "empty": "missing", "present": "given",
    "known": "given", "contains": "has", "includes": "has", "carries": "has", "evals": "evaluations",
    "therapist": "provider", "person": "patient", "member": "patient", "specialty": "discipline", "date": "day",
    "daily": "day", "annual": "calendar", "authorisation": "authorization", "authorise": "authorize",
    "nothing": "no findings", "automatically": "every", "whole": "every", "biggest": "largest", "greatest": "largest", "longest": "most",
}  # fmt: skip
"""What an author may write for a word of the language, where that word could stand."""


def other_word(stop: Stop) -> Diagnostic | None:
    """A word for which the language has another one."""
    meant = WORDS.get(stop.word.lower())
    signs = {"<", ">"} if "COMPARE" in stop.expected else set()
    if meant is None or stop.at_end or meant.split()[0] not in stop.keywords | signs:
        return None
    return stop.found(f"`{stop.shown}` is not understood here", f"write `{meant}`")


def separator(stop: Stop) -> Diagnostic | None:
    """`and` in a list that takes commas."""
    if stop.word not in {"and", "or", "&", "+"} or "COMMA" not in stop.expected or stop.at_end:
        return None
    return stop.found(f"`{stop.word}` does not join the words of this list", "write a comma instead")


def wrong_order(stop: Stop) -> Diagnostic | None:
    """The words that begin the clause stand inside it."""
    text = " ".join(stop.words[1:])
    phrases = [words for words in ("applies to", "at most", "in force", "on excess", "a unit at") if words in text]
    if not phrases:
        return None
    return stop.found(f"`{phrases[0]}` stands in the middle of the clause", f"begin the line with `{phrases[0]}`")


def two_clauses(stop: Stop) -> Diagnostic | None:
    """A second clause on the line of the first."""
    words = [stop.word, *stop.after, ""]
    begun = [one.word for one in CLAUSES.values() if one.word.split() == words[: len(one.word.split())]]
    if (
        not stop.whole
        or stop.at_end
        or not begun
        or terminals(stop.word) & (stop.expected | stop.then("COMMA")) - {"NAME"}
    ):
        return None
    return stop.found(f"`{begun[0]}` begins another clause", "write it on a line of its own")


def needless_comma(stop: Stop) -> Diagnostic | None:
    """A comma behind which the list does not go on."""
    if stop.at_end or stop.word not in reserved() or not stop.before or stop.before[-1] != ",":
        return None
    at = stop.text.rindex(",", stop.at.start, stop.start)
    return stop.found("this comma says that the list goes on", "delete the comma", at=Span(at, at + 1))


def missing_word(stop: Stop) -> Diagnostic | None:
    """One word of the language is left out in front of the place, or a comma."""
    could_be = terminals(stop.word)
    if stop.at_end or not could_be:
        return None
    fits = {name for name in stop.expected if could_be & stop.then(name)}
    words = {word for name in fits if (word := keywords().get(name))} - {"and", "or"}
    words = {word for word in words if f"{word}s" not in words}
    if "COMMA" in fits and not words - {"over"}:
        return stop.found(f"a comma is missing before `{stop.shown}`", f"write `, {stop.shown}`")
    if len(words) != 1 or not could_be - {"NAME"}:
        return None
    word = words.pop()
    return stop.found(f"`{word}` is missing before `{stop.shown}`", f"write `{word} {stop.shown}`")


def needless_word(stop: Stop) -> Diagnostic | None:
    """One word stands where the next one could."""
    if not stop.at_end and stop.before and stop.before[-1] == stop.word:
        return stop.found(f"`{stop.shown}` stands twice", "delete one of them")
    if stop.at_end or not stop.after or stop.word not in _FILLERS:
        return None
    if not terminals(stop.after[0]) & stop.expected:
        return None
    return stop.found(f"`{stop.shown}` is not needed here", "delete it")
