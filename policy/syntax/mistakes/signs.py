"""Signs: quotes, operators, brackets, punctuation, characters that cannot be seen.

Owns: one small function per likely mistake; each looks at the place where the parser stopped, and knows or does not.
Never: changes how text is read.
"""

import re
from typing import Final

from policy.diagnostics import Diagnostic
from policy.source import Span
from policy.syntax.keywords import reserved
from policy.syntax.mistakes.stop import Stop
from policy.syntax.typography import INVISIBLE

OPERATORS: Final = {
    "=": "is", "==": "is", ":=": "is", "!=": "is not", "<>": "is not", "≠": "is not", "≥": ">=", "≤": "<=", "=>": ">=",
    "=<": "<=", "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not",
}  # fmt: skip


def quotes(stop: Stop) -> Diagnostic | None:
    """A text that is not closed, that has quotes inside or that stands twice."""
    line = stop.text[stop.line.start : min(stop.line.end, stop.at.end)]
    before = stop.text[stop.line.start : stop.start]
    if stop.at_end or '"' not in line:
        return None
    if stop.word == '"' and before.count('"') % 2 == 0:
        at = Span(stop.start, stop.line.start + len(line.rstrip()))
        return stop.found("this text is not closed", 'end it with `"` on the same line', "unclosed-text", at)
    if not before.rstrip().endswith('"'):
        return None
    if stop.word.startswith('"') and len(stop.word) > 2 and before.endswith((" ", "\t")):
        return stop.found("a second text", "put both into one pair of quotes, or keep one of them")
    if line.count('"') > 2:
        return stop.found(f"`{stop.shown}` stands behind the end of the text", "inside a text, write ' instead of \"")
    return None


def unquoted(stop: Stop) -> Diagnostic | None:
    """A text without quotes."""
    words = [stop.word, *stop.after]
    list_goes_on = "COMMA" in stop.expected and len(words) < 2
    if "STRING" not in stop.expected or stop.at_end or list_goes_on or stop.expected & {"INT", "NAME", "LPAR"}:
        return None
    if stop.word.startswith('"') or not any(word[0].isalnum() or word[0] == "'" for word in words):
        return None
    if stop.word in reserved() and len(words) < 2:
        return None
    line_ends = stop.text.find("\n", stop.start, stop.at.end)
    of_example = stop.text.startswith("visit", stop.at.start)  # whose next line is another fact
    at = Span(stop.start, line_ends if of_example and line_ends > 0 else stop.at.end)
    text = " ".join(stop.text[at.start : at.end].split()).strip("'\"")
    return stop.found("a text stands in quotes", f'write `"{text[:60]}{"…" if len(text) > 60 else ""}"`', at=at)


def operator(stop: Stop) -> Diagnostic | None:
    """A sign from mathematics or a programming language."""
    match = re.compile(r"[=<>!&|≥≤≠:]+|[*/]").search(stop.text, max(stop.at.start, stop.start - 1), stop.at.end)
    if match is None or stop.at_end or not match.start() <= stop.start < match.end():
        return None
    if match[0] in {"*", "/"}:
        return stop.found(f"`{match[0]}` is not a word of the language", "only `+` and `-` join two amounts")
    plain = OPERATORS.get(match[0])
    if plain is None:
        return None
    return stop.found(f"`{match[0]}` is not a word of the language", f"write `{plain}`", at=Span(*match.span()))


def invisible(stop: Stop) -> Diagnostic | None:
    """A character that nobody can see, up to the place."""
    for place in range(max(stop.at.start, stop.line.start), min(stop.end + 1, stop.at.end)):
        char = stop.text[place]
        if char in INVISIBLE or not (char.isprintable() or char in "\t\r\n"):
            message = f"{INVISIBLE.get(char, 'a character that cannot be seen')} (U+{ord(char):04X})"
            return stop.found(message, "delete it and write the word again", at=Span(place, place + 1))
    return None


def bracket(stop: Stop) -> Diagnostic | None:
    """A parenthesis without its partner."""
    text = re.sub(r'"[^"\n]*"|#[^\n]*', lambda match: " " * len(match[0]), stop.text[stop.at.start : stop.at.end])
    open_: list[int] = []
    for i, char in enumerate(text):
        if char == "(":
            open_.append(i)
        elif char == ")" and not open_ and stop.at.start + i == stop.start:
            return stop.found("this `)` closes nothing", "delete it, or write its `(`")
        elif char == ")" and open_:
            open_.pop()
    if not stop.at_end or not open_ or "RPAR" not in stop.expected:
        return None
    at = stop.at.start + open_[-1]
    return stop.found("this `(` is not closed", "write its `)`", at=Span(at, at + 1))


def punctuation(stop: Stop) -> Diagnostic | None:
    """A sign that the language does not have."""
    if stop.at_end:
        if stop.word != ",":
            return None
        return stop.found("the list ends in a comma", "delete the comma, or go on with the list")
    tail = re.search(r"[.;:!?]+$", stop.word)
    if tail and stop.end == len(stop.text[: stop.at.end].rstrip()):
        at = Span(stop.end - len(tail[0]), stop.end)
        return stop.found(f"`{tail[0]}` at the end of a line", "delete it; the end of the line is enough", at=at)
    if stop.word == ";" and "COMMA" in stop.expected and stop.after:
        return stop.found("`;` does not join the words of this list", "write a comma instead")
    if re.match(r"[;:.!?*{}\[\]/\\@~^`'%$=+-]", stop.word[:1]) and len(stop.word) == 1:
        return stop.found(f"`{stop.word}` is not used here", "delete it")
    return None
