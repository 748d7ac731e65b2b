"""What the registry holds of one code.

Owns: `Entry`, and reading the severity from the code's letter.
Never: holds a message; messages are written where the mistake is found.
"""

import textwrap

import attrs


@attrs.frozen
class Entry:
    """`why` says what the matter is and why it counts; `avoid` and `prefer` are policy text, checked by a test."""

    code: str
    severity: str
    title: str
    why: str
    avoid: str
    prefer: str


def entry(code: str, title: str, why: str = "", avoid: str = "", prefer: str = "") -> Entry:
    """An entry from text as it stands in a source file: folded sentences, indented examples."""
    severity = {"E": "error", "W": "warning", "A": "advice"}[code[0]]
    return Entry(code, severity, title, " ".join(why.split()), _example(avoid), _example(prefer))


def _example(text: str) -> str:
    return textwrap.dedent(text).strip("\n")
