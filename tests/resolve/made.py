"""Policies for tests of the resolver: short texts in memory, by id.

Owns: a family of policies from texts, and the clauses that a statement needs to be one.
Never: looks at a file.
"""

import re

from strategies.policies import Family
from strategies.policies import _Memory as Memory

__all__ = ["Memory", "family", "limit", "rule"]

SAID = '\n    assume "for the test"\n'


def family(*texts: str) -> Family:
    """Policies, the root first; the id of each is read from its text."""
    return Family(tuple((re.search(r"^policy (\S+)", text, re.MULTILINE)[1], text) for text in texts))  # type: ignore[index]


def rule(name: str, above: int, *clauses: str, word: str = "") -> str:
    """A rule that reviews visits above a number."""
    lines = [
        f"{word} rule {name}".strip(),
        f"    when visit.number > {above}",
        "    review",
        *(f"    {c}" for c in clauses),
    ]
    return "\n".join(lines) + SAID


def limit(name: str, most: str, *clauses: str, word: str = "") -> str:
    """A limit on the units of a day."""
    lines = [
        f"{word} limit {name}".strip(), f"    at most {most}", "    per patient and day", "    counting billed units",
        "    on excess review", *(f"    {c}" for c in clauses),
    ]  # fmt: skip
    return "\n".join(lines) + SAID
