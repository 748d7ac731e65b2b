"""Codes, modifiers, reason codes, facts and names that are written another way.

Owns: one small function per likely mistake; each looks at the place where the parser stopped, and knows or does not.
Never: changes how text is read.
"""

import re

from policy.diagnostics import Diagnostic
from policy.facts import CATALOGUE
from policy.source import Span
from policy.syntax.keywords import reserved
from policy.syntax.mistakes.stop import Stop, terminals

_CODE = r"(?:[0-9]{5}|[0-9]{4}[A-Za-z]|[A-Za-z][0-9]{4})"


def code(stop: Stop) -> Diagnostic | None:
    """A code or a range of codes that is almost one."""
    between = r"\s*(?:-|–|\.{2,3}|\bto\b|\bthrough\b|\bthru\b)\s*"
    match = stop.around(rf"({_CODE}){between}({_CODE})\b")
    if match:
        message = f"`{match[0]}` is not how a range of codes is written"
        return stop.found(message, f"write `{match[1].upper()}-{match[2].upper()}`", "code", Span(*match.span()))
    match = stop.around(rf"({_CODE})-[0-9A-Z]{{1,3}}\b")
    if match:
        help_ = "write both codes of a range in full, such as `97161-97168`; a modifier stands apart from its code"
        return stop.found(f"`{match[0]}` is not a range of codes", help_, "code", Span(*match.span()))
    if not stop.expected & {"CODE", "CODE_RANGE"} or stop.at_end:
        return None
    if re.fullmatch(_CODE, stop.word):
        return stop.found(f"`{stop.word}` is not how a code is written", f"write `{stop.word.upper()}`", "code")
    match = stop.around(rf'"({_CODE})"') or stop.around(rf"(?:CPT|HCPCS)[:\s]*({_CODE})\b")
    if match:
        message = "a code is written by itself"
        return stop.found(message, f"write `{match[1].upper()}`", "code", Span(*match.span()))
    if re.fullmatch(r"[0-9]{3,4}|[0-9]{6,7}", stop.word) and "INT" not in stop.expected:
        help_ = "a CPT code has five digits, such as 97530; a HCPCS code one letter and four, such as G0283"
        return stop.found(f"`{stop.word}` is not a code", help_, "code")
    return None


def modifier(stop: Stop) -> Diagnostic | None:
    """A modifier in small letters, in quotes or behind a hyphen."""
    word, start = stop.word, stop.start
    if word in {"or", "and"} and stop.after and "modifier" in stop.before:
        word = stop.after[0]
        start = stop.text.index(word, stop.end)
    elif "MODIFIER" not in stop.expected:
        if re.fullmatch(r"[A-Z0-9]{2}", word) and "MODIFIER_WORD" in stop.expected | stop.keywords:
            return stop.found(f"`{word}` stands alone", f"write `modifier {word}`", "modifier")
        stated = stop.around(r"\bunless ([A-Z0-9]{2}(?:(?:, | or )[A-Z0-9]{2})*) on\b")
        if stated:
            help_ = f"write `unless modifier {stated[1]} on …`"
            return stop.found(f"`{stated[1]}` stands alone", help_, "modifier", Span(*stated.span(1)))
        return None
    bare = word.strip("\"'-.").upper()
    if word == bare or word in reserved() or not re.fullmatch(r"[A-Z0-9]{2}", bare):
        return None
    at = Span(start, start + len(word))
    return stop.found(f"`{word}` is not how a modifier is written", f"write `{bare}`", "modifier", at)


def reason(stop: Stop) -> Diagnostic | None:
    """A reason code in small letters or without its group."""
    apart = stop.around(r"\b(CO|PR|OA|PI|CR) ([0-9]{1,3})\b")
    if apart and "COMMA" in stop.expected and "REASON" in stop.then("COMMA"):
        message = f"`{apart[0]}` is not how a reason code is written"
        return stop.found(message, f"write `{apart[1]}-{apart[2]}`", at=Span(*apart.span()))
    if "REASON" not in stop.expected or stop.at_end:
        return None
    if re.fullmatch(r"[0-9]{1,3}", stop.word):
        return stop.found(
            f"`{stop.word}` is a reason code without its group", f"write `CO-{stop.word}` or `PR-{stop.word}`"
        )
    bare = stop.word.strip("\"'").upper()
    if bare == stop.word or not re.fullmatch(r"[A-Z]+[A-Z0-9]*(-[A-Z0-9]+)?", bare):
        return None
    return stop.found(f"`{stop.shown}` is not how a reason code is written", f"write `{bare}`")


def fact(stop: Stop) -> Diagnostic | None:
    """The last part of a fact's name alone."""
    word, start = stop.word, stop.start
    compared = "COMPARE" in terminals(stop.word) or stop.word in {"is", "in", "has", "not", "="}
    if compared and stop.before and "OF" in stop.expected:
        word = stop.before[-1]
        start = stop.text.rindex(word, stop.at.start, stop.start)
    elif "DOTTED" not in stop.expected or "NAME" in stop.expected:
        return None
    full = next((one.path for one in CATALOGUE if one.path.endswith(f".{word}")), None)
    if full is None:
        return None
    at = Span(start, start + len(word))
    return stop.found(f"`{word[:40]}` is not the full name of a fact", f"write `{full}`", at=at)


def name(stop: Stop) -> Diagnostic | None:
    """A name with capitals, hyphens or quotes."""
    if "NAME" not in stop.expected or stop.at_end or stop.word in reserved():
        return None
    if stop.word.startswith('"'):
        match = stop.around(r'"([^"]*)"')
        word = named(match[1]) if match else ""
        if not word or stop.expected & {"STRING"}:
            return None
        message = "a name stands without quotes"
        return stop.found(message, f"write `{word}`, the name of a declaration", "name", match and Span(*match.span()))
    word = named(stop.word)
    if (
        not word
        or word == stop.word
        or not re.match(r"[A-Za-z_]", stop.word)
        or not re.fullmatch(r"[\w.:;-]+", stop.word)
    ):
        return None
    if stop.word.rstrip(".;:") == word:
        return None
    help_ = f"names are small letters, digits and `_`: write `{word}`"
    return stop.found(f"`{stop.shown}` is not how a name is written", help_, "name")


def named(text: str) -> str:
    """A name made of any text; empty when nothing of it can stand in a name."""
    word = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower()).strip("_")
    return word if word[:1].isalpha() else (f"{'case'}_{word}" if word else "")
