"""The few words and figures that all text reports share.

Owns: how units, minutes, lists and unknowns are written. `?` always means "not given or not known", never zero.
Never: decides anything.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from policy.values import Units

UNKNOWN: Final = "?"


def number(value: Units | None) -> str:
    """`2`, `1.5`, `1,200`, or `?`. Decimals are exact, without an exponent."""
    if value is None:
        return UNKNOWN
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return f"{int(value):,}"
        return f"{value.normalize():,f}"
    return f"{value:,}"


def count(value: Units, noun: str, plural: str | None = None) -> str:
    """`1 unit`, `2 units`, `0.5 units`; `plural` when it does not end in `s`."""
    return f"{number(value)} {noun if value == 1 else plural or noun + 's'}"


def listed(words: Iterable[object], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    texts = [str(word) for word in words]
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"


def lines_named(numbers: Iterable[int]) -> str:
    """`line 2`, `lines 1 and 2`; empty for none."""
    found = list(numbers)
    return f"line{'s' if len(found) > 1 else ''} {listed(found)}" if found else ""


def ended(text: str) -> str:
    """A message as a sentence would end, without the full stop that some policies write."""
    return text.rstrip().rstrip(".")
