"""Words of the language: another word for one, one too many, one too few.

Owns: one small function per likely mistake; each looks at the place where the parser stopped, and knows or does not.
Never: changes how text is read.
"""

from typing import Final

from policy.diagnostics import Diagnostic
from policy.syntax.mistakes.stop import Stop

WORDS: Final = {
    "to": "until", "through": "until", "thru": "until", "till": "until", "equals": "is", "equal": "is", "isn't": "is not",
    "above": ">", "over": ">", "exceeds": ">", "greater": ">", "more": ">", "below": "<", "under": "<", "less": "<",
    "true": "yes", "false": "no", "null": "missing", "blank": "missing", "empty": "missing", "present": "given",
    "known": "given", "contains": "has", "includes": "has", "carries": "has", "evals": "evaluations",
    "therapist": "provider", "person": "patient", "member": "patient", "specialty": "discipline", "date": "day",
    "daily": "day", "annual": "calendar", "authorisation": "authorization", "authorise": "authorize",
    "automatically": "every", "whole": "every", "biggest": "largest", "greatest": "largest", "longest": "most",
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
