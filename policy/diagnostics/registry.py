"""Every code a diagnostic can carry.

Owns: code, severity, title, and the text of its page (why it matters, what to avoid, what to write). `docs/diagnostics/` is printed from here.
Never: holds a message; messages are written where the mistake is found.
"""

from typing import Final

import attrs


@attrs.frozen
class Entry:
    code: str
    severity: str
    title: str
    why: str
    avoid: str
    prefer: str


def _e(code: str, title: str, why: str, avoid: str, prefer: str) -> Entry:
    severity = {"E": "error", "W": "warning", "A": "advice"}[code[0]]
    return Entry(code, severity, title, why, avoid, prefer)


REGISTRY: Final[dict[str, Entry]] = {
    "syntax": _e("E101", "not understood", "", "", ""),
    "unclosed-text": _e("E102", "a text that is not closed", "", "", ""),
    "tab": _e("E103", "a tab in the indentation", "", "", ""),
    "indented-first": _e("E104", "an indented line above the first declaration", "", "", ""),
    "keyword-name": _e("E105", "a word of the language used as a name", "", "", ""),
    "modifier": _e("E106", "a modifier that is not two characters", "", "", ""),
    "range-backwards": _e("E107", "a code range that runs backwards", "", "", ""),
    "date": _e("E108", "a date or time that does not exist", "", "", ""),
    "money": _e("E109", "an amount that cannot be read", "", "", ""),
    "number-size": _e("E110", "a number that is too large", "", "", ""),
    "repeated": _e("E111", "the same thing stated twice", "", "", ""),
    "too-large": _e("E112", "too large", "", "", ""),
    "too-deep": _e("E113", "nested too deeply", "", "", ""),
    "typography": _e("A114", "characters from a word processor", "", "", ""),
}
