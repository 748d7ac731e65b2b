"""Changes to a text, chosen by a seeded generator.

Owns: the mutations: cut, repeat, swap, splice, replace, indent.
Never: looks at what the text means.
"""

from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[Random, str, Sequence[str]], str]

MAX_TEXT = 3_000
PIECES = (
    '"', "#", ",", "(", ")", "\n", "\n    ", "\n\t", "\r\n", "\u201c", "\u00a0", "\u2013", "\ufeff", "\x00", "97530", "97161-97168",
    "$2,480.00", "50%", "2026-03-02", "line.minutes", "modifier GP", "and", "or", "not", "of", "the", "a", "per", "when", "expect",
)  # fmt: skip


def _cut(random: Random, text: str, _: Sequence[str]) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + text[at + random.randrange(20) :]


def _put(random: Random, text: str, _: Sequence[str]) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(("", " ")) + random.choice(PIECES) + random.choice(("", " ")) + text[at:]


def _flip(random: Random, text: str, _: Sequence[str]) -> str:
    at = random.randrange(len(text) + 1)
    return (
        text[:at] + chr(random.choice((random.randrange(32, 127), random.randrange(0x110000 - 2048)))) + text[at + 1 :]
    )


def _lines(random: Random, text: str, _: Sequence[str]) -> str:
    lines = text.split("\n")
    a, b = random.randrange(len(lines)), random.randrange(len(lines))
    if random.randrange(2):
        lines[a], lines[b] = lines[b], lines[a]
    else:
        lines.insert(b, lines[a])
    return "\n".join(lines)


def _indent(random: Random, text: str, _: Sequence[str]) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    lines[at] = " " * random.randrange(9) + lines[at].lstrip(" ")
    return "\n".join(lines)


def _words(random: Random, text: str, _: Sequence[str]) -> str:
    words = text.split(" ")
    at, other = random.randrange(len(words)), random.randrange(len(words))
    words[at] = words[other]
    return " ".join(words)


def _splice(random: Random, text: str, others: Sequence[str]) -> str:
    other = random.choice(others)
    return text[: random.randrange(len(text) + 1)] + other[random.randrange(len(other) + 1) :]


MUTATIONS: tuple[Mutation, ...] = (_cut, _put, _flip, _lines, _indent, _words, _splice)


def mutant(random: Random, texts: Sequence[str]) -> str:
    """One of the texts, changed a few times, cut to a length that keeps the run short. Surrogates become `?`."""
    text = random.choice(texts)
    start = random.randrange(max(1, len(text) - MAX_TEXT + 1))
    text = text[start : start + MAX_TEXT]
    for _ in range(random.randrange(1, 8)):
        text = random.choice(MUTATIONS)(random, text, texts)[:MAX_TEXT]
    return text.encode("utf-8", "replace").decode()
